"""Repetition rules of RFC 5545, expanded on the clock on the wall: nine stays nine in summer and winter."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rruleset, rrulestr

from core.errors import FieldError, Invalid
from core.i18n import _

STEPS: Final = {
    "MINUTELY": timedelta(minutes=1),
    "HOURLY": timedelta(hours=1),
    "DAILY": timedelta(days=1),
    "WEEKLY": timedelta(weeks=1),
}
OFTENEST_MINUTES: Final = 15
PART: Final = re.compile(r"([A-Z-]+)=([^;=]+)")
END_OF_DAY: Final = time(23, 59, 59)
SOME_DAY: Final = datetime(2026, 1, 1)  # noqa: DTZ001  on the wall
LONGEST_COUNT: Final = 100_000
WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAYS: Final = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def parts_of(rule: str) -> dict[str, str]:
    """`FREQ=DAILY;COUNT=3` as a dictionary, in upper case; ValueError if it is not written so."""
    pieces = [piece for piece in rule.upper().split(";") if piece]
    matches = [PART.fullmatch(piece) for piece in pieces]
    if not matches or not all(matches):
        raise ValueError(rule)
    return {m[1]: m[2] for m in matches if m}


def checked_rule(rule: str | None) -> str | None:
    """The rule as it was written, without `RRULE:`; Invalid if it cannot be expanded."""
    written = (rule or "").strip().removeprefix("RRULE:")
    if not written:
        return None
    try:
        parts = parts_of(written)
        if _too_often(parts):
            raise _invalid(_("An event repeats every 15 minutes at the most: {rule} asks for more.", rule=written))
        if int(parts.get("COUNT", 0)) > LONGEST_COUNT:
            raise _invalid(_("{rule} counts too far: leave COUNT out for an event without end.", rule=written))
        if int(parts.get("INTERVAL", 1)) < 1 or _never_comes(parts):
            raise _invalid(_("{rule} never comes round: check its interval, days and months.", rule=written))
        if {"COUNT", "UNTIL"} <= parts.keys():
            raise _invalid(_("{rule} names an end twice: keep COUNT or UNTIL.", rule=written))
        _expander(written, SOME_DAY, "UTC")
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise _invalid(
            _("{rule} is no repetition that can be read: write one such as FREQ=WEEKLY;BYDAY=TU.", rule=written)
        ) from error
    return written


def _too_often(parts: dict[str, str]) -> bool:
    """Whether its repetitions would fill a day with hundreds."""
    minutely = parts.get("FREQ") == "MINUTELY" and int(parts.get("INTERVAL", 1)) < OFTENEST_MINUTES
    return parts.get("FREQ") == "SECONDLY" or minutely


def _never_comes(parts: dict[str, str]) -> bool:
    """Whether it asks for a day that no month has, such as 30 February: dateutil would look for it until 9999."""
    days, months = parts.get("BYMONTHDAY"), parts.get("BYMONTH")
    if not days:
        return False
    longest = max(DAYS[int(month)] for month in months.split(",")) if months else 31
    return all(abs(int(day)) > longest or int(day) == 0 for day in days.split(","))


def _invalid(message: object) -> Invalid:
    return Invalid(message, [FieldError("rrule", message)])


@lru_cache(4096)
def _expander(rule: str, first: datetime, zone: str) -> rrule | rruleset:
    """dateutil's rule from a first local time; UNTIL, which is in UTC, is brought to the same clock."""
    parts = parts_of(rule)
    if "UNTIL" in parts:
        parts["UNTIL"] = local_until(parts["UNTIL"], ZoneInfo(zone)).strftime("%Y%m%dT%H%M%S")
    return rrulestr(";".join(f"{name}={value}" for name, value in parts.items()), dtstart=first)


def local_until(until: str, zone: ZoneInfo) -> datetime:
    """The last local time that UNTIL admits: a day counts whole, a time is in UTC, as the standard has it."""
    if len(until) == 8:
        return datetime.combine(datetime.strptime(until, "%Y%m%d"), END_OF_DAY)  # noqa: DTZ007  a day has no zone
    utc = datetime.strptime(until.removesuffix("Z"), "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    return utc.astimezone(zone).replace(tzinfo=None)


def interchanged(rule: str, zone: str, whole_days: bool) -> str:
    """The rule as other calendars take it: UNTIL is a day where the event begins on days, else a time in UTC.

    RFC 5545, 3.3.10: the value of UNTIL has the type of DTSTART.
    """
    parts = parts_of(rule)
    if "UNTIL" not in parts:
        return rule
    last = local_until(parts["UNTIL"], ZoneInfo(zone))
    in_utc = last.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return _written({**parts, "UNTIL": f"{last:%Y%m%d}" if whole_days else f"{in_utc:%Y%m%dT%H%M%SZ}"})


def starts_between(
    rule: str | None,
    first: datetime,
    zone: str,
    begin: datetime,
    end: datetime,
    rdates: Sequence[datetime] = (),
    exdates: Sequence[datetime] = (),
) -> list[datetime]:
    """Local times at which an event begins, from `begin` on and before `end`; all on the event's clock."""
    found = {first} if begin <= first < end else set()
    found |= {extra for extra in rdates if begin <= extra < end}
    if rule:
        found |= set(_of_rule(rule, first, zone, begin, end))
    left_out = set(exdates)
    return sorted(start for start in found if start not in left_out)


def _of_rule(rule: str, first: datetime, zone: str, begin: datetime, end: datetime) -> Iterator[datetime]:
    """What the rule alone gives."""
    parts = parts_of(rule)
    if _misses_its_weekdays(parts, first):
        return
    start = first if "COUNT" in parts else _forwarded(parts, first, begin)
    for moment in _expander(rule, start, zone).xafter(max(begin, start) - timedelta(seconds=1)):
        if moment >= end:
            return
        yield moment


def _misses_its_weekdays(parts: dict[str, str], first: datetime) -> bool:
    """Whether whole weeks of days are counted from a weekday that the rule does not name: dateutil would never stop."""
    if parts["FREQ"] != "DAILY" or "BYDAY" not in parts or int(parts.get("INTERVAL", 1)) % 7:
        return False
    return WEEKDAYS[first.weekday()] not in parts["BYDAY"].split(",")


def _forwarded(parts: dict[str, str], first: datetime, begin: datetime) -> datetime:
    """A later first time with which the rule gives the same from `begin` on: whole steps do not change it.

    An endless daily event of 2004 is asked for 2099 without walking through a lifetime.
    """
    step = STEPS.get(parts["FREQ"])
    if step is None or "BYSETPOS" in parts or begin <= first:
        return first
    stride = step * int(parts.get("INTERVAL", 1))
    return first + stride * max((begin - first) // stride - 1, 0)


def last_start(rule: str, first: datetime, zone: str) -> datetime | None:
    """The last local time at which a rule with an end gives an event; None if it has none."""
    parts = parts_of(rule)
    if "COUNT" in parts:
        return max(_expander(rule, first, zone), default=first)
    return local_until(parts["UNTIL"], ZoneInfo(zone)) if "UNTIL" in parts else None


def remaining_rule(rule: str, first: datetime, zone: str, at: datetime) -> tuple[str, str]:
    """The rule cut in two before a local time: what comes before it, and what goes on from it."""
    parts = parts_of(rule)
    before, after = dict(parts), dict(parts)
    if "COUNT" in parts:
        passed = sum(1 for start in _expander(rule, first, zone) if start < at)
        before["COUNT"], after["COUNT"] = str(passed), str(max(int(parts["COUNT"]) - passed, 1))
    else:
        last = (at - timedelta(seconds=1)).replace(tzinfo=ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))
        before["UNTIL"] = last.strftime("%Y%m%dT%H%M%SZ")
    return _written(before), _written(after)


def _written(parts: dict[str, str]) -> str:
    return ";".join(f"{name}={value}" for name, value in parts.items())
