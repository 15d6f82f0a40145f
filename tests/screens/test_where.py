"""Where-lists: what each operator means on both databases, and the fault of each that means nothing."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from core.errors import Invalid
from core.screens.fields.paths import Resolver
from core.screens.fields.typed import Asking, asking_of, day_of
from core.screens.queries.statements import Listing
from core.screens.queries.where import read
from core.screens.views.schemas import Slot
from core.values import fold
from tests.screens.sample import Sale, Shop, ShopBilling

FAULTS = [
    (["salary", "=", 1], "salary"),
    ([["since", ">=", "yesterweek"]], "since >= 'yesterweek'"),
    (["name", "~", "x"], "operator '~'"),
    (["and", "x"], "not 'x'"),
    (["active", "=", "maybe"], "true or false"),
    ([[["x"], "=", 1]], "x"),
    (["name"], "field, an operator"),
    (["rating", "contains", "x"], "only text"),
    (["billing.credit_limit", ">", "much"], "a number is expected"),
    (["billing.credit_limit", ">", "1.00001"], "more than 4 decimals"),
    (["billing.credit_limit", "=", "NaN"], "number"),
    (["billing.credit_limit", "=", "1e30"], "too large"),
    (["rating", "=", 1.5], "whole number"),
    (["rating", "=", 2**40], "too large"),
    (["rating", "=", True], "whole number"),
    (["name", "=", "a\0b"], "no database keeps"),
    (["name", "=", "\ud800"], "no database keeps"),
    (["name", "=", {"a": 1}], "text is expected"),
    (["state", "=", "goood"], "one of new, good, lost"),
    (["name", "in", "abc"], "a list is expected"),
    (["since", ">", "-999999y"], "since"),
    (["since", "=", "2026-02-30"], "since"),
    (["seen_at", "<", "2026-13-01T00:00"], "seen_at"),
    (["owner", "=", "Lucía"], "whole number"),
    (["month(since)", "=", 202613], "month"),
    (["quarter(since)", "=", 20265], "quarter"),
    (["month(name)", "=", 1], "month(name)"),
    (["decade(since)", "=", 1], "decade(since)"),
    (["secret.x", "=", 1], "secret.x"),
    (["a.b.c.d.e.f", "=", 1], "at most 5"),
    ("name", "not 'name'"),
    (5, "not 5"),
    ({"name": 1}, "A filter is a list"),
    ([[], 5], "not 5"),
    (["name", "=", "x", "y"], "field, an operator"),
    (["search_text", "contains", "x"], "search_text"),
    (["owner.nam_folded", "=", "x"], "nam_folded"),
    ([["name", "=", "x"]] * 201, "at most 200"),
    (["rating", "in", list(range(1001))], "at most 1000"),
]


def deep(levels: int) -> list[Any]:
    node: list[Any] = ["name", "=", "x"]
    for _level in range(levels):
        node = ["not", node]
    return node


@pytest.mark.parametrize(("where", "fault"), [*FAULTS, (deep(20), "at most 12 levels")])
def test_a_malformed_list_names_its_fault(shops: Resolver, where: Any, fault: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(where, shops, Asking(date(2026, 3, 27)))
    assert fault in str(caught.value)


def found(session: Session, fields: Resolver, where: Any) -> set[int]:
    condition = read(where, fields, asking_of(session))
    pages = Listing(fields, [Slot(field="id")]).every(session, condition, (), 100)
    ids = [row[0] for page in pages for row in page.rows]
    assert len(ids) == len(set(ids))
    return set(ids)


def shops_where(session: Session, test: Any) -> set[int]:
    return {shop.id for shop in session.scalars(select(Shop)) if test(shop)}


SHOP_CASES: list[tuple[Any, Any]] = [
    ([], lambda s: True),
    (["or"], lambda s: False),
    ([["city", "=", "Rosario"], ["rating", ">=", 2]], lambda s: s.city == "Rosario" and (s.rating or 0) >= 2),
    (
        ["or", ["city", "=", "Rosario"], ["and", ["rating", "=", 3], ["not", ["active", "=", True]]]],
        lambda s: s.city == "Rosario" or (s.rating == 3 and not s.active),
    ),
    (["city", "!=", "Rosario"], lambda s: s.city != "Rosario"),
    (["not", ["city", "=", "Rosario"]], lambda s: s.city != "Rosario"),
    (["city", "is-null"], lambda s: s.city is None),
    (["city", "is-null", False], lambda s: s.city is not None),
    (["city", "=", None], lambda s: s.city is None),
    (["city", "in", ["Salta", None]], lambda s: s.city in ("Salta", None)),
    (["city", "in", []], lambda s: False),
    (["name", "contains", "FERRETERIA 1"], lambda s: "ferreteria 1" in fold(s.name)),
    (["name", "startswith", "ñ"], lambda s: fold(s.name).startswith("n")),
    (["email", "startswith", "shop1"], lambda s: (s.email or "").startswith("shop1")),
    (["name", "contains", "0%"], lambda s: "0%" in s.name),
    (["owner.name", "=", "Tomás"], lambda s: s.owner is not None and s.owner.name == "Tomás"),
    (["owner", "contains", "luc"], lambda s: s.owner is not None and "luc" in fold(s.owner.name)),
    (["since", ">=", "2025-02-01"], lambda s: s.since >= date(2025, 2, 1)),
    (["month(since)", "=", 202501], lambda s: s.since.month == 1),
    (["month(since)", "=", "2025-01"], lambda s: s.since.month == 1),
    (["month(since)", "!=", 202501], lambda s: s.since.month != 1),
    (["quarter(since)", "in", [20251]], lambda s: s.since.month <= 3),
    (["year(since)", "<", 2025], lambda s: False),
    (["week(since)", "<=", "2025-01-06"], lambda s: s.since <= date(2025, 1, 12)),
    (["tags", "is-null"], lambda s: not s.tags),
    (["tags.name", "=", "Hotel"], lambda s: any(t.name == "Hotel" for t in s.tags)),
    (["tags", "contains", "OO"], lambda s: any("oo" in t.name.lower() for t in s.tags)),
    (["not", ["tags.name", "=", "Hotel"]], lambda s: not any(t.name == "Hotel" for t in s.tags)),
    (["orders.lines.quantity", "=", "1.5"], lambda s: any(o.lines for o in s.orders)),
    (["state", "in", ["new", "good"]], lambda s: s.state in ("new", "good")),
    (["state", "contains", "oo"], lambda s: s.state == "good"),
    (["active", "=", "false"], lambda s: not s.active),
]


@pytest.mark.parametrize(("where", "test"), SHOP_CASES, ids=[str(case[0]) for case in SHOP_CASES])
def test_what_a_condition_means(session: Session, shops: Resolver, where: Any, test: Any) -> None:
    assert found(session, shops, where) == shops_where(session, test)


def test_extensions_and_their_relations(session: Session, shops: Resolver) -> None:
    agent = aliased(ShopBilling.agent.property.mapper.class_)
    rows = session.execute(
        select(ShopBilling.id, ShopBilling.credit_limit, agent.name).outerjoin(ShopBilling.agent.of_type(agent))
    ).all()
    assert found(session, shops, ["billing.credit_limit", ">", "2000"]) == {
        i for i, limit, _ in rows if limit > Decimal(2000)
    }
    assert found(session, shops, ["billing.agent.name", "=", "ana"]) == {i for i, _, name in rows if name == "ana"}
    assert found(session, shops, ["billing.credit_limit", "is-null"]) == shops_where(session, lambda s: True) - {
        i for i, *_ in rows
    }


def test_through_a_relation_to_an_extension(session: Session, orders: Resolver) -> None:
    limits = dict(session.execute(select(ShopBilling.id, ShopBilling.credit_limit)).all())
    wanted = {o.id for o in session.scalars(select(Sale)) if limits.get(o.shop_id, 0) == 4000}
    assert found(session, orders, ["shop.billing.credit_limit", "=", 4000]) == wanted
    assert wanted


def test_a_day_of_a_moment_is_the_day_of_the_clock_on_the_wall(session: Session, shops: Resolver) -> None:
    local = timedelta(hours=-3)

    def day(shop: Shop) -> date | None:
        return (shop.seen_at + local).date() if shop.seen_at else None

    one = date(2026, 3, 4)
    for sign, test in {
        "=": lambda d: d == one,
        "<": lambda d: d and d < one,
        "<=": lambda d: d and d <= one,
        ">": lambda d: d and d > one,
        ">=": lambda d: d and d >= one,
    }.items():
        assert found(session, shops, ["seen_at", sign, "2026-03-04"]) == shops_where(session, lambda s, t=test: t(day(s)))
    noon = datetime(2026, 3, 4, 15, tzinfo=UTC)
    assert found(session, shops, ["seen_at", ">", "2026-03-04T12:00:00-03:00"]) == shops_where(
        session, lambda s: s.seen_at and s.seen_at > noon
    )
    assert found(session, shops, ["day(seen_at)", "=", "2026-03-04"]) == shops_where(session, lambda s: day(s) == one)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("today", "2026-03-31"),
        ("yesterday", "2026-03-30"),
        ("-30d", "2026-03-01"),
        ("+2w", "2026-04-14"),
        ("-1m", "2026-02-28"),
        ("-1y", "2025-03-31"),
        ("week", "2026-03-30"),
        ("month", "2026-03-01"),
        ("month-1", "2026-02-01"),
        ("quarter", "2026-01-01"),
        ("quarter+1", "2026-04-01"),
        ("year", "2026-01-01"),
    ],
)
def test_relative_dates(words: str, day: str) -> None:
    assert day_of(words, date(2026, 3, 31)) == date.fromisoformat(day)


def test_me_is_whoever_asks(session: Session, shops: Resolver) -> None:
    assert found(session, shops, ["owner", "=", "me"]) == shops_where(session, lambda s: s.owner_id == 1)
