"""What purchasing announces."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.signals import Signal


@dataclass(frozen=True, kw_only=True)
class OrderConfirmed(Signal):
    """An order went to its supplier."""

    order_id: int
    contact_id: int
    number: str
    date: date
    total: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class OrderReceived(Signal):
    """All the goods of an order are here."""

    order_id: int
    contact_id: int
    number: str
    date: date
