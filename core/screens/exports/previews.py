"""What will be in a file, before it is made: the first lines as they will stand there, how many follow, and the total."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from core.i18n import _
from core.screens.exports.files import FORMATS, as_read
from core.screens.exports.sheets import Sheet, SheetColumn
from core.screens.fields.formats import Formats

LINES = 60
PAPERS = {"auto": _("As it fits"), "portrait": _("Upright"), "landscape": _("Across")}
NAMES = {
    "xlsx": _("Excel"),
    "ods": _("LibreOffice"),
    "csv": _("Table as text"),
    "pdf": _("To print"),
    "html": _("Web page"),
    "txt": _("Plain text"),
}


@dataclass
class Preview:
    """A sheet as its page shows it: each line is a style and its texts."""

    title: str
    notes: list[str]
    columns: list[SheetColumn]
    lines: list[tuple[str, list[str]]]
    foot: list[str] | None
    shown: int
    count: int | None

    @property
    def more(self) -> int | None:
        """How many rows the file has besides those that are shown; None if nobody counted."""
        return None if self.count is None else max(0, self.count - self.shown)


def preview(sheet: Sheet, shape: Formats, most: int = LINES) -> Preview:
    """The first lines of a sheet as people read them."""

    def told(values: Sequence[Any]) -> list[str]:
        return [as_read(value, column, shape) for value, column in zip(values, sheet.columns, strict=True)]

    lines = [(line.style, told(line.values)) for line in islice(sheet.lines, most + 1)]
    is_whole = len(lines) <= most
    foot = sheet.foot() if not is_whole else None
    kept = lines if is_whole else [line for line in lines[:most] if line[0] != "total"]
    shown = sum(style == "row" for style, _texts in kept)
    total = next((texts for style, texts in kept if style == "total"), None)
    body = [line for line in kept if line[0] != "total"]
    last = told(foot.values) if foot is not None else total
    return Preview(sheet.title, sheet.notes, sheet.columns, body, last, shown, shown if is_whole else sheet.count())


def formats_named() -> Iterator[tuple[str, str]]:
    """Each format and what it is for."""
    for kind in FORMATS:
        yield kind, str(NAMES[kind])
