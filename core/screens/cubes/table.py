"""A cube as a table to look at: figures with their share beside them, heat behind them, each leading to its documents."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import sqrt
from typing import Any
from urllib.parse import quote_plus

import orjson

from core.db import actor, today
from core.i18n import _
from core.screens.cubes.asked import CubeAsked
from core.screens.cubes.layout import Head, Layout, Place, token
from core.screens.fields.formats import Formats, formats
from core.screens.fields.paths import PathField
from core.screens.queries.groups import condition_of
from core.screens.queries.measures import Figure, Measure
from core.screens.queries.pivots import Cube, Keys

ROWS, COLUMNS, HEATS = 600, 60, 7


@dataclass
class CubeCell:
    """One figure: as text, its share (None: none is shown), the address of its documents, how warm it is."""

    text: str
    share: str | None = None
    url: str = ""
    heat: int = 0
    is_total: bool = False
    is_zero: bool = False


@dataclass
class CubeRow:
    """One row: a group with subtotals and the address that opens or shuts it, or a leaf."""

    label: str
    depth: int
    is_group: bool
    is_open: bool = False
    toggle: str = ""
    key: str = ""
    cells: list[CubeCell] = field(default_factory=list)


class Table:
    """The cube as rows of cells, as many as one can look at."""

    def __init__(self, page: Any, cube: Cube, asked: CubeAsked) -> None:
        self.page, self.cube, self.asked = page, cube, asked
        self.layout = Layout(cube, asked.arrangement)
        self.share = asked.shown_share
        self.shape: Formats = formats(today(page.session).year, actor(page.session).zone)
        last = [place for place in self.layout.places[COLUMNS:] if place.keys == ()]
        self.places: Sequence[Place] = [*self.layout.places[:COLUMNS], *last]
        self.is_cut = len(self.layout.places) > len(self.places) or len(self.layout.rows) > ROWS
        self.most = max(self.warmths(), default=0) if asked.heat else 0
        self.base: str = page.asked.query(view=None, where=None, group="", **dict.fromkeys(asked.state()))
        self.narrowed = [quoted(condition) for condition in page.asked.where]
        self.conditions: dict[tuple[int, Keys], list[str]] = {}
        self.has_total = self.layout.shows("column-total") or not cube.rows

    def warmths(self) -> list[int]:
        """What is compared by colour: the figures of the first measure that no other is a part of."""
        rows = [row for row in self.layout.rows[:ROWS] if self.is_warm(row)]
        measure, places = self.cube.measures[0], [place.keys for place in self.places if not place.is_sum]
        values = (self.cube.figure(row, place).value(0, measure) for row in rows for place in places)
        return [abs(value) for value in values if isinstance(value, int)]

    def is_warm(self, row: Keys) -> bool:
        """Whether a row is coloured: it is no sum of others that are shown."""
        return not (self.layout.is_group(row) and self.layout.is_open(row))

    def has_share(self, measure: Measure) -> bool:
        """Whether a percentage stands beside each figure of a measure."""
        return self.share != "none" and measure.adds_up

    @property
    def wide(self) -> int:
        """How many columns of the table one column of the cube takes."""
        return len(self.cube.measures) + sum(map(self.has_share, self.cube.measures))

    def heads(self) -> list[list[tuple[Head, str]]]:
        """The rows of headings, each with the address that opens or shuts its group."""

        def toggle(head: Head) -> str:
            return self.asked.url(**self.asked.toggled(head.group, "cflip")) if head.group else ""

        return [[(head, toggle(head)) for head in level] for level in self.layout.heads(self.places)]

    def measure_heads(self) -> list[tuple[Measure, str, str, bool]]:
        """Under each column its measures: the address that puts the rows in their order, and that order."""
        found = []
        for place in self.places:
            at = token(place.keys) if place.keys else ""
            for measure in self.cube.measures:
                is_by = self.asked.by.removeprefix("-") == measure.name and self.asked.at == at
                down = is_by and self.asked.by.startswith("-")
                by = measure.name if down else f"-{measure.name}"
                sort = ("descending" if down else "ascending") if is_by else ""
                found.append((measure, self.asked.url(by=by, at=at), sort, place.is_sum))
        return found

    def label_sort(self) -> tuple[str, str]:
        """The address that orders the rows by their labels, and that order."""
        down = self.asked.by == "-label"
        by_label = self.asked.by in ("", "label", "-label")
        order = ("descending" if down else "ascending") if by_label else ""
        return self.asked.url(by="" if down else "-label", at=""), order

    def rows(self) -> list[CubeRow]:
        """Groups before their rows."""
        found = []
        for key in self.layout.rows[:ROWS] if self.cube.rows else []:
            row = CubeRow(self.cube.label(self.cube.rows, key), len(key), self.layout.is_group(key), key=token(key))
            if row.is_group:
                row.is_open, row.toggle = self.layout.is_open(key), self.asked.url(**self.asked.toggled(key))
            is_blank = row.is_open and not self.layout.shows("subtotals")
            row.cells = self.cells(key, self.is_warm(key), is_blank)
            found.append(row)
        return found

    def total(self) -> CubeRow:
        """The last row."""
        return CubeRow(str(_("Total")), 0, False, cells=self.cells((), False))

    def cells(self, row: Keys, is_warm: bool, is_blank: bool = False) -> list[CubeCell]:
        """The figures of one row, measure by measure in each column."""
        found = []
        for place in self.places:
            figure = self.cube.figure(row, place.keys)
            for index, measure in enumerate(self.cube.measures):
                if figure.count and not is_blank:
                    found.append(self.cell(row, place, index, measure, figure))
                    if not is_warm or place.is_sum:
                        found[-1].heat = 0
                else:
                    share = "" if self.has_share(measure) else None
                    found.append(CubeCell(" " if is_blank else "", share, is_total=place.keys == ()))
        return found

    def cell(self, row: Keys, place: Place, index: int, measure: Measure, figure: Figure) -> CubeCell:
        """One figure."""
        value = figure.value(index, measure)
        text = self.written(measure, value)
        cell = CubeCell(text, url=self.where(row, place.keys), is_total=place.keys == (), is_zero=value == 0)
        if self.has_share(measure):
            whole = self.layout.whole(self.share, row, place.keys).value(index, measure)
            cell.share = self.shape.share(value, whole) if isinstance(value, int) and isinstance(whole, int) else ""
        if index == 0 and self.most and isinstance(value, int) and value:
            cell.heat = max(1, round(HEATS * sqrt(abs(value) / self.most)))
        return cell

    def written(self, measure: Measure, value: Any) -> str:
        """A figure as people read it."""
        if isinstance(value, int):
            return self.shape.number(measure.shown_kind, value)
        if value is None:
            return ""
        return str(self.shape.moment(value) if isinstance(value, datetime) else self.shape.day(value))

    def where(self, row: Keys, place: Keys) -> str:
        """The address of the documents behind a figure; its parts are quoted once, as thousands of figures share them."""
        told = [*self.narrowed, *(self.said(self.cube.rows, row)), *(self.said(self.cube.columns, place))]
        if not told:
            return self.base
        return f"{self.base}{'&' if len(self.base) > 1 else ''}where=%5B{'%2C'.join(told)}%5D"

    def said(self, fields: Sequence[PathField], keys: Keys) -> list[str]:
        """The conditions of some keys, as an address says them."""
        found = self.conditions.get((id(fields), keys))
        if found is None:
            pairs = zip(fields, keys, strict=False)
            found = self.conditions[id(fields), keys] = [quoted(condition_of(each, key)) for each, key in pairs]
        return found


def quoted(condition: Any) -> str:
    """A condition as a part of an address."""
    return quote_plus(orjson.dumps(condition, default=str))
