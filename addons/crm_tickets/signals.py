"""What tickets announce."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core.signals import Signal


@dataclass(frozen=True, kw_only=True)
class TicketOpened(Signal):
    """A contact asked something."""

    ticket_id: int
    number: str
    subject: str
    contact_id: int
    priority: str
    channel: str
    opened_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class TicketReplied(Signal):
    """Something was said to the contact; internal notes announce nothing."""

    ticket_id: int
    message_id: int
    number: str
    contact_id: int
    text: str
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class TicketTaskPlanned(Signal):
    """Something is to be done for a ticket, perhaps until a day; the agenda makes a task of it."""

    ticket_id: int
    message_id: int
    contact_id: int
    subject: str
    due: date | None


@dataclass(frozen=True, kw_only=True)
class TicketSolved(Signal):
    """The request was met; the contact may still disagree."""

    ticket_id: int
    number: str
    subject: str
    contact_id: int
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class TicketClosed(Signal):
    """A ticket was closed; its hours are final until it is opened again."""

    ticket_id: int
    number: str
    subject: str
    contact_id: int
    closed_on: date
    hours: Decimal
    billable_hours: Decimal
    at: datetime | None = None
