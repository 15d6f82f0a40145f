"""What an address asks of a cube, and the addresses that ask for the same with something changed.

All of it is in the address: rows, cols, slice (fields that only filter), measures, share, heat, rank and within (what puts
the rows in order), crank (what puts the columns in order), depth and flip (which groups are shut), hide (which totals). A
view that is saved or sent keeps it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from core.errors import Invalid
from core.screens.cubes.layout import HIDDEN, Arrangement, token
from core.screens.fields.buckets import BUCKETS
from core.screens.lists.asked import Asked, fault, words
from core.screens.queries.pivots import Keys

ZONES = ("rows", "cols", "slice")
SHARES = ("none", "row", "column", "all", "parent")
#: what an address may add, before it is told as a whole again
ADDED = ("rows.add", "cols.add", "slice.add", "measures.add")
FLIPPED = 100
UNFOLDED: dict[str, dict[str, Any]] = {
    "rows": {"depth": None, "flip": frozenset()},
    "cols": {"cdepth": None, "cflip": frozenset(), "at": ""},
}


@dataclass(frozen=True)
class CubeAsked:
    """The cube of one request."""

    asked: Asked
    rows: tuple[str, ...] = ()
    cols: tuple[str, ...] = ()
    slice: tuple[str, ...] = ()
    measures: tuple[str, ...] = ("count",)
    share: str = ""
    heat: bool = True
    by: str = ""
    at: str = ""
    depth: int | None = None
    flip: frozenset[str] = frozenset()
    cdepth: int | None = None
    cflip: frozenset[str] = frozenset()
    cby: str = ""
    hide: tuple[str, ...] = ()

    @property
    def shown_share(self) -> str:
        """Which percentage stands beside each figure."""
        return self.share or ("row" if self.cols else "column")

    @property
    def arrangement(self) -> Arrangement:
        """How the cube lies."""
        at = self.at or "[]"
        hidden = frozenset(self.hide)
        return Arrangement(self.by, at, self.depth, self.flip, self.cdepth, self.cflip, self.cby, hidden)

    def state(self) -> dict[str, str | None]:
        """What the address says of the cube."""
        return {
            "rows": ",".join(self.rows),
            "cols": ",".join(self.cols),
            "slice": ",".join(self.slice) or None,
            "measures": ",".join(self.measures),
            "share": self.share or None,
            "heat": None if self.heat else "0",
            "rank": self.by or None,
            "within": self.at or None,
            "depth": None if self.depth is None else str(self.depth),
            "flip": listed(self.flip),
            "cdepth": None if self.cdepth is None else str(self.cdepth),
            "cflip": listed(self.cflip),
            "crank": self.cby or None,
            "hide": ",".join(self.hide) or None,
        }

    def url(self, **changes: Any) -> str:
        """The query of this cube, with some of it changed."""
        made = replace(self, **changes)
        where = made.asked.where
        told = orjson.dumps(where).decode() if where else None
        return self.asked.query(**made.state(), where=told)

    def zone_of(self, path: str) -> str:
        """Where a field stands; nothing if it does not."""
        return next((zone for zone in ZONES if path in getattr(self, zone)), "")

    def moved(self, path: str, zone: str, at: int | None = None) -> dict[str, Any]:
        """The changes that put a field into a zone, at its end or at a place."""
        changes = self.without(path)
        paths = [*changes.get(zone, getattr(self, zone))]
        paths.insert(len(paths) if at is None else max(0, at), path)
        return {**changes, **unfolded(zone), zone: tuple(paths)}

    def without(self, path: str) -> dict[str, Any]:
        """The changes that take a field out of the cube."""
        zone = self.zone_of(path)
        left = tuple(each for each in getattr(self, zone) if each != path) if zone else ()
        return {**unfolded(zone), zone: left} if zone else {}

    def renamed(self, path: str, other: str) -> dict[str, Any]:
        """The changes that put another period of the same date in a field's place."""
        zone = self.zone_of(path)
        paths = dict.fromkeys(other if each == path else each for each in getattr(self, zone))
        return {**unfolded(zone), zone: tuple(paths)}

    def chosen(self, path: str) -> list[Any] | None:
        """The values that a field of the filter zone is narrowed to; None if it is not."""
        found = next((node for node in self.asked.where if is_slice(node, path)), None)
        return None if found is None else list(found[2])

    def narrowed(self, path: str, values: Sequence[Any]) -> dict[str, Any]:
        """The changes that narrow a field of the filter zone to some values; to none: all of them."""
        where = tuple(node for node in self.asked.where if not is_slice(node, path))
        return {"asked": replace(self.asked, where=(*where, [path, "in", list(values)]) if values else where)}

    def toggled(self, keys: Keys, side: str = "flip") -> dict[str, Any]:
        """The changes that open or shut one group."""
        return {side: getattr(self, side) ^ {token(keys)}}


def unfolded(zone: str) -> dict[str, Any]:
    """Groups of other fields are shut by nobody, and no longer there to sort by."""
    return dict(UNFOLDED.get(zone, {}))


def is_slice(node: Any, path: str) -> bool:
    """Whether a condition is what the filter zone says of a field."""
    return isinstance(node, list | tuple) and len(node) == 3 and list(node[:2]) == [path, "in"]


def listed(tokens: frozenset[str]) -> str | None:
    """Groups that are the other way round, as an address says them."""
    return f"[{','.join(sorted(tokens))}]" if tokens else None


def base_of(path: str) -> str:
    """The date behind a period: `date` of `month(date)`."""
    name, _open, rest = path.partition("(")
    return rest.removesuffix(")") if name in BUCKETS and rest else path


def read_cube(asked: Asked) -> CubeAsked:
    """The cube of an address; what it does not say is as the view has it."""
    rest, spec = asked.rest, asked.view.spec.pivot
    told = any(name in rest for name in ("rows", "cols", "measures", "slice"))
    given = spec if spec is not None and not told else None
    rows = [*words(rest.get("rows", "")), *(given.rows if given else ())]
    cols = [*words(rest.get("cols", "")), *(given.columns if given else ())]
    measures = [*words(rest.get("measures", "")), *(given.measures if given else ())]
    rows += words(rest.get("rows.add", ""))
    cols += words(rest.get("cols.add", ""))
    slices = [*words(rest.get("slice", "")), *words(rest.get("slice.add", ""))]
    measures += words(rest.get("measures.add", ""))
    cols = [path for path in cols if path not in rows]
    slices = [path for path in slices if path not in rows and path not in cols]
    for path in slices:
        asked.view.fields[path]
    share = rest.get("share", "")
    return CubeAsked(
        asked,
        tuple(dict.fromkeys(rows)),
        tuple(dict.fromkeys(cols)),
        tuple(dict.fromkeys(slices)),
        tuple(dict.fromkeys(measures)) or ("count",),
        share if share in SHARES else "",
        rest.get("heat", "1") == "1",
        rest.get("rank", ""),
        rest.get("within", ""),
        level(rest.get("depth", "")),
        flips(rest.get("flip", "")),
        level(rest.get("cdepth", "")),
        flips(rest.get("cflip", "")),
        rest.get("crank", ""),
        tuple(name for name in words(rest.get("hide", "")) if name in HIDDEN),
    )


def level(text: str) -> int | None:
    """How many levels are open."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else None


def flips(text: str) -> frozenset[str]:
    """The groups that are the other way round."""
    if not text:
        return frozenset()
    try:
        found = orjson.loads(text)
        if not isinstance(found, list) or len(found) > FLIPPED or not all(isinstance(keys, list) for keys in found):
            raise ValueError("a list of lists")
    except ValueError as error:
        raise fault("flip", str(error)) from error
    return frozenset(map(token, found))


def settled(cube: CubeAsked) -> str:
    """The address that says the same at once, if this one adds something or narrows a field; else nothing."""
    rest = cube.asked.rest
    if path := rest.get("slice.of", ""):
        if path not in cube.slice:
            raise fault("slice.of", path)
        return cube.url(**cube.narrowed(path, values_in(rest.get("slice.value", ""))))
    return cube.url() if any(rest.get(name) for name in ADDED) else ""


def values_in(text: str) -> list[Any]:
    """The values that a form ticked, each as JSON."""
    try:
        found = orjson.loads(f"[{text}]")
    except orjson.JSONDecodeError as error:
        raise fault("slice.value", str(error)) from error
    if any(isinstance(value, list | dict) for value in found):
        raise Invalid(fault("slice.value", text).message)
    return list(found)
