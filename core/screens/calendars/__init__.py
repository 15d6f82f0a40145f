"""Calendars: what is when, by day, week, month and year, for any model and for addons that know more of time."""

from core.screens.calendars.entries import Entry, Kind, Source, colour_of
from core.screens.calendars.page import CalendarPage
from core.screens.calendars.spans import Span, read_span

__all__ = ["CalendarPage", "Entry", "Kind", "Source", "Span", "colour_of", "read_span"]
