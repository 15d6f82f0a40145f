"""A table as a PDF file: A4, headings on each page, rows that do not split, a rule above sums and two under the total.

Pages are written as they fill, so that a long list needs no more memory than a short one.
"""

import csv
import zlib
from collections.abc import Iterable, Sequence
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, Protocol

from core.i18n import _
from core.screens.exports.typefaces import typefaces

MM = 72 / 25.4
A4 = (210 * MM, 297 * MM)
MARGIN_X, MARGIN_Y, SIZE, LEADING, GAP = 12 * MM, 14 * MM, 8.0, 10.5, 6.0
NARROW, WIDE = 24.0, 170.0
IN_MEMORY = 4 * 2**20
#: lines that the widths of columns are taken from
MEASURED = 5_000


class Head(Protocol):
    """What a column must say of itself."""

    @property
    def label(self) -> str:
        """Its heading."""

    @property
    def is_number(self) -> bool:
        """Whether its values stand end-aligned."""


class Writer:
    """Objects of a PDF file, written one after the other; their places go into the table at its end."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.at, self.places = file, 0, dict[int, int]()
        self.last = 0
        self.put(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def put(self, data: bytes) -> None:
        """Raw bytes."""
        self.file.write(data)
        self.at += len(data)

    def number(self) -> int:
        """A number for an object that is written later."""
        self.last += 1
        return self.last

    def object(self, body: bytes, number: int = 0) -> int:
        """Write an object; answers its number."""
        number = number or self.number()
        self.places[number] = self.at
        self.put(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        return number

    def stream(self, data: bytes, entries: bytes = b"", number: int = 0) -> int:
        """Write a compressed stream."""
        packed = zlib.compress(data)
        head = b"<< /Length %d /Filter /FlateDecode %s >>\nstream\n" % (len(packed), entries)
        return self.object(head + packed + b"\nendstream", number)

    def finish(self, root: int) -> None:
        """The table of places and the trailer."""
        start, count = self.at, self.last + 1
        rows = b"".join(b"%010d 00000 n \n" % self.places[i] for i in range(1, count))
        self.put(b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, rows))
        self.put(b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, root, start))


def write_pdf(
    file: BinaryIO,
    title: str,
    notes: Sequence[str],
    columns: Sequence[Head],
    lines: Iterable[tuple[str, list[str]]],
    paper: str = "auto",
) -> None:
    """The table with its title; each line is a style (row, group-..., total) and one text for each column.

    `paper` is portrait, landscape, or auto: upright unless the columns are too wide for that. Widths are those of the
    first lines and of all sums; what is longer wraps.
    """
    with SpooledTemporaryFile(max_size=IN_MEMORY, mode="w+", encoding="utf-8", newline="") as draft:
        plain, bold = typefaces()
        widths = [max(NARROW, bold.width(column.label) * SIZE / 1000) for column in columns]
        rows = csv.writer(draft)
        for number, (style, cells) in enumerate(lines):
            if number < MEASURED or style != "row":
                face = plain if style == "row" else bold
                widths = [min(WIDE, max(w, face.width(c) * SIZE / 1000)) for w, c in zip(widths, cells, strict=True)]
            rows.writerow([style, *cells])
        draft.seek(0)
        sheet = Paper(Writer(file), plain, bold, columns, widths, paper)
        sheet.title(title, notes)
        for style, *cells in csv.reader(draft):
            sheet.row(style, cells)
        sheet.finish(title)


class Paper:
    """Pages that fill from the top."""

    def __init__(
        self,
        writer: Writer,
        plain: Any,
        bold: Any,
        columns: Sequence[Head],
        widths: Sequence[float],
        paper: str = "auto",
    ) -> None:
        self.writer, self.plain, self.bold, self.columns = writer, plain, bold, columns
        whole = sum(widths) + GAP * (len(widths) - 1)
        upright = A4[0] - 2 * MARGIN_X
        is_upright = paper == "portrait" or (paper != "landscape" and whole <= upright * 1.15)
        self.width, self.height = A4 if is_upright else (A4[1], A4[0])
        room = self.width - 2 * MARGIN_X - GAP * (len(widths) - 1)
        scale = room / sum(widths)
        self.widths = [width * scale for width in widths]
        self.fonts, self.tree = (writer.number(), writer.number()), writer.number()
        self.pages: list[int] = []
        self.content: list[bytes] = []
        self.y = self.height - MARGIN_Y

    def title(self, title: str, notes: Sequence[str]) -> None:
        """The head of the first page."""
        self.y -= 16
        self.text(MARGIN_X, self.y, title, self.bold, 15.0)
        room = (self.width - 2 * MARGIN_X) * 1000 / SIZE
        for note in (line for text in notes for line in _wrap(text, self.plain, room)):
            self.y -= LEADING + 2
            self.text(MARGIN_X, self.y, note, self.plain, SIZE)
        self.y -= 10
        self.heads()

    def heads(self) -> None:
        """The headings of the columns."""
        self.line([column.label for column in self.columns], self.bold)
        self.rule(self.y - 2, 0.8)
        self.y -= 4

    def row(self, style: str, cells: Sequence[str]) -> None:
        """One row; on the next page if it does not fit."""
        face = self.plain if style == "row" else self.bold
        high = LEADING * max(len(part) for part in self.wrapped(cells, face)) + 2
        if self.y - high < MARGIN_Y + 12:
            self.turn()
            self.heads()
        if style == "total":
            self.rule(self.y - 1, 0.8)
            self.y -= 2
        self.line(cells, face)
        self.y -= 2
        self.rule(self.y, 0.8 if style == "total" else 0.25)
        if style == "total":
            self.rule(self.y - 2, 0.8)

    def wrapped(self, cells: Sequence[str], face: Any) -> list[list[str]]:
        """Each cell as lines that fit its column."""
        return [_wrap(cell, face, width * 1000 / SIZE) for cell, width in zip(cells, self.widths, strict=True)]

    def line(self, cells: Sequence[str], face: Any) -> None:
        """The cells of one row."""
        parts = self.wrapped(cells, face)
        x = MARGIN_X
        for lines, width, column in zip(parts, self.widths, self.columns, strict=True):
            for i, text in enumerate(lines):
                free = width - face.width(text) * SIZE / 1000 if column.is_number else 0
                self.text(x + free, self.y - LEADING * (i + 1) + 2, text, face, SIZE)
            x += width + GAP
        self.y -= LEADING * max(map(len, parts))

    def text(self, x: float, y: float, text: str, face: Any, size: float) -> None:
        """A text at a place."""
        if text:
            name = b"/F2" if face is self.bold else b"/F1"
            self.content.append(b"BT %s %.1f Tf %.2f %.2f Td %s Tj ET" % (name, size, x, y, face.encoded(text)))

    def rule(self, y: float, thick: float) -> None:
        """A line across the page."""
        self.content.append(b"%.2f w %.2f %.2f m %.2f %.2f l S" % (thick, MARGIN_X, y, self.width - MARGIN_X, y))

    def turn(self) -> None:
        """Write the page that is full and begin another."""
        label = str(_("Page {number}", number=len(self.pages) + 1))
        self.text(self.width - MARGIN_X - self.plain.width(label) * SIZE / 1000, MARGIN_Y - 4, label, self.plain, SIZE)
        content = self.writer.stream(b"\n".join(self.content))
        fonts = b"/Font << /F1 %d 0 R /F2 %d 0 R >>" % self.fonts
        box = b"[0 0 %.2f %.2f]" % (self.width, self.height)
        entries = b"/Parent %d 0 R /MediaBox %s /Resources << %s >> /Contents %d 0 R" % (self.tree, box, fonts, content)
        self.pages.append(self.writer.object(b"<< /Type /Page %s >>" % entries))
        self.content, self.y = [], self.height - MARGIN_Y

    def finish(self, title: str) -> None:
        """The last page, the fonts with the letters that were used, and the end of the file."""
        self.turn()
        for face, number in zip((self.plain, self.bold), self.fonts, strict=True):
            write_font(self.writer, face, number)
        kids = b" ".join(b"%d 0 R" % page for page in self.pages)
        self.writer.object(b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(self.pages), kids), self.tree)
        name = ("\ufeff" + title).encode("utf-16-be").hex().encode()
        self.writer.finish(
            self.writer.object(b"<< /Type /Catalog /Pages %d 0 R /Lang (en) /Title <%s> >>" % (self.tree, name))
        )


def _wrap(text: str, face: Any, room: float) -> list[str]:
    """Words on lines of a width; a word that is longer than a line is broken."""
    if face.width(text) <= room + 1:
        return [text]
    lines, line = [], ""
    for word in text.split(" "):
        while face.width(word) > room and len(word) > 1:
            fits = next((n for n in range(len(word) - 1, 1, -1) if face.width(word[:n]) <= room), 1)
            lines += [line, word[:fits]] if line else [word[:fits]]
            line, word = "", word[fits:]
        if line and face.width(f"{line} {word}") > room:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line] if line else lines


def write_font(writer: Writer, face: Any, number: int) -> None:
    """A font with the letters that were used, and which letter each glyph is, so that text can be copied."""
    if not face.embedded:
        writer.object(
            b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>" % face.name.encode(), number
        )
        return
    name, data = face.name.encode(), face.subset()
    file = writer.stream(data, b"/Length1 %d" % len(data))
    scale = 1000 / face.units
    box = b" ".join(b"%d" % (edge * scale) for edge in face.box)
    shape = b"/FontBBox [%s] /Ascent %d /Descent %d /CapHeight %d" % (
        box,
        face.ascent * scale,
        face.descent * scale,
        face.ascent * scale,
    )
    descriptor = writer.object(
        b"<< /Type /FontDescriptor /FontName /%s /Flags 4 %s /ItalicAngle 0 /StemV 80 /FontFile2 %d 0 R >>"
        % (name, shape, file)
    )
    widths = b" ".join(b"%d [%.0f]" % (glyph, face.advance(glyph)) for glyph in sorted(face.used))
    system = b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /CIDToGIDMap /Identity"
    inner = writer.object(
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /%s %s /FontDescriptor %d 0 R /W [%s] >>"
        % (name, system, descriptor, widths)
    )
    letters = writer.stream(_letters(face.used))
    writer.object(
        b"<< /Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H /DescendantFonts [%d 0 R] /ToUnicode %d 0 R >>"
        % (name, inner, letters),
        number,
    )


def _letters(used: dict[int, str]) -> bytes:
    pairs = [b"<%04x> <%s>" % (glyph, c.encode("utf-16-be").hex().encode()) for glyph, c in sorted(used.items()) if c]
    blocks = [pairs[i : i + 100] for i in range(0, len(pairs), 100)]
    body = b"\n".join(b"%d beginbfchar\n%s\nendbfchar" % (len(block), b"\n".join(block)) for block in blocks)
    return (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Letters def /CMapType 2 def\n"
        b"1 begincodespacerange <0000> <ffff> endcodespacerange\n" + body + b"\nendcmap end end"
    )
