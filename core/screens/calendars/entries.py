"""What stands on a calendar, and where it comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from core.screens.fields.paths import PathField

COLOURS = 6


@dataclass(frozen=True)
class Kind:
    """One kind of entries, shown or hidden: its key in addresses, label, colour from 1 to 6, and sign."""

    key: str
    label: str
    colour: int
    icon: str = ""
    shown: bool = True


@dataclass(frozen=True)
class Entry:
    """One entry on the clock of the company; of whole days, `end` is the day after the last.

    `people` are the users whom it takes, so that two at one time are seen; `series` says that it is one of several, and
    `edits` is where this one alone is changed. `file` is where it is had as a file.
    """

    id: str
    title: str
    start: datetime | date
    end: datetime | date
    url: str
    colour: int = 1
    icon: str = ""
    note: str = ""
    lines: tuple[str, ...] = ()
    file: str = ""
    edits: str = ""
    kind: str = ""
    editable: bool = False
    series: bool = False
    clash: bool = False
    people: tuple[int, ...] = ()

    @property
    def all_day(self) -> bool:
        """Whether it has no hours."""
        return not isinstance(self.start, datetime)

    @property
    def day(self) -> date:
        """The day on which it begins."""
        return self.start.date() if isinstance(self.start, datetime) else self.start

    @property
    def last(self) -> date:
        """The day on which it ends."""
        if isinstance(self.end, datetime):
            return (self.end - timedelta(microseconds=1)).date() if self.end > self.start else self.day
        return max(self.end - timedelta(days=1), self.day)

    @property
    def hours(self) -> str:
        """From when to when, where it has hours."""
        if not isinstance(self.start, datetime) or not isinstance(self.end, datetime):
            return ""
        return f"{self.start:%H:%M} – {self.end:%H:%M}" if self.end > self.start else f"{self.start:%H:%M}"

    def plain(self) -> dict[str, Any]:
        """As the calendar of the browser takes it."""
        return {
            "id": self.id,
            "title": self.title,
            "start": written(self.start),
            "end": written(self.end),
            "all_day": self.all_day,
            "url": self.url,
            "kind": self.colour,
            "icon": self.icon,
            "note": self.note,
            "lines": [line for line in (self.hours, *self.lines) if line],
            "file": self.file,
            "edits": self.edits,
            "editable": self.editable,
            "series": self.series,
            "clash": self.clash,
            "people": list(self.people),
        }


@dataclass(frozen=True)
class MovedEntry:
    """An entry after its move: how it is called now, and what a move back concerns."""

    id: str
    title: str
    scope: str = ""


class Source(Protocol):
    """Where a calendar's entries come from, and what may be done to them."""

    @property
    def kinds(self) -> Sequence[Kind]:
        """The kinds that one may show and hide."""

    @property
    def has_hours(self) -> bool:
        """Whether its entries have hours, or days only."""

    def entries(self, first: date, after: date) -> list[Entry]:
        """What touches the days from `first` until before `after`, in order."""

    def counts(self, first: date, after: date) -> Mapping[date, int]:
        """How many begin on each of these days."""

    def find(self, id: str) -> Entry:
        """One entry by its id; Missing if there is none."""

    def move(self, id: str, start: datetime | date, end: datetime | date, scope: str) -> MovedEntry:
        """Put an entry elsewhere; of a series `this`, `following` or `all`."""


def written(moment: datetime | date) -> str:
    """A time on the wall, as the browser reads it."""
    return moment.isoformat(timespec="minutes") if isinstance(moment, datetime) else moment.isoformat()


def colour_of(field: PathField, key: Any) -> int:
    """The colour of a kind: as its model says, by the order of the words, or by the number of a record."""
    said: int | None = field.info.get("colours", {}).get(key)
    if said:
        return said
    words = field.choices
    place = words.index(key) if key in words else key if isinstance(key, int) else 0
    return place % COLOURS + 1
