"""A sheet as a workbook, by xlsxwriter in constant memory: a row is on disk before the next is begun.

Cells are typed: a text is written as text, so no cell of ours is ever read as a formula. Groups are an outline.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from core.i18n import _
from core.screens.exports.sheets import Sheet, SheetLine, level_of

NUMBER = {
    "money": "#,##0.00",
    "price": "#,##0.00####",
    "quantity": "#,##0.######",
    "percent": '0.##"%"',
    "integer": "#,##0",
}
WHEN = {"date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm"}
WIDTH = {"money": 16, "price": 14, "quantity": 12, "percent": 9, "integer": 9, "date": 12, "moment": 18, "boolean": 8}
LONGEST = 32_767
#: rows that a worksheet of Excel and of LibreOffice holds
MOST_ROWS = 1_048_576
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
    "remove_timezone": True,
    "use_zip64": True,
}


def write_xlsx(sheet: Sheet, file: BinaryIO, paper: str = "auto") -> None:
    """A workbook: the table with its headings frozen, on as many worksheets as it needs, and what it says of itself."""
    import xlsxwriter  # 160 ms of a start that most workers never need

    book = xlsxwriter.Workbook(file, OPTIONS)
    book.set_properties({"title": sheet.title, "comments": "\n".join(sheet.notes)})
    table = _Table(book, sheet, paper)
    table.write(sheet.lines)
    about = book.add_worksheet(str(_("About"))[:31])
    about.set_column(0, 0, 80)
    for number, text in enumerate((sheet.title, *sheet.notes)):
        about.write_string(number, 0, plain(text)[:LONGEST])
    book.close()


class _Table:
    """The table of a workbook; past a million rows it goes on on another worksheet."""

    def __init__(self, book: Any, sheet: Sheet, paper: str) -> None:
        self.book, self.sheet, self.paper, self.pages = book, sheet, paper, 0
        self.looks: dict[tuple[str, str], Any] = {}
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.number_head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "align": "right"})

    def write(self, lines: Iterable[SheetLine]) -> None:
        """All lines."""
        page, number, level = self.begin(), 1, 0
        for line in lines:
            if number == MOST_ROWS:
                page, number = self.begin(), 1
            own = level_of(line.style)
            level = own if own else 0 if line.style == "total" else level
            deep = own - 1 if own else level
            if deep:
                page.set_row(number, None, None, {"level": deep})
            self.line(page, number, line)
            number += 1

    def begin(self) -> Any:
        """A worksheet with the headings."""
        self.pages += 1
        name = sheet_name(self.sheet.title, self.pages)
        page = self.book.add_worksheet(name)
        page.outline_settings(symbols_below=False)
        page.set_paper(9)
        if self.paper == "landscape" or (self.paper == "auto" and len(self.sheet.columns) > 6):
            page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        page.set_header(f"&L{self.sheet.title.replace('&', '&&')[:200]}&R&P / &N")
        for index, column in enumerate(self.sheet.columns):
            page.set_column(index, index, WIDTH.get(column.kind, 24))
            page.write_string(0, index, plain(column.label), self.number_head if column.is_number else self.head)
        page.freeze_panes(1, 0)
        return page

    def look(self, kind: str, style: str) -> Any:
        """The format of a kind of values in a kind of line."""
        key = kind, style
        if key not in self.looks:
            made: dict[str, Any] = {"bold": style != "row"}
            pattern = WHEN.get(kind) or NUMBER.get(kind)
            made |= {"num_format": pattern} if pattern else {}
            made |= {"top": 1, "bottom": 6} if style == "total" else {}
            self.looks[key] = self.book.add_format(made)
        return self.looks[key]

    def line(self, page: Any, number: int, line: SheetLine) -> None:
        """The cells of one line."""
        for index, (column, value) in enumerate(zip(self.sheet.columns, line.values, strict=True)):
            write_cell(page, number, index, value, self.look("text" if isinstance(value, str) else column.kind, line.style))


def sheet_name(title: str, number: int = 1) -> str:
    """A title as a worksheet's name; those that follow the first are numbered."""
    plain_title = "".join(" " if letter in "[]:*?/\\" else letter for letter in title)
    tail = f" {number}" if number > 1 else ""
    return (plain_title.strip("' ")[: 31 - len(tail)] or "Sheet") + tail


def write_cell(page: Any, row: int, column: int, value: Any, look: Any) -> None:
    """One value as the type that it is."""
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
    return text if text.isprintable() else "".join(c for c in text if c >= " " or c in "\t\n\r")
