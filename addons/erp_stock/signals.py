"""What stock announces."""

from dataclasses import dataclass
from datetime import date

from core.signals import Signal


@dataclass(frozen=True, kw_only=True)
class StockMoved(Signal):
    """Goods moved and are valued; `kind` is delivery, supplier_return, purchase, return, opening, transfer or count.

    `move_ids` are the moves of one document, which has its number by now.
    """

    kind: str
    document_model: str
    document_id: int
    number: str
    date: date
    contact_id: int | None
    origin_model: str | None
    origin_id: int | None
    move_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class StockReserved(Signal):
    """A delivery holds all the goods that it needs."""

    delivery_id: int
    contact_id: int
