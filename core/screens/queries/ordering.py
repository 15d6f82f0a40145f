"""What an order compares, and the index ranges behind a row: keyset paging that knows nulls and mixed directions."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import orjson
from sqlalchemy import and_, bindparam, or_, tuple_

from core.errors import FieldError, Invalid
from core.i18n import _
from core.screens.fields.attributes import kind_of
from core.screens.fields.paths import Resolver

Order = tuple[tuple[str, bool], ...]  # (path, whether descending)
Parts = tuple[list[Any], list[Any]]  # conditions, ORDER BY
LONGEST = 6


class Key(NamedTuple):
    """One column of an order; what comes through an outer join may be null whatever its table says."""

    column: Any
    down: bool
    nullable: bool


def read_order(asked: str | Sequence[str], fields: Resolver) -> Order:
    """`-date,name` as paths and directions; Invalid for a field that is not there or cannot be put in order."""
    names = [name.strip() for name in asked.split(",")] if isinstance(asked, str) else list(asked)
    order: dict[str, bool] = {}
    for name in filter(None, names):
        path = name.removeprefix("-")
        field = fields[path]
        if field.wrap or field.kind == "json":
            message = _("{path} cannot be put in order: a record may have several", path=path)
            raise Invalid(message, [FieldError("order", message)])
        order.setdefault(field.path, name.startswith("-"))
    if len(order) > LONGEST:
        message = _("An order has at most {count} fields", count=LONGEST)
        raise Invalid(message, [FieldError("order", message)])
    return tuple(order.items())


def write_order(order: Order) -> str:
    """As `read_order` reads it."""
    return ",".join(f"-{path}" if down else path for path, down in order)


def keys_of(order: Order, fields: Resolver) -> list[Key]:
    """What an order compares, and the id last, so that it is total."""
    own = [Key(fields[path].sort, down, fields[path].nullable) for path, down in order if path != "id"]
    by_id = [down for path, down in order if path == "id"]
    return [*own, Key(fields.model.id, by_id[0] if by_id else False, False)]


def ordered(keys: Sequence[Key], opened: bool = False) -> list[Any]:
    """ORDER BY with nulls last; silent about them where none can come, so that an index serves in both directions."""
    directed = [key.column.desc() if key.down else key.column.asc() for key in keys]
    return [
        by.nulls_last() if key.nullable and not (opened and i == 0) else by
        for i, (key, by) in enumerate(zip(keys, directed, strict=True))
    ]


def segments(keys: Sequence[Key], after: tuple[bool, ...]) -> Iterator[Parts]:
    """The index ranges behind a row, in order: each pins some keys and opens the next.

    `after` says which values of the last row seen were null; empty means from the start.
    """
    bound = [bindparam(f"a{i}", type_=key.column.type) for i, key in enumerate(keys)]
    tail = next(
        i for i in range(len(keys)) if len({key.down for key in keys[i:]}) == 1 and not any(key.nullable for key in keys[i:])
    )
    pins = [
        key.column.is_(None) if null else key.column == value for key, value, null in zip(keys, bound, after, strict=False)
    ]
    for depth in range(tail if after else 0, -1, -1):
        column, down, nullable = keys[depth]
        if depth == tail and after:
            row, last = tuple_(*(key.column for key in keys[tail:])), tuple_(*bound[tail:])
            yield [*pins[:depth], row < last if down else row > last], ordered(keys[depth:], True)
        elif not after and not nullable:
            yield [], ordered(keys, True)
        elif not after or not after[depth]:
            beyond = _beyond(column, down, bound[depth], bool(after))
            yield [*pins[:depth], beyond], ordered(keys[depth:], True)
            if nullable:
                yield [*pins[:depth], column.is_(None)], ordered(keys[depth + 1 :], False)


def _beyond(column: Any, down: bool, value: Any, after: bool) -> Any:
    if not after:
        return column.is_not(None)
    return column < value if down else column > value


def merged(keys: Sequence[Key], after: tuple[bool, ...]) -> Parts:
    """All ranges as one condition with one order, for few rows that are sorted anyway."""
    ranges = [and_(*where) for where, _order in segments(keys, after)] if after else []
    return ([or_(*ranges)] if ranges else []), ordered(keys)


def write_cursor(order: Order, values: Sequence[Any]) -> str:
    """Where a page ended, as text for an address."""
    return orjson.dumps([write_order(order), list(values)], default=_plain).decode()


def _plain(value: Any) -> str:
    return str(value)


def read_cursor(text: str, order: Order, keys: Sequence[Key]) -> list[Any]:
    """The values of the row that a page ended with; Invalid if it belongs to another order or is no cursor."""
    message = _("The page begins after a row of another order: leave out `after` to begin anew")
    fault = Invalid(message, [FieldError("after", message)])
    try:
        made_for, values = orjson.loads(text)
        if made_for != write_order(order) or len(values) != len(keys):
            raise fault
        return [None if v is None else _read(kind_of(k.column.type), v) for v, k in zip(values, keys, strict=True)]
    except (ValueError, TypeError, ArithmeticError) as error:
        raise fault from error


def _read(kind: str, value: Any) -> Any:
    """A key value that was written by `write_cursor`."""
    if kind in ("money", "price", "quantity", "percent"):
        number = Decimal(str(value))
        if not number.is_finite() or abs(number) > 10**14:
            raise ValueError("no such amount")
        return number
    if kind == "date":
        return date.fromisoformat(value)
    if kind == "moment":
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("a moment has a zone")
        return moment
    if kind == "boolean":
        return bool(value)
    if kind == "integer":
        if not -(2**31) <= int(value) < 2**31:
            raise ValueError("no such number")
        return int(value)
    if "\0" in str(value):
        raise ValueError("no such text")
    return str(value)
