"""What became of the rows of a file: counted, and kept as far as somebody may want to see them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, insert, update

from core.db.history import plain
from core.importing.checking import Fault, Planned
from core.importing.mapping import Columns
from core.importing.models import Import, ImportRow
from core.importing.reading import Row
from core.screens.fields.field import Field

ALWAYS = ("refused", "duplicate")
SHOWN_ROWS, FAULTS_KEPT = 100, 10_000


@dataclass
class Report:
    """Counts by verdict, faults with row and field, the first rows that need a look, and those that did not go in.

    `figures` count what the rows became where that is not a record each, such as documents of many rows.
    """

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    shown: list[Planned] = field(default_factory=list)
    refused: list[tuple[int, str, Row]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    header: Row = field(default_factory=list)
    header_row: int = 0
    columns: Columns = field(default_factory=dict)
    state: str = "done"
    import_id: int | None = None
    figures: Counter[str] = field(default_factory=Counter)

    def tell(self, planned: Sequence[Planned], rows: Mapping[int, Row]) -> None:
        """Count the rows of a chunk."""
        self.counts.update(one.verdict for one in planned)
        for one in planned:
            if len(self.faults) < FAULTS_KEPT:
                self.faults += one.faults
            if one.verdict in ALWAYS:
                self.refused.append((one.row, one.why, rows[one.row]))
            if len(self.shown) < SHOWN_ROWS:
                self.shown.append(one)

    def about(self) -> dict[str, Any]:
        """What was found in the file, for its page."""
        found = {"header": self.header, "header_row": self.header_row, "columns": self.columns, "left_out": self.left_out}
        return found | {"faults": len(self.faults), "figures": dict(self.figures)}


@dataclass
class Keeper:
    """Keeps the rows of one import, and how far it came, in the transaction of each chunk."""

    import_id: int
    fields: Mapping[str, Field]
    kept: Counter[str] = field(default_factory=Counter)

    def keep(
        self,
        connection: Connection,
        planned: Sequence[Planned],
        rows: Mapping[int, Row],
        report: Report,
        done_rows: int | None = None,
    ) -> None:
        """Refused rows and duplicates with their cells, of the others the first hundred of each verdict."""
        told = []
        for one in planned:
            self.kept[one.verdict] += 1
            if one.verdict in ALWAYS or self.kept[one.verdict] <= SHOWN_ROWS:
                told.append(self._row(one, rows[one.row]))
        if told:
            connection.execute(insert(ImportRow.__table__), told)  # type: ignore[arg-type]
        values: dict[str, Any] = {"counts": dict(report.counts), "about": report.about()}
        if done_rows is not None:
            values["done_rows"] = done_rows
        connection.execute(update(Import).where(Import.id == self.import_id).values(values))

    def _row(self, one: Planned, cells: Row) -> dict[str, Any]:
        values, fields = one.file or one.values, self.fields
        file = {name: str(plain(values[f.key])) for name, f in fields.items() if values.get(f.key) is not None}
        file |= one.titles | {name: ", ".join(texts) for name, texts in one.tags.items()}
        here = {}
        if one.stored is not None:
            for name, f in fields.items():
                if name in file and f.kind not in ("relation", "tags") and one.stored.get(f.key) is not None:
                    here[name] = str(plain(one.stored[f.key]))
        return {
            "import_id": self.import_id,
            "row": one.row,
            "verdict": one.verdict,
            "record_id": one.record_id,
            "why": one.why,
            "cells": cells if one.verdict in ALWAYS else [],
            "file": file,
            "here": here,
            "fits": one.fits or None,
        }
