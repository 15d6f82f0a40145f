"""What an event gets when it is written, by whatever door: its clock, an end, its key, how long its series lasts."""

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import event as events
from sqlalchemy import inspect
from sqlalchemy.orm import object_session

from addons.crm_agenda.models import EVERY, Event, Task, new_uid
from addons.crm_agenda.rrules import last_start
from addons.crm_agenda.signals import EventCancelled, EventDone, TaskDone
from core.db import actor, now
from core.errors import FieldError, Invalid
from core.i18n import _
from core.signals import announces, became

USUAL = timedelta(minutes=30)
DAY = timedelta(days=1)


@events.listens_for(Event, "before_insert")
@events.listens_for(Event, "before_update")
def complete(mapper: Any, connection: Any, event: Event) -> None:
    """Fill in what was left out; Invalid if it ends before it begins."""
    session = object_session(event)
    if event.zone is None:
        event.zone = actor(session).zone if session else "UTC"
    if event.all_day:
        event.starts_at, event.ends_at = whole_days(event)
    elif event.ends_at is None:
        event.ends_at = event.starts_at + USUAL
    if event.ends_at is not None and event.ends_at < event.starts_at:
        message = _("{subject} ends before it begins: correct one of the two times.", subject=event.subject)
        raise Invalid(message, [FieldError("ends_at", message)])
    if event.assigned_to_id is None and inspect(event).key is None and session is not None:
        event.assigned_to_id = actor(session).user_id
    say_how_often(event)
    event.uid = event.uid or new_uid()
    event.key = key_of(event.uid, event.recurrence_at)
    event.last_end_at = _last_end(event)


def say_how_often(event: Event) -> None:
    """The rule and the word for it agree: whichever of them was written last gives the other."""
    changed = inspect(event).attrs.rrule.history.has_changes()
    if (changed and event.rrule is not None) or event.repeats_every in (None, "custom"):
        words = {rule: word for word, rule in EVERY.items()}
        event.repeats_every = words.get(event.rrule, "custom")
    elif not changed and inspect(event).attrs.repeats_every.history.has_changes():
        event.rrule = EVERY[event.repeats_every]
    elif changed:
        event.repeats_every = "never"


def key_of(uid: str, recurrence_at: datetime | None) -> str:
    """The name of one row: that of its series, and which repetition it replaces."""
    return f"{uid}/{recurrence_at.isoformat()}" if recurrence_at else uid


def whole_days(event: Event) -> tuple[datetime, datetime]:
    """From midnight to midnight on the event's clock; an end on the same day means that day."""
    first = event.starts_at.astimezone(event.clock).date()
    last = (event.ends_at or event.starts_at).astimezone(event.clock)
    after = last.date() if last.time() == time() else last.date() + DAY
    begin, end = (datetime.combine(day, time(), event.clock) for day in (first, max(after, first + DAY)))
    return begin.astimezone(now().tzinfo), end.astimezone(now().tzinfo)


def _last_end(event: Event) -> datetime | None:
    """When the last repetition is over; None for an endless series, so that a look into the past can skip the rest."""
    last = event.starts_at
    if event.rrule:
        local = event.starts_at.astimezone(event.clock).replace(tzinfo=None)
        ending = last_start(event.rrule, local, event.zone or "UTC")
        if ending is None:
            return None
        last = max(last, ending.replace(tzinfo=event.clock))
    extra = [datetime.fromisoformat(text).replace(tzinfo=event.clock) for text in event.rdates or ()]
    return max([last, *extra]).astimezone(now().tzinfo) + event.length


@events.listens_for(Task, "before_insert")
@events.listens_for(Task, "before_update")
def complete_task(mapper: Any, connection: Any, task: Task) -> None:
    """A task is for whoever writes it, unless it says otherwise; when it was done is noted."""
    session = object_session(task)
    if task.assigned_to_id is None and inspect(task).key is None and session is not None:
        task.assigned_to_id = actor(session).user_id
    if task.state == "open":
        task.done_at = None
    elif task.done_at is None:
        task.done_at = now()


@announces(Event)
def took_place(event: Event) -> EventDone | EventCancelled | None:
    """An event was done or cancelled, by its verb or in its form."""
    if became(event, "state", "done"):
        return EventDone(
            event_id=event.id,
            type=event.type,
            subject=event.subject,
            contact_id=event.contact_id,
            starts_at=event.starts_at,
            minutes=int(event.length.total_seconds()) // 60,
            outcome=event.outcome or "",
        )
    if became(event, "state", "cancelled"):
        return EventCancelled(
            event_id=event.id,
            type=event.type,
            subject=event.subject,
            contact_id=event.contact_id,
            starts_at=event.starts_at,
        )
    return None


@announces(Task)
def was_done(task: Task) -> TaskDone | None:
    """A task was done, by its verb or in its form."""
    if became(task, "state", "done"):
        return TaskDone(task_id=task.id, subject=task.subject, contact_id=task.contact_id)
    return None
