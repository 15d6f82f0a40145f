"""What is written to a file: labelled columns and typed lines, taken from a list, a cube or a report.

Every format writes the same sheet, so they agree; lines come one after the other and are never all in memory.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.db import actor
from core.i18n import _, translated
from core.screens.fields.formats import STORED, label_of_choice
from core.screens.fields.typed import asking_of
from core.screens.lists.groups import Group, condition_of
from core.screens.lists.ordering import Order
from core.screens.lists.pivots import Cube, Keys, Measure
from core.screens.lists.statements import CAP, Column, Listing, Page
from core.screens.lists.where import Condition, read
from core.screens.views.view import View

LEVELS = ("group-1", "group-2", "group-3", "group-4")


@dataclass(frozen=True)
class SheetColumn:
    """One column of a file: its heading and what kind of values stand below."""

    label: str
    kind: str = "text"

    @property
    def is_number(self) -> bool:
        """Whether its values stand end-aligned and can be added up."""
        return self.kind in ("money", "price", "quantity", "percent", "integer", "number")


@dataclass(frozen=True)
class SheetLine:
    """One line: values as Python types; `style` is row, group-1 to group-4, or total."""

    values: Sequence[Any]
    style: str = "row"


@dataclass
class Sheet:
    """A table on its way into a file."""

    title: str
    columns: list[SheetColumn]
    lines: Iterable[SheetLine]
    notes: list[str] = field(default_factory=list)


def exact(kind: str, units: int | None) -> Decimal | None:
    """Whole units as the exact number that they are."""
    return None if units is None else Decimal(units).scaleb(-STORED[kind])


def list_sheet(
    session: Session,
    view: View,
    listing: Listing,
    condition: Condition,
    order: Order,
    groups: Sequence[str] = (),
    notes: Iterable[str] = (),
) -> Sheet:
    """What a list shows, all pages of it: same filter, order, groups and columns."""
    columns = [SheetColumn(label_of_column(column), kind_of_column(column)) for column in listing.columns]
    lines = (
        _grouped(session, view, listing, condition, order, tuple(groups))
        if groups
        else _plain(session, listing, condition, order)
    )
    return Sheet(view.plural, columns, lines, list(notes))


def label_of_column(column: Column) -> str:
    """The heading of a column in the reader's language."""
    return translated(column.slot.label) if column.slot.label else column.field.shown_label()


def kind_of_column(column: Column) -> str:
    """The kind of values that a file has below a heading."""
    return "text" if column.field.kind in ("choice", "relation", "tags", "json") else column.field.kind


def _plain(session: Session, listing: Listing, condition: Condition, order: Order) -> Iterator[SheetLine]:
    count, sums = 0, dict.fromkeys([column.path for column in listing.summed], 0)
    zone = ZoneInfo(actor(session).zone)
    for page in listing.every(session, condition, order):
        for values in values_of(listing, page, zone):
            yield SheetLine(values)
        count += len(page.rows)
        for column in listing.summed:
            sums[column.path] += sum(row[column.at] or 0 for row in page.rows)
    if sums:
        yield SheetLine(_summary(listing, str(_("Total")), sums), "total")


def values_of(listing: Listing, page: Page, zone: ZoneInfo) -> Iterator[list[Any]]:
    """The rows of a page as typed values."""
    readers = [_reader(column, page, zone) for column in listing.columns]
    for row in page.rows:
        yield [reader(row) for reader in readers]


def _reader(column: Column, page: Page, zone: ZoneInfo) -> Any:
    at, kind = column.at, column.field.kind
    if kind == "tags":
        tags = page.tags[column.path]
        return lambda row: ", ".join(title for _key, title in tags.get(row[0], ())) or None
    if column.field.target is not None:
        return lambda row: None if row[at] is None else row[at + 1] or f"#{row[at]}"
    if kind in STORED:
        return lambda row: exact(kind, row[at])
    if kind == "choice":
        info = column.field.info
        return lambda row: None if row[at] is None else label_of_choice(info, row[at])
    if kind == "moment":
        return lambda row: None if row[at] is None else row[at].astimezone(zone).replace(tzinfo=None)
    return lambda row: row[at]


def _summary(listing: Listing, label: str, sums: dict[str, int]) -> list[Any]:
    """A line of sums under their columns, its name in the first column that has none."""
    values: list[Any] = []
    for column in listing.columns:
        kind = column.field.kind
        units = sums.get(column.path)
        values.append(exact(kind, units) if kind in STORED else units)
    first = next((i for i, value in enumerate(values) if value is None), None)
    if first is not None:
        values[first] = label
    return values


def _grouped(
    session: Session, view: View, listing: Listing, condition: Condition, order: Order, groups: tuple[str, ...]
) -> Iterator[SheetLine]:
    """Each group with its sums, then its rows; groups of several levels as an outline."""
    by = view.groups(tuple(c.path for c in listing.columns), tuple(c.path for c in listing.summed))
    known = [{group.keys: group for group in by.of(session, condition, groups[: depth + 1])} for depth in range(len(groups))]
    zone, before = ZoneInfo(actor(session).zone), ()
    for keys, group in known[-1].items():
        for depth in range(len(groups)):
            if keys[: depth + 1] != before[: depth + 1]:
                yield SheetLine(_heading(listing, known[depth][keys[: depth + 1]]), LEVELS[depth])
        before = keys
        inside = read(
            [condition_of(view.fields[p], key) for p, key in zip(groups, group.keys, strict=True)],
            view.fields,
            asking_of(session),
        )
        for page in listing.every(session, condition.also(inside), order):
            for values in values_of(listing, page, zone):
                yield SheetLine(values)
    tops = list(known[0].values())
    sums = {column.path: sum(group.sums[column.path] for group in tops) for column in listing.summed}
    if len(tops) < CAP:
        yield SheetLine(_summary(listing, str(_("Total")), sums), "total")


def _heading(listing: Listing, group: Group) -> list[Any]:
    return _summary(listing, f"{group.label} ({group.count})", group.sums)


def cube_sheet(cube: Cube, title: str, notes: Iterable[str] = ()) -> Sheet:
    """A cube as a table: subtotals before their rows, totals at the end of rows and columns."""
    places = [*cube.column_keys, ()] if cube.columns else [()]
    columns = [SheetColumn(" › ".join(each.shown_label() for each in cube.rows) or str(_("Total")))]
    for place in places:
        name = (
            " › ".join(cube.labels[f.path, k] for f, k in zip(cube.columns, place, strict=False))
            if place
            else str(_("Total"))
        )
        for measure in cube.measures:
            label = measure.label if not cube.columns else f"{name}: {measure.label}" if len(cube.measures) > 1 else name
            columns.append(SheetColumn(label, measure.shown_kind))
    return Sheet(title, columns, _cube_lines(cube, places), list(notes))


def _cube_lines(cube: Cube, places: Sequence[Keys]) -> Iterator[SheetLine]:
    for row in cube.outline():
        style = "row" if len(row) == len(cube.rows) else LEVELS[min(len(row), 4) - 1]
        indent = "  " * (len(row) - 1)
        yield SheetLine([indent + cube.label(cube.rows, row), *_figures(cube, row, places)], style)
    yield SheetLine([str(_("Total")), *_figures(cube, (), places)], "total")


def _figures(cube: Cube, row: Keys, places: Sequence[Keys]) -> Iterator[Any]:
    for place in places:
        figure = cube.figure(row, place)
        for index, measure in enumerate(cube.measures):
            yield shown_figure(measure, figure.value(index, measure)) if figure.count else None


def shown_figure(measure: Measure, value: Any) -> Any:
    """A figure as the type that it is: amounts exact, dates as dates."""
    if value is None or isinstance(value, datetime):
        return value
    return exact(measure.shown_kind, value) if measure.shown_kind in STORED else value
