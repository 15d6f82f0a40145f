"""The graph of a list: one measure along one dimension, perhaps parted by a second, as the table that the chart draws."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from core.db import today
from core.i18n import _
from core.screens.exports.cube_sheets import cube_sheet
from core.screens.exports.sheets import Sheet
from core.screens.fields.buckets import BUCKETS, MONTHS, day_after, first_day
from core.screens.fields.formats import STORED, Formats, formats
from core.screens.fields.sight import sees
from core.screens.lists.asked import words
from core.screens.lists.frame import Choice, Frame
from core.screens.queries.measures import measure_of
from core.screens.queries.pivots import Cube, Keys

KINDS = (
    ("bar", _("Bars"), "chart-bar"),  # icon
    ("line", _("Line"), "chart-line"),  # icon
    ("area", _("Area"), "chart-area"),  # icon
    ("pie", _("Pie"), "chart-pie"),  # icon
)
SORTS = (("", _("As it comes")), ("down", _("Largest first")), ("up", _("Smallest first")))
TOPS = (5, 10, 20, 50)
SERIES, POINTS, STRETCH = 12, 400, 200


@dataclass
class Spot:
    """One figure of the table: as text, as a plain number, and the address of its documents."""

    text: str
    plain: float
    url: str = ""


@dataclass
class Point:
    """One place along the axis, with its figures."""

    label: str
    spots: list[Spot] = field(default_factory=list)


class Graph:
    """The graph that an address asks for."""

    def __init__(self, page: Any) -> None:
        self.page, self.view, self.session = page, page.view, page.session
        spec, rest = self.view.spec.graph, page.asked.rest
        asked = any(name in rest for name in ("rows", "cols", "measures"))
        first = [slot.field for slot in self.view.search.group_by] or ["id"]
        self.dimension = (words(rest.get("rows", "")) or (spec.dimension if spec else first[0],))[0]
        parted = words(rest.get("cols", "")) if asked else (spec.stack,) if spec and spec.stack else ()
        self.stack = parted[0] if parted and parted[0] != self.dimension else ""
        self.measure = (words(rest.get("measures", "")) or (spec.measure if spec else "count",))[0]
        kind = rest.get("kind") or (spec.kind if spec else "bar")
        self.kind = kind if kind in {name for name, _label, _icon in KINDS} else "bar"
        top = rest.get("top", str(spec.top) if spec and spec.top else "")
        self.top = int(top) if top.isdigit() and 0 < int(top[:4]) <= POINTS else 0
        self.sort = rest.get("sort", "") if rest.get("sort", "") in dict(SORTS) else ""
        self.shape: Formats = formats(today(self.session).year)
        self.state = {"rows": self.dimension, "cols": self.stack or None, "measures": self.measure, "kind": self.kind}

    def cube(self) -> Cube:
        """The figures, from one statement."""
        columns = [self.stack] if self.stack else []
        found: Cube = self.view.cubes().of(self.session, self.page.condition, [self.dimension], columns, [self.measure])
        return found

    def sheet(self, notes: list[str]) -> Sheet:
        """The table as a file."""
        return cube_sheet(self.cube(), self.view.plural, notes)

    def values(self) -> dict[str, Any]:
        """What graph.html shows."""
        cube = self.cube()
        measure = cube.measures[0]
        kept, others = self.chosen(cube)
        series = list(cube.column_keys) if self.stack else []
        parts, rest = series[:SERIES], series[SERIES:]
        points = [self.point(cube, key, parts, rest) for key in kept]
        if others:
            points.append(self.others(cube, others, parts, rest))
        heads = [cube.label(cube.columns, key) for key in parts] + ([str(_("Others"))] if rest else [])
        return {
            "points": points,
            "series": heads,
            "dimension": cube.rows[0].shown_label(),
            "parted": cube.columns[0].shown_label() if self.stack else "",
            "measure": measure.label,
            "kind": self.kind,
            "total": [self.text(cube, (), key) for key in parts] + ([""] if rest else []) + [self.text(cube, (), ())],
            "is_cut": len(cube.row_keys) > POINTS and not self.top,
            **self.choices(cube),
        }

    def chosen(self, cube: Cube) -> tuple[list[Keys], list[Keys]]:
        """The keys that are shown, in order, and those that are one bar together."""
        keys = list(cube.row_keys)
        bucket = cube.rows[0].bucket
        if bucket and not self.sort and not self.top:
            keys = self.stretched(cube, keys, bucket)
        by_size = sorted(keys, key=lambda key: abs(self.plain(cube, key, ())), reverse=True)
        cut = self.top or POINTS
        largest = set(by_size[:cut])
        kept = [key for key in keys if key in largest]
        if self.sort:
            kept.sort(key=lambda key: self.plain(cube, key, ()), reverse=self.sort == "down")
        return kept, [key for key in keys if key not in largest]

    def stretched(self, cube: Cube, keys: list[Keys], bucket: str) -> list[Keys]:
        """The periods without a gap, where there are not too many: a month of nothing is a fact."""
        known = [key for key in keys if key[0] is not None]
        if len(known) < 2 or cube.measures[0].kind not in ("sum", "count"):
            return keys
        found, day, last = list[Keys](), first_day(bucket, known[0][0]), first_day(bucket, known[-1][0])
        while day <= last:
            if len(found) > STRETCH:
                return keys
            key = period_key(bucket, day)
            found.append((key,))
            day = day_after(bucket, day)
        return [*found, *(key for key in keys if key[0] is None)] if {*known} <= {*found} else keys

    def point(self, cube: Cube, key: Keys, parts: Sequence[Keys], rest: Sequence[Keys]) -> Point:
        """One row of the table."""
        point = Point(cube.label(cube.rows, key))
        where = cube.where(key)
        for part in parts:
            point.spots.append(self.spot(cube, key, part, [*where, *cube.where((), part)]))
        if rest:
            point.spots.append(self.joined(cube, [(key, part) for part in rest]))
        point.spots.append(self.spot(cube, key, (), where))
        return point

    def others(self, cube: Cube, keys: Sequence[Keys], parts: Sequence[Keys], rest: Sequence[Keys]) -> Point:
        """All that is not among the largest, as one."""
        columns: list[list[Keys]] = [[part] for part in parts]
        columns += [list(rest)] if rest else []
        columns += [[()]]
        spots = [self.joined(cube, [(key, part) for key in keys for part in group]) for group in columns]
        return Point(str(_("Others ({count})", count=len(keys))), spots)

    def joined(self, cube: Cube, places: Sequence[tuple[Keys, Keys]]) -> Spot:
        """Several figures as one: an average of all, not of averages."""
        total, measure = cube.joined(places), cube.measures[0]
        value = total.value(0, measure) if total.count else None
        return Spot(self.said(measure.shown_kind, value), plain_of(measure.shown_kind, value))

    def spot(self, cube: Cube, row: Keys, column: Keys, where: list[Any]) -> Spot:
        """One figure; what is nothing opens nothing."""
        nodes = orjson.dumps([*self.page.asked.where, *where]).decode()
        gone = {"view": None, "rows": None, "cols": None, "measures": None, "kind": None, "top": None, "sort": None}
        url = self.page.asked.query(**gone, where=nodes) if cube.figure(row, column).count else ""
        return Spot(self.text(cube, row, column), self.plain(cube, row, column), url)

    def text(self, cube: Cube, row: Keys, column: Keys) -> str:
        """A figure as people read it."""
        value = cube.value(0, row, column) if cube.figure(row, column).count else None
        return self.said(cube.measures[0].shown_kind, value)

    def said(self, kind: str, value: Any) -> str:
        """A value as people read it; nothing is a dash."""
        return self.shape.number(kind, value) if isinstance(value, int) else str(self.shape.day(value) if value else "–")

    def plain(self, cube: Cube, row: Keys, column: Keys) -> float:
        """A figure as the chart takes it."""
        return plain_of(cube.measures[0].shown_kind, cube.value(0, row, column))

    def choices(self, cube: Cube) -> dict[str, Any]:
        """What one may choose instead: kind, dimension, parts, measure, period, order, how many."""
        ask, fields = self.page.asked.query, self.view.fields
        name, first = Frame(self.view, self.page.asked).name, cube.rows[0]
        plain = first.base.path if first.base else first.path
        offered = [fields[path] for path in self.offered()]
        numbers = [f"{kind}:{each.path}" for each in self.view.summable() for kind in ("sum", "avg")]
        measures = list(dict.fromkeys(["count", *numbers, self.measure]))
        parts = [Choice(str(_("Nothing")), ask(**{**self.state, "cols": None}), not self.stack)]
        parts += [
            Choice(name(e), ask(**{**self.state, "cols": e.path}), e.path == self.stack)
            for e in offered
            if e.path != self.dimension
        ]
        return {
            "kinds": [Choice(str(t), ask(**{**self.state, "kind": k}), k == self.kind, i) for k, t, i in KINDS],
            "dimensions": [
                Choice(name(e), ask(**{**self.state, "rows": e.path}), e.path == self.dimension) for e in offered
            ],
            "parts": parts,
            "measures": [
                Choice(measure_of(fields, m).label, ask(**{**self.state, "measures": m}), m == self.measure)
                for m in measures
            ],
            "periods": [
                Choice(str(PERIODS[b]), ask(**{**self.state, "rows": f"{b}({plain})"}), b == first.bucket) for b in BUCKETS
            ]
            if first.bucket
            else [],
            "sorts": [Choice(str(t), ask(**self.state, sort=s or None), s == self.sort) for s, t in SORTS],
            "tops": [
                Choice(str(_("All")), ask(**self.state, top="0"), not self.top),
                *(
                    Choice(str(_("The {count} largest", count=n)), ask(**self.state, top=n), n == self.top)
                    for n in sorted({*TOPS, self.top} - {0})
                ),
            ],
        }

    def offered(self) -> list[str]:
        """The fields that may be a dimension: those that the view names, its words and relations, months of its dates."""
        fields = self.view.fields
        own = [fields[path] for path in fields.names()]
        plain = [each.path for each in own if each.kind in ("choice", "relation", "boolean")]
        dated = [f"month({each.path})" for each in own if each.kind in ("date", "moment")]
        named = [slot.field for slot in self.view.search.group_by]
        paths = [self.dimension, *([self.stack] if self.stack else []), *named, *plain, *dated]
        return [path for path in dict.fromkeys(paths) if sees(self.session, fields[path])]


PERIODS = {"day": _("Day"), "week": _("Week"), "month": _("Month"), "quarter": _("Quarter"), "year": _("Year")}


def period_key(bucket: str, day: Any) -> Any:
    """The key of the period that begins on a day."""
    if bucket not in MONTHS:
        return day
    return {"month": day.year * 100 + day.month, "quarter": day.year * 10 + (day.month + 2) // 3, "year": day.year}[bucket]


def plain_of(kind: str, value: Any) -> float:
    """A value as the chart takes it: whole units as a number, a date as none."""
    return value / 10 ** STORED.get(kind, 0) if isinstance(value, int) else 0
