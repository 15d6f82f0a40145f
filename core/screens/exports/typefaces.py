"""Typefaces for PDF files: a TrueType font of this machine, of which a file carries only the letters it uses.

Where no such font is found, PDF's own Helvetica serves, which knows the letters of western Europe only.
"""

import os
import struct
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.errors import Refused
from core.i18n import _

PAIRS = (
    ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
    ("Arial.ttf", "Arial Bold.ttf"),
    ("arial.ttf", "arialbd.ttf"),
)
FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "/Library/Fonts",
    "/System/Library/Fonts/Supplemental",
    "C:/Windows/Fonts",
)
KEPT = ("cvt ", "fpgm", "prep", "head", "hhea", "hmtx", "maxp", "loca", "glyf")
HELVETICA = (
    278,
    278,
    355,
    556,
    556,
    889,
    667,
    191,
    333,
    333,
    389,
    584,
    278,
    333,
    278,
    278,
    556,
    556,
    556,
    556,
    556,
    556,
    556,
    556,
    556,
    556,
    278,
    278,
    584,
    584,
    584,
    556,
    1015,
    667,
    667,
    722,
    722,
    667,
    611,
    778,
    722,
    278,
    500,
    667,
    556,
    833,
    722,
    778,
    667,
    778,
    722,
    667,
    611,
    722,
    667,
    944,
    667,
    667,
    611,
    278,
    278,
    278,
    469,
    556,
    333,
    556,
    556,
    500,
    556,
    556,
    278,
    556,
    556,
    222,
    222,
    500,
    222,
    833,
    556,
    556,
    556,
    556,
    333,
    500,
    278,
    556,
    500,
    722,
    500,
    500,
    500,
    334,
    260,
    334,
    584,
)
ALIKE = str.maketrans({"\u2212": "-", "\u00a0": " ", "\u202f": " "})


class Helvetica:
    """The typeface that every reader of PDF has; its letters are those of Windows-1252."""

    embedded = False

    def __init__(self, bold: bool = False) -> None:
        self.name = "Helvetica-Bold" if bold else "Helvetica"

    def width(self, text: str) -> float:
        """The width of a text, in thousandths of its size."""
        return sum(HELVETICA[ord(c) - 32] if 32 <= ord(c) < 127 else 600 for c in text.translate(ALIKE))

    def encoded(self, text: str) -> bytes:
        """The text as the file's content holds it; Refused for letters that this typeface lacks."""
        try:
            raw = text.translate(ALIKE).encode("cp1252")
        except UnicodeEncodeError as error:
            letter = text[error.start]
            raise Refused(
                _(
                    "A PDF with the letter {letter} needs a font: "
                    "install DejaVu or Liberation on the server, or take HTML and print it",
                    letter=letter,
                )
            ) from error
        return b"(" + raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)") + b")"


class TrueType:
    """A font file: its letters, their widths, and a smaller file with only those that were used."""

    embedded = True

    def __init__(self, path: Path) -> None:
        self.data = path.read_bytes()
        self.name = "".join(c for c in path.stem if c.isalnum() or c == "-")
        count = struct.unpack(">H", self.data[4:6])[0]
        self.tables: dict[str, bytes] = {}
        for i in range(count):
            tag, _sum, offset, length = struct.unpack(">4sLLL", self.data[12 + 16 * i : 28 + 16 * i])
            self.tables[tag.decode("latin-1")] = self.data[offset : offset + length]
        head, hhea = self.tables["head"], self.tables["hhea"]
        self.units, self.long_loca = struct.unpack(">H", head[18:20])[0], struct.unpack(">h", head[50:52])[0] == 1
        self.box = struct.unpack(">hhhh", head[36:44])
        self.ascent, self.descent = struct.unpack(">hh", hhea[4:8])
        self.metrics = struct.unpack(">H", hhea[34:36])[0]
        self.glyphs = self._letters()
        self.used: dict[int, str] = {0: ""}
        self.widths: dict[str, float] = {}

    def _letters(self) -> dict[int, int]:
        cmap = self.tables["cmap"]
        found: dict[int, int] = {}
        for i in range(struct.unpack(">H", cmap[2:4])[0]):
            platform, encoding, offset = struct.unpack(">HHL", cmap[4 + 8 * i : 12 + 8 * i])
            if (platform, encoding) in ((3, 1), (0, 3)) and struct.unpack(">H", cmap[offset : offset + 2])[0] == 4:
                found |= self._format_4(cmap[offset:])
        return found

    @staticmethod
    def _format_4(table: bytes) -> dict[int, int]:
        count = struct.unpack(">H", table[6:8])[0] // 2

        def words(at: int, kind: str) -> tuple[int, ...]:
            return struct.unpack(f">{count}{kind}", table[at : at + 2 * count])

        ends, starts = words(14, "H"), words(16 + 2 * count, "H")
        deltas, offsets, base = words(16 + 4 * count, "h"), words(16 + 6 * count, "H"), 16 + 6 * count
        found: dict[int, int] = {}
        for i in range(count):
            for code in range(starts[i], min(ends[i], 0xFFFE) + 1):
                if offsets[i] == 0:
                    found[code] = (code + deltas[i]) & 0xFFFF
                    continue
                at = base + 2 * i + offsets[i] + 2 * (code - starts[i])
                glyph = struct.unpack(">H", table[at : at + 2])[0]
                found[code] = (glyph + deltas[i]) & 0xFFFF if glyph else 0
        return found

    def advance(self, glyph: int) -> float:
        """The width of a glyph, in thousandths of its size."""
        at = 4 * min(glyph, self.metrics - 1)
        (width,) = struct.unpack(">H", self.tables["hmtx"][at : at + 2])
        return float(1000 * width / self.units)

    def width(self, text: str) -> float:
        """The width of a text, in thousandths of its size."""
        try:
            return sum([self.widths[c] for c in text])
        except KeyError:
            self.widths |= {c: self.advance(self.glyphs.get(ord(c), 0)) for c in text}
            return self.width(text)

    def encoded(self, text: str) -> bytes:
        """The text as glyph numbers, which are remembered as used."""
        numbers = []
        for letter in text:
            glyph = self.glyphs.get(ord(letter), 0)
            self.used.setdefault(glyph, letter)
            numbers.append(glyph)
        return b"<" + struct.pack(f">{len(numbers)}H", *numbers).hex().encode() + b">"

    def subset(self) -> bytes:
        """A font file in which every glyph keeps its number and those that are not used are empty."""
        kind, size = ("L", 1) if self.long_loca else ("H", 2)
        loca = self.tables["loca"]
        places = [size * place for place in struct.unpack(f">{len(loca) // (4 if self.long_loca else 2)}{kind}", loca)]
        glyf, wanted, queue = self.tables["glyf"], set[int](), list(self.used)
        while queue:
            glyph = queue.pop()
            if glyph not in wanted and glyph + 1 < len(places):
                wanted.add(glyph)
                queue += _components(glyf[places[glyph] : places[glyph + 1]])
        outlines, starts = bytearray(), [0]
        for glyph in range(len(places) - 1):
            if glyph in wanted:
                outlines += glyf[places[glyph] : places[glyph + 1]]
                outlines += b"\0" * (-len(outlines) % 4)
            starts.append(len(outlines))
        head = bytearray(self.tables["head"])
        head[50:52] = struct.pack(">h", 1)
        loca = struct.pack(f">{len(starts)}L", *starts)
        return _font_file({**self.tables, "glyf": bytes(outlines), "loca": loca, "head": bytes(head)})


def _components(outline: bytes) -> list[int]:
    """The glyphs that a composite one is made of."""
    if len(outline) < 10 or struct.unpack(">h", outline[:2])[0] >= 0:
        return []
    found, at, more = [], 10, True
    while more:
        flags, glyph = struct.unpack(">HH", outline[at : at + 4])
        found.append(glyph)
        at += 4 + (4 if flags & 1 else 2) + (2 if flags & 8 else 4 if flags & 64 else 8 if flags & 128 else 0)
        more = bool(flags & 32)
    return found


def _font_file(tables: dict[str, bytes]) -> bytes:
    kept = [(tag, tables[tag]) for tag in sorted(KEPT) if tag in tables]
    head = struct.pack(">LHHHH", 0x00010000, len(kept), 128, 3, max(0, 16 * len(kept) - 128))
    directory, body, at = b"", b"", 12 + 16 * len(kept)
    for tag, data in kept:
        padded = data + b"\0" * (-len(data) % 4)
        checksum = sum(struct.unpack(f">{len(padded) // 4}L", padded)) & 0xFFFFFFFF
        directory += struct.pack(">4sLLL", tag.encode(), checksum, at, len(data))
        body, at = body + padded, at + len(padded)
    return head + directory + body


@lru_cache(1)
def font_paths() -> tuple[Path, Path] | None:
    """A pair of plain and bold on this machine; `TANDEM_PDF_FONTS` names a folder that is looked into first."""
    for folder in (os.environ.get("TANDEM_PDF_FONTS", ""), *FOLDERS):
        root = Path(folder).expanduser()
        if folder and root.is_dir():
            there = {path.name: path for path in root.rglob("*.ttf")}
            for plain, bold in PAIRS:
                if plain in there and bold in there:
                    return there[plain], there[bold]
    return None


def typefaces() -> tuple[Any, Any]:
    """Plain and bold, fresh for one file."""
    paths = font_paths()
    return (TrueType(paths[0]), TrueType(paths[1])) if paths else (Helvetica(), Helvetica(bold=True))
