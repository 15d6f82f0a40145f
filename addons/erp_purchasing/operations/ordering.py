"""Orders: sent to the supplier, closed when no more will come, cancelled."""

import datetime

from sqlalchemy.orm import Session

from addons.erp_purchasing.models import Order, OrderLine
from addons.erp_purchasing.operations.states import ORDER, advance, locked_order, open_receipts
from addons.erp_purchasing.signals import OrderConfirmed
from addons.erp_stock.models import Receipt, ReceiptLine
from addons.erp_stock.operations import cancel_receipt, usual_warehouse
from core.db import Company, take_number
from core.errors import FieldError, Invalid, Refused
from core.i18n import _
from core.operations import verb
from core.signals import send


@verb(Order, "confirm", label="Confirm", icon="send", primary=True, order=10, when=lambda order: order.state == "draft")
def confirm_order(session: Session, order: Order, *, date: datetime.date | None = None) -> None:
    """The order goes to the supplier: it takes its number, and a receipt waits for its goods."""
    order = locked_order(session, order.id)
    if order.state != "draft":
        raise Refused(_("{title} is confirmed already.", title=order.title))
    order.date = date or order.date
    company = session.get_one(Company, order.company_id)
    order.currency = company.currency
    order.recompute()
    _refuse_unfit(order)
    session.flush()
    number = take_number(session, order)
    goods = [line for line in order.lines if line.is_goods]
    if goods:
        session.add(_awaited(session, order, goods))
    order.state = "confirmed"
    session.flush()
    signal = OrderConfirmed(
        order_id=order.id,
        contact_id=order.contact_id,
        number=number,
        date=order.date,
        total=order.total,
        currency=order.currency,
    )
    send(session, signal)
    if not goods:
        advance(session, order)


def _awaited(session: Session, order: Order, goods: list[OrderLine]) -> Receipt:
    """The receipt that waits for the goods of an order, at the values that it agreed."""
    return Receipt(
        kind="purchase",
        state="ready",
        contact_id=order.contact_id,
        reference=order.number,
        planned_on=order.expected_on,
        destination=usual_warehouse(session, order.company_id),
        origin_model=ORDER,
        origin_id=order.id,
        company_id=order.company_id,
        lines=[
            ReceiptLine(
                position=position,
                product_id=line.product_id or 0,
                description=line.description,
                quantity=line.quantity,
                amount=line.net,
                origin_line_id=line.id,
            )
            for position, line in enumerate(goods)
        ],
    )


@verb(
    Order,
    "cancel",
    label="Cancel",
    icon="x",
    order=60,
    when=lambda order: order.state in ("draft", "confirmed"),
    confirm="Cancel this order?",
)
def cancel_order(session: Session, order: Order) -> None:
    """Nothing of it will come; refused once something came or was billed."""
    order = locked_order(session, order.id)
    if order.state not in ("draft", "confirmed") or any(line.received or line.billed for line in order.lines):
        raise Refused(_("{title}: something came or was billed already; close the order instead.", title=order.title))
    for receipt in open_receipts(session, order):
        cancel_receipt(session, receipt)
    order.state = "cancelled"
    session.flush()


@verb(
    Order,
    "close",
    label="Close",
    icon="lock",
    order=50,
    when=lambda order: order.state == "confirmed",
    confirm="Expect no more goods of this order?",
)
def close_order(session: Session, order: Order) -> None:
    """What has not come will not come any more."""
    order = locked_order(session, order.id)
    if order.state != "confirmed":
        raise Refused(_("{title}: no more goods are waited for.", title=order.title))
    if not any(line.received for line in order.lines):
        raise Refused(_("{title}: nothing came yet; cancel the order instead.", title=order.title))
    for receipt in open_receipts(session, order):
        cancel_receipt(session, receipt)
    advance(session, order)


def _refuse_unfit(order: Order) -> None:
    """Invalid names the lines that cannot be ordered."""
    if not order.lines:
        raise Invalid(_("There are no lines: add what is ordered."))
    faults = []
    for row, line in enumerate(order.lines):
        if line.quantity <= 0:
            faults.append(FieldError(f"lines.{row}.quantity", _("Row {row}: enter a quantity above zero.", row=row + 1)))
        if line.price < 0:
            faults.append(FieldError(f"lines.{row}.price", _("Row {row}: enter a price from zero up.", row=row + 1)))
        if line.product is None and not line.description.strip():
            faults.append(FieldError(f"lines.{row}.description", _("Row {row}: say what is ordered.", row=row + 1)))
    if faults:
        raise Invalid(_("The order cannot be confirmed as it is."), faults)
