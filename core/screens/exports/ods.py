"""A sheet as an OpenDocument spreadsheet, written row by row into the package; cells are typed, groups are an outline."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from core.i18n import _
from core.screens.exports.sheets import Sheet, SheetColumn, SheetLine, level_of
from core.screens.exports.xlsx import LONGEST, MOST_ROWS, plain, sheet_name

MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest'
    ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    ' manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:version="1.3"'
    ' manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/><manifest:file-entry'
    ' manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
    for name, space in (
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("style", "style"),
        ("number", "datastyle"),
        ("fo", "xsl-fo-compatible"),
    )
)
DASH, SPACE, COLON = ("<number:text>-</number:text>", "<number:text> </number:text>", "<number:text>:</number:text>")
DAY = f'<number:year number:style="long"/>{DASH}<number:month number:style="long"/>{DASH}<number:day number:style="long"/>'
CLOCK = f'{SPACE}<number:hours number:style="long"/>{COLON}<number:minutes number:style="long"/>'
#: least and most decimals by kind; None: as many as the value has, up to that
DIGITS = {"money": (2, 2), "price": (2, 6), "quantity": (0, 6), "integer": (0, 0), "percent": (0, 2)}
LETTER = {"money": "M", "price": "P", "quantity": "Q", "integer": "I", "percent": "C", "date": "D", "moment": "T"}
WIDE = {"money": 3.2, "price": 2.8, "quantity": 2.4, "percent": 2.0, "integer": 2.0, "date": 2.4, "moment": 3.6}


def styles() -> str:
    """The styles of cells: a format for each kind of values, plain, bold, and under a rule for the total."""
    made = [
        f'<number:date-style style:name="ND">{DAY}</number:date-style>',
        f'<number:date-style style:name="NT">{DAY}{CLOCK}</number:date-style>',
    ]
    for kind, (least, most) in DIGITS.items():
        sign = "<number:text>%</number:text>" if kind == "percent" else ""
        made.append(
            f'<number:number-style style:name="N{LETTER[kind]}"><number:number number:decimal-places="{most}"'
            f' number:min-decimal-places="{least}" number:min-integer-digits="1" number:grouping="true"/>{sign}'
            "</number:number-style>"
        )
    for tail, properties in (("", ""), ("b", BOLD), ("t", TOTAL)):
        for letter in ("S", *LETTER.values()):
            data = f' style:data-style-name="N{letter}"' if letter != "S" else ""
            made.append(
                f'<style:style style:name="{letter}{tail}" style:family="table-cell"{data}>{properties}</style:style>'
            )
    for width in sorted({2.0, 4.4, *WIDE.values()}):
        column = f'<style:table-column-properties style:column-width="{width}cm"/>'
        made.append(f'<style:style style:name="W{width}" style:family="table-column">{column}</style:style>')
    return "".join(made)


BOLD = '<style:text-properties fo:font-weight="bold"/>'
TOTAL = f'<style:table-cell-properties fo:border-top="0.5pt solid #000000" fo:border-bottom="2pt double #000000"/>{BOLD}'


def write_ods(sheet: Sheet, file: BinaryIO) -> None:
    """A spreadsheet: the table, on as many pages as it needs, and what it says of itself."""
    with ZipFile(file, "w", ZIP_DEFLATED) as package:
        package.writestr(ZipInfo("mimetype"), "application/vnd.oasis.opendocument.spreadsheet", ZIP_STORED)
        package.writestr("META-INF/manifest.xml", MANIFEST)
        with package.open("content.xml", "w", force_zip64=True) as content:

            def write(text: str) -> None:
                content.write(text.encode())

            write(f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {SPACES} office:version="1.3">')
            write(f"<office:automatic-styles>{styles()}</office:automatic-styles><office:body><office:spreadsheet>")
            _Table(sheet, write).write(sheet.lines)
            write(f"<table:table table:name={quoteattr(str(_('About')))}><table:table-column/>")
            for text in (sheet.title, *sheet.notes):
                write(f"<table:table-row>{cell(text, 'text', '')}</table:table-row>")
            write("</table:table></office:spreadsheet></office:body></office:document-content>")


class _Table:
    """The table of a spreadsheet; past a million rows it goes on on another page."""

    def __init__(self, sheet: Sheet, write: Callable[[str], None]) -> None:
        self.sheet, self.out, self.pages, self.deep = sheet, write, 0, 0

    def write(self, lines: Iterable[SheetLine]) -> None:
        """All lines, those of a group inside it."""
        self.begin()
        number, level = 1, 0
        for line in lines:
            if number == MOST_ROWS:
                self.end()
                self.begin()
                number = 1
            own = level_of(line.style)
            level = own if own else 0 if line.style == "total" else level
            self.nest(own - 1 if own else level)
            tail = {"row": "", "total": "t"}.get(line.style, "b")
            pairs = zip(self.sheet.columns, line.values, strict=True)
            cells = "".join(cell(value, column.kind, tail) for column, value in pairs)
            self.out(f"<table:table-row>{cells}</table:table-row>")
            number += 1
        self.end()

    def nest(self, deep: int) -> None:
        """Open or close groups until so many are open."""
        while self.deep < deep:
            self.out("<table:table-row-group>")
            self.deep += 1
        while self.deep > deep:
            self.out("</table:table-row-group>")
            self.deep -= 1

    def begin(self) -> None:
        """A page with the headings."""
        self.pages += 1
        columns: list[SheetColumn] = self.sheet.columns
        self.out(f"<table:table table:name={quoteattr(sheet_name(self.sheet.title, self.pages))}>")
        self.out("".join(f'<table:table-column table:style-name="W{WIDE.get(c.kind, 4.4)}"/>' for c in columns))
        heads = "".join(cell(column.label, "text", "b") for column in columns)
        self.out(f"<table:table-header-rows><table:table-row>{heads}</table:table-row></table:table-header-rows>")

    def end(self) -> None:
        """The page is over, and with it its groups."""
        self.nest(0)
        self.out("</table:table>")


def cell(value: Any, kind: str, tail: str) -> str:
    """One value as the type that it is; `tail` chooses the plain, bold or total style."""
    if value is None:
        return f'<table:table-cell table:style-name="S{tail}"/>' if tail == "t" else "<table:table-cell/>"
    if isinstance(value, bool):
        told = str(value).lower()
        return f'<table:table-cell table:style-name="S{tail}" office:value-type="boolean" office:boolean-value="{told}"/>'
    if isinstance(value, Decimal | int):
        style = f"{LETTER.get(kind, 'S')}{tail}"
        number = f"{value:f}" if isinstance(value, Decimal) else str(value)
        return f'<table:table-cell table:style-name="{style}" office:value-type="float" office:value="{number}"/>'
    if isinstance(value, datetime | date):
        style = f"{'T' if isinstance(value, datetime) else 'D'}{tail}"
        told = value.replace(tzinfo=None).isoformat() if isinstance(value, datetime) else value.isoformat()
        return f'<table:table-cell table:style-name="{style}" office:value-type="date" office:date-value="{told}"/>'
    text = escape(plain(str(value))[:LONGEST])
    inner = f"<text:p>{text}</text:p>" if "\n" not in text else "".join(f"<text:p>{p}</text:p>" for p in text.split("\n"))
    return f'<table:table-cell table:style-name="S{tail}" office:value-type="string">{inner}</table:table-cell>'
