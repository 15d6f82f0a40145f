"""Names of columns that are no address and no telephone, from the most to the least wanted, parted by `|`.

English, Spanish and Russian first, then as programs write them in some twenty other languages.
"""


def names(*lists: str) -> tuple[str, ...]:
    """Names parted by `|`, as one list."""
    return tuple(name.strip() for each in lists for name in each.split("|"))


ALIASES = {
    "kind": names("kind|record type", "tipo|tipo de contacto", "тип|тип контакта"),
    "name": names(
        "full name|display name|name|file as",
        "nombre completo|nombre mostrado|nombre para mostrar|nombre y apellidos|apellido y nombre|razón social",
        "фио|отображаемое имя|полное имя|наименование|контакт",
        "anzeigename|angezeigter name|vollständiger name|nom complet|nom affiché|nom à afficher|nome completo"
        "|nome visualizzato"
        "|nome da mostrare|nome e cognome|nome de exibição|nome a mostrar|nome exibido|weergavenaam|volledige naam|naam",
        "nazwa wyświetlana|imię i nazwisko|pełna nazwa|vis navn|vist navn|visningsnavn|fuldt navn|fullt navn|navn"
        "|visningsnamn"
        "|kortnamn|fullständigt namn|namn|näyttönimi|koko nimi|nimi|zobrazované jméno|celé jméno|jméno a příjmení",
        "megjelenő név|teljes név|név|görünen ad|görüntülenen ad|adı soyadı|ad soyad|nume afișat|nume complet|nom visible"
        "|nom a mostrar|emri|відображуване ім'я|повне ім'я|піб|показвано име|prikazno ime|ime in priimek",
        "表示名|氏名|フルネーム|显示名称|顯示名稱|名稱|姓名|全名|표시명|표시 이름|성명|전체 이름|प्रदर्शन नाम|नाम"
        "|الاسم|اسم العرض|الاسم الكامل|שם מלא"
        "|εμφανιζόμενο όνομα|ονοματεπώνυμο|ชื่อที่แสดง|nama|nama tampilan|nama lengkap|izena eta abizenak",
    ),
    "party": names("customer name|client|vendor|vendor name", "cliente|proveedor", "клиент|покупатель|поставщик"),
    "customer": names("is customer", "es cliente", "является клиентом"),
    "supplier": names("is supplier", "es proveedor", "является поставщиком"),
    "first_name": names(
        "first name|first|given name|forename|fname",
        "nombre|nombre de pila|primer nombre|nombres",
        "имя",
        "vorname|rufname|prénom|nome|nome proprio|nome próprio|primeiro nome|voornaam|imię|imie|fornavn|förnamn"
        "|etunimi|jméno|křestní jméno"
        "|meno|utónév|keresztnév|ad|adı|prenume|nom de pila|nom propi|ім'я|име|ime|eesnimi|vārds|vardas|izena",
        "名|名前|이름 성 제외|名字|이름|पहला नाम|प्रथम नाम|الاسم الأول|שם פרטי|όνομα|ชื่อ|nama depan|nama pertama",
    ),
    "middle_name": names(
        "middle name|middle|additional name|other names",
        "segundo nombre",
        "отчество",
        "zweiter vorname|weitere vornamen|weiterer vorname|deuxième prénom|autres prénoms|autre prénom|second prénom"
        "|secondo nome"
        "|segundo nome|nome do meio|middelste naam|tweede naam|tussenvoegsel|drugie imię|mellemnavn|mellomnavn"
        "|mellannamn",
        "toinen nimi|druhé jméno|prostřední jméno|második név|középső név|ikinci ad|göbek adı|al doilea prenume"
        "|segon nom|по батькові|средно име",
        "ミドル ネーム|ミドルネーム|中间名|中間名|중간 이름|मध्य नाम|الاسم الأوسط|שם אמצעי|μεσαίο όνομα|ชื่อกลาง|nama tengah",
    ),
    "last_name": names(
        "last name|last|family name|surname|lname",
        "apellidos|apellido|primer apellido",
        "фамилия",
        "nachname|familienname|zuname|nom|nom de famille|cognome|sobrenome|apelido|apelidos|último nome|achternaam"
        "|familienaam|nazwisko|efternavn"
        "|etternavn|efternamn|sukunimi|příjmení|priezvisko|vezetéknév|családnév|soyadı|soyad|nume|nume de familie"
        "|cognoms|cognom"
        "|прізвище|фамилно име|priimek|prezime|perekonnanimi|uzvārds|pavardė|abizena|abizenak",
        "姓|姓氏|名字 姓|성|अंतिम नाम|اسم العائلة|الاسم الأخير|שם משפחה|επώνυμο|επίθετο|นามสกุล|nama belakang"
        "|nama akhir|nama keluarga",
    ),
    "last_name_2": names("segundo apellido"),
    "suffix": names(
        "suffix|name suffix|generational suffix",
        "sufijo",
        "суффикс",
        "namenszusatz|suffiks|namnsuffix|sufiks|суфікс|přípona|suffixe|suffisso|sufixo|achtervoegsel",
    ),
    "company": names(
        "company|company name|organization|organisation|organization name|organization 1 name|employer",
        "organización|compañía|empresa|nombre de la empresa",
        "организация|компания|фирма|место работы|название организации",
        "firma|firmenname|unternehmen|société|entreprise|organisme|società|azienda|ditta|organizzazione|companhia"
        "|organização|bedrijf"
        "|organisatie|przedsiębiorstwo|organizacja|virksomhed|företag|foretak|yritys|organisaatio|společnost|podnik"
        "|organizace|spoločnosť|cég",
        "vállalat|szervezet|şirket|kuruluş|firmă|companie|organizație|organització|компанія|організація|podjetje"
        "|tvrtka|ettevõte|erakundea",
        "会社|会社名|勤務先|組織|組織名|公司|组织|組織|单位|회사|회사명|조직|कंपनी|संगठन|الشركة|المؤسسة|חברה|ארגון"
        "|εταιρεία|οργανισμός|บริษัท|perusahaan|organisasi",
    ),
    "job_title": names(
        "job title|organization title|organization 1 title|position|role|occupation",
        "puesto|cargo|puesto de trabajo",
        "должность",
        "berufsbezeichnung|stellung|funktion|fonction|poste|qualifica|posizione|mansione|função|cargo|functie"
        "|stanowisko|stilling"
        "|job titel|befattning|tehtävänimike|asema|pracovní funkce|funkce|pozice|beosztás|munkakör|iş unvanı|unvan"
        "|funcție|funcția|càrrec|посада",
        "役職|職位|职务|职位|職稱|职称|직위|직책|직함|पदनाम|पद नाम|المسمى الوظيفي|תפקיד|θέση εργασίας|ตำแหน่ง"
        "|jabatan|lanpostua",
    ),
    "title": names(
        "title|prefix|name prefix",
        "título|tratamiento",
        "обращение",
        "titel|anrede|titre|civilité|titolo|appellativo|aanhef|tytuł|titul|titulus|megszólítás|başlık|títol"
        "|звернення|敬称|肩書き|称谓|稱謂|호칭",
    ),
    "other_emails": names("other emails"),
    "other_phones": names("other phones"),
    **{f"phone_1_{part}": names(f"phone 1 {part}") for part in ("label", "type", "value")},
    **{f"phone_2_{part}": names(f"phone 2 {part}") for part in ("label", "type", "value")},
    **{f"phone_3_{part}": names(f"phone 3 {part}") for part in ("label", "type", "value")},
    "birthday": names(
        "birthday|date of birth",
        "fecha de nacimiento|cumpleaños|nacimiento",
        "день рождения|дата рождения",
        "geburtstag|geburtsdatum|anniversaire|date de naissance|compleanno|data di nascita|aniversário"
        "|data de nascimento|verjaardag"
        "|geboortedatum|urodziny|data urodzenia|fødselsdag|fødselsdato|födelsedag|födelsedatum|bursdag|syntymäpäivä"
        "|syntymäaika",
        "narozeniny|datum narození|születésnap|születési dátum|doğum günü|doğum tarihi|ziua de naștere|data nașterii"
        "|aniversari"
        "|data de naixement|день народження|дата народження|рожден ден|rojstni dan|sünnipäev",
        "誕生日|生年月日|生日|出生日期|생일|생년월일|जन्मदिन|تاريخ الميلاد|יום הולדת|γενέθλια|วันเกิด|tanggal lahir"
        "|ulang tahun",
    ),
    "birth_year": names(
        "birth year",
        "año de nacimiento",
        "год рождения",
        "geburtsjahr|année de naissance|anno di nascita|ano de nascimento",
    ),
    "birth_month": names(
        "birth month",
        "mes de nacimiento",
        "месяц рождения",
        "geburtsmonat|mois de naissance|mese di nascita",
    ),
    "birth_day": names("birth day", "día de nacimiento", "geburtstag tag|jour de naissance|giorno di nascita"),
    "tax_id": names(
        "tax number|tax id|vat number|vat|government id number|tin",
        "cuit|nif|cif|rfc|rut|ruc|nit|número fiscal|identificación fiscal|dni",
        "инн|код налогоплательщика",
        "ust idnr|ust id|umsatzsteuer id|steuernummer|numéro de tva|partita iva|codice fiscale|nipc|cnpj|cpf"
        "|btw nummer|nip|dič|adószám|cvr nummer",
    ),
    "custom_1_label": names("custom field 1 label|custom field 1 type"),
    "custom_1_value": names("custom field 1 value"),
    "language": names(
        "language",
        "idioma",
        "язык",
        "sprache|langue|lingua|língua|taal|język|sprog|språk|kieli|jazyk|nyelv|dil|limba|言語|语言|語言|언어",
    ),
    "source": names("source|referred by|lead source", "origen|remitido por|recomendado por", "источник"),
    "notes": names(
        "notes|note|comments|remarks",
        "notas|observaciones|comentarios",
        "заметки|примечание|комментарий",
        "notizen|notiz|bemerkungen|anmerkungen|remarques|commentaires|annotazioni|commenti|observações|anotações"
        "|comentários|notities|opmerkingen"
        "|uwagi|notatki|notater|noter|bemærkninger|anteckningar|anmärkningar|kommentar|kommentarer|merknader"
        "|muistiinpanot|huomautukset",
        "poznámky|poznámka|megjegyzés|megjegyzések|jegyzetek|notlar|açıklamalar|note și observații|observații"
        "|нотатки|примітки|бележки|opombe",
        "メモ|備考|注释|註解|附注|备注|備註|便箋|메모|비고|टिप्पणी|नोट्स|ملاحظات|הערות|σημειώσεις|บันทึกย่อ|catatan|oharrak",
    ),
    "tags": names(
        "categories|labels|tags|category|group membership|keywords",
        "categorías|etiquetas|palabras clave|grupos",
        "категории|метки|ключевые слова|группы",
        "kategorien|stichwörter|gruppen|catégories|mots clés|groupes|categorie|parole chiave|gruppi|categorias"
        "|palavras chave|grupos"
        "|categorieën|trefwoorden|kategorie|słowa kluczowe|kategorier|nøgleord|nyckelord|luokat|luokka|kategória"
        "|kategóriák|kategoriler",
        "分類項目|分類|キーワード|类别|類別|分类|관리 범주|범주",
    ),
    "assigned_to": names(
        "owner|salesperson|account manager|assigned to",
        "vendedor|comercial|responsable|asignado a",
        "ответственный|менеджер",
    ),
}
#: Of telephones and addresses: what a word alone means, or which of several is wanted most.
ALIASES |= {
    "email": names(
        "e mail address|email address|email|e mail|primary email|e mail 1 value|email work|work email|email home",
    ),
    "email_2": names(
        "secondary email|alternate email 1|alternate email 2|e mail 2 value|e mail 3 value|email other|other email",
    )
    + names(
        "dirección de correo electrónico secundaria|альтернативный адрес электронной почты"
        "|дополнительный адрес электронной почты"
    )
    + names(
        "sekundær mail|द्वितीयक मेल|추가 메일|备用电子邮件|次要 email|zusätzliche e mail adresse|weitere e mail"
        "|adresse alternative"
    )
    + names("indirizzo email secondario|e mail secundário|tweede e mailadres|dodatkowy adres e mail|sekundární e mail"),
    "phone": names(
        "business phone|work phone|work|phone|phone number|telephone|primary phone|company main phone|main phone",
    )
    + names(
        "teléfono del trabajo|teléfono trabajo|teléfono|teléfono principal|рабочий телефон|телефон|arbete"
        "|arbeit|travail|ufficio|bureau|tel"
    ),
    "home_phone": names(
        "home phone|home|particular|hem|abitazione|domicile|домашний телефон|hem telefon|घर का फ़ोन|फोन आवास",
    ),
    "phone_2": names("other phone|other|primary|radio phone|radiotelefon|radioteléfono|telefon 1|telefon 2|yahoo phone"),
    "mobile": names(
        "mobile phone|mobile|mobile number|cell phone|cell|home mobile|mobile phone number|номер сотового телефона",
    ),
    "street": names("business street|work address|address 1 street|business address|address|street|street address"),
    "city": names("business city|work city|address 1 city|city|town"),
    "state": names("business state|work state|address 1 region|state|province|region"),
    "postcode": names(
        "business postal code|work post code|work zip|work zip code|address 1 postal code|postal code|zip|postcode",
    ),
    "country": names("business country|business country region|work country|address 1 country|country|country region"),
    "website": names("business web page|business website|web page|web page 1|website|website 1 value|website work|url|web"),
}
for place in ("home", "other"):
    for part in ("street", "city", "state", "postcode", "country"):
        ALIASES[f"{place}_{part}"] = ()
