"""Events as an iCalendar file (RFC 5545) that Outlook, Google and Apple read: zones included, whole days as days."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from addons.crm_agenda.models import TYPES, Event, Task, event_user
from addons.crm_agenda.rrules import interchanged
from addons.crm_agenda.zones import zone_component
from core.db import actor, now

if TYPE_CHECKING:  # fetched when a calendar is written: few workers ever do
    from icalendar import Alarm, Todo
    from icalendar import Event as Entry

PRODUCT = "-//Tandem//Agenda//EN"
REFRESH = "PT1H"
STATUS = {"planned": "CONFIRMED", "done": "CONFIRMED", "cancelled": "CANCELLED"}
TASK_STATUS = {"open": "NEEDS-ACTION", "done": "COMPLETED", "dropped": "CANCELLED"}
TASK_PRIORITY = {"urgent": 1, "high": 3, "normal": 5, "low": 9}
PAST = timedelta(days=365)


class Verbatim(str):
    """A value that is written as it stands: a rule that came from another calendar goes back byte for byte."""

    def to_ical(self) -> bytes:
        """Its own bytes."""
        return self.encode()


def calendar_text(events: Sequence[Event], tasks: Sequence[Task] = (), name: str = "Tandem") -> bytes:
    """The file of these events and tasks; series come with their changed times."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar["X-PUBLISHED-TTL"] = Verbatim(REFRESH)
    calendar["REFRESH-INTERVAL;VALUE=DURATION"] = Verbatim(REFRESH)
    for event in events:
        calendar.add_component(_entry(event))
    for task in tasks:
        calendar.add_component(_todo(task))
    for zone in sorted({event.zone or "UTC" for event in events if not event.all_day} - {"UTC"}):
        calendar.add_component(zone_component(zone, now().year))
    written: bytes = calendar.to_ical()
    return written


def _entry(event: Event) -> "Entry":
    """One VEVENT."""
    from icalendar import Event as Entry

    entry = Entry()
    entry.add("uid", event.uid)
    entry.add("dtstamp", event.updated_at or now())
    entry.add("last-modified", event.updated_at or now())
    entry.add("sequence", event.revision)
    entry.add("summary", event.subject)
    _add_times(entry, event)
    for name, value in (("location", event.location), ("description", _description(event))):
        if value:
            entry.add(name, value)
    entry.add("status", STATUS[event.state])
    entry.add("categories", [TYPES[event.type]])
    entry.add("transp", "TRANSPARENT" if event.all_day else "OPAQUE")
    entry["X-MICROSOFT-CDO-BUSYSTATUS"] = Verbatim("FREE" if event.all_day else "BUSY")
    for minutes in event.reminders or ():
        entry.add_component(_alarm(minutes, event.subject))
    return entry


def _add_times(entry: "Entry", event: Event) -> None:
    """Begin, end, repetition; whole days without hours and with the day after the last as their end."""
    clock = event.clock
    begins, ends = (moment.astimezone(clock) for moment in (event.starts_at, event.ends_at or event.starts_at))
    entry.add("dtstart", begins.date() if event.all_day else begins)
    entry.add("dtend", ends.date() if event.all_day else ends)
    if event.rrule:
        entry["RRULE"] = Verbatim(interchanged(event.rrule, event.zone or "UTC", event.all_day))
    for name, texts in (("rdate", event.rdates), ("exdate", event.exdates)):
        for text in texts or ():
            local = datetime.fromisoformat(text)
            entry.add(name, local.date() if event.all_day else local.replace(tzinfo=clock))
    if event.recurrence_at is not None:
        replaced = event.recurrence_at.astimezone(clock)
        entry.add("recurrence-id", replaced.date() if event.all_day else replaced)


def _description(event: Event) -> str:
    """Notes, whom it is with, and what came of it."""
    return "\n".join(filter(None, (event.notes, event.contact.name if event.contact else "", event.outcome)))


def _alarm(minutes: int, subject: str) -> "Alarm":
    """A reminder so many minutes before."""
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", subject)
    alarm.add("trigger", timedelta(minutes=-minutes))
    return alarm


def _todo(task: Task) -> "Todo":
    """One VTODO."""
    from icalendar import Todo

    todo = Todo()
    todo.add("uid", task.uid)
    todo.add("dtstamp", task.updated_at or now())
    todo.add("summary", task.subject)
    todo.add("status", TASK_STATUS[task.state])
    todo.add("priority", TASK_PRIORITY[task.priority])
    if task.due:
        todo.add("due", task.due)
    if task.done_at:
        todo.add("completed", task.done_at)
    if task.notes:
        todo.add("description", task.notes)
    return todo


def agenda_of(session: Session, user_id: int, since: datetime | None = None) -> list[Event]:
    """What a calendar program is given of a user: a year back, all to come, and every series that still runs."""
    start = since or datetime.combine(now().date(), time(), UTC) - PAST
    invited = select(event_user.c.event_id).where(event_user.c.user_id == user_id)
    wanted = (
        select(Event)
        .where(Event.company_id == actor(session).company_id)
        .where(or_(Event.assigned_to_id == user_id, Event.id.in_(invited)))
        .where(or_(Event.last_end_at.is_(None), Event.last_end_at >= start))
        .options(selectinload(Event.contact))
        .order_by(Event.starts_at, Event.id)
    )
    events = list(session.scalars(wanted))
    return [*events, *_missing_changes(session, events)]


def _missing_changes(session: Session, events: Iterable[Event]) -> list[Event]:
    """Changed times of these series, whoever they are for now, lest the series shows them at the old time."""
    known = {event.id: event for event in events}
    series = [event.id for event in known.values() if event.repeats]
    if not series:
        return []
    changes = session.scalars(select(Event).where(Event.series_id.in_(series)).order_by(Event.id))
    return [change for change in changes if change.id not in known]
