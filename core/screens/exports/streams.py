"""Rows and groups of a list as the database hands them out: however many there are, some thousand are in memory.

A group's heading comes before its rows and says their sums, so groups and rows are two streams in the same order.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import BigInteger, case, cast, func, text
from sqlalchemy.orm import Session

from core.db import Database, kernel_connection, today
from core.screens.fields.formats import formats
from core.screens.fields.paths import PathField
from core.screens.fields.typed import asking_of
from core.screens.queries.grouping import grouped
from core.screens.queries.groups import Group, label_of
from core.screens.queries.ordering import Order, keys_of, ordered
from core.screens.queries.statements import CAP, Listing, Page
from core.screens.queries.where import Condition, is_indexed

AT_ONCE = 2000
EVERY_ROW = 2**31 - 1


@contextmanager
def steady(session: Session, database: Database) -> Iterator[Session]:
    """A session with the same rights that sees one moment of the database until its end, as a long file must."""
    with database.open(type(session), **session.info) as twin:
        if database.dialect == "postgresql":
            connection = Session.connection(twin, execution_options={"isolation_level": "REPEATABLE READ"})
            connection.execute(text("set local cursor_tuple_fraction = 1"))  # all rows are wanted, not the first few
            yield twin
            return
        raw: Any = Session.connection(twin).connection.driver_connection
        _sort_in(raw, "file")  # a million rows are put in order on disk, not in memory
        try:
            yield twin
        finally:
            _sort_in(raw, "memory")


def _sort_in(raw: Any, place: str) -> None:
    """Where SQLite sorts what is too much; it changes its mind only between two transactions."""
    for statement in ("rollback", f"pragma temp_store = {place}", "begin"):
        raw.execute(statement)


def streamed(session: Session, statement: Any, bound: dict[str, Any]) -> Iterator[Sequence[Any]]:
    """The rows of a statement by the thousand; PostgreSQL has a cursor for them only inside a transaction."""
    is_open = kernel_connection(session).get_execution_options().get("isolation_level") != "AUTOCOMMIT"
    options: dict[str, Any] = {"yield_per": AT_ONCE} if is_open else {}
    yield from session.execute(statement, bound, execution_options=options).partitions(AT_ONCE)


def rows_of(session: Session, listing: Listing, condition: Condition, order: Order, most: int = EVERY_ROW) -> Iterator[Page]:
    """All rows of a list in its order, or the first of them."""
    keys = keys_of(order, listing.fields)
    total, _sums = listing.total(session, condition)
    found = is_indexed(condition.shape) and total <= CAP
    bound = condition.bound(asking_of(session)) | {"rows": most}
    for statement in listing.page_statements(condition.shape, order, (), found):
        for rows in streamed(session, statement, bound):
            yield paged(session, listing, [row[len(keys) :] for row in rows])


def paged(session: Session, listing: Listing, rows: list[Any]) -> Page:
    """Rows with what their collections hold."""
    page = Page(rows, None, len(rows))
    ids = [row[0] for row in rows]
    page.tags = {column.path: listing.titles(session, column, ids) for column in listing.tagged()}
    return page


def rows_by_group(
    session: Session,
    listing: Listing,
    condition: Condition,
    order: Order,
    by: Sequence[PathField],
    most: int = EVERY_ROW,
) -> Iterator[tuple[list[tuple[Any, ...]], Page]]:
    """All rows group by group, or the first of them: their keys, and the rows."""
    inside, width = keys_of(order, listing.fields), len(by)
    shown = [listing.model.id, *(part for column in listing.columns for part in column.parts())]
    joined = [
        *by,
        *(listing.fields[path] for path, _down in order),
        *(column.field for column in listing.columns if column.field.kind != "tags"),
    ]
    keys = [each.key.label(f"g{i}") for i, each in enumerate(by)]
    places = [part for each in by for part in in_order(each, each.key, each.sort)]
    statement = listing.matching(condition.shape, joined, *keys, *shown).order_by(*places, *ordered(inside))
    statement = statement if most == EVERY_ROW else statement.limit(most)
    for rows in streamed(session, statement, condition.bound(asking_of(session))):
        yield [tuple(row[:width]) for row in rows], paged(session, listing, [row[width:] for row in rows])


def groups_of(
    session: Session, listing: Listing, condition: Condition, by: Sequence[PathField], most: int = EVERY_ROW
) -> Iterator[Group]:
    """All groups by some fields together, or the first of them, in the order of `rows_by_group`."""
    summed = [column.path for column in listing.summed]
    added = [listing.fields[path] for path in summed]
    sums = [cast(func.coalesce(func.sum(each.units), 0), BigInteger) for each in added]
    found = grouped(listing, condition.shape, by, added, sums)
    shown = [part for each in found.dimensions for part in (each.key, each.shown)]
    places = [part for each, d in zip(by, found.dimensions, strict=True) for part in in_order(each, d.key, d.sort)]
    statement = found.showing(*shown, found.count, *found.figures).order_by(*places).execution_options(by_set=True)
    statement = statement if most == EVERY_ROW else statement.limit(most)
    shape, at = formats(today(session).year), 2 * len(by)
    for rows in streamed(session, statement, condition.bound(asking_of(session))):
        for row in rows:
            keys = tuple(row[2 * i] for i in range(len(by)))
            labels = tuple(label_of(each, keys[i], row[2 * i + 1], shape) for i, each in enumerate(by))
            figures = {path: int(value) for path, value in zip(summed, row[at + 1 :], strict=True)}
            yield Group(keys, labels, row[at], figures)


def in_order(each: PathField, key: Any, sort: Any) -> list[Any]:
    """What puts groups in their order on a page: words of a choice as the choice has them, nothing last."""
    if each.choices:
        return [case(*((key == word, rank) for rank, word in enumerate(each.choices)), else_=len(each.choices)), key]
    return [sort.is_(None), sort, key]
