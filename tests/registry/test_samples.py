"""Sample records go in one step, whatever people did with them meanwhile; what is real stays, and it is said why."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import func, select

from addons.crm_contacts.models import Contact
from addons.crm_quotes.models import Quote
from addons.erp_invoicing.models import Invoice, Tax
from core.registry.samples import Sample, remove_samples, say
from core.testing.tandem import Tandem

ADDONS = ("crm_quotes", "crm_tickets", "crm_agenda", "erp_invoicing")


def furnished(tandem: Callable[..., Tandem]) -> Tandem:
    """An installation with the demonstration of some addons."""
    office = tandem(*ADDONS)
    office.load_demo(office.composition.names)
    return office


def test_nobody_wrote_so_all_is_as_on_the_first_day(tandem: Callable[..., Tandem]) -> None:
    office = furnished(tandem)
    removal = remove_samples(office.kernel, office.composition)
    assert removal.emptied == office.composition.names and not removal.kept
    with office.read() as session:
        assert session.scalar(select(func.count(Contact.id))) == session.scalar(select(func.count(Invoice.id))) == 0
        assert session.scalar(select(func.count(Tax.id))) and not session.scalars(select(Sample)).all()
    assert office.broken() == []


def test_what_people_made_stays_and_so_does_what_they_need(tandem: Callable[..., Tandem]) -> None:
    office = furnished(tandem)
    office.add_user("vera", "crm_contacts.manager", "crm_quotes.manager")
    with office.write("vera") as session:
        used, changed = session.scalars(select(Contact).where(Contact.kind == "company").order_by(Contact.id).limit(2)).all()
        mine = Contact(name="Real Customer", kind="company")
        session.add(mine)
        changed.notes = "We know them well"
        session.flush()
        session.add_all(
            Quote(contact=contact, date=date(2026, 3, 2), currency="ARS", subject="Real") for contact in (used, mine)
        )
        names = {used.name, changed.name, "Real Customer"}
    removal = remove_samples(office.kernel, office.composition)
    assert "erp_invoicing" in removal.emptied and "crm_contacts" not in removal.emptied
    told = "\n".join(say(removal, office.composition))
    assert "1 of crm_contacts.Contact stay: people changed them" in told and "real records need them" in told
    assert removal.gone["crm_contacts.Contact"] > 20 and removal.gone["crm_quotes.Quote"] > 5
    with office.read() as session:
        assert set(session.scalars(select(Quote.subject))) == {"Real"}
        left = set(session.scalars(select(Contact.name)))
        assert names <= left and len(left) < 10, left
        assert session.scalar(select(func.count(Invoice.id))) == 0
    assert office.broken() == []
