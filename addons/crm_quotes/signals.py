"""What quotes announce."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from core.signals import Signal


@dataclass(frozen=True, kw_only=True)
class QuoteSent(Signal):
    """An offer went to a contact; `follow_up` is the day to ask for an answer."""

    quote_id: int
    number: str
    contact_id: int
    assigned_to_id: int | None
    date: datetime.date
    valid_until: datetime.date | None
    follow_up: datetime.date | None
    net: Decimal
    total: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class QuoteAccepted(Signal):
    """An offer became an order; its lines do not change any more."""

    quote_id: int
    number: str
    order_number: str
    contact_id: int
    date: datetime.date
    net: Decimal
    tax: Decimal
    total: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class QuoteExpired(Signal):
    """The time of an offer is over and nobody answered."""

    quote_id: int
    number: str
    contact_id: int
    date: datetime.date
    net: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class QuoteRejected(Signal):
    """A contact did not want an offer, and said why."""

    quote_id: int
    number: str
    contact_id: int
    date: datetime.date
    net: Decimal
    currency: str
    reason: str
