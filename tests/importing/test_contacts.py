"""Contacts of Outlook, Google, Thunderbird and telephones: counted, names with their accents, nothing lost, undone."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from addons.crm_contacts.models import Contact, Tag, TimelineEntry
from core.db import now
from core.importing.importer import importer_of
from core.importing.models import Import
from core.importing.reading import Unreadable, read
from core.importing.running import Report, Run
from core.importing.undoing import undo
from core.jobs.book import opener
from core.testing.fixtures import kinds
from core.testing.shared_data import shared
from core.testing.tandem import Tandem, installed

ANDROID = ["john.doe@company.com", "jane.doe@company.com", "Ñ Ñ Ñ Ñ Ñ", "Ñ Ñ Ñ Ñ Ñ Ñ Ñ Ñ Ñ Ñ Ñ", "Ñ Ñ Ñ Ñ", "ÑÑÑÑ"]
MAIL = [f"test{n}@domain.tld" for n in range(1, 5)]
BROKEN = ["test-misses-N-or-FN@example.com", "test-misses-N-or-FN@example1.com"]
FILES: dict[str, tuple[dict[str, int], list[str]]] = {
    "KDE__kcontacts/vcard1.vcf": ({"create": 1}, ["Frank Dawson"]),
    "KDE__kcontacts/vcard11.vcf": ({"create": 1}, ["Test User"]),
    "KDE__kcontacts/vcard3.vcf": ({"create": 1}, ["ian geiser"]),
    "KDE__kcontacts/vcard4.vcf": ({"create": 1}, ["Ximian, Inc."]),
    "KDE__kcontacts/vcard6.vcf": ({"create": 1}, ["Test User"]),
    "KDE__kcontacts/vcard7.vcf": ({"refused": 1}, []),
    "KDE__kcontacts/vcard8.vcf": ({"create": 1}, ["test"]),
    "KDE__kcontacts/vcard_extension_case_normalization.vcf": ({"create": 1}, ["My Name"]),
    "KDE__kcontacts/vcardwithitemasapplesupport.vcf": ({"create": 1}, ["Name of Broken Card"]),
    "Kozea__Radicale/broken-vcard.vcf": ({"create": 1}, BROKEN[:1]),
    "Kozea__Radicale/broken-vcards.vcf": ({"create": 2}, BROKEN),
    "Kozea__Radicale/broken-vcards2-no_uid.vcf": ({"create": 2}, ["Test Example", BROKEN[1]]),
    "Kozea__Radicale/broken-vcards2.vcf": ({"create": 2}, ["Test Example", BROKEN[1]]),
    "Kozea__Radicale/contact1_v4.vcf": ({"create": 1}, ["Contact"]),
    "Kozea__Radicale/contact4-with-bday-no-year.vcf": ({"create": 1}, ["Test bday without year Thunderbird CardBook"]),
    "Kozea__Radicale/contact_multiple.vcf": ({"create": 2}, ["Contact1", "Contact2"]),
    "Kozea__Radicale/contact_multiple_v4.vcf": ({"create": 2}, ["Contact1", "Contact2"]),
    "google-layout/google_contacts_labels_layout.csv": (
        {"create": 3},
        ["Lucía Fernández Ruiz", "Only Company Ltd", "Иван Петрович Сидоров"],
    ),
    "libical__libical/leaktest.vcf": ({"create": 3}, ["Derik Stenerson", "Anik Ganguly", "Robert Moskowitz"]),
    "mangstadt__ez-vcard/io/text/John_Doe_ANDROID.vcf": ({"create": 6}, ANDROID),
    "mangstadt__ez-vcard/io/text/John_Doe_LOTUS_NOTES.vcf": ({"create": 1}, ["Mr. Doe John I Johny"]),
    "mangstadt__ez-vcard/io/text/John_Doe_MAC_ADDRESS_BOOK.vcf": ({"create": 1}, ["Mr. John Richter,James Doe Sr."]),
    "mangstadt__ez-vcard/io/text/John_Doe_MS_OUTLOOK.vcf": ({"create": 1}, ["Mr. John Richter James Doe Sr."]),
    "mangstadt__ez-vcard/io/text/fullcontact.vcf": ({"create": 1}, ["Prefix FirstName MiddleName LastName Suffix"]),
    "mangstadt__ez-vcard/io/text/rfc2426-example.vcf": ({"create": 2}, ["Frank Dawson", "Tim Howes"]),
    "mangstadt__ez-vcard/io/text/rfc6350-example.vcf": ({"create": 1}, ["Simon Perreault"]),
    "mangstadt__ez-vcard/io/text/thunderbird-MoreFunctionsForAddressBook-extension.vcf": ({"create": 1}, ["John Doe"]),
    "mangstadt__ez-vcard/issue/issue114.vcf": ({"create": 1}, ["Dummy, Dummy"]),
    "nextcloud__contacts/forrest-gump.vcf": ({"create": 1}, ["Forrest Gump"]),
    "outlook-layout/outlook_en_cp1252.csv": ({"create": 2}, ["Owen James Whitfield Jr.", "Aoife O'Brien"]),
    "outlook-layout/outlook_es_cp1252.csv": ({"create": 2}, ["José María Núñez de la Peña", "Begoña Güell i Ferré"]),
    "outlook-layout/outlook_ru_cp1251.csv": ({"create": 2}, ["Пётр Алексеевич Щёголев", "Анна Сергеевна Цой-Ковальчук"]),
    "py-vobject__vobject/radicale-1587.vcf": ({"create": 1}, ["Given Family"]),
    "roundcube__roundcubemail/Csv2vcard/all.csv": ({"create": 1}, ["Display Name"]),
    "roundcube__roundcubemail/Csv2vcard/all.vcf": ({"create": 1}, ["Display Name"]),
    "roundcube__roundcubemail/Csv2vcard/email.csv": ({"create": 4}, MAIL),
    "roundcube__roundcubemail/Csv2vcard/email.vcf": ({"create": 4}, MAIL),
    "roundcube__roundcubemail/johndoe.vcf": ({"create": 1}, ["John Doë"]),
    "roundcube__roundcubemail/thebat.vcf": ({"create": 1}, ["Piotr Iksiński"]),
    "roundcube__roundcubemail/utf-16_sample.vcf": ({"create": 1}, ["Ǽgean ĽdaMonté"]),
    "sabre-io__vobject/issue64.vcf": ({"refused": 1}, []),
    "thunderbird/basic_csv_addressbook.csv": ({"create": 2}, ["John Doe", "Jane Doe"]),
}


@pytest.fixture(scope="module", params=kinds())
def tandem(request: pytest.FixtureRequest) -> Iterator[Tandem]:
    with installed(str(request.param), ["crm_contacts"]) as made:
        yield made


@cache
def rows(path: Path) -> list[Any]:
    return list(read(path))


def sessions(tandem: Tandem) -> Callable[[bool], Any]:
    opened = opener(tandem.kernel, tandem.composition, via="import")
    return lambda writes: opened(1, 1, writes)


def begun(tandem: Tandem) -> int:
    with tandem.write() as session:
        made = Import(model=Contact.label(), filename="f", path="-", at=now(), state="running", user_id=1, company_id=1)
        session.add(made)
        session.flush()
        return made.id


def run(tandem: Tandem, told: list[Any], **how: Any) -> Report:
    importer = importer_of(tandem.composition, Contact)
    return Run(sessions(tandem), importer, catalogs=tandem.composition.catalogs, **how).over(told)


def named(report: Report) -> list[str]:
    return [one.values["name"] for one in report.shown if one.verdict == "create"]


def test_every_real_file_comes_in_as_its_dry_run_says_and_goes_again(tandem: Tandem) -> None:
    found: dict[str, Any] = {}
    for name in FILES:
        told = rows(shared("contacts", name))
        dry = run(tandem, told, dry=True)
        import_id = begun(tandem)
        report = run(tandem, told, import_id=import_id)
        again = run(tandem, told)
        undone = undo(sessions(tandem), import_id)
        found[name] = (dict(report.counts), named(report))
        assert dict(dry.counts) == dict(report.counts), name
        assert again.counts["same"] == report.counts["create"], name
        assert undone.kept == [], name
        with tandem.read() as session:
            assert session.scalar(select(func.count()).select_from(Contact)) == 0, name
            assert session.scalar(select(func.count()).select_from(Tag)) == 0, name
            assert session.scalar(select(func.count()).select_from(TimelineEntry)) == 0, name
    assert found == FILES


def test_no_real_file_is_forgotten() -> None:
    folder = shared("contacts")
    there = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.suffix in (".csv", ".vcf")}
    assert there - FILES.keys() == {"contact_csv_headers.csv", "libical__libical/user-cal.vcf"}
    with pytest.raises(Unreadable, match="calendar"):
        rows(folder / "libical__libical/user-cal.vcf")


def kept(tandem: Tandem, told: list[Any]) -> dict[str, Contact]:
    """The contacts after an import that is taken back at once, by name, with company and tags."""
    import_id = begun(tandem)
    run(tandem, told, import_id=import_id)
    with tandem.read() as session:
        contacts = {c.name: c for c in session.scalars(select(Contact))}
        for contact in contacts.values():
            assert contact.tags is not None
            assert contact.company is None or contact.company.name
        session.expunge_all()
    undo(sessions(tandem), import_id)
    return contacts


def test_a_spanish_outlook_row_field_by_field(tandem: Tandem) -> None:
    jose = kept(tandem, rows(shared("contacts", "outlook-layout/outlook_es_cp1252.csv")))["José María Núñez de la Peña"]
    assert (jose.kind, jose.job_title, jose.street, jose.city, jose.state, jose.postcode, jose.country) == (
        "person",
        "Jefe de compras",
        "C/ Mayor, 3, 2º B",
        "A Coruña",
        "Galicia",
        "15001",
        "ES",
    )
    assert (jose.phone, jose.mobile, jose.email) == ("+34 981 00 00 00", "+34 600 000 000", "jm.nunez@talleres.example")
    assert jose.company is not None
    assert (jose.company.name, jose.company.kind) == ("Talleres Núñez, S.L.", "company")
    assert jose.notes == "Cliente desde 1998; factura a 60 días"


def test_a_google_row_with_several_values_in_a_cell(tandem: Tandem) -> None:
    contacts = kept(tandem, rows(shared("contacts", "google-layout/google_contacts_labels_layout.csv")))
    lucia = contacts["Lucía Fernández Ruiz"]
    assert (lucia.mobile, lucia.email, lucia.tax_id, lucia.birthday) == (
        "+34 600 00 00 01",
        "lucia@ferreteria.example",
        "00000000T",
        None,
    )
    assert lucia.notes == "Dos líneas\nde nota\nTel.: +34 600 00 00 02\nE-mail: lucia.f@casa.example"
    assert [tag.name for tag in lucia.tags] == ["Clientes"]
    assert contacts["Only Company Ltd"].kind == "company"


SHEET = [
    ["Our customers", "", ""],
    ["Razón social", "Tipo", "CUIT", "Correo electrónico", "Celular", "País", "Es cliente", "Etiquetas", "Cumpleaños"],
    [
        "Ferretería Ñandú SA",
        "Empresa",
        "30-71234567-1",
        "VENTAS@nandu.example",
        1155501234.5,
        "Argentina",
        "Sí",
        "mayorista; ferias",
        "",
    ],
    ["Пётр Ёлкин", "Человек", "", "petr@elkin.example", "", "Россия", "нет", "", "7.3.1980"],
    ["Heinrich Böll", "", "", "boell@koeln.example", "", "Deutschland", "", "mayorista", ""],
    ["Abroad", "", "", "a@x.example", "", "Atlantis", "", "", ""],
    ["Bad", "", "", "not-an-address", "", "", "quizás", "", "31/02/2020"],
    ["Ferreteria Nandu", "Empresa", "30712345671", "", "", "", "", "", ""],
]


def test_a_sheet_with_a_title_above_its_heads_in_three_languages(tandem: Tandem) -> None:
    report = run(tandem, SHEET, dry=True)
    assert dict(report.counts) == {"create": 4, "refused": 1, "duplicate": 1}
    assert {f.field for f in report.faults} == {"email", "customer", "birthday"}
    contacts = kept(tandem, SHEET)
    shop, petr, heinrich = (contacts[name] for name in ("Ferretería Ñandú SA", "Пётр Ёлкин", "Heinrich Böll"))
    assert (shop.kind, shop.tax_id, shop.country, shop.customer, shop.role) == (
        "company",
        "30-71234567-1",
        "AR",
        True,
        "customer",
    )
    assert sorted(tag.name for tag in shop.tags) == ["ferias", "mayorista"]
    assert (petr.kind, petr.country, petr.customer, petr.birthday) == ("person", "RU", False, date(1980, 3, 7))
    assert heinrich.country == "DE"
    assert (contacts["Abroad"].country, contacts["Abroad"].notes) == (None, "Country: Atlantis")


def test_people_come_before_and_after_the_row_of_their_company(tandem: Tandem) -> None:
    heads = ["Name", "Kind", "Company", "Email", "City"]
    people = [
        ["Ana", "person", "El Sol", "ana@sol.example", ""],
        ["El Sol", "company", "", "", "La Plata"],
        ["Luis", "person", "el sol", "luis@sol.example", ""],
        ["Eva", "person", "La Luna", "eva@luna.example", ""],
        ["La Luna", "company", "", "info@luna.example", "Quilmes"],
    ]
    contacts = kept(tandem, [heads, *people])
    assert len(contacts) == 5
    ana, luis = contacts["Ana"].company, contacts["Luis"].company
    assert ana is not None
    assert luis is not None
    assert (ana.city, luis.city, ana.id) == ("La Plata", "La Plata", luis.id)
    import_id = begun(tandem)
    run(tandem, [heads, *people], import_id=import_id, chunk_rows=1)  # La Luna is made for Eva, then filled by its own row
    with tandem.read() as session:
        moon = session.scalars(select(Contact).where(Contact.name == "La Luna")).one()
        assert (moon.email, moon.city) == ("info@luna.example", "Quilmes")
    assert undo(sessions(tandem), import_id).kept == []


def test_a_user_imports_what_is_his_and_his_contacts_begin_their_history(kind: str) -> None:
    with installed(kind, ["crm_contacts"]) as tandem:
        imported_by_rosa(tandem)


def imported_by_rosa(tandem: Tandem) -> None:
    tandem.add_user("rosa", "crm_contacts.user")
    info = tandem.info("rosa")
    opened = opener(tandem.kernel, tandem.composition, via="import")
    importer = importer_of(tandem.composition, Contact)
    with tandem.write() as session:
        session.add(Contact(name="Theirs", email="theirs@x.example", assigned_to_id=1))
    run_of_rosa = Run(lambda writes: opened(info["user_id"], 1, writes), importer, import_id=begun(tandem))
    report = run_of_rosa.over(
        [
            ["Name", "Email", "Owner"],
            ["Mine", "mine@x.example", ""],
            ["Unseen", "theirs@x.example", ""],
            ["Given", "g@x.example", "admin"],
        ]
    )
    assert dict(report.counts) == {"create": 2, "refused": 1}
    with tandem.read("rosa") as session:
        assert sorted(session.scalars(select(Contact.name))) == ["Mine", "Unseen"]
        assert set(session.scalars(select(TimelineEntry.text))) == {"Contact created"}
