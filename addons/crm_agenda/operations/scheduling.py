"""What becomes of an event: done, cancelled, moved; of a series this one time, from here on, or all of it."""

from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.crm_agenda.models import Event, new_uid
from addons.crm_agenda.operations.occurrences import expanded
from addons.crm_agenda.rrules import remaining_rule
from core.errors import FieldError, Invalid
from core.i18n import _
from core.operations import verb

SECOND = timedelta(seconds=1)
Scope = Literal["this", "following", "all"]
COPIED = ("subject", "type", "contact_id", "all_day", "zone", "location", "notes", "assigned_to_id")


def is_planned(event: Event) -> bool:
    """Whether something may still become of it."""
    return event.state == "planned"


@verb(Event, "done", label="Done", icon="check", when=is_planned, primary=True, order=10)
def do_event(session: Session, event: Event, *, outcome: str = "", recurrence_at: datetime | None = None) -> Event | None:
    """It took place; of a series, the time named becomes an event of its own."""
    subject = single(session, event, recurrence_at)
    subject.state, subject.outcome = "done", outcome.strip() or subject.outcome
    return subject if subject is not event else None


@verb(Event, "cancel", label="Cancel", icon="calendar-x", when=is_planned, order=30)
def cancel_event(session: Session, event: Event, *, reason: str = "", recurrence_at: datetime | None = None) -> Event | None:
    """It will not take place; of a series, only the time named is called off."""
    subject = single(session, event, recurrence_at) if recurrence_at is not None else event
    subject.state, subject.outcome = "cancelled", reason.strip() or subject.outcome
    return subject if subject is not event else None


@verb(Event, "reopen", label="Plan again", icon="calendar", when=lambda event: not is_planned(event), order=40)
def reopen_event(session: Session, event: Event) -> None:
    """It is planned again."""
    event.state = "planned"


@verb(Event, "reschedule", label="Move", icon="calendar-time", when=is_planned, order=20)
def reschedule(
    session: Session,
    event: Event,
    *,
    starts_at: datetime,
    ends_at: datetime | None = None,
    scope: Scope = "all",
    recurrence_at: datetime | None = None,
) -> Event | None:
    """Moves an event to another time, keeping its length unless an end is given.

    Of a series, `this` moves the time named by `recurrence_at` alone, `following` that one and all after it.
    """
    begins = _aware(starts_at, event)
    ends = _aware(ends_at, event) if ends_at is not None else begins + event.length
    subject = event
    if event.repeats and recurrence_at is not None and scope != "all":
        subject = single(session, event, recurrence_at) if scope == "this" else split(session, event, recurrence_at)
    elif event.repeats and recurrence_at is not None:
        shift = begins - recurrence_at
        begins, ends = event.starts_at + shift, event.starts_at + shift + (ends - begins)
        _shift_changes(session, event, shift)
    subject.starts_at, subject.ends_at = begins, ends
    subject.revision += 1
    session.flush()
    return subject if subject is not event else None


def _aware(moment: datetime, event: Event) -> datetime:
    """A time without a zone is on the event's clock."""
    return moment.replace(tzinfo=event.clock) if moment.tzinfo is None else moment


def single(session: Session, event: Event, recurrence_at: datetime | None) -> Event:
    """The row of one time of an event: itself if it is single, else its own row, made from the series on first use."""
    if not event.repeats:
        return event
    if recurrence_at is None:
        return _refuse_series(event)
    moment = _aware(recurrence_at, event).astimezone(UTC)
    known = session.scalar(select(Event).where(Event.series_id == event.id, Event.recurrence_at == moment))
    if known is not None:
        return known
    _must_occur(event, moment)
    made = _copied(event)
    made.uid, made.series_id, made.recurrence_at = event.uid, event.id, moment
    made.starts_at, made.ends_at = moment, moment + event.length
    session.add(made)
    session.flush()
    return made


def split(session: Session, event: Event, recurrence_at: datetime) -> Event:
    """A series of its own from one time on; the old one ends before it."""
    moment = _aware(recurrence_at, event).astimezone(UTC)
    if moment == event.starts_at or not event.rrule:
        return event
    _must_occur(event, moment)
    local, first = (m.astimezone(event.clock).replace(tzinfo=None) for m in (moment, event.starts_at))
    made = _copied(event)
    before, made.rrule = remaining_rule(event.rrule, first, event.zone or "UTC", local)
    made.uid, made.starts_at, made.ends_at = new_uid(), moment, moment + event.length
    made.rdates, event.rdates = _parted(event.rdates, local)
    made.exdates, event.exdates = _parted(event.exdates, local)
    event.rrule = before
    event.revision += 1
    session.add(made)
    session.flush()
    later = select(Event).where(Event.series_id == event.id, Event.recurrence_at >= moment)
    for changed in session.scalars(later):
        changed.series_id, changed.uid = made.id, made.uid
    session.flush()
    return made


def _parted(texts: list[str], local: datetime) -> tuple[list[str], list[str]]:
    """Dates from a time on, and those before it."""
    late = [text for text in texts or () if datetime.fromisoformat(text) >= local]
    return late, [text for text in texts or () if text not in late]


def _shift_changes(session: Session, event: Event, shift: Any) -> None:
    """When all of a series moves, its dates and the times that its changed ones replace move along."""
    for name in ("rdates", "exdates"):
        moved = [(datetime.fromisoformat(text) + shift).isoformat() for text in getattr(event, name) or ()]
        setattr(event, name, moved)
    for changed in session.scalars(select(Event).where(Event.series_id == event.id)):
        if changed.recurrence_at is not None:
            changed.recurrence_at = changed.recurrence_at + shift


def _copied(event: Event) -> Event:
    """The same event, single, with a row to come."""
    made = Event(**{name: getattr(event, name) for name in COPIED})
    made.users, made.reminders = list(event.users), list(event.reminders or ())
    return made


def _must_occur(event: Event, moment: datetime) -> None:
    """Invalid if the series gives nothing at this moment."""
    if not any(each.starts_at == moment for each in expanded(event, moment, moment + (event.length or SECOND))):
        local = f"{moment.astimezone(event.clock):%Y-%m-%d %H:%M}"
        message = _("{subject} does not take place on {when}.", subject=event.subject, when=local)
        raise Invalid(message, [FieldError("recurrence_at", message)])


def _refuse_series(event: Event) -> Event:
    message = _("{subject} repeats: say which time is meant.", subject=event.subject)
    raise Invalid(message, [FieldError("recurrence_at", message)])
