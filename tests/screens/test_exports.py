"""Files of a list in six formats, read back by other programs: the same rows, typed, and nothing that runs."""

import csv
import html
import io
import re
import zlib
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Invalid, Refused
from core.screens.exports.cube_sheets import cube_sheet
from core.screens.exports.files import FORMATS, harmless, write_sheet
from core.screens.exports.list_sheets import list_sheet
from core.screens.exports.sheets import Sheet, SheetColumn, SheetLine
from core.screens.exports.typefaces import Helvetica, typefaces
from core.screens.fields.typed import asking_of
from core.screens.queries.ordering import read_order
from core.screens.queries.pivots import Cubes
from core.screens.queries.where import Condition, read
from core.screens.views.schemas import FormSpec, ListSpec, Slot, ViewSpec
from core.screens.views.view import View
from tests.screens.sample import MODELS, Sale, Shop

PATHS = ["number", "date", "shop", "total", "rate", "state", "placed_at", "shop.active", "shop.rating"]


@pytest.fixture(scope="module")
def view() -> View:
    columns = [Slot(field=path, sum=path == "total") for path in PATHS]
    return View(Sale, ViewSpec(model="sample.Sale", list=ListSpec(columns=columns), form=FormSpec()), MODELS)


def bytes_of(sheet: Sheet, kind: str) -> bytes:
    with write_sheet(sheet, kind, 2026).file as file:
        return file.read()


def sheet_of(session: Session, view: View, groups: tuple[str, ...] = (), condition: Condition | None = None) -> Sheet:
    listing = view.for_user(session)
    return list_sheet(session, view, listing, condition or Condition(), read_order("-date,id", view.fields), groups)


def wanted(session: Session) -> list[list[Any]]:
    rows = sorted(session.scalars(select(Sale)), key=lambda o: (-o.date.toordinal(), o.id))
    local = timedelta(hours=-3)
    labels = {"draft": "Draft", "sent": "Sent", "done": "Done"}
    return [
        [
            o.number,
            o.date,
            o.shop.name,
            o.total,
            o.rate,
            labels[o.state],
            (o.placed_at + local).replace(tzinfo=None),
            o.shop.active,
            o.shop.rating,
        ]
        for o in rows
    ]


def opened(content: bytes) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)


def same(cell: Any, value: Any) -> bool:
    if value is None:
        return cell in ("", None)
    if isinstance(value, bool):
        return cell is value
    if isinstance(value, Decimal | int):
        return abs(Decimal(str(cell)) - value) < Decimal("0.00005")
    if isinstance(value, datetime):
        return abs(cell - value) < timedelta(seconds=1)
    return bool(cell == value)


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_spreadsheet_holds_the_rows_typed(session: Session, view: View, kind: str) -> None:
    head, *rows = opened(bytes_of(sheet_of(session, view), kind))
    expected = wanted(session)
    assert head == ["Number", "Date", "Shop", "Total", "Rate", "State", "Placed at", "Active", "Rating"]
    assert len(rows) == len(expected) + 1
    for row, values in zip(rows, expected, strict=False):
        assert all(same(cell, value) for cell, value in zip(row, values, strict=True)), (row, values)
    assert same(rows[-1][3], sum(values[3] for values in expected))


def test_csv_holds_the_rows_as_programs_read_them(session: Session, view: View) -> None:
    text = bytes_of(sheet_of(session, view), "csv").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))[1:]
    expected = wanted(session)
    assert len(rows) == len(expected) + 1
    for row, values in zip(rows, expected, strict=False):
        assert row[0] == (values[0] or "")
        assert row[1] == values[1].isoformat()
        assert row[2].removeprefix("'") == values[2]
        assert Decimal(row[3]) == values[3]
        assert row[7] == str(values[7]).lower()


@pytest.mark.parametrize("kind", list(FORMATS))
def test_every_format_holds_every_number_and_sum(session: Session, view: View, kind: str) -> None:
    export = write_sheet(
        sheet_of(session, view, condition=read(["total", ">", "8000"], view.fields, asking_of(session))), kind, 2026
    )
    with export.file as file:
        content = file.read()
    assert export.name == f"sales.{kind}"
    text = (
        " ".join(str(cell) for row in opened(content) for cell in row)
        if kind in ("xlsx", "ods")
        else read_text(kind, content)
    )
    chosen = [values for values in wanted(session) if values[3] > 8000]
    assert 10 < len(chosen) < 60
    for values in chosen:
        assert values[0] is None or values[0] in text
    if kind in ("txt", "html", "pdf"):
        assert f"{sum(values[3] for values in chosen):,.2f}" in text


def read_text(kind: str, content: bytes) -> str:
    return pdf_text(content) if kind == "pdf" else html.unescape(content.decode())


def pdf_text(content: bytes) -> str:
    """The text of a PDF by its own tables of letters, as a reader copies it."""
    streams = [zlib.decompress(raw) for raw in re.findall(rb"stream\n(.*?)\nendstream", content, re.DOTALL)]
    tables = [s for s in streams if b"beginbfchar" in s]
    letters = [
        {g: bytes.fromhex(u.decode()).decode("utf-16-be") for g, u in re.findall(rb"<(\w{4})> <(\w+)>", t)} for t in tables
    ]
    found = []
    for page in (s for s in streams if b" Tj ET" in s):
        for face, text in re.findall(rb"/F([12]) [\d.]+ Tf [\d. -]+ Td <(\w*)> Tj", page):
            glyphs = [text[i : i + 4] for i in range(0, len(text), 4)]
            found.append("".join(letters[int(face) - 1][glyph] for glyph in glyphs))
    return "\n".join(found)


def test_a_pdf_of_many_pages_speaks_every_language() -> None:
    words = ["Ferretería Ñandú", "Мебель и свет", "(скобки) \\ back", "x" * 300]
    lines = [SheetLine([f"{i} {words[i % 4]}", Decimal(i) / 3 // Decimal("0.01") / 100]) for i in range(300)]
    sheet = Sheet(
        "Список",
        [SheetColumn("Name"), SheetColumn("Amount", "money")],
        [*lines, SheetLine(["Total", Decimal(5)], "total")],
    )
    content = bytes_of(sheet, "pdf")
    assert content.startswith(b"%PDF-1.7")
    pages = int(re.findall(rb"/Type /Pages /Count (\d+)", content)[0])
    assert pages > 5
    assert len(content) < 200_000
    text = pdf_text(content)
    for i in range(300):
        assert f"{i} {words[i % 4].split()[0][:20]}" in text.replace("\nxxx", " xxx")
    assert text.count("Amount") == pages


def test_the_typeface_of_every_pdf_reader_refuses_what_it_lacks() -> None:
    assert Helvetica().encoded("Ñandú (a)") == b"(\xd1and\xfa \\(a\\))"
    with pytest.raises(Refused, match="install DejaVu"):
        Helvetica().encoded("Мебель")
    plain, bold = typefaces()
    assert bold.width("Total") > plain.width("Total") > 0


HOSTILE = [
    '=HYPERLINK("http://x","y")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "<script>alert(1)</script>",
    "a\x01b",
    "]]>&amp;",
    "=1\n=2",
    "'quoted",
]


def hostile_sheet() -> Sheet:
    return Sheet(
        '=x/[y]*?: "',
        [SheetColumn("=A1"), SheetColumn("Amount", "money")],
        [SheetLine([text, Decimal("-1.5")]) for text in HOSTILE],
    )


@pytest.mark.parametrize("kind", list(FORMATS))
def test_hostile_cells_stay_text(kind: str) -> None:
    content = bytes_of(hostile_sheet(), kind)
    if kind in ("xlsx", "ods"):
        rows = opened(content)
        assert all(cell[0].replace("\r", "\n").strip() for cell in rows)
        assert [row[1] for row in rows[1:]] == [-1.5] * len(HOSTILE)
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        assert rows[1][0] == HOSTILE[0]
        assert book.sheet_names
    if kind == "csv":
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        assert all(not row[0].startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for row in rows)
        assert rows[1][1] == "-1.50"
    if kind == "html":
        assert b"<script>" not in content


def test_no_formula_is_in_the_workbook() -> None:
    import zipfile

    content = zipfile.ZipFile(io.BytesIO(bytes_of(hostile_sheet(), "xlsx"))).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in content
    assert b"hyperlink" not in content


def test_harmless_text_is_left_alone() -> None:
    assert [harmless(text) for text in ("Casa", "1-2", "", " =1")] == ["Casa", "1-2", "", " =1"]


@pytest.mark.parametrize("groups", [("state",), ("state", "month(date)"), ("shop.owner",)])
def test_a_grouped_export_has_the_rows_once_and_the_sums_of_the_groups(
    session: Session, view: View, groups: tuple[str, ...]
) -> None:
    lines = list(sheet_of(session, view, groups).lines)
    rows = [line for line in lines if line.style == "row"]
    assert len(rows) == 400
    assert (
        sum(line.values[3] for line in rows)
        == lines[-1].values[3]
        == sum(line.values[3] for line in lines if line.style == "group-1")
    )
    running, heading = Decimal(0), None
    for line in lines:
        if line.style in (f"group-{len(groups)}", "total"):
            assert heading is None or heading.values[3] == running
            running, heading = Decimal(0), line
        elif line.style == "row":
            running += line.values[3]


def test_a_cube_is_exported_with_its_totals(session: Session, view: View) -> None:
    cube = Cubes(view.listing(())).of(session, Condition(), ["state", "shop.city"], ["year(date)"], ["sum:total", "count"])
    head, *rows = opened(bytes_of(cube_sheet(cube, "Cube"), "xlsx"))
    assert head == [
        "State › City",
        "2025: Total",
        "2025: Count",
        "2026: Total",
        "2026: Count",
        "Total: Total",
        "Total: Count",
    ]
    assert rows[-1][0] == "Total"
    assert rows[-1][-1] == 400
    assert same(rows[-1][-2], Decimal(cube.value(0)).scaleb(-4))
    assert same(rows[-1][1], Decimal(cube.value(0, (), (2025,))).scaleb(-4))


def test_an_unknown_format_is_refused(session: Session, view: View) -> None:
    with pytest.raises(Invalid, match="no format 'doc'"):
        write_sheet(sheet_of(session, view), "doc", 2026)


def test_a_long_list_lies_on_disk_while_it_is_written() -> None:
    lines = (SheetLine([f"row number {i} of many", Decimal(i)]) for i in range(150_000))
    with write_sheet(Sheet("Long", [SheetColumn("Name"), SheetColumn("Amount", "money")], lines), "csv", 2026).file as file:
        assert file._rolled  # type: ignore[attr-defined]
        assert sum(1 for _line in file) == 150_001


def test_dates_are_dates(session: Session, view: View) -> None:
    rows = opened(bytes_of(sheet_of(session, view), "xlsx"))
    assert isinstance(rows[1][1], date)
    assert session.scalar(select(Shop.id).limit(1))
