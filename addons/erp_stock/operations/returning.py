"""Returns: goods come back from a customer as they left, or go back to a supplier at their price."""

import datetime
from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.erp_stock.models import Delivery, DeliveryLine, Location, Move, Receipt, ReceiptLine
from addons.erp_stock.operations.delivering import DELIVERY, LineQuantity, deliver, moves_of, quantities_of
from addons.erp_stock.operations.receiving import RECEIPT, receive
from addons.erp_stock.operations.valuing import ZERO
from core.errors import Invalid, Refused
from core.i18n import _
from core.operations import verb


@verb(
    Delivery,
    "return",
    label="Return",
    icon="arrow-back-up",
    when=lambda delivery: delivery.state == "done" and delivery.kind == "sale",
)
def return_delivery(
    session: Session,
    delivery: Delivery,
    *,
    lines: list[LineQuantity] | None = None,
    date: datetime.date | None = None,
    warehouse: Location | None = None,
) -> Receipt:
    """The customer gives goods back: a receipt RET-n, received at once and valued as they left.

    Without `lines` all that has not come back yet. Answers the receipt.
    """
    moves, wanted = _wanted(session, DELIVERY, delivery, lines)
    if not any(wanted.values()):
        raise Refused(_("{title}: everything has come back already.", title=delivery.title))
    receipt = Receipt(
        kind="return",
        contact_id=delivery.contact_id,
        destination=warehouse or delivery.source,
        reference=delivery.number,
        origin_model=DELIVERY,
        origin_id=delivery.id,
        company_id=delivery.company_id,
        lines=[
            ReceiptLine(
                position=position,
                product_id=line.product_id,
                description=line.description,
                quantity=wanted[line.id],
                returns_move_id=moves[line.id].id,
                origin_line_id=line.id,
            )
            for position, line in enumerate(delivery.lines)
            if wanted[line.id]
        ],
    )
    session.add(receipt)
    session.flush()
    receive(session, receipt, date=date)
    return receipt


@verb(
    Receipt,
    "return",
    label="Return to supplier",
    icon="arrow-forward-up",
    when=lambda receipt: receipt.state == "done" and receipt.kind == "purchase",
)
def return_receipt(
    session: Session,
    receipt: Receipt,
    *,
    lines: list[LineQuantity] | None = None,
    date: datetime.date | None = None,
    warehouse: Location | None = None,
) -> Delivery:
    """Goods go back to the supplier, SR-n, at the price they were bought for; what they cost since then is a variance."""
    if receipt.contact_id is None:
        raise Invalid(_("contact: the receipt names no supplier to return to; enter one."))
    moves, wanted = _wanted(session, RECEIPT, receipt, lines)
    if not any(wanted.values()):
        raise Refused(_("{title}: everything went back already.", title=receipt.title))
    back = Delivery(
        kind="supplier_return",
        contact_id=receipt.contact_id,
        source=warehouse or receipt.destination,
        reference=receipt.number,
        origin_model=RECEIPT,
        origin_id=receipt.id,
        company_id=receipt.company_id,
        lines=[
            DeliveryLine(
                position=position,
                product_id=line.product_id,
                description=line.description,
                quantity=wanted[line.id],
                returns_move_id=moves[line.id].id,
            )
            for position, line in enumerate(receipt.lines)
            if wanted[line.id]
        ],
    )
    session.add(back)
    session.flush()
    deliver(session, back, date=date)
    return back


def left_to_return(
    session: Session, lines: Sequence[DeliveryLine] | Sequence[ReceiptLine], moves: dict[int, Move]
) -> dict[int, Decimal]:
    """What of each line has not come back yet, by its key; `moves` are those of the lines."""
    returned = select(Move.returns_id, func.sum(Move.quantity)).where(Move.returns_id.in_([m.id for m in moves.values()]))
    back = dict(session.execute(returned.group_by(Move.returns_id)).all())
    return {line.id: line.quantity - back.get(moves[line.id].id, ZERO) for line in lines if line.id in moves}


def _wanted(
    session: Session, model: str, document: Delivery | Receipt, lines: Sequence[LineQuantity] | None
) -> tuple[dict[int, Move], dict[int, Decimal]]:
    """The moves of a document by line, and how many of each line are to come back: all that is left unless told."""
    moves = {move.document_line_id: move for move in moves_of(session, model, document.id)}
    wanted = quantities_of(document.lines, lines) if lines else left_to_return(session, document.lines, moves)
    return moves, wanted
