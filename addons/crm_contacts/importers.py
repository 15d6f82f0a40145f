"""Contacts come in from Outlook, Google, Thunderbird, telephones and spreadsheets, in English, Spanish and Russian."""

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from addons.crm_contacts.file_rows import prepared
from addons.crm_contacts.models import Contact
from addons.crm_contacts.signals import ContactCreated
from core.importing.importer import Importer
from core.importing.signals import RecordsImported
from core.signals import hears, send


def names(*lists: str) -> tuple[str, ...]:
    """Names of columns from the most to the least wanted, parted by `|`."""
    return tuple(name.strip() for each in lists for name in each.split("|"))


ALIASES = {
    "kind": names("kind|record type", "tipo|tipo de contacto", "тип|тип контакта"),
    "name": names(
        "full name|display name|name|file as",
        "nombre completo|nombre mostrado|nombre para mostrar|nombre y apellidos|apellido y nombre|razón social",
        "фио|отображаемое имя|полное имя|наименование|контакт",
    ),
    "party": names("customer name|client|vendor|vendor name", "cliente|proveedor", "клиент|покупатель|поставщик"),
    "customer": names("is customer", "es cliente", "является клиентом"),
    "supplier": names("is supplier", "es proveedor", "является поставщиком"),
    "first_name": names("first name|first|given name|forename", "nombre|nombre de pila|primer nombre", "имя"),
    "middle_name": names("middle name|middle|additional name", "segundo nombre", "отчество"),
    "last_name": names("last name|last|family name|surname", "apellidos|apellido", "фамилия"),
    "suffix": names("suffix|name suffix|generational suffix", "sufijo", "суффикс"),
    "company": names(
        "company|company name|organization|organisation|organization name|organization 1 name|employer",
        "organización|compañía|empresa|nombre de la empresa",
        "организация|компания|фирма|место работы|название организации",
    ),
    "job_title": names(
        "job title|organization title|organization 1 title|position|role",
        "puesto|cargo|puesto de trabajo",
        "должность",
    ),
    "title": names("title", "título|tratamiento", "обращение"),
    "email": names(
        "e mail address|email address|email|e mail|primary email|e mail 1 value|email work|work email|email home",
        "dirección de correo electrónico|dirección de correo electrónico principal|correo electrónico|correo|mail",
        "адрес эл почты|адрес электронной почты|эл почта|электронная почта|почта|основной адрес электронной почты",
    ),
    "email_2": names(
        "secondary email|alternate email 1|e mail 2 address|email 2 address|e mail 2 value|email other|other email",
        "dirección de correo electrónico 2|dirección de correo electrónico secundaria",
        "адрес 2 эл почты|альтернативный адрес электронной почты|дополнительный адрес электронной почты",
    ),
    "email_3": names(
        "e mail 3 address|email 3 address|e mail 3 value|alternate email 2",
        "dirección del correo electrónico 3|dirección de correo electrónico 3",
        "адрес 3 эл почты",
    ),
    "other_emails": names("other emails"),
    "phone": names(
        "business phone|work phone|work|phone|phone number|telephone|primary phone|company main phone|main phone"
        "|home phone|home",
        "teléfono del trabajo|teléfono trabajo|teléfono|teléfono principal|número de centralita de la organización"
        "|teléfono particular|particular|tel",
        "рабочий телефон|телефон|основной телефон|основной телефон организации|домашний телефон",
    ),
    "phone_2": names(
        "business phone 2|work phone 2|home phone 2|other phone",
        "teléfono del trabajo 2|teléfono particular 2|otro teléfono",
        "телефон раб 2|телефон дом 2|другой телефон",
    ),
    "other_phones": names("other phones"),
    "mobile": names(
        "mobile phone|mobile|mobile number|cell phone|cell|home mobile|mobile phone number",
        "teléfono móvil|móvil|celular|teléfono celular",
        "мобильный телефон|мобильный|номер сотового телефона|сотовый|телефон переносной",
    ),
    **{f"phone_1_{part}": names(f"phone 1 {part}") for part in ("label", "type", "value")},
    **{f"phone_2_{part}": names(f"phone 2 {part}") for part in ("label", "type", "value")},
    "street": names(
        "business street|work address|address 1 street|business address|address|street|street address|home street"
        "|home address",
        "calle del trabajo|dirección de trabajo|dirección trabajo|dirección|domicilio|calle|dirección particular"
        "|dirección personal",
        "служ адрес улица|улица раб адрес|адрес раб|рабочий адрес|адрес|улица|улица дом адрес|домашний адрес",
    ),
    "city": names(
        "business city|work city|address 1 city|city|town|home city|other city",
        "ciudad de trabajo|ciudad trabajo|ciudad|localidad|población|ciudad de residencia|ciudad donde vive|otra ciudad",
        "город раб адрес|город раб|служ адрес город|город|город дом адрес|город другой адрес",
    ),
    "state": names(
        "business state|work state|address 1 region|state|province|region|home state|other state",
        "provincia o estado de trabajo|provincia|estado|región|comunidad autónoma|otra provincia o estado",
        "область раб адрес|область|регион|край|область дом адрес|область другой адрес",
    ),
    "postcode": names(
        "business postal code|work post code|work zip|work zip code|address 1 postal code|postal code|zip|zip code|postcode"
        "|home post code|home postal code|home zip|home zip code",
        "código postal del trabajo|código postal trabajo|código postal|cp|código postal del domicilio|otro código postal",
        "индекс раб адрес|почтовый индекс раб|служ адрес почтовый код|индекс|почтовый индекс|почтовый код дом",
    ),
    "country": names(
        "business country|business country region|work country|address 1 country|country|country region|home country"
        "|home country region|other country|other country region",
        "país o región del trabajo|país trabajo|país|país o región|país de residencia|país o región de residencia"
        "|país o región del domicilio|otro país o región",
        "страна раб|служ адрес страна|страна или регион раб адрес|страна|дом адрес страна|страна или регион дом адрес",
    ),
    "website": names(
        "business web page|business website|web page|web page 1|website|website 1 value|website work|website home page"
        "|personal web page|personal website|web page 2|url|web",
        "página web|página web 1|página web de la organización|página web personal|página web 2|sitio web",
        "веб страница|веб страница 1|служебная веб страница|личная веб страница|веб страница 2|сайт",
    ),
    "birthday": names("birthday|date of birth", "fecha de nacimiento|cumpleaños|nacimiento", "день рождения|дата рождения"),
    "birth_year": names("birth year", "año de nacimiento", "год рождения"),
    "birth_month": names("birth month", "mes de nacimiento", "месяц рождения"),
    "birth_day": names("birth day", "día de nacimiento"),
    "tax_id": names(
        "tax number|tax id|vat number|vat|government id number|tin",
        "cuit|nif|cif|rfc|rut|ruc|nit|número fiscal|identificación fiscal|dni",
        "инн|код налогоплательщика",
    ),
    "custom_1_label": names("custom field 1 label|custom field 1 type"),
    "custom_1_value": names("custom field 1 value"),
    "language": names("language", "idioma", "язык"),
    "source": names("source|referred by|lead source", "origen|remitido por|recomendado por", "источник"),
    "notes": names("notes|note|comments|remarks", "notas|observaciones|comentarios", "заметки|примечание|комментарий"),
    "tags": names(
        "categories|labels|tags|category|group membership|keywords",
        "categorías|etiquetas|palabras clave|grupos",
        "категории|метки|ключевые слова|группы",
    ),
    "assigned_to": names(
        "owner|salesperson|account manager|assigned to",
        "vendedor|comercial|responsable|asignado a",
        "ответственный|менеджер",
    ),
}


def not_merged(columns: Any) -> ColumnElement[bool]:
    """A card that was merged into another is not found again; the other one is."""
    is_kept: ColumnElement[bool] = columns.merged_into_id.is_(None)
    return is_kept


importer = Importer(
    Contact,
    aliases=ALIASES,
    alone={"title": "job_title", "party": "name"},
    keys=("tax_key", "email_key", ("mobile_key", "name_folded"), ("phone_key", "name_folded")),
    lone=("name_folded", "city"),
    lookups={"assigned_to": "login"},
    makes={"company": {"kind": "company"}, "tags": {}},
    prepare=prepared,
    candidates=not_merged,
)


@hears(RecordsImported)
def announce_contacts(session: Session, signal: RecordsImported) -> None:
    """New cards that came in by a file are told of all at once."""
    if signal.model == Contact.label() and signal.created:
        send(session, ContactCreated(contact_ids=tuple(signal.created)))
