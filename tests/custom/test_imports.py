"""Files with columns for fields that were added: guessed in every language, compared, written, and taken back."""

from pathlib import Path
from typing import Any

from sqlalchemy import select

from addons.crm_contacts.models import Contact
from core.importing.service import Asked as Importing
from core.importing.service import import_file, import_now, undo_import
from core.jobs.book import opener
from core.registry.customs import Asked
from core.screens.lists.answers import list_records
from core.screens.records.histories import history_of
from core.screens.records.reading import load_record
from core.testing.tandem import Tandem
from tests.custom.test_fields import with_fields

FIELDS = (
    Asked({"en": "Credit line", "es": "Línea de crédito", "ru": "Кредитный лимит"}, "money"),
    Asked({"en": "Grade"}, "choice", words=(("", {"en": "Gold", "es": "Oro"}), ("", {"en": "Silver"})), required=True),
    Asked({"en": "Partner"}, "relation", target="crm_contacts.Contact"),
    Asked({"en": "Seats"}, "integer", initial=3),
)


def contacts(made: Tandem) -> dict[str, Any]:
    with made.read("admin") as session:
        asked = "name,custom.credit_line,custom.grade,custom.partner,custom.seats"
        items = list_records(session, Contact, fields=asked, order="name")["items"]
    return {item["name"]: item for item in items}


def test_added_fields_come_from_a_file_and_go_back(tandem: Any, tmp_path: Path) -> None:
    made = with_fields(tandem("crm_contacts"), *FIELDS)
    file = tmp_path / "people.csv"
    file.write_text("Nombre;E-mail;Línea de crédito;Grade;Partner\nAna;ana@x.com;1.500,25;oro;\nBruno;b@x.com;;Silver;\n")
    report = import_file(made.kernel, made.composition, "crm_contacts.contact", file, login="admin", language="es")
    assert report.counts == {"create": 2}, report.faults
    there = contacts(made)
    assert there["Ana"]["custom.credit_line"] == "1500.25" and there["Ana"]["custom.grade"] == "gold"
    assert there["Bruno"]["custom.seats"] == 3

    file.write_text(
        "name,email,Кредитный лимит,Partner,grade\nAna,ana@x.com,9.5,Bruno,\nEva,e@x.com,1,,\nLeo,l@x.com,x,,gold\n"
    )
    report = import_file(made.kernel, made.composition, "crm_contacts.contact", file, login="admin")
    assert report.counts == {"update": 1, "refused": 2}
    assert {fault.field for fault in report.faults} == {"custom.credit_line", "custom.grade"}
    there = contacts(made)
    assert there["Ana"]["custom.credit_line"] == "9.50" and there["Ana"]["custom.partner"]["title"] == "Bruno"
    with made.read("admin") as session:
        ana = load_record(session, Contact, there["Ana"]["id"])
        assert {step.path for step in history_of(session, ana)[0].steps} == {"custom.credit_line", "custom.partner_id"}
    same = import_file(made.kernel, made.composition, "crm_contacts.contact", file, login="admin", dry=True)
    assert same.counts == {"same": 1, "refused": 2}

    assert report.import_id is not None
    undone = undo_import(made.kernel, made.composition, report.import_id, "admin")
    assert undone.kept == []
    there = contacts(made)
    assert there["Ana"]["custom.credit_line"] == "1500.25" and there["Ana"]["custom.partner"] is None
    first = undo_import(made.kernel, made.composition, report.import_id - 1, "admin")
    assert first.counts["crm_contacts.Contact removed"] + first.counts["crm_contacts.Contact kept"] == 2


KEYS = (
    Asked({"en": "Old number", "es": "Número viejo"}),
    Asked({"en": "Since"}, "date"),
    Asked({"en": "Seat"}, "integer"),
    Asked({"en": "Partner"}, "relation", target="crm_contacts.Contact"),
)


def test_records_are_found_by_a_field_that_was_added(tandem: Any, tmp_path: Path) -> None:
    made = with_fields(tandem("crm_contacts"), *KEYS)
    composition, file = made.composition, tmp_path / "people.csv"
    rows = "Ana,K-é1,2020-01-01,7,,Rome\nAna,K-2,2020-01-02,8,,Oslo\n"
    file.write_text(f"Name,Old number,Since,Seat,Partner,City\n{rows}")
    who = (None, made.info()["company_id"])

    def bring(key: str) -> Any:
        opens = opener(made.kernel, composition, via="import")
        asked = Importing(Contact, file, key=key)
        return import_now(made.database, lambda writes: opens(None, who[1], writes), composition, asked, who)

    assert bring("custom.old_number").counts == {"create": 2}
    for key, told in (("custom.old_number", "k-E1,,"), ("custom.since", ",2020-01-01,"), ("custom.seat", ",,7")):
        file.write_text(f"Name,Old number,Since,Seat,City\nAna,{told},{key}\nAna,{told},Twice\n")
        report = bring(key)
        assert report.counts == {"update": 1, "duplicate": 1}, (key, report.faults)
        with made.read() as session:
            towns = session.scalars(select(Contact.city).order_by(Contact.id)).all()
        assert towns == [key, "Oslo"]
        assert report.import_id is not None
        assert undo_import(made.kernel, composition, report.import_id).kept == []
