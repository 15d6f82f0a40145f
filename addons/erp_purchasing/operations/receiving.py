"""What came of an order, by the receipts of the warehouse."""

import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from addons.erp_purchasing.models import Order
from addons.erp_purchasing.operations.states import ORDER, advance, locked_order, open_receipts
from addons.erp_stock.models import Move, Receipt, ReceiptLine
from addons.erp_stock.operations import LineQuantity, receive
from core.errors import Invalid, Refused
from core.i18n import _
from core.operations import verb

RECEIPT = "erp_stock.receipt"


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


def recount_received(session: Session, order_id: int) -> None:
    """What came and did not go back, by line of the order, counted anew from the moves; see where the order stands."""
    order = locked_order(session, order_id)
    counted = {line.id: Decimal(0) for line in order.lines}
    for key, quantity in (*_came(session, order_id), *_went_back(session, order_id)):
        if key not in counted:
            raise Refused(_("The receipt names a line that its order does not have: enter it by hand."))
        counted[key] += quantity
    for line in order.lines:
        if line.received != counted[line.id]:
            line.received = counted[line.id]
    advance(session, order)


def _came(session: Session, order_id: int) -> list[tuple[int, Decimal]]:
    wanted = (
        select(ReceiptLine.origin_line_id, Move.quantity)
        .join(Receipt, ReceiptLine.receipt_id == Receipt.id)
        .join(Move, (Move.document_line_id == ReceiptLine.id) & (Move.document_model == RECEIPT))
    )
    rows = session.execute(wanted.where(*_lines_of(order_id)))
    return [(key, quantity) for key, quantity in rows if key is not None]


def _went_back(session: Session, order_id: int) -> list[tuple[int, Decimal]]:
    back = aliased(Move)
    wanted = (
        select(ReceiptLine.origin_line_id, back.quantity)
        .join(Receipt, ReceiptLine.receipt_id == Receipt.id)
        .join(Move, (Move.document_line_id == ReceiptLine.id) & (Move.document_model == RECEIPT))
        .join(back, back.returns_id == Move.id)
    )
    rows = session.execute(wanted.where(*_lines_of(order_id)))
    return [(key, -quantity) for key, quantity in rows if key is not None]


def _lines_of(order_id: int) -> tuple[Any, ...]:
    return Receipt.origin_model == ORDER, Receipt.origin_id == order_id, ReceiptLine.origin_line_id.is_not(None)
