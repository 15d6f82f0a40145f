"""Rows grouped by their keys first and named afterwards: a title is joined to some hundred groups, not to every row."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from core.screens.fields.attributes import title_of
from core.screens.fields.paths import PathField
from core.screens.queries.statements import Listing
from core.screens.queries.where import Shape


@dataclass(frozen=True)
class Dimension:
    """What a grouped statement fetches of one field: its key, what is shown of it, and what it is ordered by."""

    key: Any
    shown: Any
    sort: Any


@dataclass(frozen=True)
class Grouped:
    """A grouped statement and its parts; it selects nothing yet but the count and the figures of each group."""

    statement: Select[Any]
    dimensions: list[Dimension]
    count: Any
    figures: list[Any]

    def showing(self, *columns: Any) -> Select[Any]:
        """The statement, answering these columns."""
        return self.statement.with_only_columns(*columns, maintain_column_froms=True)


def grouped(
    listing: Listing, shape: Shape, fields: Sequence[PathField], measured: Sequence[PathField], figures: Sequence[Any]
) -> Grouped:
    """The groups of the rows of a shape by these fields, each with its count and figures over the measured fields."""
    columns, by = list[Any](), dict[int, Any]()
    for i, each in enumerate(fields):
        parts = [each.key] if is_named_later(each) else [each.key, each.expression, each.sort]
        columns += [part.label(f"{letter}{i}") for letter, part in zip("ket", parts, strict=False)]
        by |= {id(part): part for part in parts}
    figured = [figure.label(f"f{n}") for n, figure in enumerate(figures)]
    inner = listing.matching(shape, [*map(without_name, fields), *measured], *columns, func.count().label("n"), *figured)
    rows = inner.group_by(*by.values()).subquery()
    statement, dimensions = select(rows.c.n).select_from(rows), list[Dimension]()
    for i, each in enumerate(fields):
        key = rows.c[f"k{i}"]
        if is_named_later(each):
            far = aliased(each.target)
            statement = statement.outerjoin(far, far.id == key)
            title = title_of(far, each.target)
            folded = getattr(far, f"{each.target.__title__}_folded", None)
            dimensions.append(Dimension(key, title, title if folded is None else folded))
        else:
            dimensions.append(Dimension(key, rows.c[f"e{i}"], rows.c[f"t{i}"]))
    return Grouped(statement, dimensions, rows.c.n, [rows.c[f"f{n}"] for n in range(len(figures))])


def is_named_later(each: PathField) -> bool:
    """Whether a field is a relation, whose title can wait until there are groups."""
    return each.kind == "relation" and each.target is not None and each.spot.joins[-1:] == (each.path,)


def without_name(each: PathField) -> PathField:
    """The field with the joins that its key needs, and not that of its title."""
    return replace(each, spot=replace(each.spot, joins=each.spot.joins[:-1])) if is_named_later(each) else each
