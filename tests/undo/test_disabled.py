"""What lies in the trash when addons come and go: rows of a disabled addon come back, those of an uninstalled one do not."""

from typing import Any

from sqlalchemy import text

from core.registry import lifecycle
from core.registry.state import read_state
from core.screens.records.reading import load_record
from core.screens.records.writing import delete_record
from core.screens.trash.restoring import restore


def billing(made: Any) -> list[int]:
    with made.read() as session:
        return list(session.execute(text("select id from erp_invoicing_contact_billing")).scalars())


def test_rows_of_a_disabled_addon_come_back_and_of_an_uninstalled_one_do_no_harm(tandem: Any) -> None:
    from addons.crm_contacts.models import Contact
    from addons.erp_invoicing.models import ContactBilling
    from core.testing.tandem import Tandem

    made = tandem("erp_invoicing")
    with made.write("admin") as session:
        contact = Contact(name="Casa Lumen", kind="company")
        session.add(contact)
        session.flush()
        session.add(ContactBilling(owner=contact))
        session.flush()
        key = contact.id
    lifecycle.disable(made.kernel, "erp_invoicing")
    state = read_state(made.database)
    less = Tandem(made.kernel, made.kernel.compose(state.enabled, state.generation))
    for _round in range(2):
        with less.write("admin") as session:
            delete_record(session, load_record(session, Contact, key))
        assert billing(less) == []
        with less.write("admin") as session:
            (kept,) = trashed(less)
            assert restore(session, kept).name == "Casa Lumen"
        assert billing(less) == [key]
    with less.write("admin") as session:
        delete_record(session, load_record(session, Contact, key))
    lifecycle.uninstall(made.kernel, "erp_invoicing")
    (kept,) = trashed(less)
    with less.write("admin") as session:
        assert restore(session, kept).name == "Casa Lumen"


def trashed(made: Any) -> list[int]:
    with made.read() as session:
        return list(session.execute(text("select id from core_trashed")).scalars())


def test_custom_fields_are_undone_and_come_back(tandem: Any) -> None:
    from addons.crm_contacts.models import Contact
    from core.registry.customs import Asked
    from core.screens.records.reading import read_record
    from core.screens.records.writing import write_record
    from core.screens.undo.telling import remembered
    from core.screens.undo.undoing import own_act, undo_at_once
    from tests.custom.test_fields import with_fields

    made = with_fields(tandem("crm_contacts"), Asked({"en": "Weight"}, "quantity"), Asked({"en": "Since"}, "date"))

    def values(session: Any) -> list[Any]:
        read = read_record(session, load_record(session, Contact, key))["custom"]
        return [read["weight"], read["since"]]

    with made.write("admin") as session:
        key = write_record(session, Contact, None, {"name": "Ana", "custom": {"weight": "1.5", "since": "2026-03-01"}}).id
    with made.write("admin") as session:
        contact = load_record(session, Contact, key)
        changed = {"custom.weight": "2", "custom.since": None}
        _record, act = remembered(session, Contact, lambda: write_record(session, Contact, contact, changed), lambda _r: "x")
    with made.write("admin") as session:
        assert values(session) == ["2", None]
        undo_at_once(session, own_act(session, act))
    with made.write("admin") as session:
        assert values(session) == ["1.5", "2026-03-01"]
        delete_record(session, load_record(session, Contact, key))
    with made.write("admin") as session:
        restore(session, *trashed(made))
    with made.read("admin") as session:
        assert values(session) == ["1.5", "2026-03-01"]
