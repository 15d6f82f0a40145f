"""Signals that follow from writing a record, by whatever door: form, API, import of single records, or a verb.

`@announces(Ticket)` marks a function `(record) -> Signal | None` that is asked of every record a flush writes; what it
answers is sent once the flush is over, in the same transaction. `became(record, "state", "done")` tells a transition.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from core.db import Base, TandemSession
from core.signals.signal import Signal
from core.signals.switchboard import send

M = TypeVar("M", bound=Base)
Teller = Callable[[Any], Signal | None]
WAITING = "signals_after_flush"
_tellers: dict[type[Base], list[Teller]] = {}


def announces(model: type[M]) -> Callable[[Callable[[M], Signal | None]], Callable[[M], Signal | None]]:
    """Ask this function of every record of a model that a flush writes; it may read the record, not the database."""

    def mark(teller: Callable[[M], Signal | None]) -> Callable[[M], Signal | None]:
        _tellers.setdefault(model, []).append(teller)
        return teller

    return mark


def is_new(record: Base) -> bool:
    """Whether the flush that is under way inserted this record."""
    return inspect(record).key is None or record in getattr(inspect(record).session, "new", ())


def became(record: Base, name: str, value: Any) -> bool:
    """Whether the flush that is under way gave a field this value, which it had not before."""
    history = inspect(record).attrs[name].history
    return value in (history.added or ()) and value not in (history.deleted or ())


@event.listens_for(TandemSession, "after_flush")
def collect(session: Session, context: Any) -> None:
    """Ask while the changes are still known; nothing may be written within the flush."""
    for record in (*session.new, *session.dirty):
        for teller in _tellers.get(type(record), ()):
            if (signal := teller(record)) is not None:
                session.info.setdefault(WAITING, []).append(signal)


def tell(session: Session) -> None:
    """Send them now that the flush is over; receivers may write, which flushes again."""
    for signal in session.info.pop(WAITING, ()):
        send(session, signal)


TandemSession.after_flush_hooks.append(tell)
