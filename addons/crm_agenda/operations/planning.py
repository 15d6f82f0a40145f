"""Who is free when: clashes of an event with others, and the next slot that suits everybody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from addons.crm_agenda.models import Event
from addons.crm_agenda.operations.occurrences import Occurrence, occurrences
from core.db import actor, now, trusted

AHEAD = timedelta(days=60)
STEP = timedelta(minutes=15)
LOOKED_AT = 400


@dataclass(frozen=True)
class Clash:
    """Two events that want somebody at one time."""

    ours: Occurrence
    theirs: Occurrence


def people_of(event: Event) -> set[int]:
    """The users whom an event takes."""
    return {user.id for user in event.users} | ({event.assigned_to_id} if event.assigned_to_id else set())


def clashes(session: Session, event: Event, limit: int = 10) -> list[Clash]:
    """Where an event, in the next sixty days if it repeats, wants people who are busy.

    Looks at everybody's time, also where the user may not see what it is for: that somebody is busy is no secret.
    """
    people = people_of(event)
    if event.state == "cancelled" or event.all_day or not people:
        return []
    start = max(event.starts_at, now() - timedelta(days=1)) if event.repeats else event.starts_at
    end = start + AHEAD if event.repeats else (event.ends_at or event.starts_at)
    with trusted(session):
        all_of_them = occurrences(session, start, end, user_ids=people)
    ours = [each for each in all_of_them if each.event is event]
    theirs = [each for each in all_of_them if each.event is not event and not each.event.all_day]
    theirs = [each for each in theirs if people_of(each.event) & people]
    found = [Clash(mine, other) for mine in ours for other in theirs if mine.overlaps(other)]
    return found[:limit]


def clashing(planned: Sequence[Occurrence]) -> set[tuple[int, datetime]]:
    """Of the events of a page, those that want somebody at one time: (event's number, its beginning)."""
    timed = sorted((each for each in planned if not each.event.all_day), key=lambda each: each.starts_at)
    found: set[tuple[int, datetime]] = set()
    for index, each in enumerate(timed):
        for other in timed[index + 1 :]:
            if other.starts_at >= each.ends_at:
                break
            if each.overlaps(other) and people_of(each.event) & people_of(other.event):
                found |= {(each.event.id, each.starts_at), (other.event.id, other.starts_at)}
    return found


def next_free_slot(
    session: Session,
    user_ids: Iterable[int],
    length: timedelta,
    after: datetime,
    opens: time = time(9),
    closes: time = time(18),
    besides: Event | None = None,
) -> tuple[datetime, datetime] | None:
    """The next time at which all these users are free for so long, on workdays, by the company's clock."""
    clock = ZoneInfo(actor(session).zone)
    with trusted(session):
        busy = [
            each
            for each in occurrences(session, after, after + AHEAD, user_ids=user_ids)
            if each.event is not besides and each.event.state == "planned"
        ]
    start = _rounded_up(after.astimezone(clock))
    for _look in range(LOOKED_AT):
        if start > after.astimezone(clock) + AHEAD:
            return None
        if start.weekday() > 4 or start.time() < opens or not _fits(start, length, closes):
            start = _next_opening(start, opens, length, closes)
            continue
        blocking = [each.ends_at for each in busy if each.starts_at < start + length and start < each.ends_at]
        if not blocking:
            return start.astimezone(UTC), (start + length).astimezone(UTC)
        start = _rounded_up(max(blocking).astimezone(clock))
    return None


def _rounded_up(moment: datetime) -> datetime:
    """The next quarter of an hour."""
    whole = moment.replace(second=0, microsecond=0)
    past = timedelta(minutes=whole.minute % 15)
    return whole if not past and whole == moment else whole - past + STEP


def _fits(start: datetime, length: timedelta, closes: time) -> bool:
    """Whether it is over on the same day before closing."""
    return start + length <= start.replace(hour=closes.hour, minute=closes.minute, second=0)


def _next_opening(start: datetime, opens: time, length: timedelta, closes: time) -> datetime:
    """Today's opening if it is still to come on a workday, else tomorrow's."""
    opening = start.replace(hour=opens.hour, minute=opens.minute)
    return opening if start.weekday() <= 4 and start < opening else opening + timedelta(days=1)
