"""Lists, groups, cubes and files for programs: the values of the records, and nothing that the user may not see."""

import io
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.guard import UserSession
from core.access.permissions import Permissions
from core.access.policy import Policy, united
from core.access.rules import ALL
from core.access.schema import RoleGrant
from core.db import Database
from core.errors import Denied, Invalid
from core.screens.lists.answers import export_records, group_records, list_records, pivot_records
from core.screens.views.derived import derived_view
from core.screens.views.view import View
from tests.screens.sample import MODELS, Badge, Keeper, Sale, SaleLine, Shop, ShopBilling


@pytest.fixture(scope="module")
def shop_view() -> View:
    return View(Shop, derived_view(Shop), MODELS)


@pytest.fixture(scope="module")
def order_view() -> View:
    return View(Sale, derived_view(Sale), MODELS)


def test_a_page_of_records_as_programs_see_them(session: Session, shop_view: View) -> None:
    found = list_records(session, shop_view, [["owner", "is-null", False], ["tags", "is-null", False]], "-since,id", limit=5)
    shop = session.get(Shop, found["items"][0]["id"])
    assert shop is not None
    assert shop.owner is not None
    item = found["items"][0]
    billing = session.get(ShopBilling, shop.id)
    assert item["title"] == item["name"] == shop.name
    assert item["owner"] == {"id": shop.owner.id, "title": shop.owner.name}
    assert item["tags"] == [{"id": tag.id, "title": tag.name} for tag in sorted(shop.tags, key=lambda tag: tag.name)]
    assert item["since"] == shop.since.isoformat()
    assert item["billing"]["credit_limit"] == (f"{billing.credit_limit:.2f}" if billing else "0.00")
    assert item["version"] == 1
    assert not {"search_text", "name_folded", "orders"} & item.keys()
    assert found["total"] == sum(1 for s in session.scalars(select(Shop)) if s.owner and s.tags)


def test_all_pages_hold_every_record_once(session: Session, order_view: View) -> None:
    ids, after = [], ""
    while after is not None:
        page = list_records(session, order_view, None, "-date", "number,shop.owner.name,total", 70, after)
        ids += [item["id"] for item in page["items"]]
        after = page["next"]
    assert sorted(ids) == list(session.scalars(select(Sale.id).order_by(Sale.id)))
    assert set(page["items"][0]) == {"id", "title", "number", "shop.owner.name", "total"}


def test_where_may_be_json(session: Session, order_view: View) -> None:
    found = list_records(session, order_view, '[["state","=","done"],["total",">","5000"]]', limit=1000)
    assert found["total"] == sum(1 for o in session.scalars(select(Sale)) if o.state == "done" and o.total > 5000)


def test_more_than_is_counted_on_a_page_is_counted_for_programs(
    session: Session, order_view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.screens.queries.statements.CAP", 100)
    monkeypatch.setattr("core.screens.lists.answers.CAP", 100)
    assert list_records(session, View(Sale, derived_view(Sale), MODELS), limit=2)["total"] == 400


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 1001}, "limit"),
        ({"where": "{}"}, "where"),
        ({"where": "[[["}, "where"),
        ({"where": "x" * 9000}, "where"),
        ({"after": "nonsense"}, "after"),
        ({"fields": "lines"}, "fields"),
        ({"fields": "lines.quantity"}, "fields"),
        ({"order": "lines"}, "order"),
    ],
)
def test_a_question_that_cannot_be_answered_names_its_fault(
    session: Session, order_view: View, asked: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        list_records(session, order_view, **asked)
    assert [error.field for error in caught.value.errors] == [field]


def test_groups_with_sums_of_ones_choice(session: Session, order_view: View) -> None:
    found = group_records(session, order_view, group="state", sums="total")["groups"]
    orders = list(session.scalars(select(Sale)))
    assert {g["key"]: g["count"] for g in found} == Counter(o.state for o in orders)
    assert sum(Decimal(g["sums"]["total"]) for g in found) == sum(o.total for o in orders)
    both = group_records(session, order_view, group="shop,month(date)")["groups"]
    assert sum(g["count"] for g in both) == 400
    assert len(both[0]["key"]) == len(both[0]["label"]) == 2


def test_a_cube_for_programs_adds_up(session: Session, order_view: View) -> None:
    cube = pivot_records(session, order_view, None, "state,shop.city", "year(date)", "sum:total,count")
    total = Decimal(cube["total"]["sum:total"])
    assert total == sum(session.scalars(select(Sale.total)))
    cells = [cell for row in cube["cells"] for cell in row if cell]
    assert sum(Decimal(cell["sum:total"]) for cell in cells) == total
    assert sum(Decimal(cell["sum:total"]) for cell in cube["row_totals"]) == total
    assert sum(Decimal(cell["sum:total"]) for cell in cube["column_totals"]) == total
    assert sum(Decimal(each["values"]["sum:total"]) for each in cube["subtotals"]) == total
    assert [column["key"] for column in cube["columns"]] == [[2025], [2026]]


def test_a_file_has_the_rows_of_the_answer(session: Session, order_view: View) -> None:
    where = [["state", "=", "sent"]]
    made = export_records(session, order_view, "xlsx", where, "-date,id", columns="number,total")
    with made.file as file:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(file.read())).get_sheet_by_index(0).to_python()
    items = list_records(session, order_view, where, "-date,id", "number,total", 1000)["items"]
    assert [[row[0] or None, Decimal(str(row[1]))] for row in rows[1:]] == [
        [i["number"], Decimal(i["total"])] for i in items
    ]


def policy(hidden: frozenset[str] = frozenset(), shops: Any = ALL, may: tuple[str, ...] = ("read", "export")) -> Policy:
    grants = {
        model: united([RoleGrant(dict.fromkeys(may, (ALL,)))]) for model in (Keeper, Badge, Sale, SaleLine, ShopBilling)
    }
    grants[Shop] = united([RoleGrant(dict.fromkeys(may, (shops,)), frozenset(), hidden)])
    return Policy(grants, frozenset({"tester"}))


def as_user(trade: Database, rules: Policy) -> Any:
    return trade.read(UserSession, policy=rules, user_id=1, company_id=1, zone="America/Argentina/Buenos_Aires")


def test_what_a_role_does_not_see_is_left_out_and_cannot_be_asked_for(
    trade: Database, shop_view: View, order_view: View
) -> None:
    assert Permissions().roles == {}
    with as_user(trade, policy(frozenset({"secret"}))) as session:
        page = list_records(session, shop_view, limit=3)
        assert "secret" not in page["items"][0]
        assert "secret" not in list_records(session, shop_view, fields="name,secret", limit=1)["items"][0]
        assert "secret" not in shop_view.paths(session, ("name", "secret"))
        for question in ({"where": ["secret", "startswith", "s1"]}, {"order": "secret"}):
            with pytest.raises(Denied):
                list_records(session, shop_view, **question)
        for asked in ("shop.secret",):
            with pytest.raises(Denied):
                list_records(session, order_view, [[asked, "=", "s1"]])
            with pytest.raises(Denied):
                group_records(session, order_view, group=asked)
            with pytest.raises(Denied):
                pivot_records(session, order_view, None, asked)
    with as_user(trade, policy()) as session:
        assert list_records(session, shop_view, fields="secret", limit=1)["items"][0]["secret"].startswith("s")


def test_lists_groups_cubes_and_files_are_narrowed_by_the_record_rule(
    trade: Database, shop_view: View, order_view: View
) -> None:
    from core.access.rules import rule_of

    good = rule_of("good", lambda model, user: model.state == "good")
    with trade.read() as session:
        seen = {shop.id for shop in session.scalars(select(Shop)) if shop.state == "good"}
        orders = list(session.scalars(select(Sale)))
    with as_user(trade, policy(shops=good)) as session:
        for order in ("name", "-billing.credit_limit,name", "owner"):
            ids, after = [], ""
            while after is not None:
                page = list_records(session, shop_view, [], order, "name,owner,tags", 13, after)
                ids += [item["id"] for item in page["items"]]
                after = page["next"]
            assert sorted(ids) == sorted(seen)
        assert page["total"] == len(seen)
        assert [g["key"] for g in group_records(session, shop_view, group="state")["groups"]] == ["good"]
        assert group_records(session, shop_view, group="state")["groups"][0]["count"] == len(seen)
        assert pivot_records(session, shop_view, None, "owner", "state")["total"]["count"] == len(seen)
        found = list_records(session, shop_view, q="optica", limit=1000)["items"]
        assert {item["id"] for item in found} <= seen
        assert found
        with export_records(session, shop_view, "csv", columns="name").file as file:
            assert sum(1 for _line in file) == len(seen) + 1
        # behind a relation, what may not be seen is as if it were not there
        rows = list_records(session, order_view, fields="shop,shop.city", limit=1000)["items"]
        hidden = [row for row in rows if row["shop"]["id"] not in seen]
        assert len(hidden) == sum(1 for order in orders if order.shop_id not in seen)
        assert all(row["shop.city"] is None and row["shop"]["title"] == f"Shop {row['shop']['id']}" for row in hidden)


def test_without_the_right_there_is_no_list_and_no_file(trade: Database, shop_view: View) -> None:
    with as_user(trade, Policy({}, frozenset())) as session, pytest.raises(Denied):
        list_records(session, shop_view)
    with as_user(trade, policy(may=("read",))) as session, pytest.raises(Denied):
        export_records(session, shop_view, "csv")
