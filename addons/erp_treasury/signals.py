"""What treasury announces."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.signals import Signal


@dataclass(frozen=True, kw_only=True)
class MoneyReceived(Signal):
    """A receipt was posted: a contact paid, by whatever means."""

    receipt_id: int
    contact_id: int
    number: str
    date: date
    amount: Decimal
    currency: str
    cheque_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class MoneyPaid(Signal):
    """A payment was posted: a contact was paid, by whatever means."""

    payment_id: int
    contact_id: int
    number: str
    date: date
    amount: Decimal
    currency: str
    cheque_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ChequeMoved(Signal):
    """A cheque left one place for another; `came_from` is empty when it was born."""

    cheque_id: int
    number: str
    amount: Decimal
    came_from: str
    place: str
    date: date
    contact_id: int | None
    received_from_id: int | None
