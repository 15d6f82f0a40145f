"""The cube of a list: rows by columns by measures from one GROUP BY, its subtotals and totals added up here.

Everything adds up because it is added once: cells come from the database, each subtotal and total is a sum of cells.
A figure opens its documents by the where-list of its cell.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Select, cast, func
from sqlalchemy.orm import Session

from core.db import today
from core.errors import FieldError, Invalid
from core.i18n import _
from core.screens.fields.formats import formats
from core.screens.fields.paths import PathField, Resolver
from core.screens.fields.typed import asking_of
from core.screens.lists.grouping import grouped
from core.screens.lists.groups import condition_of, label_of, readable
from core.screens.lists.statements import Listing
from core.screens.lists.where import Condition
from core.values import rounded

Keys = tuple[Any, ...]
CELLS, DIMENSIONS, MEASURES = 20_000, 6, 6
KINDS = ("sum", "avg", "min", "max", "count")


@dataclass(frozen=True)
class Measure:
    """What is figured out for each cell: `sum:total`, `avg:total`, `min:date`, `max:date`, `count`."""

    name: str
    kind: str
    field: PathField | None = None

    @property
    def shown_kind(self) -> str:
        """How its figures are written."""
        return self.field.kind if self.field else "integer"

    @property
    def label(self) -> str:
        """What it is called in the reader's language."""
        if self.field is None:
            return str(_("Count"))
        words = {"avg": _("average"), "min": _("least"), "max": _("greatest")}
        name = self.field.shown_label()
        return name if self.kind == "sum" else f"{name} ({words[self.kind]})"

    def parts(self) -> list[Any]:
        """What the statement fetches; an average is kept as sum and count, so that subtotals are exact."""
        if self.field is None:
            return []
        units = self.field.units
        total = cast(func.coalesce(func.sum(units), 0), BigInteger)
        if self.kind == "sum":
            return [total]
        return [total, func.count(units)] if self.kind == "avg" else [getattr(func, self.kind)(units)]


@dataclass
class Figure:
    """One cell, subtotal or total: how many rows, and what each measure gathered."""

    count: int = 0
    gathered: list[Any] = field(default_factory=list)

    def add(self, other: "Figure", measures: Sequence[Measure]) -> None:
        """Take in another."""
        self.count += other.count
        if not self.gathered:
            self.gathered = [list(part) for part in other.gathered]
            return
        for measure, mine, theirs in zip(measures, self.gathered, other.gathered, strict=True):
            if measure.kind in ("min", "max"):
                known = [part for part in (mine[0], theirs[0]) if part is not None]
                mine[0] = (min if measure.kind == "min" else max)(known) if known else None
            else:
                mine[:] = [a + b for a, b in zip(mine, theirs, strict=True)]

    def value(self, index: int, measure: Measure) -> Any:
        """The figure of a measure: whole units of its field, a date, or None where there is nothing."""
        if measure.kind == "count":
            return self.count
        if not self.gathered:
            return None
        parts = self.gathered[index]
        if measure.kind == "avg":
            return int(rounded(Fraction(parts[0], parts[1]), 0)) if parts[1] else None
        return parts[0]


@dataclass
class Cube:
    """Figures by row keys and column keys; the keys of a total are shorter, those of the grand total empty."""

    rows: list[PathField]
    columns: list[PathField]
    measures: list[Measure]
    cells: dict[tuple[Keys, Keys], Figure] = field(default_factory=dict)
    row_keys: list[Keys] = field(default_factory=list)
    column_keys: list[Keys] = field(default_factory=list)
    labels: dict[tuple[str, Any], str] = field(default_factory=dict)

    def figure(self, row: Keys = (), column: Keys = ()) -> Figure:
        """The figure at a row and a column; shorter keys are totals."""
        return self.cells.get((row, column), NOTHING)

    def value(self, index: int, row: Keys = (), column: Keys = ()) -> Any:
        """What the measure at an index says there."""
        return self.figure(row, column).value(index, self.measures[index])

    def label(self, fields: Sequence[PathField], keys: Keys) -> str:
        """What the last of some keys is called."""
        return self.labels[fields[len(keys) - 1].path, keys[-1]] if keys else str(_("Total"))

    def outline(self) -> list[Keys]:
        """Row keys with the subtotals of every level before their rows."""
        return outlined(self.row_keys)

    def where(self, row: Keys = (), column: Keys = ()) -> list[Any]:
        """The conditions of the rows behind a figure."""
        pairs = [*zip(self.rows, row, strict=False), *zip(self.columns, column, strict=False)]
        return [condition_of(each, key) for each, key in pairs]

    def transposed(self) -> "Cube":
        """Rows and columns swapped; no figure changes."""
        swapped = {(column, row): figure for (row, column), figure in self.cells.items()}
        return Cube(self.columns, self.rows, self.measures, swapped, self.column_keys, self.row_keys, self.labels)


NOTHING = Figure()


class Cubes:
    """The cubes of a listing; statements are kept per shape and paths."""

    def __init__(self, listing: Listing) -> None:
        self.listing, self.fields = listing, listing.fields
        self.statement = lru_cache(128)(self._statement)

    def of(
        self,
        session: Session,
        condition: Condition,
        rows: Sequence[str],
        columns: Sequence[str],
        measures: Sequence[str],
    ) -> Cube:
        """The cube; Invalid for what cannot be one, or one too large to read."""
        read = [measure_of(self.fields, name) for name in dict.fromkeys(measures)] or [Measure("count", "count")]
        rows, columns = list(dict.fromkeys(rows)), [path for path in dict.fromkeys(columns) if path not in rows]
        dimensions = [readable(self.fields[path]) for path in (*rows, *columns)]
        if len(dimensions) > DIMENSIONS or len(read) > MEASURES:
            raise refused(_("A cube has at most {count} fields and {figures} measures", count=DIMENSIONS, figures=MEASURES))
        statement = self.statement(condition.shape, (*rows, *columns), tuple(each.name for each in read))
        found = session.execute(statement, condition.bound(asking_of(session))).all()
        if len(found) > CELLS:
            raise refused(_("This cube has more than {count} cells: filter the list or leave out a field", count=CELLS))
        cube = Cube(dimensions[: len(rows)], dimensions[len(rows) :], read)
        self._fill(session, cube, found)
        return cube

    def _statement(self, shape: Any, paths: tuple[str, ...], names: tuple[str, ...]) -> Select[Any]:
        dimensions, measures = [self.fields[path] for path in paths], [measure_of(self.fields, name) for name in names]
        figures = [part for measure in measures for part in measure.parts()]
        measured = [measure.field for measure in measures if measure.field]
        found = grouped(self.listing, shape, dimensions, measured, figures)
        shown = [part for each in found.dimensions for part in (each.key, each.shown, each.sort)]
        statement = found.showing(*shown, found.count, *found.figures).limit(CELLS + 1)
        return statement.execution_options(kept=True, by_set=True)

    def _fill(self, session: Session, cube: Cube, found: Iterable[Any]) -> None:
        """Every cell into itself, its subtotals and the totals."""
        dimensions, shape = [*cube.rows, *cube.columns], formats(today(session).year)
        ranks: dict[tuple[str, Any], Any] = {}
        at = 3 * len(dimensions)
        for row in found:
            keys = tuple(row[3 * i] for i in range(len(dimensions)))
            for i, each in enumerate(dimensions):
                if (each.path, keys[i]) not in ranks:
                    ranks[each.path, keys[i]] = rank(each, keys[i], row[3 * i + 2])
                    cube.labels[each.path, keys[i]] = label_of(each, keys[i], row[3 * i + 1], shape)
            figure = Figure(row[at], gathered(cube.measures, row[at + 1 :]))
            across, down = keys[: len(cube.rows)], keys[len(cube.rows) :]
            for depth in range(len(across) + 1):
                for length in range(len(down) + 1):
                    place = across[:depth], down[:length]
                    cube.cells.setdefault(place, Figure()).add(figure, cube.measures)
        cube.row_keys = in_order(cube.cells, cube.rows, ranks, 0)
        cube.column_keys = in_order(cube.cells, cube.columns, ranks, 1)


def measure_of(fields: Resolver, name: str) -> Measure:
    """Reads `sum:total` or `count`."""
    kind, _colon, path = name.partition(":")
    if name == "count":
        return Measure(name, "count")
    if kind not in KINDS or kind == "count" or not path:
        known = _("There is no measure {name}; write count, or sum:, avg:, min: or max: and a field", name=repr(name))
        raise refused(known)
    each = readable(fields[path])
    if not (each.is_number or (kind in ("min", "max") and each.kind in ("date", "moment"))):
        raise refused(_("{name}: this field cannot be added up", name=name))
    return Measure(name, kind, each)


def gathered(measures: Sequence[Measure], values: Sequence[Any]) -> list[list[Any]]:
    """The fetched parts by measure."""
    found, at = [], 0
    for measure in measures:
        width = {"count": 0, "avg": 2}.get(measure.kind, 1)
        parts = list(values[at : at + width])
        found.append([int(part) for part in parts] if measure.kind in ("sum", "avg") else parts)
        at += width
    return found


def rank(each: PathField, key: Any, sort: Any) -> tuple[Any, ...]:
    """What puts keys in order: words as in the choice, everything else as a list would; nothing comes last."""
    if key is None or sort is None:
        return (1, 0 if key is None else key)
    return (0, each.choices.index(key) if each.kind == "choice" and key in each.choices else sort)


def in_order(cells: Iterable[tuple[Keys, Keys]], fields: Sequence[PathField], ranks: Any, side: int) -> list[Keys]:
    """The full keys of one side, in order."""
    whole = {place[side] for place in cells if len(place[side]) == len(fields)}
    return sorted(whole, key=lambda keys: [ranks[each.path, key] for each, key in zip(fields, keys, strict=True)])


def outlined(keys: Sequence[Keys]) -> list[Keys]:
    """Keys with their own beginnings before them, each once."""
    seen: dict[Keys, None] = {}
    for key in keys:
        for depth in range(1, len(key) + 1):
            seen.setdefault(key[:depth])
    return list(seen)


def refused(message: Any) -> Invalid:
    """A cube that cannot be."""
    return Invalid(message, [FieldError("pivot", message)])
