"""Files of a list, a cube or a report, in six formats, all from the same sheet.

A file is finished before the first byte is sent, so that a fault becomes an answer and never half a file; beyond some
megabytes it lies on disk.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from markupsafe import escape

from core.errors import FieldError, Invalid
from core.i18n import _, current_language
from core.screens.exports.ods import write_ods
from core.screens.exports.pdf import write_pdf
from core.screens.exports.sheets import Sheet, SheetColumn, SheetLine
from core.screens.exports.xlsx import write_xlsx
from core.screens.fields.formats import STORED, Formats, formats
from core.screens.records.reading import written

IN_MEMORY = 4 * 2**20
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
NARROWEST, WIDEST = 3, 60


@dataclass
class Export:
    """A finished file: its content from the start, its name and its kind."""

    file: BinaryIO
    name: str
    mimetype: str
    rows: int = 0


def write_sheet(sheet: Sheet, kind: str, year: int, paper: str = "auto") -> Export:
    """The file of a sheet; Invalid for a format that there is not."""
    known_format(kind)
    file = cast(BinaryIO, SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115 (whoever sends it closes it)
    try:
        rows = write_into(file, sheet, kind, year, paper)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return Export(file, f"{file_name(sheet.title)}.{kind}", FORMATS[kind][0], rows)


def known_format(kind: str) -> None:
    """Invalid for a format that there is not."""
    if kind not in FORMATS:
        message = _("There is no format {format}; there are {all}", format=repr(kind), all=", ".join(FORMATS))
        raise Invalid(message, [FieldError("format", message)])


def write_into(file: BinaryIO, sheet: Sheet, kind: str, year: int, paper: str = "auto") -> int:
    """Write a sheet into a file; how many rows that were, without headings and sums."""
    rows, lines = 0, sheet.lines

    def counted() -> Iterator[SheetLine]:
        nonlocal rows
        for line in lines:
            rows += line.style == "row"
            yield line

    FORMATS[kind][1](replace(sheet, lines=counted()), file, formats(year), paper)
    return rows


def file_name(title: str) -> str:
    """A title as a file's name on any system."""
    kept = "".join(letter if letter.isalnum() or letter in " -_" else " " for letter in title)
    return "-".join(kept.lower().split()) or "export"


def harmless(text: str) -> str:
    """Text that a spreadsheet would read as a formula, opened by an apostrophe."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def as_text(value: Any, mark: str = ".") -> str:
    """A value as programs read it: `1500.00`, `2026-03-13`, `true`; decimals behind another mark where one is named."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return written(value).replace(".", mark)
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, date | int):
        return value.isoformat() if isinstance(value, date) else str(value)
    return str(value)


def as_read(value: Any, column: SheetColumn, shape: Formats) -> str:
    """A value as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, Decimal):
        kind = column.kind if column.kind in STORED else "price"
        return shape.number(kind, int(value.scaleb(STORED[kind])))
    if isinstance(value, int):
        return shape.number("integer", value)
    if isinstance(value, datetime):
        return f"{shape.day(value.date())}, {value:%H:%M}"
    return str(shape.day(value)) if isinstance(value, date) else str(value)


def write_csv(sheet: Sheet, file: BinaryIO, _shape: Formats, _paper: str = "auto") -> None:
    """UTF-8 with the mark that spreadsheets look for; dates as programs read them, the rest as the sheet's dialect says."""
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    mark = sheet.dialect.mark
    rows = csv.writer(text, delimiter=sheet.dialect.delimiter, lineterminator="\r\n")
    rows.writerow([harmless(column.label) for column in sheet.columns])
    for line in sheet.lines:
        rows.writerow([harmless(v) if isinstance(v, str) else as_text(v, mark) for v in line.values])
    text.flush()
    text.detach()


def write_txt(sheet: Sheet, file: BinaryIO, shape: Formats, _paper: str = "auto") -> None:
    """A table of fixed columns for mail and terminals; its widths are those of what it holds, up to 60 letters."""
    with SpooledTemporaryFile(max_size=IN_MEMORY, mode="w+", encoding="utf-8", newline="") as draft:
        widths = [max(NARROWEST, len(column.label)) for column in sheet.columns]
        rows = csv.writer(draft)
        for line in sheet.lines:
            cells = [" ".join(as_read(v, c, shape).split()) for v, c in zip(line.values, sheet.columns, strict=True)]
            widths = [min(WIDEST, max(width, len(cell))) for width, cell in zip(widths, cells, strict=True)]
            rows.writerow([line.style, *cells])
        draft.seek(0)
        rule = "  ".join("-" * width for width in widths)
        heads = _fixed([column.label for column in sheet.columns], widths, sheet.columns)
        for text in (sheet.title, *sheet.notes, "", heads, rule):
            file.write(f"{text}\n".encode())
        for style, *cells in csv.reader(draft):
            if style == "total":
                file.write(f"{rule}\n".encode())
            file.write(f"{_fixed(cells, widths, sheet.columns)}\n".encode())


def _fixed(cells: list[str], widths: list[int], columns: list[SheetColumn]) -> str:
    parts = []
    for cell, width, column in zip(cells, widths, columns, strict=True):
        text = cell if len(cell) <= width else f"{cell[: width - 1]}…"
        parts.append(text.rjust(width) if column.is_number else text.ljust(width))
    return "  ".join(parts).rstrip()


CSS = (
    "body{font:11pt/1.4 'Source Sans 3',sans-serif;margin:2rem}table{border-collapse:collapse;width:100%}"
    "th,td{padding:.2rem .5rem;text-align:start;border-bottom:1px solid #bbb}th{border-bottom-color:#666}"
    ".n{text-align:end;font-variant-numeric:tabular-nums;white-space:nowrap}.g td{font-weight:600;background:#f5f7f7}"
    ".total td{font-weight:600;border-top:1px solid;border-bottom:3px double}@page{size:A4 PAPER;margin:14mm 12mm}"
    "thead{display:table-header-group}tr{break-inside:avoid}"
)


def write_html(sheet: Sheet, file: BinaryIO, shape: Formats, paper: str = "auto") -> None:
    """A page that stands alone, to read and to print."""
    notes = "".join(f"<p>{escape(note)}</p>" for note in sheet.notes)
    page = paper if paper in ("portrait", "landscape") else ("landscape" if len(sheet.columns) > 6 else "portrait")
    heads = "".join(f'<th{_number(c)} scope="col">{escape(c.label)}</th>' for c in sheet.columns)
    start = (
        f'<!doctype html><html lang="{current_language()}"><head><meta charset="utf-8"><title>{escape(sheet.title)}</title>'
        f"<style>{CSS.replace('PAPER', page)}</style></head><body><h1>{escape(sheet.title)}</h1>{notes}"
        f"<table><thead><tr>{heads}</tr></thead><tbody>"
    )
    file.write(start.encode())
    for line in sheet.lines:
        css = {"row": "", "total": ' class="total"'}.get(line.style, ' class="g"')
        pairs = zip(line.values, sheet.columns, strict=True)
        cells = "".join(f"<td{_number(c)}>{escape(as_read(v, c, shape))}</td>" for v, c in pairs)
        file.write(f"<tr{css}>{cells}</tr>\n".encode())
    file.write(b"</tbody></table></body></html>")


def _number(column: SheetColumn) -> str:
    return ' class="n"' if column.is_number else ""


def write_pages(sheet: Sheet, file: BinaryIO, shape: Formats, paper: str = "auto") -> None:
    """A4 pages with the headings on each."""
    lines = (
        (line.style, [as_read(v, c, shape) for v, c in zip(line.values, sheet.columns, strict=True)]) for line in sheet.lines
    )
    write_pdf(file, sheet.title, sheet.notes, sheet.columns, lines, paper)


Write = Callable[[Sheet, BinaryIO, Formats, str], None]
FORMATS: dict[str, tuple[str, Write]] = {
    "xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        lambda sheet, file, _shape, paper: write_xlsx(sheet, file, paper),
    ),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", lambda sheet, file, _shape, _paper: write_ods(sheet, file)),
    "csv": ("text/csv", write_csv),
    "txt": ("text/plain", write_txt),
    "html": ("text/html", write_html),
    "pdf": ("application/pdf", write_pages),
}
