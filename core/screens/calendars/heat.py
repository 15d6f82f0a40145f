"""Months whose days are as warm as they are full: a year at a glance, and the small month for jumping."""

from calendar import Calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from babel import Locale

HEAT_STEPS = 7


@dataclass(frozen=True)
class DayCount:
    """One day: how many entries, and how warm that is from 0 to 7."""

    day: date
    count: int
    heat: int


@dataclass(frozen=True)
class Month:
    """One month: its weeks with their numbers, in which days of other months are None."""

    first: date
    name: str
    count: int
    weeks: list[tuple[int, list[DayCount | None]]]


def month_of(first: date, counts: Mapping[date, int], most: int, begins: int, locale: Locale) -> Month:
    """The month that begins on a day."""
    weeks = [
        (
            week[(3 - begins) % 7].isocalendar().week,
            [
                DayCount(day, counts.get(day, 0), heat(counts.get(day, 0), most)) if day.month == first.month else None
                for day in week
            ],
        )
        for week in Calendar(begins).monthdatescalendar(first.year, first.month)
    ]
    count = sum(number for day, number in counts.items() if (day.year, day.month) == (first.year, first.month))
    name = locale.months["stand-alone"]["wide"][first.month]
    return Month(first, name[:1].upper() + name[1:], count, weeks)


def heat(count: int, most: int) -> int:
    """How warm a count is beside the largest, by its square root, so that few still differ from none."""
    return 0 if not count else max(1, round(HEAT_STEPS * float(count / most) ** 0.5))


def letters(begins: int, locale: Locale) -> list[tuple[str, str]]:
    """The heads of a month's columns, short and in full."""
    days = locale.days["stand-alone"]
    return [(days["narrow"][(begins + n) % 7].upper(), days["wide"][(begins + n) % 7]) for n in range(7)]
