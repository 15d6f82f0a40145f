"""Reports: questions from annotations, tables that add up, a page, files and an answer for programs."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Denied, Invalid
from core.screens.exports.files import FORMATS
from core.screens.fields.parsing import Reading
from core.screens.lists.answers import exact
from core.screens.reports.report import (
    Column,
    ReportSpec,
    Row,
    Table,
    answer_report,
    export_report,
    report,
    table_of,
)
from tests.screens.sample import Sale, Shop

ENGLISH = Reading("en", "UTC")


@report("sales_of", label="Sales of a shop", permission="sample.clerk")
def sales_of(
    session: Session,
    *,
    until: date,
    shop: Shop | None = None,
    state: Literal["draft", "sent", "done"] = "done",
    least: Decimal = Decimal(0),
) -> Table:
    """What shops bought."""
    query = select(Sale).where(Sale.date <= until, Sale.state == state, Sale.total >= least).order_by(Sale.id)
    if shop is not None:
        query = query.where(Sale.shop_id == shop.id)
    rows = [Row([s.number, s.date, s.total], url=f"/sample/sale/{s.id}") for s in session.scalars(query)]
    columns = [Column("number"), Column("date", "Day", kind="date"), Column("total", kind="money", sum=True)]
    return Table(columns, rows, notes=[f"until {until}"])


def test_questions_come_from_the_annotations() -> None:
    asked = sales_of.asked
    assert {name: each.kind for name, each in asked.items()} == {
        "until": "date",
        "shop": "relation",
        "state": "choice",
        "least": "price",
    }
    assert isinstance(sales_of, ReportSpec)
    assert (sales_of.label, sales_of.url) == ("Sales of a shop", "/reports/core/sales_of")


def test_it_is_still_a_function(session: Session) -> None:
    table = sales_of(session, until=date(2030, 1, 1))
    assert table.lines[-1].style == "total"
    assert table.lines[-1].values[0] == "Total"  # type: ignore[index]
    assert table.lines[-1].values[2] == sum(r.values[2] for r in table.lines[:-1])  # type: ignore[index]


def test_arguments_are_read_and_a_day_goes_without_saying(session: Session) -> None:
    session.info["today"] = date(2025, 6, 30)
    found = answer_report(session, sales_of, {"state": "sent", "least": "1500.50"})
    wanted = [
        s
        for s in session.scalars(select(Sale))
        if s.state == "sent" and s.date <= date(2025, 6, 30) and s.total >= Decimal("1500.5")
    ]
    assert len(found["rows"]) == len(wanted)
    assert Decimal(found["totals"]["total"]) == sum(s.total for s in wanted)
    assert found["rows"][0].keys() == {"number", "date", "total"}
    shop = session.scalars(select(Sale.shop_id)).first()
    assert len(answer_report(session, sales_of, {"shop": str(shop), "until": "2030-01-01"})["rows"]) == sum(
        1 for s in session.scalars(select(Sale)) if s.shop_id == shop and s.state == "done" and s.total >= 0
    )


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"until": "yesterweek"}, "until"),
        ({"shop": "999999"}, "shop"),
        ({"state": "lost"}, "state"),
        ({"least": "much"}, "least"),
        ({"utnil": "x"}, "utnil"),
    ],
)
def test_a_wrong_answer_names_the_question(session: Session, given: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        table_of(session, sales_of, given, ENGLISH)
    assert [error.field for error in caught.value.errors] == [field]


def test_only_its_role_reads_it(session: Session) -> None:
    class NoRole:
        is_admin = False
        roles = frozenset({"sample.reader"})

    session.info["policy"] = NoRole()
    with pytest.raises(Denied, match="Sales of a shop"):
        answer_report(session, sales_of, {})
    NoRole.roles = frozenset({"sample.clerk"})
    assert answer_report(session, sales_of, {})["columns"]


@pytest.mark.parametrize("kind", list(FORMATS))
def test_every_file_of_it_is_made(session: Session, kind: str) -> None:
    with export_report(session, sales_of, {"until": "2030-01-01"}, kind).file as file:
        assert len(file.read()) > 300


def test_rows_may_be_mappings_and_groups_are_not_added_twice() -> None:
    columns = [Column("name"), Column("amount", kind="money", sum=True)]
    rows = [
        Row({"name": "All", "amount": Decimal(3)}, "group-1"),
        {"name": "a", "amount": Decimal(1)},
        ("b", Decimal(2)),
        ("c", None),
    ]
    table = Table(columns, rows)
    assert [list(row.values) for row in table.lines] == [["All", 3], ["a", 1], ["b", 2], ["c", None], ["Total", 3]]
    with pytest.raises(ValueError, match="3 values in a table of 2"):
        _ = Table(columns, [(1, 2, 3)]).lines
    assert exact("money", 15_000) == Decimal("1.5")


def test_a_page_shows_the_days_that_a_report_is_made_for(tandem: Any) -> None:
    made = tandem("erp_stock", "erp_treasury", "erp_purchasing", "erp_ledger")
    browser, day = made.client("admin"), datetime.now(UTC).date()

    def boxes(address: str) -> dict[str, str]:
        inputs = re.findall(r"<input[^>]*>", browser.get(address).text)
        named = {name[1]: each for each in inputs if (name := re.search(r' name="(\w+)"', each))}
        return {name: value[1] for name, each in named.items() if (value := re.search(r' value="([^"]*)"', each))}

    assert boxes("/reports/erp_stock/valuation")["as_of"] == str(day)
    asked = boxes("/reports/erp_ledger/income_statement")
    assert (asked["since"], asked["until"]) == (f"{day.year}-01-01", str(day))
    assert boxes("/reports/erp_ledger/trial_balance")["since"] == "", "a day that may be left open is left open"
    ledger = browser.get("/reports/erp_ledger/general_ledger").text
    assert "Fill in Account and press" in ledger


def test_every_report_of_every_addon_has_its_page_and_files(tandem: Any) -> None:
    made = tandem("erp_stock", "erp_treasury", "erp_purchasing", "erp_ledger")
    browser = made.client("admin")
    specs = list(made.composition.reports.values())
    assert len(specs) >= 8
    for spec in specs:
        page = browser.get(spec.url)
        assert page.status_code == 200, spec.name
        assert re.search(r"<h1>[^<]+", page.text), spec.name
        asks = any(question.required for question in spec.asked.values())  # of which account, of whom: the page asks first
        with browser.get(f"{spec.url}?export=csv") as file:
            assert file.status_code == (422 if asks else 200), spec.name
    assert all(spec.url in browser.get("/reports/").text for spec in specs)
    made.add_user("nobody")
    assert {made.client("nobody").get(spec.url).status_code for spec in specs} == {403}
    assert browser.get("/reports/erp_stock/nothing").status_code == 404
