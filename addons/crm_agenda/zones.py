"""Time zones between calendars: which IANA zone a foreign definition means, and one written as Outlook reads it."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, Union
from zoneinfo import ZoneInfo, available_timezones

if TYPE_CHECKING:  # fetched when a zone is written: few workers ever do
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

SAMPLES = 24
MONTH = timedelta(days=30, hours=7)
COMMON = (
    "America/Argentina/Buenos_Aires",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Madrid",
    "Europe/Moscow",
    "Asia/Tokyo",
    "Australia/Sydney",
)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
YEARS_SEEN = 3
Change = tuple[datetime, timedelta, timedelta]
Part = Union["TimezoneStandard", "TimezoneDaylight"]


def iana_name(zone: tzinfo, around: datetime, preferred: str) -> str:
    """The IANA zone that a zone of a file means: its own name, else one whose clock agrees for two years; else UTC."""
    key = str(getattr(zone, "key", "") or "")
    if key in available_timezones():
        return key
    moments = [around.astimezone(UTC).replace(tzinfo=None) + MONTH * n for n in range(SAMPLES)]
    offsets = tuple(_offset(zone, moment) for moment in moments)
    return _agreeing(tuple(moments), offsets, preferred)


def _offset(zone: tzinfo, moment: datetime) -> timedelta:
    """How far the clock is ahead of UTC at a moment of UTC."""
    return moment.replace(tzinfo=UTC).astimezone(zone).utcoffset() or timedelta()


@lru_cache(256)
def _agreeing(moments: tuple[datetime, ...], offsets: tuple[timedelta, ...], preferred: str) -> str:
    """The first zone with these offsets: the preferred one, common ones, then all by name."""
    for name in dict.fromkeys((preferred, *COMMON, *sorted(available_timezones()))):
        zone = ZoneInfo(name)
        if all(_offset(zone, moment) == offset for moment, offset in zip(moments, offsets, strict=True)):
            return name
    return "UTC"


@lru_cache(256)
def zone_component(name: str, year: int) -> "Timezone":
    """A VTIMEZONE with the rules of a zone as they are in a year; short enough for every program.

    Two changes a year that keep to a weekday of their month become yearly rules, no change becomes one plain part.
    """
    from icalendar import Timezone, TimezoneStandard

    zone = ZoneInfo(name)
    component = Timezone()
    component.add("tzid", name)
    changes = _changes(zone, year)
    if len(changes) != 2 or not all(_weekday_of_month(zone, change, year) for change in changes):
        offset = _offset(zone, datetime(year, 1, 1))  # noqa: DTZ001  a moment of UTC
        plain = _part(TimezoneStandard(), datetime(1970, 1, 1), offset, offset)  # noqa: DTZ001  on the wall
        plain.add("tzname", datetime(year, 1, 1, tzinfo=UTC).astimezone(zone).tzname() or "LMT")
        component.add_component(plain)
        for change in changes:
            component.add_component(_from_change(zone, change, None))
        return component
    for change in changes:
        component.add_component(_from_change(zone, change, _weekday_of_month(zone, change, year)))
    return component


def _changes(zone: ZoneInfo, year: int) -> list[Change]:
    """When the clock changes in a year: (the moment in UTC, offset before, offset after)."""
    found: list[Change] = []
    moment, end = datetime(year, 1, 1), datetime(year + 1, 1, 1)  # noqa: DTZ001  moments of UTC
    while moment < end:
        after = moment + timedelta(days=1)
        if _offset(zone, moment) != _offset(zone, after):
            low, high = moment, after
            while high - low > timedelta(minutes=1):
                middle = low + (high - low) / 2
                low, high = (middle, high) if _offset(zone, middle) == _offset(zone, low) else (low, middle)
            exact = high.replace(second=0, microsecond=0)
            found.append((exact, _offset(zone, moment), _offset(zone, after)))
        moment = after
    return found


def _weekday_of_month(zone: ZoneInfo, change: Change, year: int) -> str:
    """`-1SU` or `2SU` if the change keeps to that in the years that follow; empty if it does not."""
    wanted: set[str] | None = None
    for later in range(year, year + YEARS_SEEN):
        same = [each for each in _changes(zone, later) if each[1] == change[1] and each[2] == change[2]]
        if len(same) != 1:
            return ""
        local = same[0][0] + same[0][1]
        names = {f"{(local.day - 1) // 7 + 1}{WEEKDAYS[local.weekday()]}"}
        if local.day + 7 > monthrange(local.year, local.month)[1]:
            names.add(f"-1{WEEKDAYS[local.weekday()]}")
        wanted = names if wanted is None else wanted & names
    return min(wanted) if wanted else ""


def _from_change(zone: ZoneInfo, change: Change, weekday: str | None) -> Part:
    """The part of a zone that begins with a change, every year on a weekday of its month."""
    from icalendar import TimezoneDaylight, TimezoneStandard

    moment, before, after = change
    local = moment + before
    part = TimezoneDaylight() if after > before else TimezoneStandard()
    part.add("tzname", moment.replace(tzinfo=UTC).astimezone(zone).tzname() or "LMT")
    if weekday:
        local = _in_1970(local, weekday)
        part.add("rrule", {"freq": "yearly", "bymonth": local.month, "byday": weekday})
    return _part(part, local, before, after)


def _in_1970(local: datetime, weekday: str) -> datetime:
    """The same weekday of the same month when the clocks of computers began, so that old events have a zone, too."""
    number, name = int(weekday[:-2]), WEEKDAYS.index(weekday[-2:])
    first = local.replace(year=1970, day=1)
    days = [day for day in range(31) if (first + timedelta(days=day)).month == local.month]
    fitting = [first + timedelta(days=day) for day in days if (first + timedelta(days=day)).weekday() == name]
    return fitting[number if number < 0 else number - 1]


def _part(part: Part, local: datetime, before: timedelta, after: timedelta) -> Part:
    """Its beginning on the clock before, and the two offsets."""
    part.add("dtstart", local)
    part.add("tzoffsetfrom", before)
    part.add("tzoffsetto", after)
    return part
