"""Invoicing among its neighbours: contacts, tickets, agenda; by a clerk's rights."""

from datetime import date
from decimal import Decimal as D

import pytest
from sqlalchemy import select

from addons.base_catalog.models import Product
from addons.crm_contacts.models import Contact, TimelineEntry
from addons.erp_invoicing.figures import balance, next_due, overdue, owed, sold_this_year
from addons.erp_invoicing.models import Invoice
from addons.erp_invoicing.operations import InvoiceDraft, InvoiceLineDraft, draft_invoice, post_invoice
from addons.erp_ledger.models import Entry
from core.errors import Denied, Refused
from core.operations import perform, verbs_of
from core.testing.tandem import Tandem, at

DAY = date(2026, 3, 13)


def party(tandem: Tandem) -> int:
    """A contact and a product."""
    with tandem.write() as session:
        contact = Contact(name="Ferretería El Sol", kind="company")
        session.add_all([contact, Product(code="CHA", name="Chair", price=D(100), tax_rate=D(21))])
        session.add(Product(code="HOUR", name="Hour of work", kind="service", price=D(40), tax_rate=D(21)))
        session.flush()
        return contact.id


def draft(session, contact: int) -> Invoice:
    """A chair for a contact."""
    product = session.scalars(select(Product.id).where(Product.code == "CHA")).one()
    lines = [InvoiceLineDraft(product_id=product)]
    return draft_invoice(session, InvoiceDraft(contact_id=contact, date=DAY, lines=lines))


def test_a_clerk_posts_what_a_contacts_user_may_not_even_see(tandem) -> None:
    made = at(tandem("erp_invoicing"), DAY)
    contact = party(made)
    made.add_user("ines", "erp_invoicing.clerk")
    made.add_user("ana", "crm_contacts.manager")
    with made.write("ines") as session:
        invoice = draft(session, contact)
        perform(session, verbs_of(Invoice)["post"], invoice, {})
        key = invoice.id
        assert invoice.number == "A-0001-00000001"
    with made.read("ana") as session:
        assert session.get(Invoice, key) is None
        with pytest.raises(Denied):
            balance(session, session.get_one(Contact, contact))
    assert made.broken() == []


def test_the_contact_knows_what_was_invoiced(tandem) -> None:
    made = at(tandem("erp_invoicing"), DAY)
    contact = party(made)
    with made.write() as session:
        invoice = draft(session, contact)
        post_invoice(session, invoice)
        person = session.get_one(Contact, contact)
        assert person.customer
        assert balance(session, person).value == D("121.00") == owed(session, invoice).value
        assert sold_this_year(session, person).value == D("100.00")
        assert overdue(session, person).value == 0
        assert next_due(session, person).value == DAY
        told = session.scalars(select(TimelineEntry).where(TimelineEntry.contact_id == contact)).all()
        assert [(str(t.sentence), t.amount) for t in told if t.model == "erp_invoicing.invoice"] == [
            ("Invoiced: A-0001-00000001", D("121.00"))
        ]
    with at(made, date(2026, 4, 1)).read() as session:
        late = overdue(session, session.get_one(Contact, contact))
        assert (late.value, late.tone) == (D("121.00"), "bad")


def test_a_merged_card_may_not_take_posted_documents_along(tandem) -> None:
    from addons.crm_contacts.operations import merge_contacts

    made = at(tandem("erp_invoicing"), DAY)
    contact = party(made)
    with made.write() as session:
        post_invoice(session, draft(session, contact))
        twin = Contact(name="El Sol SA")
        session.add(twin)
        session.flush()
        kept, gone = session.get_one(Contact, contact), twin
        other = draft(session, gone.id)
        merge_contacts(session, kept, other=gone)
        session.refresh(other)
        assert other.contact_id == contact
    with made.write() as session:
        twin = Contact(name="Sol")
        session.add(twin)
        session.flush()
        with pytest.raises(Refused, match="merge the other card"):
            merge_contacts(session, twin, other=session.get_one(Contact, contact))
        session.rollback()


def test_the_hours_of_a_closed_ticket_are_drafted_once(tandem) -> None:
    from addons.crm_tickets.signals import TicketClosed
    from core.signals import send

    made = at(tandem("erp_invoicing", "crm_tickets"), DAY)
    contact = party(made)

    def close(hours: str) -> None:
        with made.write() as session:
            send(
                session,
                TicketClosed(
                    ticket_id=7,
                    number="T-7",
                    subject="Leg",
                    contact_id=contact,
                    closed_on=DAY,
                    hours=D(9),
                    billable_hours=D(hours),
                ),
            )

    def invoices() -> list[tuple[D, D, str]]:
        with made.read() as session:
            found = session.scalars(select(Invoice).where(Invoice.origin_model == "crm_tickets.ticket").order_by(Invoice.id))
            return [(i.lines[0].quantity, i.net, i.state) for i in found]

    close("0")
    assert invoices() == []
    close("1.5")
    close("1.5")
    assert invoices() == [(D("1.5"), D("60.00"), "draft")]
    close("2")
    assert invoices() == [(D("2"), D("80.00"), "draft")]
    with made.write() as session:
        post_invoice(session, session.scalars(select(Invoice)).one())
    close("2")
    assert len(invoices()) == 1
    close("3")
    assert invoices() == [(D("2"), D("80.00"), "posted"), (D("1"), D("40.00"), "draft")]


def test_what_is_due_is_a_task_until_it_is_paid(tandem) -> None:
    from addons.crm_agenda.models import Task
    from addons.erp_invoicing.operations import reverse_invoice

    made = at(tandem("erp_invoicing", "crm_agenda"), DAY)
    contact = party(made)
    with made.write() as session:
        invoice = draft(session, contact)
        post_invoice(session, invoice)
        (task,) = session.scalars(select(Task).where(Task.origin_model == "erp_invoicing.invoice")).all()
        assert (task.due, task.state) == (DAY, "open")
        reverse_invoice(session, invoice)
        session.refresh(task)
        assert task.state == "dropped"


def test_a_refused_command_leaves_the_database_as_it_was(tandem) -> None:
    made = at(tandem("erp_invoicing"), DAY)
    contact = party(made)

    def snapshot() -> list[object]:
        with made.read() as session:
            tables = (
                "erp_ledger_entry",
                "erp_ledger_entry_line",
                "erp_ledger_series",
                "erp_ledger_allocation",
                "erp_invoicing_invoice",
                "erp_invoicing_invoice_line",
                "crm_contacts_timeline_entry",
            )
            connection = session.connection()
            return [connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY id").all() for table in tables]

    with made.write() as session:
        key = draft(session, contact).id
    before = snapshot()
    for day in (date(2090, 1, 1), None):
        with pytest.raises((Refused, RuntimeError)), made.write() as session:
            invoice = session.get_one(Invoice, key)
            post_invoice(session, invoice, date=day)
            raise RuntimeError("a receiver fails after the number was taken")
    assert snapshot() == before
    with made.write() as session:
        invoice = session.get_one(Invoice, key)
        post_invoice(session, invoice)
        assert invoice.number == "A-0001-00000001"
        assert session.get_one(Entry, invoice.entry_id).number == 1


def test_a_quote_is_invoiced_once_and_no_further(tandem) -> None:
    from addons.crm_quotes.models import Quote, QuoteLine
    from addons.crm_quotes.operations import accept_quote
    from addons.erp_invoicing.operations import credit_invoice

    made = at(tandem("erp_invoicing", "crm_quotes"), DAY)
    contact = party(made)
    with made.write() as session:
        lines = [
            QuoteLine(position=0, description="Chair", quantity=D(6), price=D("48500"), discount=D(10), tax_rate=D(21)),
            QuoteLine(position=1, description="Lamp", quantity=D(9), price=D("12345.67"), discount=D("7.5"), tax_rate=D(21)),
            QuoteLine(position=2, description="Assembly", quantity=D(1), price=D("3333.31"), tax_rate=D(21)),
        ]
        quote = Quote(contact_id=contact, contact=session.get_one(Contact, contact), date=DAY, lines=lines)
        quote.recompute()
        session.add(quote)
        session.flush()
        accept_quote(session, quote, date=DAY)
        key = quote.id
    invoice_verb = verbs_of(Quote)["invoice"]
    with made.write("admin") as session:
        quote = session.get_one(Quote, key)
        invoice = perform(session, invoice_verb, quote, {})
        assert (invoice.total, invoice.origin_id) == (D("445293.32"), key)
        with pytest.raises(Refused, match="invoiced completely"):
            perform(session, invoice_verb, quote, {})
        perform(session, verbs_of(Invoice)["post"], invoice, {})
        credit_invoice(session, invoice, lines=[{"line": invoice.lines[0].id, "quantity": D(2)}], post=True)
        again = perform(session, invoice_verb, quote, {})
        assert [(line.description, line.quantity) for line in again.lines] == [("Chair", D(2))]
        again.lines[0].quantity = D(3)
        with pytest.raises(Refused, match="6 ordered, 7 invoiced"):
            perform(session, verbs_of(Invoice)["post"], again, {})
        session.rollback()
    assert made.broken() == []
