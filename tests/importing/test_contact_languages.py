"""Contacts of programs that speak other languages: which column is which, whose address it is, how names are joined."""

import csv
from typing import Any

import pytest

from addons.crm_contacts.importers import importer
from core.importing.cards import card_text
from core.importing.checking import Checker, Planned
from core.importing.mapping import Names
from core.importing.reading import clean, rows_of
from core.importing.texts import decode
from core.screens.fields.parsing import Reading
from core.testing.shared_data import shared


def planned(header: list[str], *rows: list[str]) -> list[Planned]:
    checker = Checker(importer, Names(importer).guess(header), Reading("en"))
    return [checker.check(number, row) for number, row in enumerate(rows, 2)]


def filled(one: Planned) -> dict[str, Any]:
    return {**one.values, **one.texts}


#: As Outlook or Thunderbird write them: first and last name, company; street, town, code and country at work; street at
#: home; e-mail, telephone at work and at home, mobile; fax, kind of the e-mail address.
HEADS = {
    "de": "Vorname;Nachname;Firma;Straße geschäftlich;Ort geschäftlich;Postleitzahl geschäftlich"
    ";Land/Region geschäftlich;Straße privat"
    ";E-Mail-Adresse;Telefon geschäftlich;Telefon privat;Mobiltelefon;Fax geschäftlich;E-Mail-Typ",
    "de thunderbird": "Vorname;Nachname;Organisation;Dienstlich: Adresse;Dienstlich: Ort;Dienstlich: PLZ"
    ";Dienstlich: Land;Privat: Adresse"
    ";Primäre E-Mail-Adresse;Tel. dienstlich;Tel. privat;Mobil-Tel.-Nr.;Fax-Nummer;Pager-Nummer",
    "fr": "Prénom;Nom;Société;Rue (bureau);Ville (bureau);Code postal (bureau);Pays/Région (bureau);Rue (domicile)"
    ";Adresse de messagerie;Téléphone (bureau);Téléphone (domicile);Tél. mobile;Télécopie (bureau);Type de messagerie",
    "it": "Nome;Cognome;Società;Via (uff.);Città (uff.);CAP (uff.);Paese (uff.);Via (ab.)"
    ";Indirizzo posta elettronica;Ufficio;Abitazione;Cellulare;Fax (uff.);Tipo posta elettronica",
    "pt": "Nome;Sobrenome;Empresa;Rua do endereço comercial;Cidade do endereço comercial;CEP do endereço comercial"
    ";País/Região do endereço comercial;Rua do endereço residencial;Endereço de email;Telefone comercial"
    ";Telefone residencial"
    ";Telefone celular;Fax comercial;Tipo de email",
    "nl": "Voornaam;Achternaam;Bedrijf;Werkadres, straat;Werkadres, plaats;Werkadres, postcode"
    ";Werkadres, land/regio;Huisadres, straat"
    ";E-mailadres;Telefoon op werk;Telefoon thuis;Mobiele telefoon;Fax op werk;E-mailtype",
    "pl": "Imię;Nazwisko;Firma;Adres służbowy - ulica;Adres służbowy - miejscowość;Adres służbowy - kod pocztowy"
    ";Adres służbowy - kraj/region;Adres domowy - ulica;Adres e-mail;Telefon służbowy;Telefon domowy;Telefon komórkowy"
    ";Faks służbowy;Typ e-mail",
    "cs": "Jméno;Příjmení;Společnost;Ulice (práce);Město (práce);PSČ (práce);Země/oblast (práce);Ulice (domů)"
    ";E-mailová adresa;Telefon (práce);Telefon (domů);Mobilní telefon;Fax (práce);Typ e-mailu",
    "hu": "Utónév;Vezetéknév;Cég;Hivatali cím - utca;Hivatali cím - város;Hivatali cím - irányítószám"
    ";Hivatali cím - ország/régió"
    ";Otthoni cím - utca;E-mail cím;Hivatali telefon;Otthoni telefon;Mobiltelefon;Hivatali fax;E-mail típusa",
    "sv": "Förnamn;Efternamn;Företag;Gatuadress, arbete;Ort, arbete;Postadress, arbete;Land, arbete;Gatuadress, hem"
    ";E-postadress;Arbete;Hem;Mobiltelefon;Fax arbete;E-posttyp",
    "da": "Fornavn;Efternavn;Firma;Gade (arbejde);By (arbejde);Postnummer (arbejde);Land/område (arbejde);Gade (privat)"
    ";E-mail-adresse;Telefon (arbejde);Telefon (privat);Mobiltelefon;Fax (arbejde);E-mail-type",
    "fi": "Etunimi;Sukunimi;Yritys;Työosoite, katu;Työosoite, kaupunki;Työosoite, postinumero;Työosoite, maa"
    ";Kotiosoite, katu"
    ";Sähköpostiosoite;Työpuhelin;Kotipuhelin;Matkapuhelin;Työfaksi;Sähköpostin tyyppi",
    "tr": "Ad;Soyadı;Şirket;İş Adresi Cadde;İş Adresi Şehir;İş Adresi Posta Kodu;İş Adresi Ülke;Ev Adresi Cadde"
    ";E-posta Adresi;İş Telefonu;Ev Telefonu;Cep Telefonu;İş Faksı;E-posta Türü",
    "uk": "Ім'я;Прізвище;Організація;Вулиця (роб. адреса);Місто (роб. адреса);Поштовий індекс (роб. адреса)"
    ";Країна або регіон (роб. адреса);Вулиця (дом. адреса);Адреса електронної пошти;Робочий телефон;Домашній телефон"
    ";Мобільний телефон;Робочий факс;Стать",
    "ja": "名;姓;会社名;番地 (会社);市区町村 (会社);郵便番号 (会社);国 (会社)/地域;番地 (自宅)"
    ";電子メール アドレス;会社電話;自宅電話;携帯電話;会社 FAX;電子メールの種類",
    "zh": "名;姓;单位;商务地址 街道;商务地址 市/县;商务地址 邮政编码;商务地址 国家/地区;住宅地址 街道"
    ";电子邮件地址;商务电话;住宅电话;移动电话;商务传真;电子邮件类型",
    "ko": "이름(성 제외);성;회사;주소(회사);구/군/시(회사);우편 번호(회사);국가/지역(회사);주소(집);메일 주소"
    ";직장 전화;집 전화;휴대폰;팩스;유형",
    "es": "Nombre;Apellidos;Organización;Calle del trabajo;Ciudad de trabajo;Código postal del trabajo"
    ";País o región del trabajo"
    ";Calle del domicilio;Dirección de correo electrónico;Teléfono del trabajo;Particular;Teléfono móvil;Fax del trabajo"
    ";Tipo de correo electrónico",
    "ru": "Имя;Фамилия;Организация;Улица (раб. адрес);Город (раб. адрес);Индекс (раб. адрес)"
    ";Страна или регион (раб. адрес)"
    ";Улица (дом. адрес);Адрес эл. почты;Рабочий телефон;Домашний телефон;Телефон переносной;Рабочий факс;Тип эл. почты",
}
ROW = ["Zoé", "Núñez", "Acme", "Main 5", "Lyon", "69001", "France", "Home 1", "zoe@acme.example"]
ROW += ["11 11", "22 22", "33 33", "44 44", "SMTP"]


@pytest.mark.parametrize("language", HEADS)
def test_the_columns_of_a_program_in_any_language(language: str) -> None:
    [one] = planned(HEADS[language].split(";"), ROW)
    assert filled(one) == {
        "name": "Zoé Núñez",
        "company": "Acme",
        "street": "Main 5",
        "city": "Lyon",
        "postcode": "69001",
        "country": "FR",
        "email": "zoe@acme.example",
        "phone": "11 11",
        "mobile": "33 33",
        "notes": "Tel.: 22 22",
    }


@pytest.mark.parametrize("language", HEADS)
def test_who_has_an_address_at_home_only_gets_it_whole(language: str) -> None:
    row = [cell if head not in (3, 4, 5, 6) else "" for head, cell in enumerate(ROW)]
    [one] = planned(HEADS[language].split(";"), row)
    assert filled(one)["street"] == "Home 1"
    assert not {"city", "postcode", "country"} & filled(one).keys()


PARTS = {"Street": "street", "City": "city", "State": "state", "PostalCode": "postcode", "Country": "country"}
FIELDS = {
    "firstName": "first_name",
    "middleName": "middle_name",
    "lastName": "last_name",
    "fullName": "name",
    "company": "company",
    "email": "email",
    "email2": "email_2",
    "email3": "email_2",
    "workPhone": "phone",
    "homePhone": "home_phone",
    "workPhone2": "phone_2",
    "homePhone2": "phone_2",
    "otherPhone": "phone_2",
    "companyPhone": "phone",
    "mobilePhone": "mobile",
    "notes": "notes",
    "workURL": "website",
    "homeURL": "website",
    **{f"{place}{part}": name for place in ("work", "home", "other") for part, name in PARTS.items()},
    **dict.fromkeys(
        ("workFax", "homeFax", "otherFax", "pager", "assistant", "assistantName", "managerName", "department"), ""
    ),
    **dict.fromkeys(
        ("callbackPhone", "isdn", "telex", "spouse", "children", "anniversary", "hobby", "gender", "office"), ""
    ),
}


def test_every_column_of_the_real_list_of_heads_is_understood() -> None:
    """Outlook, Windows Live Mail, Thunderbird and Yahoo in eleven languages; a plain street may be that of home."""
    names, wrong, tried = Names(importer), [], 0
    with shared("contacts", "contact_csv_headers.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            if (wanted := FIELDS.get(row["zimbra_field"])) is None:
                continue
            meant, tried = names.meant(row["column_header"])[0], tried + 1
            place = row["zimbra_field"][:4]
            right = {wanted, f"home_{wanted}"} if place == "home" else {wanted}
            right |= {f"other_{wanted}"} if place == "othe" else set()
            if meant.removesuffix("_2").removesuffix("_3") not in {name.removesuffix("_2") for name in right}:
                wrong.append((row["format"], row["locale"], row["column_header"], meant))
    assert tried > 900
    assert wrong == []


@pytest.mark.parametrize(
    ("first", "last", "whole"),
    [
        ("小明", "王", "王小明"),
        ("太郎", "山田", "山田 太郎"),
        ("철수", "김", "김철수"),
        ("José María", "Núñez de la Peña", "José María Núñez de la Peña"),
        ("Łukasz", "Żółć", "Łukasz Żółć"),
    ],
)
def test_names_are_joined_as_their_owners_do(first: str, last: str, whole: str) -> None:
    [one] = planned(["First name", "Last name"], [first, last])
    assert one.values["name"] == whole


def test_a_name_beside_a_first_name_is_the_last_one() -> None:
    assert planned(["Name", "Vorname"], ["Müller", "Jürgen"])[0].values["name"] == "Jürgen Müller"
    assert planned(["Name"], ["Jürgen Müller"])[0].values["name"] == "Jürgen Müller"


def test_streets_of_several_lines_are_one_and_the_second_of_two_titles_is_the_profession() -> None:
    heads = ["Titre", "Prénom", "Nom", "Titre", "Rue (bureau)", "Rue (bureau) 2"]
    [one] = planned(heads, ["M.", "Rémi", "Lefèvre", "Gérant", "1 rue Haute", "Bât. C"])
    assert (one.values["job_title"], one.values["street"]) == ("Gérant", "1 rue Haute, Bât. C")


def test_what_is_no_birthday_and_no_web_page_does_not_refuse_a_person() -> None:
    rows = [["Ana", "circa 1800", "skype:ana"], ["Eva", "0/0/00", "x.example"], ["Leo", "1980-05-06", ""]]
    ana, eva, leo = planned(["Name", "Birthday", "Website"], *rows)
    assert ana.values == {"name": "Ana", "notes": "Birthday: circa 1800\nWeb: skype:ana"}
    assert eva.values == {"name": "Eva", "website": "https://x.example"}
    assert str(leo.values["birthday"]) == "1980-05-06"


TEXTS = {
    "cp1252": [
        "Prénom;Nom;Société\r\nHélène;Lefèvre;Boulangerie « À l'août »\r\nFrançois;Bûche;Sûreté\r\n",
        "Vorname;Straße\r\nJürgen;Große Straße 5\r\n",
        "Nome;Endereço\r\nJoão;Avenida das Nações\r\nLuís;Corações\r\n",
        "Nome;Città\r\nNiccolò;Forlì\r\nPerché;Libertà\r\n",
        "Fornavn;Område\r\nSøren;Ærø\r\nBjørn;Højgaard\r\n",
        "Eiríkur;Þórður;Guðmundsdóttir;Þingvellir;maður\r\n",
    ],
    "cp1250": [
        "Imię;Nazwisko\r\nŁukasz;Wójcik\r\nGrażyna;Żółć\r\n",
        "Jméno;Příjmení\r\nJiří;Dvořák\r\nŽaneta;Černá\r\nOndřej;Němec\r\n",
        "Utónév;Cég\r\nGyőző;Erdőkürt\r\nJenő;Fűtő\r\n",
    ],
    "iso-8859-2": ["Imię;Miejscowość\r\nŁukasz;Łódź\r\nŚwierk;Ząb\r\n"],
    "cp1254": ["Ad;Soyadı\r\nAyşe;Yılmaz\r\nMüge;Çağlar\r\nIşık;Güneş\r\n"],
    "cp1251": ["Имя;Фамилия\r\nПётр;Щёголев\r\n", "Ім'я;Прізвище\r\nОлена;Ковальчук\r\nЮрій;Їжак\r\n"],
    "cp932": ["名,姓,会社名\r\n太郎,山田,株式会社やまだ\r\n花子,鈴木,ソニー\r\n"],
    "gb18030": ["名,姓,单位,商务地址 街道\r\n小明,王,北京公司,中关村大街1号\r\n"],
    "big5": ["名,姓,公司,商務電話\r\n小明,王,台北公司,02\r\n美麗,陳,高雄,07\r\n"],
    "cp949": ["이름,성,회사,주소(집)\r\n철수,김,삼성전자,서울시 강남구\r\n"],
}


@pytest.mark.parametrize("encoding", TEXTS)
def test_code_pages_are_recognised(encoding: str) -> None:
    assert [decode(text.encode(encoding)) for text in TEXTS[encoding]] == TEXTS[encoding]


def cards(data: bytes) -> list[dict[str, str]]:
    source, rows = rows_of(data, "")
    assert source.kind == "cards"
    names, *found = ([clean(cell) for cell in row] for row in rows)
    return [{n: c for n, c in zip(names, row, strict=True) if c} for row in found]


def test_lines_of_a_card_may_each_have_an_encoding_of_their_own() -> None:
    lines = [b"BEGIN:VCARD", "FN;CHARSET=Shift_JIS:山田 太郎".encode("cp932"), "NOTE:año".encode(), b"END:VCARD"]
    assert cards(b"\r\n".join(lines)) == [{"name": "山田 太郎", "notes": "año"}]
    assert card_text("N;CHARSET=KOI8-R:Щёголев;Пётр".encode("koi8-r"), "cp1252") == "N;CHARSET=KOI8-R:Щёголев;Пётр"


def test_cards_as_damaged_as_programs_leave_them() -> None:
    text = (
        "\ufeffBEGIN:VCARD\rVERSION:3.0\rN:Suárez;Ana;;;\rTEL;type=VOICE:11 11\ritem1.TEL:22 22"
        "\ritem1.X-ABLabel:_$!<Mobile>!$_\r"
        "NOTE:one\u2028two\rEMAIL;TYPE=X400:c=ar;a=x\rBEGIN:VCARD\rNICKNAME:Pepe\r\rTEL:33\r 44\rEND:VCARD"
        "\r\ufeffBEGIN:VCARD\rFN:Last\r"
    )
    ana, pepe, last = cards(text.encode())
    assert (ana["name"], ana["phone"], ana["mobile"]) == ("Ana Suárez", "11 11", "22 22")
    assert ana["notes"] == "one\u2028two\n\nE-mail: c=ar;a=x"
    assert pepe == {"name": "Pepe", "phone": "3344"}
    assert last == {"name": "Last"}


def test_every_real_card_becomes_a_row() -> None:
    """Counted by hand of the first lines of cards, those of an agent within a card left out."""
    for path in shared("contacts").rglob("*.vcf*"):
        data = path.read_bytes()
        plain = data.replace(b"\0", b"").upper()
        if not plain.lstrip(b"\xef\xbb\xbf\xfe\xff \r\n").startswith(b"BEGIN:VCARD"):
            continue
        assert len(cards(data)) == plain.count(b"BEGIN:VCARD") - plain.count(b"AGENT"), path.name
