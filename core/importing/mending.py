"""The rows that did not go in, as a CSV that can be mended and imported again."""

import csv
import re
from collections.abc import Iterable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

from sqlalchemy import select

from core.db import Database
from core.importing.keeping import ALWAYS, Report
from core.importing.models import ImportRow

FORMULA = ("=", "+", "-", "@", "\t", "\r")
NUMBER = re.compile(r"[+-][\d\s().,/-]*")
Told = tuple[int, str, list[Any]]


def write_refused(report: Report, path: Path) -> None:
    """The refused rows of a run with row number and reason."""
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        file.writelines(refused_lines(report.header, report.refused))


def kept_refused(database: Database, import_id: int) -> Iterator[Told]:
    """The refused rows of an import that was kept."""
    wanted = select(ImportRow.row, ImportRow.why, ImportRow.cells).order_by(ImportRow.row)
    with database.read() as session:
        rows = session.execute(wanted.where(ImportRow.import_id == import_id, ImportRow.verdict.in_(ALWAYS)))
        yield from ((row, why, cells) for row, why, cells in rows)


def refused_lines(header: list[Any], refused: Iterable[Told]) -> Iterator[str]:
    """Lines of CSV: row number, reason, the cells as they were."""
    buffer = StringIO()
    writer = csv.writer(buffer)
    for cells in ([["row", "reason", *header]], ([row, why, *map(harmless, own)] for row, why, own in refused)):
        for line in cells:
            writer.writerow(line)
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()


def harmless(cell: Any) -> Any:
    """A cell that a spreadsheet would take for a formula is made text."""
    unsafe = isinstance(cell, str) and cell.startswith(FORMULA) and not NUMBER.fullmatch(cell)
    return f"'{cell}" if unsafe else cell
