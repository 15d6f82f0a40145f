"""How the columns of a grid stand: their order, widths and sums, how many stay in view, and whether boxes stand below."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.screens.fields.paths import PathField

#: what an address says of the columns; a person's own are remembered by these names
PARTS = ("columns", "widths", "sums", "freeze", "row")
NARROWEST, WIDEST, STEP, MOST_KEPT = 48, 1200, 24, 4
WIDTHS = {"boolean": 84, "integer": 88, "date": 104, "money": 128, "price": 112, "percent": 96, "choice": 128, "moment": 144}


@dataclass(frozen=True)
class Layout:
    """The columns as an address says them; `sums` None means those of the view."""

    widths: Mapping[str, int]
    sums: tuple[str, ...] | None = None
    freeze: int = 0
    row: bool = False


def read_layout(args: Mapping[str, str]) -> Layout:
    """The layout of an address; what cannot be read is as if it were not there, as it changes no figure."""
    sums = tuple(filter(None, args["sums"].split(","))) if "sums" in args else None
    freeze = int(args["freeze"]) if args.get("freeze", "").isdigit() and len(args["freeze"]) < 3 else 0
    return Layout(dict(_widths(args.get("widths", ""))), sums, min(freeze, MOST_KEPT), args.get("row") == "1")


def _widths(text: str) -> list[tuple[str, int]]:
    pairs = (part.rpartition(":") for part in text.split(",") if part)
    return [(path, within(int(px))) for path, _colon, px in pairs if path and px.isdigit() and len(px) < 5]


def within(px: int) -> int:
    """A width that one can still read and grip."""
    return min(max(px, NARROWEST), WIDEST)


def write_widths(widths: Mapping[str, int]) -> str | None:
    """As `read_layout` reads them."""
    return ",".join(f"{path}:{px}" for path, px in widths.items()) or None


def usual_width(field: PathField, is_first: bool) -> int:
    """How wide a column is that nobody drew yet, once others were."""
    return 232 if is_first else WIDTHS.get(field.kind, 176)


class Columns:
    """The columns of one page as addresses change them: each answer is the parts of the address that become different."""

    def __init__(self, paths: Sequence[str], fields: Sequence[PathField], layout: Layout) -> None:
        self.paths, self.layout = list(paths), layout
        self.fields = dict(zip(paths, fields, strict=True))
        self.freeze = min(layout.freeze, len(self.paths))

    def width(self, path: str) -> int:
        """How wide it stands, or would stand."""
        return self.layout.widths.get(path) or usual_width(self.fields[path], path == self.paths[0])

    def moved(self, path: str, by: int) -> dict[str, Any] | None:
        """One place on; None where there is no place."""
        at = self.paths.index(path)
        if not 0 <= at + by < len(self.paths):
            return None
        order = [each for each in self.paths if each != path]
        order.insert(at + by, path)
        return {"columns": ",".join(order)}

    def hidden(self, path: str) -> dict[str, Any] | None:
        """Without it; None for the last one."""
        rest = [each for each in self.paths if each != path]
        kept = self.freeze - 1 if path in self.paths[: self.freeze] else self.freeze
        return {"columns": ",".join(rest), "freeze": kept or None} if rest else None

    def kept(self, path: str) -> dict[str, Any] | None:
        """At the end of those that stay in view, or the first of those that scroll; None when enough stay."""
        is_kept = path in self.paths[: self.freeze]
        if not is_kept and self.freeze == MOST_KEPT:
            return None
        count = self.freeze - 1 if is_kept else self.freeze
        order = [each for each in self.paths if each != path]
        order.insert(count, path)
        changed = {"columns": ",".join(order)} if order != self.paths else {}
        return {**changed, "freeze": (count if is_kept else count + 1) or None}

    def summed(self, path: str, sums: Sequence[str]) -> dict[str, Any]:
        """With its sum at the foot, or without."""
        chosen = [each for each in sums if each != path] if path in sums else [*sums, path]
        return {"sums": ",".join(chosen)}

    def sized(self, path: str, by: int) -> dict[str, Any]:
        """Wider or narrower; all columns are given a width then, so that the others stay as they are."""
        widths = {each: self.width(each) for each in self.paths}
        widths[path] = within(widths[path] + by)
        return {"widths": write_widths(widths)}
