"""What came of an order, by the receipts of the warehouse."""

import datetime
from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.erp_purchasing.models import Order, OrderLine
from addons.erp_purchasing.operations.states import advance, locked_order, open_receipts
from addons.erp_stock.models import Receipt
from addons.erp_stock.operations import LineQuantity, receive
from core.errors import Invalid, Refused
from core.i18n import _
from core.operations import verb


@verb(
    Order,
    "receive",
    label="Receive",
    icon="package-import",
    order=20,
    primary=True,
    when=lambda order: order.state == "confirmed",
)
def receive_order(
    session: Session,
    order: Order,
    *,
    date: datetime.date | None = None,
    lines: list[LineQuantity] | None = None,
) -> Receipt:
    """Goods of the order arrive: all that is waited for, or the given quantities by line of the order.

    Answers the receipt; the rest is waited for with another one.
    """
    waiting = open_receipts(session, order)
    if not waiting:
        raise Refused(_("{title}: no goods are waited for.", title=order.title))
    receipt = waiting[0]
    given = None if lines is None else _by_receipt_line(receipt, lines)
    receive(session, receipt, date=date, lines=given)
    return receipt


def _by_receipt_line(receipt: Receipt, lines: list[LineQuantity]) -> list[LineQuantity]:
    """Quantities by line of the order as quantities by line of its receipt."""
    by_origin = {line.origin_line_id: line.id for line in receipt.lines}
    given: list[LineQuantity] = []
    for row, entry in enumerate(lines):
        if entry["line"] not in by_origin:
            raise Invalid(_("Row {row}: line {line} is not waited for.", row=row + 1, line=entry["line"]))
        given.append({"line": by_origin[entry["line"]], "quantity": entry["quantity"]})
    return given


def book_received(session: Session, order_id: int, quantities: Iterable[tuple[int, Decimal]]) -> None:
    """Count what came by line of the order, and see where the order stands."""
    order = locked_order(session, order_id)
    lines = {line.id: line for line in order.lines}
    for key, quantity in quantities:
        _line(lines, key).received += quantity
    advance(session, order)


def book_returned(session: Session, order_id: int, quantities: Iterable[tuple[int, Decimal]]) -> None:
    """Take back what went back to the supplier; it is not waited for again."""
    order = locked_order(session, order_id)
    lines = {line.id: line for line in order.lines}
    for key, quantity in quantities:
        _line(lines, key).received -= quantity
    advance(session, order)


def _line(lines: dict[int, OrderLine], key: int) -> OrderLine:
    if key not in lines:
        raise Refused(_("The receipt names a line that its order does not have: enter it by hand."))
    return lines[key]
