"""Periods as stored keys, so that cubes group by an integer."""

import calendar
from datetime import date


def month_key(day: date) -> int:
    """The month of a day as a number that sorts: 2026-03-13 is 202603."""
    return day.year * 100 + day.month


def months_after(day: date, months: int) -> date:
    """The same day some months on, or the last of that month: 31 January and 1 give 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
