"""The cube of a list: rows by columns by measures from one GROUP BY, its subtotals and totals added up here.

Everything adds up because it is added once: cells come from the database, each subtotal and total is a sum of cells. A cube
may have fifty thousand of them and a page shows some hundred, so a figure and a label are made when they are asked for.
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
from core.screens.fields.formats import Formats, formats
from core.screens.fields.paths import PathField
from core.screens.fields.typed import asking_of
from core.screens.queries.grouping import grouped, without_name
from core.screens.queries.groups import condition_of, label_of, readable
from core.screens.queries.measures import NOTHING, Figure, Measure, added, measure_of, refused
from core.screens.queries.statements import Listing
from core.screens.queries.where import Condition

Keys = tuple[Any, ...]
Place = tuple[Keys, Keys]
CELLS, DIMENSIONS, MEASURES = 50_000, 6, 6


class TooLarge(Invalid):
    """A cube of more cells than one can look at."""


@dataclass
class Cube:
    """Figures by row keys and column keys; the keys of a total are shorter, those of the grand total empty.

    `fetched` has of each cell its count and the parts of its measures, `shown` what the database calls each key of a path.
    """

    rows: list[PathField]
    columns: list[PathField]
    measures: list[Measure]
    shape: Formats
    fetched: dict[Place, Sequence[Any]] = field(default_factory=dict)
    row_keys: list[Keys] = field(default_factory=list)
    column_keys: list[Keys] = field(default_factory=list)
    shown: dict[tuple[str, Any], Any] = field(default_factory=dict)
    figures: dict[Place, Figure] = field(default_factory=dict)
    levels: dict[tuple[int, int], dict[Place, list[Sequence[Any]]]] = field(default_factory=dict)

    def figure(self, row: Keys = (), column: Keys = ()) -> Figure:
        """The figure at a row and a column; shorter keys are totals."""
        place = row, column
        found = self.figures.get(place)
        if found is None:
            parts = self.parts(row, column)
            found = self.figures[place] = added(self.measures, parts) if parts else NOTHING
        return found

    def parts(self, row: Keys, column: Keys) -> Sequence[Sequence[Any]]:
        """The cells that a figure is the sum of."""
        if len(row) == len(self.rows) and len(column) == len(self.columns):
            return [self.fetched[row, column]] if (row, column) in self.fetched else []
        return self.level(len(row), len(column)).get((row, column), [])

    def joined(self, places: Sequence[Place]) -> Figure:
        """Several places as one figure: an average of all, not of averages."""
        known = [place for place in places if self.figure(*place).count]
        if len(known) == 1:
            return self.figure(*known[0])
        parts = [part for place in known for part in self.parts(*place)]
        return added(self.measures, parts) if parts else NOTHING

    def level(self, depth: int, length: int) -> dict[Place, list[Sequence[Any]]]:
        """The cells in every place whose keys have this many rows and columns."""
        found = self.levels.get((depth, length))
        if found is None:
            found = self.levels[depth, length] = {}
            for (row, column), parts in self.fetched.items():
                found.setdefault((row[:depth], column[:length]), []).append(parts)
        return found

    def value(self, index: int, row: Keys = (), column: Keys = ()) -> Any:
        """What the measure at an index says there."""
        return self.figure(row, column).value(index, self.measures[index])

    def label(self, fields: Sequence[PathField], keys: Keys) -> str:
        """What the last of some keys is called."""
        return self.name(fields[len(keys) - 1], keys[-1]) if keys else str(_("Total"))

    def name(self, each: PathField, key: Any) -> str:
        """What a key of a field is called."""
        return label_of(each, key, self.shown.get((each.path, key)), self.shape)

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
        cube = Cube(dimensions[: len(rows)], dimensions[len(rows) :], read, formats(today(session).year))
        fill(cube, found)
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
                figure = cube.figure(keys[:depth], keys[depth:])
                for place, count in zip(places, row[3 * len(paths) + 1 :], strict=True):
                    if figure.count:
                        figure.gathered[place] = [count]

    def _statement(self, shape: Any, paths: tuple[str, ...], names: tuple[str, ...]) -> Select[Any]:
        dimensions, measures = [self.fields[path] for path in paths], [measure_of(self.fields, name) for name in names]
        figures = [part for measure in measures for part in measure.parts()]
        measured = [without_name(each.field) if each.kind == "distinct" else each.field for each in measures if each.field]
        found = grouped(self.listing, shape, dimensions, measured, figures)
        shown = [part for each in found.dimensions for part in (each.key, each.shown, each.sort)]
        statement = found.showing(*shown, found.count, *found.figures).limit(CELLS + 1)
        return statement.execution_options(kept=True, by_set=True)


def fill(cube: Cube, found: Iterable[Any]) -> None:
    """Puts every fetched cell into its place, and the keys in order."""
    dimensions, width = [*cube.rows, *cube.columns], len(cube.rows)
    at = 3 * len(dimensions)
    ranks: list[dict[Any, Any]] = [{} for _each in dimensions]
    for row in found:
        keys = row[0:at:3]
        for i, key in enumerate(keys):
            if key not in ranks[i]:
                each = dimensions[i]
                ranks[i][key], cube.shown[each.path, key] = rank(each, key, row[3 * i + 2]), row[3 * i + 1]
        cube.fetched[keys[:width], keys[width:]] = row[at:]
    cube.row_keys = in_order({row for row, _column in cube.fetched}, ranks[:width])
    cube.column_keys = in_order({column for _row, column in cube.fetched}, ranks[width:])


def rank(each: PathField, key: Any, sort: Any) -> tuple[Any, ...]:
    """What puts keys in order: words as in the choice, everything else as a list would; nothing comes last."""
    if key is None or sort is None:
        return (1, 0 if key is None else key)
    return (0, each.choices.index(key) if each.kind == "choice" and key in each.choices else sort)


def in_order(keys: Iterable[Keys], ranks: Sequence[dict[Any, Any]]) -> list[Keys]:
    """Keys by the ranks of each of them."""
    places = [{key: at for at, key in enumerate(sorted(each, key=each.__getitem__))} for each in ranks]
    return sorted(keys, key=lambda key: [place[part] for place, part in zip(places, key, strict=True)])


def outlined(keys: Sequence[Keys]) -> list[Keys]:
    """Keys with their own beginnings before them, each once."""
    seen: dict[Keys, None] = {}
    for key in keys:
        for depth in range(1, len(key) + 1):
            seen.setdefault(key[:depth])
    return list(seen)
