"""One row of a list as programs see it: amounts as text, dates ISO 8601, relations by number and title."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from core.screens.fields.field import fields_of
from core.screens.fields.formats import STORED
from core.screens.queries.statements import Column
from core.screens.records.reading import plain, written
from core.screens.views.view import View


def item_of(
    view: View, row: Any, writers: Sequence[tuple[str, Callable[[Any], Any]]], wanted: set[str], nested: bool
) -> dict[str, Any]:
    """One record as programs see it; extensions nested unless their paths were asked for."""
    item: dict[str, Any] = {"id": row[0]}
    title = None
    for path, write in writers:
        value = write(row)
        if path == view.model.__title__:
            title = value
        if path not in wanted:
            continue
        aspect, dot, name = path.partition(".")
        if nested and dot:
            item.setdefault(aspect, {})[name] = value
        else:
            item[path] = value
    item["title"] = str(title) if title not in (None, "") else f"{view.model.__name__} {row[0]}"
    return item


def writer_of(column: Column, tags: dict[str, Any]) -> Callable[[Any], Any]:
    """How a column's values are written for programs."""
    at, field = column.at, column.field
    if field.kind == "tags":
        return lambda row: [{"id": key, "title": title} for key, title in tags[column.path].get(row[0], ())]
    if field.target is not None:
        name = field.target.__name__
        return lambda row: None if row[at] is None else {"id": row[at], "title": row[at + 1] or f"{name} {row[at]}"}
    if field.kind in STORED:
        least = 2 if field.kind in ("money", "price") else 0
        missing = default_of(field)
        return lambda row: missing if row[at] is None else written(exact_units(field.kind, row[at]), least)
    if field.kind == "integer" and is_bare_key(column):
        return lambda row: None if row[at] is None else {"id": row[at]}
    missing = default_of(field)
    return lambda row: missing if row[at] is None else plain(row[at])


def exact_units(kind: str, units: int) -> Decimal:
    """Whole units as the number that they are."""
    return Decimal(units).scaleb(-STORED[kind])


def is_bare_key(column: Column) -> bool:
    """Whether a number names a record of another model without a relation to it."""
    model, name = column.field.spot.owned[-1]
    own = fields_of(model).get(name)
    return own is not None and own.kind == "relation"


def default_of(field: Any) -> Any:
    """What an extension says that no row was made for yet."""
    model, name = field.spot.owned[-1]
    own = fields_of(model).get(name)
    if not hasattr(model, "__owner__") or own is None or own.default is None:
        return None
    return (
        written(own.default, 2 if own.kind in ("money", "price") else 0)
        if isinstance(own.default, Decimal)
        else plain(own.default)
    )


def key_value(key: Any) -> Any:
    """A group's key as JSON."""
    return written(key) if isinstance(key, Decimal) else plain(key)


def sum_value(kind: str, units: Any) -> Any:
    """A sum as JSON: amounts as text, counts as numbers."""
    if units is None or kind not in STORED:
        return plain(units)
    return written(exact_units(kind, units), 2 if kind in ("money", "price") else 0)
