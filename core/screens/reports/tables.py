"""What a report answers: columns, rows, and the totals that its columns ask for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from core.i18n import _, humanised, translated


@dataclass(frozen=True)
class Column:
    """One column of a report. `kind`: text, money, price, quantity, percent, integer, date, moment or boolean."""

    name: str
    label: str = ""
    kind: str = "text"
    sum: bool = False

    @property
    def shown_label(self) -> str:
        """Its heading in the reader's language."""
        return translated(self.label or humanised(self.name))

    @property
    def is_number(self) -> bool:
        """Whether its values stand end-aligned."""
        return self.kind in ("money", "price", "quantity", "percent", "integer")


@dataclass(frozen=True)
class Row:
    """One row: values in the order of the columns, or by their names. `style`: row, group-1, group-2 or total."""

    values: Sequence[Any] | Mapping[str, Any]
    style: str = "row"
    url: str = ""


@dataclass
class Table:
    """What a report answers. Rows are `Row`s, sequences or mappings; sums are added up from those of style `row`."""

    columns: Sequence[Column]
    rows: Sequence[Any]
    notes: Sequence[Any] = ()
    title: Any = ""

    @cached_property
    def lines(self) -> list[Row]:
        """Every row with its values in the order of the columns, and a total where a column asks for one."""
        read = [self._row(row) for row in self.rows]
        if any(column.sum for column in self.columns) and not any(row.style == "total" for row in read):
            read.append(Row(self._totals(read), "total"))
        return read

    def _row(self, row: Any) -> Row:
        own = row if isinstance(row, Row) else Row(row)
        values = own.values
        if isinstance(values, Mapping):
            values = [values.get(column.name) for column in self.columns]
        if len(values) != len(self.columns):
            raise ValueError(f"a row of {len(values)} values in a table of {len(self.columns)} columns: {values!r}")
        return Row(list(values), own.style, own.url)

    def _totals(self, rows: Sequence[Row]) -> list[Any]:
        totals: list[Any] = []
        for i, column in enumerate(self.columns):
            values = [row.values[i] for row in rows if row.style == "row"] if column.sum else []  # type: ignore[index]
            totals.append(
                sum((v for v in values if v is not None), Decimal(0) if column.kind != "integer" else 0)
                if column.sum
                else None
            )
        first = next((i for i, value in enumerate(totals) if value is None), None)
        if first is not None:
            totals[first] = str(_("Total"))
        return totals
