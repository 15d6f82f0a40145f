"""Taking back what was invoiced: whole, or so much of some lines; never more than there was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.erp_invoicing.models import Invoice, InvoiceLine, InvoiceTax
from addons.erp_invoicing.operations.drafting import InvoiceDraft, InvoiceLineDraft, draft_invoice
from core.errors import Refused
from core.i18n import _

ZERO = Decimal(0)
OPPOSITE = {"invoice": "credit_note", "debit_note": "credit_note", "bill": "bill_credit"}


@dataclass(frozen=True)
class Taken:
    """What posted credit notes took back of one line, or of one tax."""

    quantity: Decimal
    net: Decimal


def taken_lines(session: Session, invoice_id: int) -> dict[int, Taken]:
    """What was taken back of each line of a document."""
    wanted = (
        select(InvoiceLine.credits_line_id, func.sum(InvoiceLine.quantity), func.sum(InvoiceLine.net))
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(Invoice.credits_id == invoice_id, Invoice.state == "posted", InvoiceLine.credits_line_id.is_not(None))
        .group_by(InvoiceLine.credits_line_id)
    )
    rows = session.execute(wanted).all()
    return {key: Taken(quantity, net) for key, quantity, net in rows if key is not None}


def taken_taxes(session: Session, invoice_id: int) -> dict[int, Decimal]:
    """What was taken back of each tax of a document."""
    wanted = (
        select(InvoiceTax.tax_id, func.sum(InvoiceTax.amount))
        .join(Invoice, Invoice.id == InvoiceTax.invoice_id)
        .where(Invoice.credits_id == invoice_id, Invoice.state == "posted")
        .group_by(InvoiceTax.tax_id)
    )
    return {key: amount for key, amount in session.execute(wanted).all()}


def taken_totals(session: Session, invoice_id: int) -> tuple[Decimal, Decimal]:
    """The totals and the roundings of the credit notes of a document."""
    total, rounding = func.coalesce(func.sum(Invoice.total), 0), func.coalesce(func.sum(Invoice.rounding), 0)
    wanted = select(total, rounding).where(Invoice.credits_id == invoice_id, Invoice.state == "posted")
    found = session.execute(wanted).one()
    return found[0], found[1]


def draft_credit(
    session: Session, invoice: Invoice, quantities: Mapping[int, Decimal] | None = None, note: str | None = None
) -> Invoice:
    """A draft credit note for all that is left of a document, or for so much of some of its lines (key: quantity)."""
    if invoice.state != "posted" or invoice.kind not in OPPOSITE:
        raise Refused(_("{title}: only a posted invoice, debit note or bill can be credited", title=invoice.title))
    taken = taken_lines(session, invoice.id)
    left = {
        line.id: line.quantity - taken[line.id].quantity if line.id in taken else line.quantity for line in invoice.lines
    }
    wanted = {key: quantity for key, quantity in left.items() if quantity} if quantities is None else dict(quantities)
    demand_available(invoice, left, wanted)
    drafts = [credit_line(line, wanted[line.id]) for line in invoice.lines if line.id in wanted]
    return draft_invoice(
        session,
        InvoiceDraft(
            kind=OPPOSITE[invoice.kind],
            contact_id=invoice.contact_id,
            lines=drafts,
            currency=invoice.currency,
            rate=invoice.rate,
            prices_include_tax=invoice.prices_include_tax,
            note=note,
            credits_id=invoice.id,
            origin=("erp_invoicing.invoice", invoice.id),
            reference=invoice.number if invoice.is_sale else None,
        ),
    )


def demand_available(invoice: Invoice, left: Mapping[int, Decimal], wanted: Mapping[int, Decimal]) -> None:
    """Refused when a line is not of the document, or less of it is left than is to be credited."""
    if not wanted:
        raise Refused(_("{title} is already credited completely", title=invoice.title))
    positions = {line.id: index for index, line in enumerate(invoice.lines, 1)}
    for key, quantity in wanted.items():
        if key not in left:
            raise Refused(_("{title} has no line with the key {key}", title=invoice.title, key=key))
        if quantity == 0 or (quantity > 0) != (left[key] > 0) or abs(quantity) > abs(left[key]):
            message = "{title}, line {row}: {left} is left to credit, not {quantity}"
            plain = {"left": f"{left[key].normalize():f}", "quantity": f"{quantity.normalize():f}"}
            raise Refused(_(message, title=invoice.title, row=positions[key], **plain))


def credit_line(line: InvoiceLine, quantity: Decimal) -> InvoiceLineDraft:
    """The line that takes back so much of this one, at its price and discount."""
    return InvoiceLineDraft(
        product_id=line.product_id,
        description=line.description,
        quantity=quantity,
        price=line.price,
        discount=line.discount,
        tax_id=line.tax_id,
        account_id=line.account_id,
        origin_line_id=line.origin_line_id,
        credits_line_id=line.id,
    )


def limit_credit(session: Session, credit: Invoice) -> None:
    """Keep a credit note within its document: Refused if it takes too much; what completes it takes exactly the rest.

    The document is locked until the commit, so that two credit notes cannot both take the last part.
    """
    locked = select(Invoice).where(Invoice.id == credit.credits_id).with_for_update(key_share=True)
    origin = session.scalars(locked).one()
    lines, taxes = taken_lines(session, origin.id), taken_taxes(session, origin.id)
    total, rounding = taken_totals(session, origin.id)
    complete = limit_lines(origin, credit, lines)
    left = {tax.tax_id: tax.amount - taxes.get(tax.tax_id, ZERO) for tax in origin.taxes}
    for row in credit.taxes:
        rest = left.get(row.tax_id, ZERO)
        row.amount = rest if complete else min(row.amount, rest)
        row.base = sum((line.net for line in credit.lines if bears(line, row.tax_id)), ZERO)
    credit.net = sum((line.net for line in credit.lines), ZERO)
    credit.tax = sum((row.amount for row in credit.taxes), ZERO)
    credit.rounding = origin.rounding - rounding if complete else ZERO
    credit.total = credit.net + credit.tax + credit.rounding
    if credit.total > origin.total - total:
        message = "{title} would be credited {total}, but only {left} of it is left"
        raise Refused(_(message, title=origin.title, total=credit.total, left=origin.total - total))


def limit_lines(origin: Invoice, credit: Invoice, taken: Mapping[int, Taken]) -> bool:
    """Keep each line within the one that it takes back; whether the whole document is credited by this."""
    nothing = Taken(ZERO, ZERO)
    sources = {line.id: line for line in origin.lines}
    left = {key: line.quantity - taken.get(key, nothing).quantity for key, line in sources.items()}
    demand_available(origin, left, summed(credit.lines))
    rest = {key: line.net - taken.get(key, nothing).net for key, line in sources.items()}
    for line in credit.lines:
        if line.credits_line_id is None:
            continue
        key = line.credits_line_id
        left[key] -= line.quantity
        if not left[key]:
            line.net = rest[key]
        elif abs(line.net) > abs(rest[key]):
            message = "{title}: only {left} of “{text}” is left to credit"
            raise Refused(_(message, title=origin.title, left=rest[key], text=line.description))
        rest[key] -= line.net
    return not any(left.values())


def summed(lines: Sequence[InvoiceLine]) -> dict[int, Decimal]:
    """How much of each line is taken back; free lines of the credit note do not count."""
    wanted: dict[int, Decimal] = {}
    for line in lines:
        if line.credits_line_id is not None:
            wanted[line.credits_line_id] = wanted.get(line.credits_line_id, ZERO) + line.quantity
    return wanted


def bears(line: InvoiceLine, tax_id: int) -> bool:
    """Whether a line bears this tax."""
    return line.tax is not None and any(tax.id == tax_id for tax in line.tax.all_taxes)
