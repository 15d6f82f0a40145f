"""Time as the company works: so many working minutes after a moment, lunch breaks and week-ends left out."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from core.errors import FieldError, Invalid
from core.i18n import _

WEEKDAYS: Final = {
    "monday": "Monday",
    "tuesday": "Tuesday",
    "wednesday": "Wednesday",
    "thursday": "Thursday",
    "friday": "Friday",
    "saturday": "Saturday",
    "sunday": "Sunday",
}
NUMBERS: Final = {name: number for number, name in enumerate(WEEKDAYS)}
HOUR: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
LOOK_AHEAD_DAYS: Final = 3660
Stretches = Mapping[int, Sequence[tuple[time, time]]]


def checked_hour(field: str, hour: str) -> str:
    """A time of the day as `09:30`; Invalid if it is none."""
    written = f"0{hour}" if len(hour) == 4 else hour
    if not HOUR.fullmatch(written):
        message: Any = _("{hour} is no time of the day: write it as 09:30.", hour=hour)
        raise Invalid(message, [FieldError(field, message)])
    return written


def stretches_of(rows: Sequence[tuple[str, str, str]]) -> Stretches:
    """Working times (weekday, opens, closes) by the number of the weekday, in order and without overlaps."""
    found: dict[int, list[tuple[time, time]]] = {}
    for weekday, opens, closes in sorted(rows, key=lambda row: (NUMBERS[row[0]], row[1])):
        begin, end = time.fromisoformat(opens), time.fromisoformat(closes)
        day = found.setdefault(NUMBERS[weekday], [])
        if day and begin <= day[-1][1]:
            day[-1] = (day[-1][0], max(day[-1][1], end))
        else:
            day.append((begin, end))
    return found


def after_working(start: datetime, minutes: int, stretches: Stretches, zone: ZoneInfo) -> datetime:
    """The moment at which so many working minutes have passed; without working times every minute counts."""
    if not stretches:
        return start + timedelta(minutes=minutes)
    left, day = timedelta(minutes=minutes), start.astimezone(zone).date()
    for _number in range(LOOK_AHEAD_DAYS):
        for opens, closes in stretches.get(day.weekday(), ()):
            begin = max(datetime.combine(day, opens, zone).astimezone(start.tzinfo), start)
            end = datetime.combine(day, closes, zone).astimezone(start.tzinfo)
            if begin < end:
                if left <= end - begin:
                    return begin + left
                left -= end - begin
        day += timedelta(days=1)
    return start + timedelta(days=LOOK_AHEAD_DAYS)


def working_minutes(start: datetime, end: datetime, stretches: Stretches, zone: ZoneInfo) -> int:
    """How many working minutes lie between two moments."""
    if not stretches or end <= start:
        return max(int((end - start).total_seconds()) // 60, 0)
    total, day, last = timedelta(), start.astimezone(zone).date(), end.astimezone(zone).date()
    while day <= last:
        for opens, closes in stretches.get(day.weekday(), ()):
            begin = max(datetime.combine(day, opens, zone).astimezone(start.tzinfo), start)
            finish = min(datetime.combine(day, closes, zone).astimezone(start.tzinfo), end)
            total += max(finish - begin, timedelta())
        day += timedelta(days=1)
    return int(total.total_seconds()) // 60


def time_left(left: timedelta) -> str:
    """How a deadline is said: `2 d 4 h`, `5 h`, `0:50`; the sign is left out."""
    minutes = int(abs(left).total_seconds()) // 60
    days, hours = divmod(minutes // 60, 24)
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    return f"{hours}:{minutes % 60:02}"
