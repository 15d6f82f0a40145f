"""Sheets as spreadsheets: xlsx by xlsxwriter in constant memory, ods by a small writer of our own.

Cells are typed: a text is written as text, so no cell of ours is ever read as a formula.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO
from xml.sax.saxutils import quoteattr
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from core.screens.exports.sheets import Sheet

NUMBER = {
    "money": "#,##0.00",
    "price": "#,##0.00####",
    "quantity": "#,##0.######",
    "percent": '0.##"%"',
    "integer": "#,##0",
}
WIDTH = {"money": 16, "price": 14, "quantity": 12, "percent": 9, "integer": 9, "date": 12, "moment": 18, "boolean": 8}
LONGEST = 32_767
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
    "remove_timezone": True,
}


def write_xlsx(sheet: Sheet, file: BinaryIO) -> None:
    """A workbook with one sheet, its headings frozen."""
    import xlsxwriter  # 160 ms of a start that most workers never need

    book = xlsxwriter.Workbook(file, OPTIONS)
    page = book.add_worksheet(_sheet_name(sheet.title))
    formats: dict[tuple[str, str], Any] = {}

    def look(kind: str, style: str) -> Any:
        key = kind, style
        if key not in formats:
            made: dict[str, Any] = {"bold": style != "row"}
            pattern = {"date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm"}.get(kind) or NUMBER.get(kind)
            made |= {"num_format": pattern} if pattern else {}
            made |= {"top": 1, "bottom": 6} if style == "total" else {}
            formats[key] = book.add_format(made)
        return formats[key]

    head = book.add_format({"bold": True, "bottom": 1})
    for index, column in enumerate(sheet.columns):
        page.set_column(index, index, WIDTH.get(column.kind, 24))
        page.write_string(0, index, column.label, head)
    page.freeze_panes(1, 0)
    for number, line in enumerate(sheet.lines, 1):
        for index, (column, value) in enumerate(zip(sheet.columns, line.values, strict=True)):
            _write_cell(page, number, index, value, look(column.kind if not isinstance(value, str) else "text", line.style))
    book.close()


def _sheet_name(title: str) -> str:
    plain = "".join(" " if letter in "[]:*?/\\" else letter for letter in title)
    return plain.strip("' ")[:31] or "Sheet"


def _write_cell(page: Any, row: int, column: int, value: Any, look: Any) -> None:
    if value is None:
        page.write_blank(row, column, None, look)
    elif isinstance(value, bool):
        page.write_boolean(row, column, value, look)
    elif isinstance(value, Decimal | int):
        page.write_number(row, column, value, look)
    elif isinstance(value, datetime | date):
        page.write_datetime(row, column, value, look)
    else:
        page.write_string(row, column, plain(str(value))[:LONGEST], look)


def plain(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return "".join(c for c in text if c >= " " or c in "\t\n\r") if not text.isprintable() else text


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
STYLES = (
    '<number:date-style style:name="N1"><number:year number:style="long"/><number:text>-</number:text><number:month'
    ' number:style="long"/><number:text>-</number:text><number:day number:style="long"/></number:date-style>'
    '<number:number-style style:name="N2"><number:number number:decimal-places="2" number:min-integer-digits="1"'
    ' number:grouping="true"/></number:number-style>'
    '<style:style style:name="D" style:family="table-cell" style:data-style-name="N1"/>'
    '<style:style style:name="M" style:family="table-cell" style:data-style-name="N2"/>'
    '<style:style style:name="B" style:family="table-cell"><style:text-properties fo:font-weight="bold"/></style:style>'
    '<style:style style:name="BM" style:family="table-cell" style:data-style-name="N2"><style:text-properties'
    ' fo:font-weight="bold"/></style:style>'
)


def write_ods(sheet: Sheet, file: BinaryIO) -> None:
    """An OpenDocument spreadsheet with one table."""
    with ZipFile(file, "w", ZIP_DEFLATED) as package:
        package.writestr(ZipInfo("mimetype"), "application/vnd.oasis.opendocument.spreadsheet", ZIP_STORED)
        package.writestr("META-INF/manifest.xml", MANIFEST)
        with package.open("content.xml", "w", force_zip64=True) as content:

            def write(text: str) -> None:
                content.write(text.encode())

            write(f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {SPACES} office:version="1.3">')
            write(f"<office:automatic-styles>{STYLES}</office:automatic-styles><office:body><office:spreadsheet>")
            write(f"<table:table table:name={quoteattr(_sheet_name(sheet.title))}>")
            write(f'<table:table-column table:number-columns-repeated="{len(sheet.columns)}"/>')
            heads = "".join(_ods_cell(column.label, "", True) for column in sheet.columns)
            write(f"<table:table-header-rows><table:table-row>{heads}</table:table-row></table:table-header-rows>")
            for line in sheet.lines:
                pairs = zip(sheet.columns, line.values, strict=True)
                cells = "".join(_ods_cell(value, column.kind, line.style != "row") for column, value in pairs)
                write(f"<table:table-row>{cells}</table:table-row>")
            write("</table:table></office:spreadsheet></office:body></office:document-content>")


def _ods_cell(value: Any, kind: str, bold: bool) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, bool):
        return f'<table:table-cell office:value-type="boolean" office:boolean-value="{str(value).lower()}"/>'
    if isinstance(value, Decimal | int):
        style = ("BM" if bold else "M") if kind == "money" else ("B" if bold else "")
        named = f' table:style-name="{style}"' if style else ""
        return (
            f'<table:table-cell{named} office:value-type="float" office:value="{value:f}"/>'
            if isinstance(value, Decimal)
            else (f'<table:table-cell{named} office:value-type="float" office:value="{value}"/>')
        )
    if isinstance(value, datetime | date):
        return f'<table:table-cell table:style-name="D" office:value-type="date" office:date-value="{value.isoformat()}"/>'
    named = ' table:style-name="B"' if bold else ""
    inner = plain(str(value)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    paragraphs = "".join(f"<text:p>{part}</text:p>" for part in inner.split("\n"))
    return f'<table:table-cell{named} office:value-type="string">{paragraphs}</table:table-cell>'
