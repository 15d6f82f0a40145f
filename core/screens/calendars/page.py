"""A page with a calendar: its span, the addresses of its neighbours, and what stands on it where no script draws it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from flask import g, has_request_context
from sqlalchemy.orm import Session

from core.access.models import WORKS
from core.db import actor, now, today
from core.errors import Invalid
from core.i18n import _
from core.screens.calendars.entries import Entry, MovedEntry, Source, written
from core.screens.calendars.heat import letters, month_of
from core.screens.calendars.spans import DAY, KEYS, LABELS, SCALES, Span, capital, read_span
from core.screens.fields.formats import formats
from core.screens.lists.frame import Choice
from core.values import months_after

LONGEST = timedelta(days=800)
#: from when to when people work, for the shade behind a day
WORKDAYS = range(5)
VIEWS = {
    True: {"day": "timeGridDay", "workdays": "timeGridWeek", "week": "timeGridWeek", "month": "dayGridMonth"},
    False: {"day": "dayGridDay", "workdays": "dayGridWeek", "week": "dayGridWeek", "month": "dayGridMonth"},
}
SCOPES = (("this", _("Only this one")), ("following", _("This and all that follow")), ("all", _("All of them")))


@dataclass(frozen=True)
class Addresses:
    """Where a calendar's page has its parts: `page` makes its address from what is changed in it.

    `names` are the fields of the form of a new entry: its beginning, its end, and whether it is of whole days.
    """

    page: Callable[..., str]
    feed: str
    move: str = ""
    new: str = ""
    ask: str = ""
    names: tuple[str, str, str] = ("", "", "")


def reader() -> Any:
    """Whoever asked for the page; nobody outside a request."""
    return getattr(g, "user", None) if has_request_context() else None


def week_begins(locale: Locale) -> int:
    """The weekday that the reader's weeks begin on, Monday being 0: as he or his company chose, else as is usual there."""
    user = reader()
    return int(locale.first_week_day) if user is None else (user.first_weekday - 1) % 7


def works() -> tuple[str, str]:
    """The reader's working hours."""
    user = reader()
    return WORKS if user is None else user.works


class CalendarPage:
    """One calendar as an address asks for it."""

    def __init__(
        self, session: Session, source: Source, at: Addresses, args: Mapping[str, str], usual: str = "month", name: str = ""
    ) -> None:
        self.session, self.source, self.at, self.args, self.name = session, source, at, args, name
        self.now = today(session)
        self.shape = formats(self.now.year, actor(session).zone)
        self.locale: Locale = self.shape.locale
        self.span = read_span(args, self.now, week_begins(self.locale), usual)
        self.is_usual = not args.get("scale")

    def url(self, span: Span, **more: Any) -> str:
        """The address of another span."""
        return self.at.page(scale=span.scale, date=span.day.isoformat(), **more)

    def to_day(self, day: date) -> str:
        """The address of a day by itself."""
        return self.url(Span("day", day, self.span.begins))

    def values(self) -> dict[str, Any]:
        """What parts/calendar.html draws."""
        span = self.span
        return {
            "calendar": self,
            "span": span,
            "span_label": span.label(self.locale),
            "scales": [self.scale(name) for name in SCALES],
            "previous": self.url(span.moved(-1)),
            "next": self.url(span.moved(1)),
            "this": self.at.page(scale=span.scale, date=None),
            "drawn": VIEWS[self.source.has_hours].get(span.scale, ""),
            "small_month": self.small_month(),
            "letters": letters(span.begins, self.locale),
            "calendar_kinds": self.source.kinds,
            **(self.year() if span.scale == "year" else {"days": self.days()}),
        }

    def scale(self, name: str) -> Choice:
        """One scale, its address and its key."""
        span = self.span
        return Choice(str(LABELS[name]), self.url(Span(name, span.day)), name == span.scale, value=KEYS[name])

    def days(self) -> list[tuple[date, str, list[Entry]]]:
        """The days on which something is, each with all that touches it."""
        first, after = self.span.first, self.span.after
        found: dict[date, list[Entry]] = {}
        for entry in self.source.entries(first, after):
            day, last = max(entry.day, first), min(entry.last, after - DAY)
            while day <= last:
                found.setdefault(day, []).append(entry)
                day += DAY
        named = [(day, Span("day", day).label(self.locale), each) for day, each in sorted(found.items())]
        return [(day, capital(label), each) for day, label, each in named]

    def small_month(self) -> Any:
        """The month of the span, for jumping."""
        if self.span.scale == "year":
            return None
        first = self.span.day.replace(day=1)
        counts = self.source.counts(first, months_after(first, 1))
        return month_of(first, counts, max(counts.values(), default=0), self.span.begins, self.locale)

    def year(self) -> dict[str, Any]:
        """Twelve months, each day as warm as it is full."""
        first = self.span.first
        counts = self.source.counts(first, self.span.after)
        most = max(counts.values(), default=0)
        months = [month_of(months_after(first, n), counts, most, self.span.begins, self.locale) for n in range(12)]
        return {"months": months, "most": most, "count": sum(counts.values())}

    def widget(self) -> dict[str, str]:
        """What the widget is told, as `data-` attributes."""
        span, minutes = self.span, int((now().astimezone(self.zone).utcoffset() or timedelta()).total_seconds()) // 60
        opens, closes = works()
        sign, minutes = ("-" if minutes < 0 else "+"), abs(minutes)
        told = {
            "view": VIEWS[self.source.has_hours].get(span.scale, ""),
            "date": span.first.isoformat(),
            "url": self.at.feed,
            "move-url": self.at.move,
            "new-url": self.at.new,
            "ask-url": self.at.ask,
            "start-name": self.at.names[0],
            "end-name": self.at.names[1],
            "whole-name": self.at.names[2],
            "days": "" if self.source.has_hours else "1",
            "first-day": str((span.first.weekday() + 1) % 7 if span.scale == "workdays" else (span.begins + 1) % 7),
            "hidden-days": "0,6" if span.scale == "workdays" else "",
            "offset": f"{sign}{minutes // 60:02}:{minutes % 60:02}",
            "opens": opens,
            "closes": closes,
            "locale": str(self.locale).replace("_", "-"),
            "label": self.name,
            "narrow": self.url(Span("day", span.day)) if self.is_usual and span.scale == "week" else "",
            "today": self.now.isoformat(),
        }
        return {name: value for name, value in told.items() if value}

    @property
    def zone(self) -> ZoneInfo:
        """The clock of the page: that of the company."""
        return ZoneInfo(actor(self.session).zone)

    def feed(self) -> dict[str, Any]:
        """What the widget asks for: everything between two days."""
        first, last = window(self.args)
        return {"events": [entry.plain() for entry in self.source.entries(first, last)]}

    def asked_move(self) -> dict[str, Any]:
        """What parts/move_entry.html shows: when an entry is, to be written anew."""
        entry = self.source.find(self.args.get("id", ""))
        kind = "date" if entry.all_day else "datetime-local"
        end = entry.last if entry.all_day else entry.end
        return {
            "entry": entry,
            "kind": kind,
            "begins": written(entry.start),
            "ends": written(end),
            "scopes": SCOPES if entry.series else (),
            "move_url": self.at.move,
        }


def window(args: Mapping[str, str]) -> tuple[date, date]:
    """The days between which entries are asked for."""
    try:
        first, last = (date.fromisoformat(args[name][:10]) for name in ("start", "end"))
    except (KeyError, ValueError) as error:
        raise Invalid(_("start and end are days such as 2026-03-01")) from error
    if last - first > LONGEST:
        raise Invalid(_("A calendar shows at most two years"))
    return first, last


def moved_by(source: Source, form: Mapping[str, str]) -> MovedEntry:
    """Move what a form says to where it says; the last day of whole days counts when a person writes it (`until`)."""
    try:
        start = read_time(form["start"])
        end = read_time(form["end"]) if form.get("end") else read_time(form["until"]) if form.get("until") else start
    except (KeyError, ValueError) as error:
        raise Invalid(_("Say what moves, and from when to when.")) from error
    if isinstance(start, datetime) is not isinstance(end, datetime):
        raise Invalid(_("Say what moves, and from when to when."))
    if form.get("until") and not form.get("end") and not isinstance(end, datetime):
        end += DAY
    if end < start:
        raise Invalid(_("It ends before it begins: correct one of the two times."))
    return source.move(form.get("id", ""), start, end, form.get("scope", ""))


def read_time(text: str) -> datetime | date:
    """A day, or a time on the wall."""
    return datetime.fromisoformat(text).replace(tzinfo=None) if "T" in text else date.fromisoformat(text)
