"""How a cube lies on a page or in a file: its rows in order, its columns under their groups, what is shut or left out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

import orjson

from core.i18n import _
from core.screens.queries.measures import Figure
from core.screens.queries.pivots import Cube, Keys, outlined

HIDDEN = ("row-total", "column-total", "subtotals")


@dataclass(frozen=True)
class Arrangement:
    """What a reader chose of a cube besides its fields.

    `depth` says how many levels of row groups are open (None: all), `flipped` which groups are the other way round;
    `by` is `label`, `-label`, or a measure with or without `-`, whose figures in the column `at` put the rows in order;
    `columns_by` is a measure that puts the columns in order by their totals.
    """

    by: str = ""
    at: str = "[]"
    depth: int | None = None
    flipped: frozenset[str] = frozenset()
    column_depth: int | None = None
    columns_flipped: frozenset[str] = frozenset()
    columns_by: str = ""
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Place:
    """One column of figures: its keys; `is_sum` for a total or the sum of a group whose parts stand before it."""

    keys: Keys
    is_sum: bool = False


@dataclass(frozen=True)
class Head:
    """One heading over some places: its label, how far it reaches, and the keys of the group that it opens or shuts."""

    label: str
    across: int
    down: int
    is_sum: bool = False
    group: Keys = ()
    is_open: bool = False


def token(keys: Keys) -> str:
    """Keys as an address says them."""
    return orjson.dumps(list(keys), default=str).decode()


def is_open(keys: Keys, depth: int | None, flipped: frozenset[str]) -> bool:
    """Whether a group shows what is in it."""
    return (depth is None or len(keys) < depth) is not (token(keys) in flipped)


def within(keys: Iterable[Keys]) -> Mapping[Keys, list[Keys]]:
    """The groups and rows directly in each group, in order."""
    found: dict[Keys, dict[Keys, None]] = {}
    for key in keys:
        for depth in range(len(key)):
            found.setdefault(key[:depth], {}).setdefault(key[: depth + 1])
    return {group: list(parts) for group, parts in found.items()}


class Layout:
    """A cube that lies as somebody arranged it."""

    def __init__(self, cube: Cube, how: Arrangement | None = None) -> None:
        self.cube, self.how = cube, how or Arrangement()
        self.row_parts, self.column_parts = within(cube.row_keys), within(cube.column_keys)
        self.rows = list(self._rows(()))
        self.places = [*self._places(()), *self._total()]

    def shows(self, name: str) -> bool:
        """Whether totals of some kind are shown."""
        return name not in self.how.hidden

    def is_group(self, row: Keys) -> bool:
        """Whether a row has others in it."""
        return len(row) < len(self.cube.rows)

    def is_open(self, row: Keys) -> bool:
        """Whether a group of rows shows what is in it."""
        return is_open(row, self.how.depth, self.how.flipped)

    def _rows(self, group: Keys) -> Iterable[Keys]:
        for row in self._in_order(self.row_parts.get(group, [])):
            yield row
            if self.is_group(row) and self.is_open(row):
                yield from self._rows(row)

    def _in_order(self, rows: list[Keys]) -> list[Keys]:
        return self._ranked(rows, self.how.by, lambda index, row: self.cube.value(index, row, self.ordering_place))

    def _ranked(self, parts: list[Keys], by: str, figure: Callable[[int, Keys], Any]) -> list[Keys]:
        """Rows or columns by their labels or by a measure; those without a figure come last."""
        name, down = by.removeprefix("-"), by.startswith("-")
        if not name or name == "label":
            return parts[::-1] if down else parts
        index = next((i for i, measure in enumerate(self.cube.measures) if measure.name == name), None)
        if index is None:
            return parts
        figures = {keys: figure(index, keys) for keys in parts}
        known = sorted((keys for keys in parts if figures[keys] is not None), key=lambda keys: figures[keys], reverse=down)
        return [*known, *(keys for keys in parts if figures[keys] is None)]

    @cached_property
    def ordering_place(self) -> Keys:
        """The column whose figures put the rows in order; the total where the one that is asked for is not there."""
        return next((keys for keys in outlined(self.cube.column_keys) if token(keys) == self.how.at), ())

    def _places(self, group: Keys) -> Iterable[Place]:
        parts = self.column_parts.get(group, [])
        for keys in self._ranked(parts, self.how.columns_by, lambda index, keys: self.cube.value(index, (), keys)):
            if len(keys) == len(self.cube.columns) or not self.is_column_open(keys):
                yield Place(keys)
                continue
            yield from self._places(keys)
            if self.shows("subtotals"):
                yield Place(keys, is_sum=True)

    def is_column_open(self, keys: Keys) -> bool:
        """Whether a group of columns shows what is in it."""
        return is_open(keys, self.how.column_depth, self.how.columns_flipped)

    def _total(self) -> list[Place]:
        return [Place((), is_sum=True)] if self.shows("row-total") or not self.cube.columns else []

    def whole(self, share: str, row: Keys, place: Keys) -> Figure:
        """The figure that is a hundred percent of another."""
        wholes: dict[str, tuple[Keys, Keys]] = {"row": (row, ()), "column": ((), place), "parent": (row[:-1], place)}
        return self.cube.figure(*wholes.get(share, ((), ())))

    def label_of(self, place: Place) -> str:
        """What a column is called where headings stand in one row only."""
        names = [self.cube.name(f, k) for f, k in zip(self.cube.columns, place.keys, strict=False)]
        return " › ".join([*names, str(_("Total"))] if place.is_sum else names)

    def heads(self, places: Sequence[Place]) -> list[list[Head]]:
        """The rows of headings over these places."""
        levels = max(1, len(self.cube.columns))
        return [list(self._level(places, level, levels)) for level in range(levels)]

    def _level(self, places: Sequence[Place], level: int, levels: int) -> Iterable[Head]:
        def beginning(place: Place) -> tuple[Any, ...]:
            is_own = len(place.keys) > level
            return (is_own, place.keys[: level + 1], not is_own and place.is_sum and len(place.keys) == level)

        for (is_own, keys, is_sum), found in groupby(places, beginning):
            among = list(found)
            if is_sum:
                yield Head(str(_("Total")), 1, levels - level, is_sum=True)
            elif is_own:
                shut = len(among) == 1 and not among[0].is_sum and len(among[0].keys) == level + 1
                is_parted = level + 1 < len(self.cube.columns)
                label = self.cube.label(self.cube.columns, keys)
                yield Head(label, len(among), levels - level if shut else 1, False, keys if is_parted else (), not shut)
