"""The agenda as pages show it: events of a window for the calendar widget, and the counts of a year for its heat map."""

from calendar import Calendar
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import get_day_names, get_month_names
from sqlalchemy.orm import Session

from addons.crm_agenda.models import TYPES
from addons.crm_agenda.operations import Occurrence, clashing, occurrences
from core.db import actor
from core.i18n import current_language

KIND_NUMBERS = {"call": 1, "delivery": 2, "meeting": 3, "collection": 4, "visit": 5, "other": 6}
HEAT_STEPS = 7
MONTHS = range(1, 13)


@dataclass(frozen=True)
class DayCount:
    """One day of a year: how many entries, and how warm that is from 0 to 7."""

    day: date
    count: int
    heat: int


@dataclass(frozen=True)
class Month:
    """One month of a year: its weeks, in which days of other months are None."""

    name: str
    count: int
    weeks: list[list[DayCount | None]]


def zone_of(session: Session) -> ZoneInfo:
    """The clock of the page: that of the company."""
    return ZoneInfo(actor(session).zone)


def window(session: Session, start: str, end: str) -> tuple[datetime, datetime]:
    """Two local times as the widget writes them; ValueError if they are none."""
    clock = zone_of(session)
    first, last = (datetime.fromisoformat(text) for text in (start, end))
    return tuple(m if m.tzinfo else m.replace(tzinfo=clock) for m in (first, last))  # type: ignore[return-value]


def entries(session: Session, planned: Sequence[Occurrence]) -> list[dict[str, Any]]:
    """Events as the calendar widget takes them, on the company's clock; those that clash say so."""
    clock, clash = zone_of(session), clashing(planned)
    found = []
    for each in planned:
        event = each.event
        begins, ends = (moment.astimezone(clock).replace(tzinfo=None) for moment in (each.starts_at, each.ends_at))
        if event.all_day:
            begins = datetime.combine(each.day, time())
            ends = begins + timedelta(days=max((each.ends_at - each.starts_at).days, 1))
        found.append(
            {
                "id": entry_id(each),
                "title": event.subject,
                "start": begins.isoformat(timespec="minutes"),
                "end": ends.isoformat(timespec="minutes"),
                "all_day": event.all_day,
                "url": f"/crm_agenda/event/{event.id}",
                "kind": KIND_NUMBERS[event.type],
                "icon": event.icon,
                "note": f"{begins:%H:%M} {event.contact.name if event.contact else event.location or ''}".strip(),
                "clash": (event.id, each.starts_at) in clash,
                "editable": event.state == "planned",
            }
        )
    return found


def entry_id(each: Occurrence) -> str:
    """`12`, or `12@2026-03-25T12:00:00+00:00` for one time of a series."""
    if each.event.repeats and each.recurrence_at is not None:
        return f"{each.event.id}@{each.recurrence_at.isoformat()}"
    return str(each.event.id)


def read_entry_id(text: str) -> tuple[int, datetime | None]:
    """What `entry_id` wrote; ValueError if it is something else."""
    number, _at, moment = text.partition("@")
    return int(number), datetime.fromisoformat(moment) if moment else None


def kinds(planned: Sequence[Occurrence]) -> list[tuple[str, int, int]]:
    """The types of these events: (label, number of the colour, how many)."""
    counts = Counter(each.event.type for each in planned)
    return [(label, KIND_NUMBERS[name], counts[name]) for name, label in TYPES.items()]


def year_of(session: Session, year: int, **narrowed: Any) -> tuple[list[Month], int]:
    """The months of a year with the count of every day, and the largest count."""
    clock = zone_of(session)
    begin, end = (datetime(y, 1, 1, tzinfo=clock) for y in (year, year + 1))
    counts = Counter(
        each.day if each.event.all_day else each.starts_at.astimezone(clock).date()
        for each in occurrences(session, begin, end, **narrowed)
    )
    most = max(counts.values(), default=0)
    names = get_month_names("wide", "stand-alone", current_language())
    weeks = Calendar()
    return [
        Month(
            names[month].capitalize(),
            sum(count for day, count in counts.items() if (day.year, day.month) == (year, month)),
            [
                [DayCount(day, counts[day], heat(counts[day], most)) if day.month == month else None for day in week]
                for week in weeks.monthdatescalendar(year, month)
            ],
        )
        for month in MONTHS
    ], most


def heat(count: int, most: int) -> int:
    """How warm a count is beside the largest, by its square root, so that few still differ from none."""
    return 0 if not count else max(1, round(HEAT_STEPS * float(count / most) ** 0.5))


def weekday_letters() -> list[str]:
    """The heads of a month's columns, from Monday."""
    names = get_day_names("narrow", "stand-alone", current_language())
    return [names[number] for number in range(7)]
