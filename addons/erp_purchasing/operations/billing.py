"""Bills of an order, and the three-way match: ordered, received, billed."""

import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.erp_invoicing.models import Invoice, InvoiceLine
from addons.erp_invoicing.operations import InvoiceDraft, InvoiceLineDraft, draft_invoice
from addons.erp_ledger.operations import EntryDraft, LineDraft, account_for, post_rows
from addons.erp_purchasing.models import BillMatch, Order, OrderLine
from addons.erp_purchasing.operations.states import ORDER, advance, locked_order
from addons.erp_stock.operations import next_part
from core.db import Company
from core.errors import Refused
from core.i18n import _
from core.operations import verb
from core.values import currency_digits

ZERO = Decimal(0)


@verb(
    Order,
    "bill",
    label="Bill…",
    icon="receipt-2",
    order=30,
    primary=True,
    when=lambda order: order.state in ("confirmed", "received"),
)
def bill_order(
    session: Session, order: Order, *, date: datetime.date | None = None, reference: str | None = None
) -> Invoice:
    """A draft bill of what came and is not billed yet, at the order's prices. Answers the bill.

    The goods are booked against what was received; what the supplier really charges is typed into the draft.
    """
    order = locked_order(session, order.id)
    if order.state not in ("confirmed", "received"):
        raise Refused(_("{title} is not confirmed, or billed already.", title=order.title))
    lines = _left_to_bill(session, order)
    if not lines:
        raise Refused(_("{title}: nothing that came is left to bill; receive goods first.", title=order.title))
    return draft_invoice(
        session,
        InvoiceDraft(
            contact_id=order.contact_id,
            lines=lines,
            kind="bill",
            date=date,
            reference=reference or None,
            currency=order.currency,
            prices_include_tax=False,
            origin=(ORDER, order.id),
        ),
    )


def _left_to_bill(session: Session, order: Order) -> list[InvoiceLineDraft]:
    """What came and is on no bill yet; goods are booked against what was received."""
    grni = account_for(session, "grni", order.company_id).id
    drafted = _drafted(session, order)
    return [
        InvoiceLineDraft(
            product_id=line.product_id,
            description=line.description,
            quantity=left,
            price=line.price,
            discount=line.discount,
            tax_id=line.tax_id,
            account_id=grni if line.is_goods else None,
            origin_line_id=line.id,
        )
        for line in order.lines
        if (left := line.to_bill - drafted.get(line.id, ZERO)) > 0
    ]


def _drafted(session: Session, order: Order) -> dict[int, Decimal]:
    """What drafts of bills already hold, by line of the order."""
    wanted = (
        select(InvoiceLine.origin_line_id, func.sum(InvoiceLine.quantity))
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(Invoice.origin_model == ORDER, Invoice.origin_id == order.id, Invoice.state == "draft")
        .group_by(InvoiceLine.origin_line_id)
    )
    return {key: quantity for key, quantity in session.execute(wanted) if key is not None}


def match_bill(session: Session, invoice: Invoice, order_id: int) -> None:
    """Compare each line of a posted bill with its line of the order; a difference of price goes to its own account.

    Goods received and not billed are cleared at the agreed value, whatever the supplier charged. Runs once per line.
    """
    order = locked_order(session, order_id)
    lines = {line.id: line for line in order.lines}
    company = session.get_one(Company, order.company_id)
    grni = account_for(session, "grni", order.company_id).id
    sign = -1 if invoice.is_credit else 1
    variance = ZERO
    for billed in invoice.lines:
        line = lines.get(billed.origin_line_id or 0)
        if line is None or _is_matched(session, billed):
            continue
        match = _match(session, line, billed, sign, currency_digits(company.currency))
        session.add(match)
        line.billed += match.quantity
        session.flush()
        if billed.account_id == grni:
            variance += match.difference
    if variance:
        _post_variance(session, invoice, order, grni, variance)
    advance(session, order)


def _is_matched(session: Session, billed: InvoiceLine) -> bool:
    return session.scalar(select(BillMatch.id).where(BillMatch.invoice_line_id == billed.id)) is not None


def _match(session: Session, line: OrderLine, billed: InvoiceLine, sign: int, digits: int) -> BillMatch:
    """What was agreed for so many of a line, in parts that add up to its net, beside what they were billed at."""
    before = session.execute(
        select(func.sum(BillMatch.quantity), func.sum(BillMatch.agreed)).where(BillMatch.order_line_id == line.id)
    ).one()
    quantity = sign * billed.quantity
    gone = (before[0] or ZERO, before[1] or ZERO)
    agreed = next_part(line.net, line.quantity, gone, quantity, digits)
    amount = sign * abs(billed.amount)
    return BillMatch(
        order_line_id=line.id,
        order_id=line.order_id,
        invoice_line_id=billed.id,
        quantity=quantity,
        agreed=agreed,
        billed=amount,
        difference=amount - agreed,
        company_id=billed.company_id,
    )


def _post_variance(session: Session, invoice: Invoice, order: Order, grni: int, variance: Decimal) -> None:
    """Move a difference of price from what is not billed to purchase variance."""
    account = account_for(session, "purchase_variance", order.company_id).id
    text = str(_("Price difference of {bill} to {order}", bill=invoice.number, order=order.number))
    post_rows(
        session,
        EntryDraft(
            date=invoice.date,
            text=text,
            journal="purchases",
            lines=[LineDraft.signed(account, variance), LineDraft.signed(grni, -variance)],
            source=(ORDER, order.id),
            company_id=order.company_id,
        ),
    )
