"""A business file becomes rows of plain cells, whatever it was; a child process that may not grow does the reading.

Cells are text, but numbers of a spreadsheet that are not whole: these stay numbers, as no language's comma is in them.
"""

import csv
import json
import re
import resource
import subprocess
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass, field
from io import BytesIO, StringIO
from itertools import islice
from pathlib import Path
from typing import Any

from core.importing.cards import card_rows, card_text
from core.importing.texts import decoded

MAX_BYTES, MAX_UNPACKED, MAX_ROWS, MAX_CELL = 100 << 20, 512 << 20, 1_000_000, 32_767
CHILD_MEMORY, CHILD_CPU_S, CHUNK = 2 << 30, 120, 500
FORMULA = ("=", "+", "-", "@")
UNPRINTABLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFEFF])
Row = list[Any]


class Unreadable(Exception):
    """The file cannot be read; the text says what its owner can do."""


@dataclass
class Source:
    """What a file turned out to be: `csv`, `cards` or `sheet`; its encoding, its sheets and the one that is read."""

    kind: str = "csv"
    encoding: str = ""
    sheets: list[str] = field(default_factory=list)
    sheet: str = ""


@dataclass
class Glance:
    """The beginning of a file: what it is, and its first rows."""

    source: Source
    rows: list[Row]


def read(path: Path, encoding: str = "", sheet: str = "") -> Iterator[Row]:
    """The rows of a file, from a child process that ends when it asks for too much."""
    lines = _child(path, encoding, sheet)
    next(lines)
    for chunk in lines:
        yield from chunk


def glance(path: Path, encoding: str = "", sheet: str = "", rows: int = 20) -> Glance:
    """What a file is, and its first rows. Unreadable if it cannot be read at all."""
    lines = _child(path, encoding, sheet)
    source = Source(**next(lines))
    first = list(islice((row for chunk in lines for row in chunk), rows))
    lines.close()
    return Glance(source, first)


def _child(path: Path, encoding: str, sheet: str) -> Generator[Any]:
    """The lines that the child writes: the source, then chunks of rows."""
    command = [sys.executable, "-m", "core.importing.reading", str(path), encoding, sheet]
    home = Path(__file__).resolve().parents[2]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=home)
    assert child.stdout
    assert child.stderr
    try:
        for line in child.stdout:
            yield json.loads(line)
        if child.wait() == 2:
            raise Unreadable(child.stderr.read().decode())
        if child.returncode:
            raise Unreadable("the file asks for more memory or time than an import may take; save the table alone as CSV")
    finally:
        child.kill()
        child.communicate()


def rows_of(data: bytes, encoding: str, sheet: str = "") -> tuple[Source, Iterator[Row]]:
    """What a file is, its first bytes tell; its name may be wrong."""
    if data[:2] == b"\x1f\x8b":
        data = unpacked(data)
    if data[:4] == b"PK\3\4":
        refuse_bomb(data)
        return sheet_rows(data, sheet)
    if data[:4] == b"\xd0\xcf\x11\xe0":
        return sheet_rows(data, sheet)
    asked, (text, encoding) = encoding, decoded(data, encoding)
    start = text.lstrip("\ufeff \t\r\n")[:500].casefold()
    if start.startswith("begin:vcard"):
        mixed = not asked and not encoding.startswith("utf-16") and b"CHARSET" in data.upper()
        return Source("cards", encoding), card_rows(card_text(data, encoding) if mixed else text)
    if start.startswith(("begin:vcalendar", "<!doctype html", "<html", "<table", "%pdf", "{\\rtf")):
        raise Unreadable("this is no table but a calendar, a web page or a document; save it as xlsx or CSV")
    return Source("csv", encoding), csv_rows(text)


def unpacked(data: bytes) -> bytes:
    """What a .gz holds; as far as it may grow, whatever its trailer says."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        whole = unpacker.decompress(data, MAX_UNPACKED)
    except zlib.error as error:
        raise Unreadable(f"the file is damaged ({error})") from error
    if unpacker.unconsumed_tail:
        raise Unreadable(f"the file unpacks to more than {MAX_UNPACKED >> 20} MB")
    if not unpacker.eof:
        raise Unreadable("the file is damaged (it ends too soon); download it again")
    return whole


def refuse_bomb(data: bytes) -> None:
    """Counts what really comes out, since the sizes written in the archive may lie."""
    unpacked = 0
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for member in archive.infolist():
            member.file_size = 2 * MAX_UNPACKED
            with archive.open(member) as stream:
                while piece := stream.read(1 << 20):
                    unpacked += len(piece)
                    if unpacked > MAX_UNPACKED:
                        raise Unreadable(f"the file unpacks to more than {MAX_UNPACKED >> 20} MB")


def sheet_rows(data: bytes, sheet: str = "") -> tuple[Source, Iterator[Row]]:
    """The sheet of that name, else the first that has rows."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        wanted = [name for name in book.sheet_names if name == sheet] or book.sheet_names
        for name in wanted:
            found = book.get_sheet_by_name(name)
            if found.height:
                rows = ([plain_cell(cell) for cell in row] for row in found.iter_rows())
                return Source("sheet", "", list(book.sheet_names), name), rows
    except CalamineError as error:
        raise Unreadable(f"the spreadsheet does not open ({error}); save it again without password as xlsx") from error
    raise Unreadable("the spreadsheet has no rows")


def plain_cell(cell: Any) -> Any:
    """A cell as text; a number with decimals as itself."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else cell
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)


def csv_rows(text: str) -> Iterator[Row]:
    """The rows of a text whose separator it says itself, or that most rows agree on."""
    csv.field_size_limit(MAX_BYTES)
    first, _, rest = text.partition("\n")
    if declared := re.fullmatch(r"sep=(.)\r?", first):
        return csv.reader(StringIO(rest, newline=""), delimiter=declared[1])
    delimiter = max(";,\t|", key=lambda d: steadiness(text[:20_000], d))
    return csv.reader(StringIO(text, newline=""), delimiter=delimiter)


def steadiness(sample: str, delimiter: str) -> tuple[float, int]:
    """How many of the first rows agree on a width above one, and that width."""
    widths = [len(row) for row in csv.reader(StringIO(sample, newline=""), delimiter=delimiter) if row][:30]
    width, agreeing = Counter(w for w in widths if w > 1).most_common(1)[0] if max(widths, default=0) > 1 else (0, 0)
    return round(agreeing / max(len(widths), 1), 1), width


def clean(cell: Any) -> Any:
    """A cell without what no person typed, nor the apostrophe that keeps spreadsheets from reading a formula."""
    if isinstance(cell, str):
        bare = cell if cell.isprintable() else cell.translate(UNPRINTABLE)
        bare = bare.strip()
        return bare[1:] if bare[:1] == "'" and bare[1:2] in FORMULA else bare
    return cell


def main(path: str, encoding: str, sheet: str) -> None:
    """The child: writes the source and the rows as lines of JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (CHILD_MEMORY, CHILD_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CHILD_CPU_S, CHILD_CPU_S))
    data = Path(path).read_bytes()
    if len(data) > MAX_BYTES:
        raise Unreadable(f"the file is larger than {MAX_BYTES >> 20} MB")
    source, rows = rows_of(data, encoding, sheet)
    print(json.dumps(asdict(source)))
    chunk: list[Row] = []
    for number, row in enumerate(rows):
        if number > MAX_ROWS:
            raise Unreadable(f"the file has more than {MAX_ROWS} rows")
        if any(isinstance(cell, str) and len(cell) > MAX_CELL for cell in row):
            raise Unreadable(
                f"row {number + 1} has a cell longer than {MAX_CELL} characters; is a quotation mark left open?"
            )
        chunk.append([clean(cell) for cell in row])
        if len(chunk) == CHUNK:
            print(json.dumps(chunk))
            chunk = []
    print(json.dumps(chunk))


def refusal(text: str) -> int:
    """Tell the parent why."""
    sys.stderr.write(text)
    return 2


if __name__ == "__main__":
    try:
        main(*sys.argv[1:4])
    except Unreadable as error:
        sys.exit(refusal(str(error)))
    except BrokenPipeError:
        sys.exit(3)
    except (zipfile.BadZipFile, UnicodeError, csv.Error, LookupError, ValueError) as error:
        sys.exit(refusal(f"the file is damaged ({error})"))
