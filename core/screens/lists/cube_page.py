"""The page of a cube: which fields stand in rows and columns, figures with their share beside them, heat behind them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt
from typing import Any
from urllib.parse import quote_plus

import orjson

from core.db import today
from core.i18n import _
from core.screens.exports.sheets import Sheet, cube_sheet
from core.screens.fields.formats import Formats, formats
from core.screens.lists.asked import words
from core.screens.lists.frame import Choice, Frame
from core.screens.lists.pivots import Cube, Keys, Measure, measure_of

ROWS, COLUMNS, HEATS = 600, 60, 7
SHARES = (("none", _("Nothing")), ("row", _("% of row")), ("column", _("% of column")), ("all", _("% of all")))


@dataclass
class CubeCell:
    """One figure: as text, its share, the address of its documents, how warm it is."""

    text: str
    share: str = ""
    url: str = ""
    heat: int = 0
    is_total: bool = False
    is_zero: bool = False


@dataclass
class CubeRow:
    """One row: a group with subtotals, or a leaf."""

    label: str
    depth: int
    is_group: bool
    cells: list[CubeCell] = field(default_factory=list)


def dimensions(page: Any) -> tuple[list[str], list[str], list[str]]:
    """Rows, columns and measures of the address, or those of the view."""
    rest, spec = page.asked.rest, page.view.spec.pivot
    if not any(name in rest for name in ("rows", "cols", "measures", "rows.add", "cols.add")):
        found = (list(spec.rows), list(spec.columns), list(spec.measures)) if spec else ([], [], ["count"])
    else:
        found = tuple(list(words(rest.get(name, ""))) for name in ("rows", "cols", "measures"))  # type: ignore[assignment]
    rows, columns, measures = found
    rows += [path for path in words(rest.get("rows.add", "")) if path not in rows]
    columns += [path for path in words(rest.get("cols.add", "")) if path not in columns]
    return rows, [path for path in columns if path not in rows], measures or ["count"]


def cube_of(page: Any) -> Cube:
    """The cube that the address asks for."""
    rows, columns, measures = dimensions(page)
    found: Cube = page.view.cubes().of(page.session, page.condition, rows, columns, measures)
    return found


def cube_sheet_of(page: Any, notes: list[str]) -> Sheet:
    """The same as a file."""
    return cube_sheet(cube_of(page), page.view.plural, notes)


def cube_values(page: Any) -> dict[str, Any]:
    """What pivot.html shows."""
    cube = cube_of(page)
    share = page.asked.rest.get("share", "row" if cube.columns else "column")
    heat = page.asked.rest.get("heat", "1") == "1"
    table = Table(page, cube, share if share in dict(SHARES) else "none", heat)
    state = {"rows": paths(cube.rows), "cols": paths(cube.columns), "measures": ",".join(m.name for m in cube.measures)}
    kept = [
        (name, value) for name, value in page.asked.values().items() if name not in ("rows", "cols", "measures", "group")
    ]
    return {
        "cube": cube,
        "table": table,
        "state": state,
        "kept": [*kept, *state.items()],
        "heat": heat,
        "shares": [Choice(str(label), page.asked.query(**state, share=name), name == table.share) for name, label in SHARES],
        "heat_url": page.asked.query(**state, share=table.share, heat="0" if heat else "1"),
        "swap": page.asked.query(rows=state["cols"], cols=state["rows"], measures=state["measures"]),
        "row_chips": chips(page, cube, "rows", state),
        "column_chips": chips(page, cube, "cols", state),
        "measure_chips": measure_chips(page, cube, state),
        "more_fields": more_fields(page, cube),
        "more_measures": more_measures(page, cube),
    }


def paths(fields: Any) -> str:
    """Fields as an address names them."""
    return ",".join(each.path for each in fields)


def chips(page: Any, cube: Cube, side: str, state: Mapping[str, str]) -> list[Choice]:
    """The fields of a side, each with the address without it."""
    fields = cube.rows if side == "rows" else cube.columns
    return [
        Choice(each.shown_label(), page.asked.query(**{**state, side: paths(f for f in fields if f is not each)}))
        for each in fields
    ]


def measure_chips(page: Any, cube: Cube, state: Mapping[str, str]) -> list[Choice]:
    """The measures, each with the address without it."""
    names = [measure.name for measure in cube.measures]
    return [
        Choice(
            m.label,
            page.asked.query(**{**state, "measures": ",".join(n for n in names if n != m.name)}) if len(names) > 1 else "",
        )
        for m in cube.measures
    ]


def more_fields(page: Any, cube: Cube) -> list[Choice]:
    """The fields that may still be added to a side: those that the view names, its relations, words and periods."""
    taken = {each.path for each in (*cube.rows, *cube.columns)}
    fields = page.view.fields
    named = [slot.field for slot in page.view.search.group_by]
    kinds = [fields[path] for path in fields.names()]
    plain = [each.path for each in kinds if each.kind in ("choice", "relation", "boolean")]
    dated = [
        f"{bucket}({each.path})"
        for each in kinds
        if each.kind in ("date", "moment")
        for bucket in ("month", "quarter", "year", "week")
    ]
    offered = [path for path in dict.fromkeys([*named, *plain, *dated]) if path not in taken]
    return [Choice(Frame(page.view, page.asked).name(fields[path]), "", value=path) for path in offered]


def more_measures(page: Any, cube: Cube) -> list[Choice]:
    """The measures that may be added or chosen."""
    numbers = [f"{kind}:{each.path}" for each in page.view.summable() for kind in ("sum", "avg")]
    taken = {measure.name for measure in cube.measures}
    return [
        Choice(measure_of(page.view.fields, name).label, "", value=name) for name in ["count", *numbers] if name not in taken
    ]


class Table:
    """The cube as rows of cells, as many as one can look at."""

    def __init__(self, page: Any, cube: Cube, share: str, heat: bool) -> None:
        self.page, self.cube, self.share, self.heat = page, cube, share, heat
        self.shape: Formats = formats(today(page.session).year)
        self.places: list[Keys] = [*cube.column_keys[:COLUMNS], ()]
        self.outline = cube.outline()
        self.is_cut = len(cube.column_keys) > COLUMNS or len(self.outline) > ROWS
        leaves = [
            figure
            for (row, column), figure in cube.cells.items()
            if len(row) == len(cube.rows) and len(column) == len(cube.columns)
        ]
        self.most = max((abs(value) for value in map(self.weight, leaves) if value), default=0)
        self.base = page.asked.query(
            view=None, where=None, group="", rows=None, cols=None, measures=None, share=None, heat=None
        )

    def weight(self, figure: Any) -> int:
        """What heat goes by: the first measure."""
        value = figure.value(0, self.cube.measures[0])
        return value if isinstance(value, int) else 0

    @property
    def shares(self) -> bool:
        """Whether a percentage stands beside each figure."""
        return self.share != "none" and self.cube.measures[0].kind in ("sum", "count")

    def heads(self) -> list[tuple[str, bool]]:
        """The columns by name, and whether one is the total."""
        named = [
            (" › ".join(self.cube.labels[f.path, k] for f, k in zip(self.cube.columns, place, strict=True)), False)
            for place in self.places[:-1]
        ]
        return [*named, (str(_("Total")), True)]

    def rows(self) -> list[CubeRow]:
        """Groups before their rows."""
        found = []
        for key in self.outline[:ROWS] if self.cube.rows else []:
            row = CubeRow(self.cube.label(self.cube.rows, key), len(key), len(key) < len(self.cube.rows))
            row.cells = self.cells(key, heat=self.heat and not row.is_group)
            found.append(row)
        return found

    def total(self) -> CubeRow:
        """The last row."""
        return CubeRow(str(_("Total")), 0, False, self.cells((), heat=False))

    def cells(self, row: Keys, heat: bool) -> list[CubeCell]:
        """The figures of one row, measure by measure in each column."""
        found = []
        for place in self.places:
            figure = self.cube.figure(row, place)
            for index, measure in enumerate(self.cube.measures):
                found.append(
                    self.cell(row, place, index, measure, heat and place != ())
                    if figure.count
                    else CubeCell("", is_total=place == ())
                )
        return found

    def cell(self, row: Keys, place: Keys, index: int, measure: Measure, heat: bool) -> CubeCell:
        """One figure."""
        figure = self.cube.figure(row, place)
        value = figure.value(index, measure)
        text = (
            self.shape.number(measure.shown_kind, value)
            if isinstance(value, int)
            else str(self.shape.day(value))
            if value
            else ""
        )
        cell = CubeCell(text, url=self.where(row, place), is_total=place == (), is_zero=value == 0)
        if index == 0 and self.shares and isinstance(value, int):
            cell.share = self.shape.share(value, self.whole(row, place))
        if heat and index == 0 and self.most and isinstance(value, int) and value:
            cell.heat = max(1, round(HEATS * sqrt(abs(value) / self.most)))
        return cell

    def whole(self, row: Keys, place: Keys) -> int:
        """What a share is a share of."""
        figure = {"row": (row, ()), "column": ((), place), "all": ((), ())}[self.share]
        return self.weight(self.cube.figure(*figure))

    def where(self, row: Keys, place: Keys) -> str:
        """The address of the documents behind a figure."""
        where = [*self.page.asked.where, *self.cube.where(row, place)]
        return (
            f"{self.base}{'&' if len(self.base) > 1 else ''}where={quote_plus(orjson.dumps(where))}" if where else self.base
        )
