"""The stretch of days that a calendar shows: a day, a working week, a week, a month, a year, or a list of days."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from babel import Locale
from babel.dates import format_date, format_interval

from core.errors import FieldError, Invalid
from core.i18n import _
from core.values import months_after

SCALES = ("day", "workdays", "week", "month", "year", "list")
LABELS = {
    "day": _("Day"),
    "workdays": _("Work week"),
    "week": _("Week"),
    "month": _("Month"),
    "year": _("Year"),
    "list": _("List"),
}
#: the letters that open them from the keyboard
KEYS = {"day": "d", "workdays": "k", "week": "w", "month": "m", "year": "y", "list": "a"}
LISTED = timedelta(days=28)
DAY, WEEK = timedelta(days=1), timedelta(days=7)
YEARS = range(1970, 2200)
FULL_DAY = {"en": "EEEE d MMMM y", "es": "EEEE d 'de' MMMM 'de' y", "ru": "EEEE, d MMMM y"}


@dataclass(frozen=True)
class Span:
    """A scale and a day in it; `begins` is the weekday with which a week begins, Monday is 0."""

    scale: str
    day: date
    begins: int = 0

    @property
    def week(self) -> date:
        """The first day of the week of the day."""
        return self.day - timedelta(days=(self.day.weekday() - self.begins) % 7)

    @property
    def first(self) -> date:
        """The first day."""
        return {
            "workdays": self.day - timedelta(days=self.day.weekday()),
            "week": self.week,
            "month": self.day.replace(day=1),
            "year": self.day.replace(month=1, day=1),
        }.get(self.scale, self.day)

    @property
    def after(self) -> date:
        """The day after the last."""
        first = self.first
        if self.scale in ("month", "year"):
            return months_after(first, 12 if self.scale == "year" else 1)
        return first + {"day": DAY, "workdays": 5 * DAY, "week": WEEK, "list": LISTED}[self.scale]

    def moved(self, by: int) -> "Span":
        """The same scale, so many of it later, earlier if negative."""
        if self.scale in ("month", "year"):
            return replace(self, day=months_after(self.first, by * (12 if self.scale == "year" else 1)))
        step = {"day": DAY, "list": LISTED}.get(self.scale, WEEK)
        return replace(self, day=self.day + by * step)

    def label(self, locale: Locale) -> str:
        """What it is called: `23 – 29 Mar 2026`, `March 2026`, `2026`."""
        if self.scale == "year":
            return str(self.day.year)
        if self.scale == "month":
            return capital(format_date(self.first, "LLLL y", locale))
        if self.scale == "day":
            return capital(format_date(self.day, FULL_DAY.get(locale.language, FULL_DAY["en"]), locale))
        return str(format_interval(self.first, self.after - DAY, "yMMMd", locale=locale))

    @property
    def week_number(self) -> int | None:
        """The number of the week, where one is shown."""
        return self.first.isocalendar().week if self.scale in ("day", "workdays", "week") else None


def capital(text: str) -> str:
    """A text that begins a line."""
    return text[:1].upper() + text[1:]


def read_span(args: Mapping[str, str], today: date, begins: int, usual: str) -> Span:
    """The span of an address (`scale=week&date=2026-03-23`); Invalid for what is none."""
    scale, text = args.get("scale") or usual, args.get("date") or ""
    if scale not in SCALES:
        message = _("A calendar shows {scales}, not {scale}", scales=", ".join(SCALES), scale=scale)
        raise Invalid(message, [FieldError("scale", message)])
    try:
        day = date.fromisoformat(f"{text}-01" if len(text) == 7 else text) if text else today
    except ValueError as error:
        raise _wrong_day() from error
    if day.year not in YEARS:
        raise _wrong_day()
    return Span(scale, day, begins)


def _wrong_day() -> Invalid:
    message = _("A day is written like 2026-03-23")
    return Invalid(message, [FieldError("date", message)])
