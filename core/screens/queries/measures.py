"""What a cube figures out for each of its cells: counts, sums, averages, least and greatest, and how many different."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from sqlalchemy import BigInteger, cast, func

from core.errors import FieldError, Invalid
from core.i18n import _
from core.screens.fields.paths import PathField, Resolver
from core.screens.queries.groups import readable
from core.values import rounded

KINDS = ("sum", "avg", "min", "max", "count", "distinct")


@dataclass(frozen=True)
class Measure:
    """What is figured out for each cell: `sum:total`, `avg:total`, `min:date`, `max:date`, `count`, `distinct:contact`."""

    name: str
    kind: str
    field: PathField | None = None

    @property
    def shown_kind(self) -> str:
        """How its figures are written."""
        return self.field.kind if self.field and self.kind != "distinct" else "integer"

    @property
    def adds_up(self) -> bool:
        """Whether a part of it can be said as a share of the whole."""
        return self.kind in ("sum", "count")

    @property
    def label(self) -> str:
        """What it is called in the reader's language."""
        if self.field is None:
            return str(_("Count"))
        words = {"avg": _("average"), "min": _("least"), "max": _("greatest"), "distinct": _("different")}
        name = self.field.shown_label()
        return name if self.kind == "sum" else f"{name} ({words[self.kind]})"

    def parts(self) -> list[Any]:
        """What the statement fetches; an average is kept as sum and count, so that subtotals are exact."""
        if self.field is None:
            return []
        if self.kind == "distinct":
            return [func.count(func.distinct(self.field.key))]
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


NOTHING = Figure()


def measure_of(fields: Resolver, name: str) -> Measure:
    """Reads `sum:total` or `count`."""
    kind, _colon, path = name.partition(":")
    if name == "count":
        return Measure(name, "count")
    if kind not in KINDS or kind == "count" or not path:
        known = _(
            "There is no measure {name}; write count, or sum:, avg:, min:, max: or distinct: and a field", name=repr(name)
        )
        raise refused(known)
    each = readable(fields[path])
    if kind == "distinct":
        return Measure(name, kind, each)
    if not (each.is_number or (kind in ("min", "max") and each.kind in ("date", "moment"))):
        raise refused(_("{name}: this field cannot be added up", name=name))
    return Measure(name, kind, each)


def added(measures: Sequence[Measure], rows: Sequence[Sequence[Any]]) -> Figure:
    """Fetched rows as one figure: each is a count, then the parts of every measure."""
    columns = list(zip(*rows, strict=True))
    figure, at = Figure(sum(columns[0])), 1
    for measure in measures:
        width = {"count": 0, "avg": 2}.get(measure.kind, 1)
        figure.gathered.append([together(measure, parts) for parts in columns[at : at + width]])
        at += width
    return figure


def together(measure: Measure, parts: Sequence[Any]) -> Any:
    """One part of several cells; how many differ in all of them is counted by itself, as two may have the same ones."""
    if measure.kind == "distinct":
        return parts[0] if len(parts) == 1 else None
    if measure.kind in ("min", "max"):
        known = [part for part in parts if part is not None]
        return (min if measure.kind == "min" else max)(known) if known else None
    return int(sum(parts))


def refused(message: Any) -> Invalid:
    """A cube that cannot be."""
    return Invalid(message, [FieldError("pivot", message)])
