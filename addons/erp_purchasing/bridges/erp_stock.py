"""What the warehouse received or sent back counts for the orders it belongs to."""

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.erp_purchasing.operations import ORDER, book_received, book_returned
from addons.erp_stock.models import Move, Receipt, ReceiptLine
from addons.erp_stock.signals import StockMoved
from core.db import trusted
from core.signals import hears


@hears(StockMoved)
def count_received(session: Session, signal: StockMoved) -> None:
    """Quantities of a receipt, or of its return, by line of the order; each document moves once, so it counts once."""
    if signal.kind == "purchase" and signal.origin_model == ORDER and signal.origin_id is not None:
        with trusted(session):
            book_received(session, signal.origin_id, _by_line(session, signal.move_ids))
    if signal.kind == "supplier_return" and signal.origin_id is not None:
        with trusted(session):
            receipt = session.get(Receipt, signal.origin_id)
            if receipt is not None and receipt.origin_model == ORDER and receipt.origin_id is not None:
                book_returned(session, receipt.origin_id, _returned_by_line(session, signal.move_ids))


def _by_line(session: Session, move_ids: tuple[int, ...]) -> list[tuple[int, Decimal]]:
    wanted = (
        select(ReceiptLine.origin_line_id, Move.quantity)
        .join(Move, Move.document_line_id == ReceiptLine.id)
        .where(Move.id.in_(move_ids), ReceiptLine.origin_line_id.is_not(None))
    )
    return [(key, quantity) for key, quantity in session.execute(wanted) if key is not None]


def _returned_by_line(session: Session, move_ids: tuple[int, ...]) -> list[tuple[int, Decimal]]:
    originals = select(Move.returns_id, Move.quantity).where(Move.id.in_(move_ids))
    found = []
    for original_id, quantity in session.execute(originals):
        original = session.get_one(Move, original_id)
        line = session.get_one(ReceiptLine, original.document_line_id)
        if line.origin_line_id is not None:
            found.append((line.origin_line_id, quantity))
    return found
