"""The billable hours of a closed ticket become a draft invoice."""

from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.base_catalog.operations import find_product
from addons.crm_tickets.signals import TicketClosed
from addons.erp_invoicing.models import Invoice, InvoiceLine
from addons.erp_invoicing.operations import InvoiceDraft, InvoiceLineDraft, draft_invoice
from core.db import actor, trusted
from core.i18n import _
from core.signals import hears

MODEL = "crm_tickets.ticket"
HOUR = "HOUR"
ZERO = Decimal(0)


@hears(TicketClosed)
def draft_hours(session: Session, signal: TicketClosed) -> None:
    """One draft per ticket over the hours that no posted invoice has yet; the product HOUR gives the price.

    Closing again after more work changes the draft that is there; hearing it twice changes nothing.
    """
    with trusted(session):
        left = signal.billable_hours - posted_hours(session, signal.ticket_id)
        draft = open_draft(session, signal.ticket_id)
        if draft is not None:
            draft.lines[0].quantity = max(left, ZERO)
            draft.recompute()
            session.flush()
        elif left > 0:
            make_draft(session, signal, left)


def make_draft(session: Session, signal: TicketClosed, hours: Decimal) -> None:
    """The draft of a ticket's hours."""
    product = find_product(session, HOUR)
    text = str(_("Hours of work, ticket {number}: {subject}", number=signal.number, subject=signal.subject))
    line = InvoiceLineDraft(product_id=product.id if product else None, description=text, quantity=hours)
    draft_invoice(
        session,
        InvoiceDraft(contact_id=signal.contact_id, date=signal.closed_on, lines=[line], origin=(MODEL, signal.ticket_id)),
    )


def open_draft(session: Session, ticket_id: int) -> Invoice | None:
    """The draft that a ticket has already."""
    wanted = select(Invoice).where(
        Invoice.origin_model == MODEL,
        Invoice.origin_id == ticket_id,
        Invoice.state == "draft",
        Invoice.company_id == actor(session).company_id,
    )
    return session.scalars(wanted.limit(1)).first()


def posted_hours(session: Session, ticket_id: int) -> Decimal:
    """The hours of a ticket that posted invoices have."""
    wanted = select(func.coalesce(func.sum(InvoiceLine.quantity), 0)).join(Invoice, Invoice.id == InvoiceLine.invoice_id)
    wanted = wanted.where(Invoice.origin_model == MODEL, Invoice.origin_id == ticket_id, Invoice.state == "posted")
    return session.scalars(wanted).one()
