"""What the agenda announces."""

from dataclasses import dataclass
from datetime import datetime

from core.signals import Signal


@dataclass(frozen=True, kw_only=True)
class EventDone(Signal):
    """An event took place; `outcome` says what came of it."""

    event_id: int
    type: str
    subject: str
    contact_id: int | None
    starts_at: datetime
    minutes: int
    outcome: str


@dataclass(frozen=True, kw_only=True)
class EventCancelled(Signal):
    """A planned event will not take place."""

    event_id: int
    type: str
    subject: str
    contact_id: int | None
    starts_at: datetime


@dataclass(frozen=True, kw_only=True)
class TaskDone(Signal):
    """A task was done."""

    task_id: int
    subject: str
    contact_id: int | None
