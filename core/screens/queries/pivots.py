"""The cube of a list: rows by columns by measures from one GROUP BY, its subtotals and totals added up here.

Everything adds up because it is added once: cells come from the database, each subtotal and total is a sum of cells.
A figure opens its documents by the where-list of its cell.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from core.db import today
from core.errors import FieldError, Invalid
from core.i18n import _
from core.screens.fields.formats import formats
from core.screens.fields.paths import PathField
from core.screens.fields.typed import asking_of
from core.screens.queries.grouping import grouped, without_name
from core.screens.queries.groups import condition_of, label_of, readable
from core.screens.queries.measures import NOTHING, Figure, Measure, gathered, measure_of, refused
from core.screens.queries.statements import Listing
from core.screens.queries.where import Condition

Keys = tuple[Any, ...]
CELLS, DIMENSIONS, MEASURES = 50_000, 6, 6


class TooLarge(Invalid):
    """A cube of more cells than one can look at."""


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

    def shown_path(self) -> str:
        """What stands over the row labels."""
        return " › ".join(each.shown_label() for each in self.rows)

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
            message = _("This cube has more than {count} cells: filter the list or leave out a field", count=CELLS)
            raise TooLarge(message, [FieldError("pivot", message)])
        cube = Cube(dimensions[: len(rows)], dimensions[len(rows) :], read)
        self._fill(session, cube, found)
        if names := [each.name for each in read if each.kind == "distinct"]:
            self._count_different(session, condition, cube, names)
        return cube

    def _count_different(self, session: Session, condition: Condition, cube: Cube, names: Sequence[str]) -> None:
        """What two cells have in common counts once in their total, so each level of totals is counted by itself."""
        bound, width = condition.bound(asking_of(session)), len(cube.rows)
        places = [i for i, measure in enumerate(cube.measures) if measure.name in names]
        for depth, length in product(range(width + 1), range(len(cube.columns) + 1)):
            if (depth, length) == (width, len(cube.columns)):
                continue
            paths = tuple(each.path for each in (*cube.rows[:depth], *cube.columns[:length]))
            for row in session.execute(self.statement(condition.shape, paths, tuple(names)), bound):
                keys = tuple(row[3 * i] for i in range(len(paths)))
                figure = cube.cells.get((keys[:depth], keys[depth:]))
                for place, count in zip(places, row[3 * len(paths) + 1 :], strict=True):
                    if figure is not None:
                        figure.gathered[place] = [count]

    def _statement(self, shape: Any, paths: tuple[str, ...], names: tuple[str, ...]) -> Select[Any]:
        dimensions, measures = [self.fields[path] for path in paths], [measure_of(self.fields, name) for name in names]
        figures = [part for measure in measures for part in measure.parts()]
        measured = [without_name(each.field) if each.kind == "distinct" else each.field for each in measures if each.field]
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
