"""The records of a list on their days: the calendar of every model whose view names one."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from core.db import actor, today
from core.errors import Missing
from core.i18n import _
from core.screens.boards.board import text_of
from core.screens.calendars.entries import Entry, Kind, MovedEntry, colour_of
from core.screens.fields.field import fields_of
from core.screens.fields.formats import formats, label_of_choice
from core.screens.fields.rights import rights
from core.screens.fields.sight import sees
from core.screens.fields.typed import asking_of
from core.screens.lists.asked import words
from core.screens.queries.groups import condition_of
from core.screens.queries.where import Condition, read
from core.screens.records.reading import load_record
from core.screens.records.writing import write_record

ENTRIES, KINDS = 1000, 12
MORNING = time(9)
SHORT = timedelta(minutes=30)


class Records:
    """The source of a list's calendar."""

    def __init__(self, page: Any) -> None:
        self.page, self.view, self.session = page, page.view, page.session
        self.spec = page.view.spec.calendar
        self.field = self.view.fields[self.spec.start]
        self.zone = ZoneInfo(actor(self.session).zone)
        self.shape = formats(today(self.session).year, actor(self.session).zone)
        has_kind = self.spec.kind and sees(self.session, self.view.fields[self.spec.kind])
        self.kind = self.view.fields[self.spec.kind] if has_kind else None

    @property
    def has_hours(self) -> bool:
        """Whether the records have hours."""
        return bool(self.field.kind == "moment")

    @property
    def chosen(self) -> tuple[str, ...] | None:
        """The kinds that are to be seen; None for all."""
        text = self.page.asked.rest.get("kinds")
        return None if text is None else words(text)

    @cached_property
    def kinds(self) -> Sequence[Kind]:
        """The words of the choice that colours entries, or the records of the relation."""
        if self.kind is None:
            return ()
        icons, chosen = self.kind.info.get("icons", {}), self.chosen
        named: list[tuple[Any, str]] = [(word, label_of_choice(self.kind.info, word)) for word in self.kind.choices]
        if not named:
            groups = self.view.groups(()).of(self.session, self.page.condition, [self.kind.path])[:KINDS]
            named = [(group.key, group.label) for group in groups if group.key is not None]
        return [
            Kind(str(key), label, colour_of(self.kind, key), icons.get(key, ""), chosen is None or str(key) in chosen)
            for key, label in named
        ]

    @property
    def condition(self) -> Condition:
        """What narrows the list, and the kinds that are to be seen."""
        found: Condition = self.page.condition
        if self.chosen is None or self.kind is None:
            return found
        keys: list[Any] = [key for key in self.chosen if key in self.kind.choices]
        if self.kind.target is not None:
            keys = [int(key) for key in self.chosen if key.isdigit() and len(key) < 10]
        nodes = [condition_of(self.kind, key) for key in keys]
        return found.also(read(["or", *nodes], self.view.fields, asking_of(self.session)))

    def entries(self, first: date, after: date) -> list[Entry]:
        """The records that touch these days, in order."""
        start, end = self.spec.start, self.spec.end
        touching: list[Any] = [[start, "<", after.isoformat()]]
        if end:
            within = ["and", [end, "is-null", True], [start, ">=", first.isoformat()]]
            touching.append(["or", [end, ">=", first.isoformat()], within])
        else:
            touching.append([start, ">=", first.isoformat()])
        return self.shown(self.condition.also(read(touching, self.view.fields, asking_of(self.session))))

    def shown(self, condition: Condition) -> list[Entry]:
        """The records of a condition as entries."""
        spec = self.spec
        paths = list(filter(None, (spec.title, spec.start, spec.end, self.kind.path if self.kind else None)))
        listing = self.view.listing(tuple(dict.fromkeys(paths)))
        columns = {column.path: column for column in listing.columns}
        rows = listing.page(self.session, condition, ((spec.start, False),), limit=ENTRIES)
        movable = self.is_movable
        return [self.entry(columns, row, rows.tags, movable) for row in rows.rows if row[columns[spec.start].at]]

    def entry(self, columns: Mapping[str, Any], row: Any, tags: Any, movable: bool) -> Entry:
        """One row as an entry."""
        start, end = self.times(row[columns[self.spec.start].at], row[columns[self.spec.end].at] if self.spec.end else None)
        key = row[columns[self.kind.path].at] if self.kind else None
        icons = self.kind.info.get("icons", {}) if self.kind else {}
        return Entry(
            id=str(row[0]),
            title=text_of(columns[self.spec.title], row, tags, self.shape) or f"#{row[0]}",
            start=start,
            end=end,
            url=f"{self.view.url}{row[0]}",
            colour=colour_of(self.kind, key) if self.kind else 1,
            icon=icons.get(key, ""),
            note=f"{start:%H:%M}" if isinstance(start, datetime) else "",
            lines=self.lines(key),
            kind=str(key),
            editable=movable,
        )

    def lines(self, key: Any) -> tuple[str, ...]:
        """What is said of an entry besides when it is: its kind."""
        named = [kind.label for kind in self.kinds if kind.key == str(key)]
        return tuple(named)

    def times(self, start: Any, end: Any) -> tuple[Any, Any]:
        """Beginning and end on the clock of the company; days end with the day after."""
        if not isinstance(start, datetime):
            return start, max(end or start, start) + timedelta(days=1)
        begins = start.astimezone(self.zone).replace(tzinfo=None)
        ends = end.astimezone(self.zone).replace(tzinfo=None) if end else begins + SHORT
        return begins, ends

    def counts(self, first: date, after: date) -> Mapping[date, int]:
        """How many begin on each day."""
        nodes = [[self.spec.start, ">=", first.isoformat()], [self.spec.start, "<", after.isoformat()]]
        condition = self.condition.also(read(nodes, self.view.fields, asking_of(self.session)))
        groups = self.view.groups(()).of(self.session, condition, [f"day({self.spec.start})"])
        return {group.key: group.count for group in groups if group.key is not None}

    def find(self, id: str) -> Entry:
        """One record."""
        number = int(id) if id.isdigit() and len(id) < 10 else 0
        found = self.shown(self.page.condition.also(read([["id", "=", number]], self.view.fields, asking_of(self.session))))
        if not found:
            raise Missing(_("There is no such entry."))
        return found[0]

    @property
    def is_movable(self) -> bool:
        """Whether the user may write when the records are."""
        own, may = fields_of(self.view.model), rights(self.session, self.view.model)
        fields = [own.get(path) for path in (self.spec.start, self.spec.end) if path]
        return may.may("update") and all(each is not None and may.writes(each) for each in fields)

    def move(self, id: str, start: datetime | date, end: datetime | date, scope: str) -> MovedEntry:
        """Write the new times; a date takes the day of a time."""
        record = load_record(self.session, self.view.model, int(id) if id.isdigit() and len(id) < 10 else 0)
        values = {self.spec.start: self.stored(start)}
        if self.spec.end:
            has_days = not self.has_hours
            values[self.spec.end] = self.stored(end - timedelta(days=1) if has_days and end > start else end)
        written = write_record(self.session, self.view.model, record, values)
        return MovedEntry(str(written.id), str(written.title))

    def stored(self, moment: datetime | date) -> Any:
        """A time on the wall as the field keeps it."""
        if not self.has_hours:
            return (moment.date() if isinstance(moment, datetime) else moment).isoformat()
        if isinstance(moment, datetime):
            return moment.replace(tzinfo=self.zone).isoformat()
        return datetime.combine(moment, MORNING, self.zone).isoformat()
