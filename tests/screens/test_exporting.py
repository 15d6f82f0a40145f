"""Files as people get them: the preview is what the file holds, a worker makes long ones, the log says who took what."""

import csv
import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core.db import Change
from core.screens.exports.files import write_sheet
from core.screens.exports.sheets import Sheet, SheetColumn, SheetLine
from core.signals import Delivery

LIST = "/crm_contacts/contact/"
GROUPED = f"{LIST}?group=role,city&order=-name&columns=name,city,country"


@pytest.fixture
def contacts(tandem: Any, tmp_path: Path) -> Any:
    from addons.crm_contacts.models import Contact

    made = tandem("crm_contacts")
    made.kernel.settings = replace(made.kernel.settings, home=tmp_path)
    made.add_user("reader", "crm_contacts.user")
    made.add_user("manager", "crm_contacts.manager")
    made.add_user("other", "crm_contacts.manager")
    with made.write("manager") as session:
        for i in range(90):
            city = ["Rosario", "=Salta", None][i % 3]
            session.add(Contact(name=f"Peña {i:03}", city=city, customer=bool(i % 2), country="AR"))
    return made


def previewed(text: str) -> list[list[str]]:
    body = re.search(r'<section class="t-paper".*?</section>', text, re.DOTALL)
    assert body
    return [
        re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL) for row in re.findall(r"<tr.*?</tr>", body[0], re.DOTALL)
    ]


def exported(made: Any) -> list[Change]:
    with made.read() as session:
        return list(session.scalars(select(Change).where(Change.kind == "export").order_by(Change.id)))


def test_the_preview_is_the_beginning_of_the_file(contacts: Any) -> None:
    browser = contacts.client("manager")
    page = browser.get(f"{GROUPED}&export=preview&q=pena")
    assert page.status_code == 200
    assert "Grouped by: Role › City" in page.text and "Order: Name ↓" in page.text and "90 rows" in page.text
    shown = previewed(page.text)
    with browser.get(f"{GROUPED}&export=csv&q=pena") as file:
        lines = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig"))))
    assert shown[0] == lines[0] == ["Name", "City", "Country"]
    rows = [row for row in shown[1:] if "more rows" not in row[0]]
    assert len(rows) == 60 and "more rows" in shown[61][0]
    for mine, theirs in zip(rows, lines[1:61], strict=True):
        assert [cell.lstrip("'") for cell in theirs][:2] == mine[:2]
    assert sum(line[2] != "" for line in lines[1:]) == 90
    assert [c.values for c in exported(contacts)] == [
        {"format": [None, "csv"], "rows": [None, 90], "of": [None, exported(contacts)[0].values["of"][1]]}
    ]
    assert "Search pena" in exported(contacts)[0].values["of"][1]


def test_more_groups_than_a_page_shows_are_all_in_the_file(contacts: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("groups", "statements"):
        monkeypatch.setattr(f"core.screens.queries.{place}.CAP", 5)
    with contacts.client("manager").get(f"{LIST}?group=name&columns=name,city&export=csv") as file:
        lines = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig"))))
    assert len(lines) == 1 + 2 * 90
    assert lines[1][0] == "Peña 000 (1)" and lines[2][0] == "Peña 000"


def test_a_long_file_is_made_by_a_worker_and_fetched_by_its_owner(contacts: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.screens.lists.exporting.AT_ONCE_TEXT", 10)
    browser = contacts.client("manager")
    asked = browser.get(f"{GROUPED}&export=csv")
    assert asked.status_code == 303
    address = asked.headers["Location"]
    waiting = browser.get(address)
    assert "Being made" in waiting.text and "hx-get" in waiting.text
    contacts.work()
    with contacts.read() as session:
        row = session.scalars(select(Delivery).where(Delivery.receiver == "core.export")).one()
    assert row.error is None and row.done == 90
    assert "contacts.csv" in browser.get(address).text
    with browser.get(f"{address}/file") as file:
        assert file.headers["Content-Disposition"] == "attachment; filename=contacts.csv"
        lines = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig"))))
    assert len(lines) == 1 + 2 + 6 + 90
    other = contacts.client("other")
    assert other.get(address).status_code == other.get(f"{address}/file").status_code == 404
    assert contacts.client("reader").get(f"{GROUPED}&export=csv").status_code == 403
    assert "CSV" in browser.get("/exports/").text and "CSV" not in other.get("/exports/").text
    assert [(c.model, c.via) for c in exported(contacts)] == [("crm_contacts.Contact", "job")]
    assert "export" in contacts.client("admin").get("/settings/audit").text.lower()


def test_a_stopped_export_leaves_no_file(contacts: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.screens.lists.exporting.AT_ONCE_TEXT", 10)
    browser = contacts.client("manager")
    address = browser.get(f"{LIST}?export=txt").headers["Location"]
    assert browser.post(f"{address}/stop").status_code == 303
    contacts.work()
    assert "Stopped" in browser.get(address).text
    assert browser.get(f"{address}/file").status_code == 404


LINES = [
    SheetLine(["Chairs (2)", 3], "group-1"),
    SheetLine(["Oak (2)", 3], "group-2"),
    SheetLine(["a", 1]),
    SheetLine(["b", 2]),
    SheetLine(["Lamps (1)", 4], "group-1"),
    SheetLine(["c", 4]),
    SheetLine(["Total", 7], "total"),
]


def content(kind: str, name: str) -> str:
    sheet = Sheet("Outline", [SheetColumn("Name"), SheetColumn("Count", "integer")], LINES, ["Filter: none"])
    with write_sheet(sheet, kind, 2026).file as file, zipfile.ZipFile(file) as package:
        return package.read(name).decode()


def test_groups_are_an_outline_in_spreadsheets() -> None:
    xlsx = content("xlsx", "xl/worksheets/sheet1.xml")
    assert re.findall(r'<row r="(\d+)"[^>]* outlineLevel="(\d)"', xlsx) == [("3", "1"), ("4", "2"), ("5", "2"), ("7", "1")]
    assert 'summaryBelow="0"' in xlsx and "Filter: none" in content("xlsx", "xl/worksheets/sheet2.xml")
    ods = content("ods", "content.xml")
    assert ods.count("<table:table-row-group>") == ods.count("</table:table-row-group>") == 3


def test_a_table_goes_on_on_another_worksheet(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in ("xlsx", "ods"):
        monkeypatch.setattr(f"core.screens.exports.{kind}.MOST_ROWS", 4)
    assert "Lamps" in content("xlsx", "xl/worksheets/sheet2.xml")
    assert 'table:name="Outline 2"' in content("ods", "content.xml")


def test_paper_is_turned_when_one_wishes() -> None:
    columns = [SheetColumn(f"Column {i}") for i in range(3)]
    for paper, box in (("portrait", b"[0 0 595.28 841.89]"), ("landscape", b"[0 0 841.89 595.28]")):
        sheet = Sheet("Paper", columns, [SheetLine(["a", "b", "c"])])
        with write_sheet(sheet, "pdf", 2026, paper).file as file:
            assert box in file.read()
