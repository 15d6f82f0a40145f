"""A list as a sheet: its columns as headings, its rows typed, its groups as an outline with their sums."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.db import actor
from core.errors import FieldError, Invalid
from core.i18n import _, translated
from core.screens.exports.sheets import LEVELS, Sheet, SheetColumn, SheetLine, exact
from core.screens.exports.streams import EVERY_ROW, groups_of, rows_by_group, rows_of
from core.screens.fields.formats import STORED, label_of_choice
from core.screens.fields.paths import PathField
from core.screens.queries.groups import Group, readable
from core.screens.queries.ordering import Order
from core.screens.queries.statements import Column, Listing, Page
from core.screens.queries.where import Condition
from core.screens.views.view import View


def list_sheet(
    session: Session,
    view: View,
    listing: Listing,
    condition: Condition,
    order: Order,
    groups: Sequence[str] = (),
    notes: Iterable[str] = (),
    most: int = EVERY_ROW,
) -> Sheet:
    """What a list shows, all pages of it: same filter, order, groups and columns; for a preview only the first rows."""
    columns = [SheetColumn(label_of_column(column), kind_of_column(column)) for column in listing.columns]
    by = [readable(view.fields[path]) for path in groups]
    if len(by) > len(LEVELS):
        message = _("A list is grouped by at most {count} fields", count=len(LEVELS))
        raise Invalid(message, [FieldError("group", message)])
    lines = (
        _grouped(session, listing, condition, order, by, most) if by else _plain(session, listing, condition, order, most)
    )

    def foot() -> SheetLine | None:
        return total_line(listing, listing.sums(session, condition)) if listing.summed else None

    return Sheet(view.heading, columns, lines, list(notes), foot, lambda: listing.exact_total(session, condition))


def label_of_column(column: Column) -> str:
    """The heading of a column in the reader's language."""
    return translated(column.slot.label) if column.slot.label else column.field.shown_label()


def kind_of_column(column: Column) -> str:
    """The kind of values that a file has below a heading."""
    return "text" if column.field.kind in ("choice", "relation", "tags", "json") else column.field.kind


def _plain(session: Session, listing: Listing, condition: Condition, order: Order, most: int) -> Iterator[SheetLine]:
    sums = dict.fromkeys([column.path for column in listing.summed], 0)
    zone = ZoneInfo(actor(session).zone)
    for page in rows_of(session, listing, condition, order, most):
        for values in values_of(listing, page, zone):
            yield SheetLine(values)
        for column in listing.summed:
            sums[column.path] += sum(row[column.at] or 0 for row in page.rows)
    if sums:
        yield total_line(listing, sums)


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
        words = {word: label_of_choice(info, word) for word in column.field.choices}
        return lambda row: None if row[at] is None else words.get(row[at]) or label_of_choice(info, row[at])
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


def total_line(listing: Listing, sums: dict[str, int]) -> SheetLine:
    """The last line: the sums of all rows."""
    return SheetLine(_summary(listing, str(_("Total")), sums), "total")


def _grouped(
    session: Session, listing: Listing, condition: Condition, order: Order, by: Sequence[PathField], most: int
) -> Iterator[SheetLine]:
    """Each group with its sums, then its rows; groups of several levels as an outline."""
    levels = [groups_of(session, listing, condition, by[: depth + 1], most) for depth in range(len(by))]
    zone, before = ZoneInfo(actor(session).zone), tuple[Any, ...]()
    sums = dict.fromkeys([column.path for column in listing.summed], 0)
    for keys, page in rows_by_group(session, listing, condition, order, by, most):
        for key, values in zip(keys, values_of(listing, page, zone), strict=True):
            for depth in range(len(by)) if key != before else ():
                if not before or key[: depth + 1] != before[: depth + 1]:
                    yield heading(listing, behind(levels[depth], key[: depth + 1]), depth)
            before = key
            yield SheetLine(values)
        for column in listing.summed:
            sums[column.path] += sum(row[column.at] or 0 for row in page.rows)
    if sums:
        yield total_line(listing, sums)


def behind(groups: Iterator[Group], keys: tuple[Any, ...]) -> Group:
    """The next group, which is the one with these keys: both streams are in the same order and of the same moment."""
    found = next((group for group in groups if group.keys == keys), None)
    if found is None:
        raise RuntimeError(f"the groups of a file have none with the keys {keys!r}")
    return found


def heading(listing: Listing, group: Group, depth: int) -> SheetLine:
    """The line of a group: what it is called, how many rows, their sums."""
    return SheetLine(_summary(listing, f"{group.label} ({group.count})", group.sums), LEVELS[depth])
