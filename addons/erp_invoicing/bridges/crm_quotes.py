"""Accepted quotes are invoiced: what was ordered, never more."""

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from addons.crm_quotes.models import Quote, QuoteLine
from addons.erp_invoicing.models import Invoice, InvoiceLine
from addons.erp_invoicing.models.invoices import CREDITS
from addons.erp_invoicing.models.rules import tax_of_rate
from addons.erp_invoicing.operations import InvoiceDraft, InvoiceLineDraft, draft_invoice
from addons.erp_invoicing.signals import InvoicePosted
from core.db import check, trusted
from core.errors import Refused
from core.i18n import _
from core.operations import verb
from core.signals import hears

MODEL = "crm_quotes.quote"
INVOICE = "erp_invoicing.invoice"
ZERO = Decimal(0)


def invoiced_quantities(session: Session, quote_id: int, drafts: bool = True) -> Mapping[int, Decimal]:
    """What of each line of a quote is on invoices, drafts too if so wished, less what was credited."""
    sign = case((Invoice.kind.in_(CREDITS), -InvoiceLine.quantity), else_=InvoiceLine.quantity)
    own = (Invoice.origin_model == MODEL) & (Invoice.origin_id == quote_id)
    invoices = select(Invoice.id).where(own)
    wanted = (
        select(InvoiceLine.origin_line_id, func.sum(sign))
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(own | ((Invoice.origin_model == INVOICE) & Invoice.credits_id.in_(invoices)))
        .where(InvoiceLine.origin_line_id.is_not(None))
        .group_by(InvoiceLine.origin_line_id)
    )
    if not drafts:
        wanted = wanted.where(Invoice.state == "posted")
    return {key: quantity for key, quantity in session.execute(wanted).all() if key is not None}


@verb(Quote, "invoice", icon="receipt-2", when=lambda quote: quote.state == "accepted", order=15)
def invoice_quote(session: Session, quote: Quote) -> Invoice:
    """A draft invoice over what of an accepted quote is on no invoice yet, at the prices of the quote."""
    with trusted(session):
        done = invoiced_quantities(session, quote.id)
        lines = [draft for line in quote.lines if (draft := line_left(session, line, done.get(line.id, ZERO)))]
        if not lines:
            raise Refused(_("{title} is invoiced completely", title=quote.title))
        return draft_invoice(
            session,
            InvoiceDraft(
                contact_id=quote.contact_id,
                lines=lines,
                currency=quote.currency,
                price_list_id=quote.price_list_id,
                prices_include_tax=quote.prices_include_tax,
                reference=quote.reference,
                origin=(MODEL, quote.id),
            ),
        )


def line_left(session: Session, line: QuoteLine, done: Decimal) -> InvoiceLineDraft | None:
    """What is left to invoice of a line; free lines without quantity are left out."""
    left = line.quantity - done
    if not left or (left > 0) != (line.quantity > 0):
        return None
    tax = tax_of_rate(session, line.tax_rate or ZERO)
    if tax is None and line.tax_rate:
        raise Refused(_("There is no tax of {rate} %: make it in the set-up", rate=f"{line.tax_rate.normalize():f}"))
    return InvoiceLineDraft(
        product_id=line.product_id,
        description=line.description,
        quantity=left,
        price=line.price,
        discount=line.discount,
        tax_id=tax.id if tax is not None else None,
        origin_line_id=line.id,
    )


@hears(InvoicePosted)
def keep_within_the_order(session: Session, signal: InvoicePosted) -> None:
    """No more of a quote is invoiced than was ordered."""
    if signal.kind != "invoice":
        return
    with trusted(session):
        invoice = session.get_one(Invoice, signal.invoice_id)
        if invoice.origin_model != MODEL or invoice.origin_id is None:
            return
        ordered = {
            line.id: line for line in session.scalars(select(QuoteLine).where(QuoteLine.quote_id == invoice.origin_id))
        }
        for key, quantity in invoiced_quantities(session, invoice.origin_id, drafts=False).items():
            line = ordered.get(key)
            if line is not None and abs(quantity) > abs(line.quantity):
                message = "“{text}”: {ordered} ordered, {invoiced} invoiced: lower the quantity"
                numbers = {"ordered": f"{line.quantity.normalize():f}", "invoiced": f"{quantity.normalize():f}"}
                raise Refused(_(message, text=line.description, **numbers))


@check("K9 no line of a quote is invoiced beyond its quantity")
def invoiced_beyond(session: Session) -> list[str]:
    """The lines of quotes of which posted invoices, less credits, have more than was ordered."""
    quotes = select(Invoice.origin_id).where(Invoice.origin_model == MODEL, Invoice.state == "posted").distinct()
    found = []
    for quote_id in session.scalars(quotes):
        quantities = invoiced_quantities(session, quote_id or 0, drafts=False)
        wanted = select(QuoteLine.id, QuoteLine.quantity).where(QuoteLine.quote_id == quote_id)
        ordered = {key: quantity for key, quantity in session.execute(wanted).all()}
        found += [f"quote line {key}" for key, n in quantities.items() if key in ordered and abs(n) > abs(ordered[key])]
    return found
