"""What is when: each event as often as it repeats, in any window of time."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, selectinload

from addons.crm_agenda.models import Event, event_user
from addons.crm_agenda.rrules import starts_between
from core.db import actor


@dataclass(frozen=True)
class Occurrence:
    """One time at which an event happens; `recurrence_at` names it within its series, None if the event is single."""

    event: Event
    starts_at: datetime
    ends_at: datetime
    recurrence_at: datetime | None = None

    @property
    def day(self) -> date:
        """The day it begins on the event's own clock: what an event of a whole day means everywhere."""
        return self.starts_at.astimezone(self.event.clock).date()

    def overlaps(self, other: "Occurrence") -> bool:
        """Whether both take place at one time; touching ends do not count."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


def occurrences(
    session: Session,
    start: datetime,
    end: datetime,
    *,
    contact_id: int | None = None,
    user_ids: Iterable[int] | None = None,
    cancelled: bool = False,
) -> list[Occurrence]:
    """What takes place between two moments, in order; of one contact or of some users only, if they are given."""
    events = list(
        session.scalars(
            _wanted(session, start, end, contact_id, user_ids).options(
                selectinload(Event.users), selectinload(Event.contact)
            )
        )
    )
    changed = _changed(session, [event.id for event in events if event.repeats])
    found: list[Occurrence] = []
    for event in events:
        if event.state == "cancelled" and not cancelled:
            continue
        if event.repeats:
            found += expanded(event, start, end, changed[event.id])
        else:
            found.append(Occurrence(event, event.starts_at, event.ends_at or event.starts_at, event.recurrence_at))
    return sorted(found, key=lambda each: (each.starts_at, each.ends_at, each.event.id))


def _wanted(
    session: Session, start: datetime, end: datetime, contact_id: int | None, user_ids: Iterable[int] | None
) -> Select[Event]:
    """The events that may happen in the window; a moment's event counts if it begins in it."""
    overlapping = or_(Event.last_end_at > start, and_(Event.last_end_at == start, Event.starts_at == start))
    wanted = select(Event).where(
        Event.company_id == actor(session).company_id,
        Event.starts_at < end,
        or_(Event.last_end_at.is_(None), overlapping),
    )
    if contact_id is not None:
        wanted = wanted.where(Event.contact_id == contact_id)
    if user_ids is not None:
        users = list(user_ids)
        invited = select(event_user.c.event_id).where(event_user.c.user_id.in_(users))
        wanted = wanted.where(or_(Event.assigned_to_id.in_(users), Event.id.in_(invited)))
    return wanted.order_by(Event.id)


def _changed(session: Session, series: Sequence[int]) -> dict[int, set[datetime]]:
    """The repetitions that have a row of their own, by series."""
    found: dict[int, set[datetime]] = defaultdict(set)
    if series:
        rows = session.execute(select(Event.series_id, Event.recurrence_at).where(Event.series_id.in_(series)))
        for series_id, recurrence_at in rows:
            if series_id is not None and recurrence_at is not None:
                found[series_id].add(recurrence_at)
    return found


def expanded(event: Event, start: datetime, end: datetime, changed: Iterable[datetime] = ()) -> list[Occurrence]:
    """The repetitions of one event in a window, without those that were changed: they are events of their own.

    The rule is walked on the event's clock, from as much before the window as the event is long.
    """
    clock, length = event.clock, event.length
    local = event.starts_at.astimezone(clock).replace(tzinfo=None)
    until = (event.ends_at or event.starts_at).astimezone(clock).replace(tzinfo=None)
    window = (start - length).astimezone(clock).replace(tzinfo=None), end.astimezone(clock).replace(tzinfo=None)
    extra, left_out = ([datetime.fromisoformat(text) for text in texts or ()] for texts in (event.rdates, event.exdates))
    own = set(changed)
    found = []
    for first in starts_between(event.rrule, local, event.zone or "UTC", *window, extra, left_out):
        begins = first.replace(tzinfo=clock).astimezone(UTC)
        ends = (first + (until - local)).replace(tzinfo=clock).astimezone(UTC) if event.all_day else begins + length
        if begins not in own and begins < end and (ends > start or begins == start):
            found.append(Occurrence(event, begins, ends, begins))
    return found


def next_of(session: Session, start: datetime, end: datetime, contact_id: int) -> Occurrence | None:
    """The next planned event with a contact."""
    planned = (each for each in occurrences(session, start, end, contact_id=contact_id) if each.event.state == "planned")
    return next(planned, None)
