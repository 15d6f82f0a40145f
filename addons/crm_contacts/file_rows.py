"""The cells of one row of a contacts file become the texts of a contact's fields: pure functions."""

import re
from functools import cache, lru_cache

from babel import Locale

from addons.crm_contacts.keys import country_code
from core.errors import Invalid
from core.values import fold

DIGIT = re.compile(r"\d")
SEVERAL = re.compile(r"\s*(?::::|[;\n])\s*")
SEVERAL_EMAILS = re.compile(r"\s*(?::::|[;,\n])\s*")
WHOLE_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ].*)?")
OTHER_SCHEME = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)
DATE_LIKE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\.?")
NO_YEAR = re.compile(r"\s*--.*|0+[./-]0+[./-]0+|(?:1604|0000)-?\d\d-?\d\d.*|\d\d?[./]\d\d?\.?")
TAX_WORDS = {"nif", "cif", "cuit", "cuil", "dni", "rfc", "rut", "ruc", "nit", "vat", "vat number", "tax id", "инн"}
SYSTEM_GROUPS = {"my contacts", "mycontacts", "starred", "friends & family", "imported"}
MOBILE = re.compile("mobil|móvil|celul|моб|сот|handy|portable|携帯|手机|手機|휴대")
ADDRESS = ("street", "city", "state", "postcode", "country")
EAST_ASIAN = re.compile(r"[\u3005-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
SYLLABLES = re.compile(r"[\uac00-\ud7af]+")
LANGUAGES = {
    "en": "en",
    "eng": "en",
    "english": "en",
    "ingles": "en",
    "английский": "en",
    "es": "es",
    "spa": "es",
    "spanish": "es",
    "espanol": "es",
    "castellano": "es",
    "испанский": "es",
    "ru": "ru",
    "rus": "ru",
    "russian": "ru",
    "ruso": "ru",
    "русский": "ru",
}
KINDS = {
    "company": "company",
    "business": "company",
    "organization": "company",
    "organisation": "company",
    "empresa": "company",
    "compania": "company",
    "organizacion": "company",
    "sociedad": "company",
    "компания": "company",
    "фирма": "company",
    "организация": "company",
    "юрлицо": "company",
    "юридическое лицо": "company",
    "person": "person",
    "individual": "person",
    "contact": "person",
    "persona": "person",
    "particular": "person",
    "contacto": "person",
    "человек": "person",
    "частное лицо": "person",
    "физлицо": "person",
    "физическое лицо": "person",
    "контакт": "person",
}
OTHER_LOCALES = ("de", "fr", "it", "pt", "nl", "pl", "sv", "da", "nb", "cs", "uk", "tr", "ca", "gl", "eu")
SHORT_NAMES = {
    "uk": "GB",
    "england": "GB",
    "great britain": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "inglaterra": "GB",
    "gran bretana": "GB",
    "великобритания": "GB",
    "англия": "GB",
    "eire": "IE",
    "usa": "US",
    "u.s.a.": "US",
    "u.s.": "US",
    "united states of america": "US",
    "america": "US",
    "eeuu": "US",
    "ee.uu.": "US",
    "estados unidos de america": "US",
    "сша": "US",
    "рф": "RU",
    "российская федерация": "RU",
    "russian federation": "RU",
    "republica argentina": "AR",
    "hong kong": "HK",
    "holland": "NL",
    "holanda": "NL",
    "голландия": "NL",
    "korea": "KR",
    "corea": "KR",
    "czech republic": "CZ",
    "rsa": "ZA",
    "uae": "AE",
    "u.a.e.": "AE",
    "viet nam": "VN",
    "turkey": "TR",
    "ivory coast": "CI",
}


def prepared(cells: dict[str, str]) -> dict[str, str]:
    """The cells of a row by field: names composed, the first of several values taken, the others kept in the notes."""
    texts = dict(cells)
    extra = [*_telephones(texts), *_emails(texts)]
    _address(texts)
    _tax_number(texts)
    _name_and_company(texts)
    extra += _country(texts)
    extra += _birthday(texts)
    extra += _website(texts)
    _words(texts)
    if extra:
        texts["notes"] = "\n".join(filter(None, [texts.get("notes", ""), *extra]))
    return texts


def _name_and_company(texts: dict[str, str]) -> None:
    """First, middle and last name make the name; without a person the row is about the company."""
    composed, name = _composed(texts), texts.get("name", "").strip()
    if set(fold(name).split()) <= set(fold(composed).split()):
        name = composed
    if kind := fold(texts.get("kind", "")).strip():
        texts["kind"] = KINDS.get(kind, kind)
    company = texts.get("company", "").strip()
    if not name and company:
        texts["kind"] = "company"
    name = name or company or texts.get("email") or texts.get("phone") or texts.get("mobile") or ""
    texts["name"] = " ".join(name.split())
    if company and fold(company) == fold(name):
        texts["kind"] = "company"
    if texts.get("kind") == "company":
        texts.pop("company", None)


def _composed(texts: dict[str, str]) -> str:
    """The parts of a name as its owner's language joins them: East Asian ones begin with the family's."""
    parts = ("first_name", "middle_name", "last_name", "last_name_2", "suffix")
    first, middle, last, second, suffix = (texts.pop(part, "").strip() for part in parts)
    if set(fold(first).split()) <= set(fold(last).split()):
        first = ""
    if EAST_ASIAN.fullmatch(first + last) and first and last:
        return f"{last}{first}" if len(last) == 1 or SYLLABLES.fullmatch(last) else f"{last} {first}"
    return " ".join(filter(None, (first, middle, last, second, suffix))) if first or middle or last else ""


def _address(texts: dict[str, str]) -> None:
    """One address of several: that of work, else that of home; its parts never come from two that are whole."""
    found = []
    for place in ("", "home_", "other_"):
        block = {part: text for part in ADDRESS if (text := texts.pop(f"{place}{part}", "").strip())}
        if more := [text for n in (2, 3) if (text := texts.pop(f"{place}street_{n}", "").strip())]:
            block["street"] = ", ".join(filter(None, [block.get("street"), *more]))
        found.append(block)
    best = next((b for b in found if "street" in b), None) or next((b for b in found if "city" in b), None)
    best = best or next(filter(None, found), {})
    for block in found[:2]:
        if "street" not in block:
            best = block | best
    texts |= best


def _emails(texts: dict[str, str]) -> list[str]:
    """The first address is kept; what the others are."""
    names = ("email", "email_2", "other_emails")
    found = [e for name in names for e in SEVERAL_EMAILS.split(texts.pop(name, "").strip()) if e]
    found = list(dict.fromkeys(e.removeprefix("mailto:").strip("<> ") for e in found))
    if found:
        texts["email"] = found[0]
    return [f"E-mail: {email}" for email in found[1:]]


def _telephones(texts: dict[str, str]) -> list[str]:
    """A number to call and a mobile are kept; what the others are. Google tells in a column of its own which is which."""
    phones, mobiles = _several(texts, "phone"), _several(texts, "mobile")
    for n in ("1", "2", "3"):
        label = texts.pop(f"phone_{n}_label", "") or texts.pop(f"phone_{n}_type", "")
        numbers = _several(texts, f"phone_{n}_value")
        (mobiles if MOBILE.search(label.casefold()) else phones).extend(numbers)
    phones += [n for name in ("home_phone", "phone_2", "other_phones") for n in _several(texts, name)]
    phones, mobiles = list(dict.fromkeys(phones)), list(dict.fromkeys(mobiles))
    for name, numbers in (("phone", phones), ("mobile", mobiles)):
        if numbers:
            texts[name] = numbers[0]
    return [f"Tel.: {number}" for number in (*phones[1:], *mobiles[1:])]


def _several(texts: dict[str, str], name: str) -> list[str]:
    written = texts.pop(name, "").strip()
    numbers = SEVERAL.split(written) if written else ()
    return [n.removeprefix("tel:").strip() for n in numbers if DIGIT.search(n)]


def _tax_number(texts: dict[str, str]) -> None:
    label, value = fold(texts.pop("custom_1_label", "")).strip(), texts.pop("custom_1_value", "")
    if label in TAX_WORDS and value:
        texts.setdefault("tax_id", value)


def _country(texts: dict[str, str]) -> list[str]:
    """The country's code; a text that names none is kept in the notes, as a person is worth more than it."""
    written = texts.pop("country", "").strip()
    if not written:
        return []
    code = code_of_country(written)
    if code is None:
        return [f"Country: {written}"]
    texts["country"] = code
    return []


@lru_cache(1000)
def code_of_country(written: str) -> str | None:
    """The ISO code of a country by its code or its name in English, Spanish, Russian or one of fifteen other languages."""
    try:
        return country_code(written)
    except Invalid:
        key = fold(written)
        return SHORT_NAMES.get(key) or names_elsewhere().get(key)


@cache
def names_elsewhere() -> dict[str, str]:
    """Names of countries in further languages; read when a file has one that is not known otherwise."""
    found: dict[str, str] = {}
    for language in OTHER_LOCALES:
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha():
                found.setdefault(fold(name), code)
    return found


def _birthday(texts: dict[str, str]) -> list[str]:
    """A birthday without its year is left out; parts of it in columns of their own are put together; words are a note."""
    if re.fullmatch(r"\d\d?", texts.get("birthday", "").strip()):
        texts["birth_day"] = texts.pop("birthday").strip()
    parts = [texts.pop(f"birth_{part}", "").strip() for part in ("year", "month", "day")]
    if all(part.isdigit() for part in parts):
        texts.setdefault("birthday", f"{int(parts[0]):04}-{int(parts[1]):02}-{int(parts[2]):02}")
    written = texts.get("birthday", "").strip()
    if NO_YEAR.fullmatch(written):
        del texts["birthday"]
    elif whole := WHOLE_DATE.fullmatch(written):
        texts["birthday"] = "-".join(whole.groups())
    elif written and not DATE_LIKE.fullmatch(written):
        return [f"Birthday: {texts.pop('birthday')}"]
    return []


def _words(texts: dict[str, str]) -> None:
    """Languages that the product speaks, tags that a person gave."""
    if language := texts.pop("language", ""):
        spoken = LANGUAGES.get(re.sub(r"^([a-z]{2})[-_].*", r"\1", fold(language).strip()))
        if spoken:
            texts["language"] = spoken
    if tags := texts.pop("tags", ""):
        kept = [tag.strip() for tag in re.split(r":::|[,;]", tags)]
        texts["tags"] = ",".join(t for t in kept if fold(t) not in SYSTEM_GROUPS and not t.startswith("* "))


def _website(texts: dict[str, str]) -> list[str]:
    """The first web address; others, and what is none, go to the notes."""
    found = [text for text in SEVERAL.split(texts.pop("website", "").strip()) if text]
    pages = [text for text in found if not OTHER_SCHEME.match(text)]
    if pages:
        texts["website"] = pages[0]
    return [f"Web: {text}" for text in found if text not in pages[:1]]
