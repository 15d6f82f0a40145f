"""Record rules in both forms, lines, extensions and companies, for every kind of statement; on both databases."""

from typing import Any

import pytest
from sqlalchemy import func, select, union, update
from sqlalchemy.orm import aliased, outerjoin

from core.access import KERNEL_RULES, RecordRule
from core.access.policy import Grant
from core.access.rules import Columns
from core.db import trusted
from core.errors import Denied
from tests.access import shop
from tests.access.shop import ANA, BOB, EVA, HERE, THERE, Label, Order, OrderLine, OrderRisk, Visit
from tests.access.shop_sessions import ALL, Open, grant, names

EXPECTED = {
    ("all", ANA): ["a", "b", "e"],
    ("own", ANA): ["a"],
    ("own", EVA): ["e"],
    ("own_or_shared", ANA): ["a", "e"],
    ("own_or_shared", BOB): ["b"],
    ("team", ANA): ["a", "b"],
    ("team", EVA): ["e"],
    ("company", ANA): ["a", "b", "e"],
}


@pytest.mark.parametrize("by_set", [False, True])
@pytest.mark.parametrize(("rule", "user"), list(EXPECTED))
def test_a_rule_means_the_same_wherever_it_is_asked(opened: Open, rule: str, user: int, by_set: bool) -> None:
    expected = EXPECTED[rule, user]
    alias, nested = aliased(Order), aliased(Order, select(Order).subquery())
    with opened({Order: grant(rule, "read")}, user) as s:
        options = {"by_set": by_set}
        assert names(s, select(Order.name).execution_options(**options)) == expected
        assert names(s, select(alias.name).execution_options(**options)) == expected
        assert names(s, select(nested.name).execution_options(**options)) == expected
        assert s.scalar(select(func.count()).select_from(Order).execution_options(**options)) == len(expected)
        lines = select(OrderLine.text).execution_options(**options)
        assert names(s, lines) == [f"{name} line" for name in expected]
        assert names(s, select(OrderRisk.note).execution_options(**options)) == [f"risk of {n}" for n in expected]
        joined = select(alias.name, OrderLine.text).join(alias.lines).execution_options(**options)
        assert sorted(row[0] for row in s.execute(joined)) == expected
        pairs = select(Order.name, alias.name).join(alias, alias.id == Order.id).execution_options(**options)
        assert sorted(s.execute(pairs).all()) == [(n, n) for n in expected]


def test_a_rule_of_an_addon_may_look_at_other_records_of_the_model(opened: Open) -> None:
    """An order that Ana's order follows, or any of hers: the table under another name is not taken for the statement's."""

    def followed(model: Any, user: Any, operation: str) -> Any:
        other = Columns(Order.__mapper__)
        hers = select(other.id).where(other.assigned_to_id == user, other.id == model.id)
        return hers.exists()

    rule = RecordRule("followed", followed, followed)
    alias = aliased(Order)
    with opened({Order: grant(rule, "read")}) as s:
        assert names(s, select(Order.name)) == ["a"]
        assert names(s, select(alias.name)) == ["a"]


def test_companies_divide_everything_even_for_an_administrator(opened: Open) -> None:
    with opened({}, admin=True) as s:
        assert names(s, select(Order.name)) == ["a", "b", "e"]
        assert names(s, select(OrderLine.text)) == ["a line", "b line", "e line"]
        assert names(s, select(OrderRisk.note)) == ["risk of a", "risk of b", "risk of e"]
        assert s.get(Order, 4) is None
    with opened({}, admin=True, company=THERE) as s:
        assert names(s, select(Order.name)) == ["x"]
    with opened({}, admin=True, company_ids=(HERE, THERE)) as s:
        assert names(s, select(Order.name)) == ["a", "b", "e", "x"]
    with opened({}, admin=True, company=None) as s:
        assert names(s, select(Order.name)) == []


def test_a_relation_by_the_name_shared_with_shares(opened: Open) -> None:
    for by_set in (False, True):
        with opened({Visit: grant("own_or_shared", *ALL)}) as s:
            assert names(s, select(Visit.name).execution_options(by_set=by_set)) == ["shared"]
    with opened({Visit: grant("own_or_shared", *ALL)}, EVA) as s:
        assert names(s, select(Visit.name)) == []


def test_shared_to_read_is_not_shared_to_write(opened: Open) -> None:
    with opened({Order: grant("own_or_shared", *ALL)}) as s:
        shared = s.get(Order, 3)
        assert shared is not None
        shared.name = "changed"
        with pytest.raises(Denied, match="not among the records that you may change"):
            s.flush()


def test_company_is_not_given_away_nor_reached_into(opened: Open) -> None:
    everything = {Order: grant("all", *ALL), shop.User: grant("all", "read")}
    with opened(everything) as s:
        mine = s.get(Order, 1)
        assert mine is not None
        mine.company_id = THERE
        with pytest.raises(Denied):
            s.flush()
    with opened(everything) as s:
        s.add(shop.order("new", ANA, THERE))
        with pytest.raises(Denied):
            s.flush()
    with opened(everything) as s:
        made = Order(name="new", assigned_to_id=ANA)
        s.add(made)
        s.flush()
        assert made.company_id == HERE


ME_TOO = aliased(Order)


LABEL = aliased(Label)


LINKS = shop.label_of_order.alias()


SHAPES: dict[str, tuple[Any, list[Any]]] = {
    "join to an alias by relation": (select(Order.name, ME_TOO.name).join(Order.follows.of_type(ME_TOO)), []),
    "outer join to an alias by relation": (select(Order.name, ME_TOO.name).outerjoin(ME_TOO, Order.follows), [("a", None)]),
    "join to an alias by expression": (select(Order.name, ME_TOO.name).join(ME_TOO, Order.follows_id == ME_TOO.id), []),
    "outer join to an alias by expression": (
        select(Order.name, ME_TOO.name).outerjoin(ME_TOO, Order.follows_id == ME_TOO.id),
        [("a", None)],
    ),
    "outer join in FROM": (
        select(Order.name, ME_TOO.name).select_from(outerjoin(Order, ME_TOO, Order.follows_id == ME_TOO.id)),
        [],
    ),
    "cross join": (select(Order.name, ME_TOO.name), [("a", "a")]),
    "has of an alias": (select(Order.name).where(Order.follows.of_type(ME_TOO).has(ME_TOO.name == "b")), []),
    "has from an alias": (select(ME_TOO.name).where(ME_TOO.follows.has()), []),
    "has": (select(Order.name).where(Order.follows.has()), Denied),
    "has with a criterion": (select(Order.name).where(Order.follows.has(Order.name == "b")), Denied),
    "has inside has": (select(OrderLine.text).where(OrderLine.order.has(Order.follows.has())), Denied),
    "many to many": (select(Order.name, Label.name).join(Order.labels), []),
    "many to many, alias": (select(Order.name, LABEL.name).join(Order.labels.of_type(LABEL)), []),
    "many to many, outer": (select(Order.name, LABEL.name).outerjoin(Order.labels.of_type(LABEL)), [("a", None)]),
    "many to many, unused": (select(Order.name).join(Order.labels), []),
    "any": (select(Order.name).where(Order.labels.any()), []),
    "not any": (select(Order.name).where(~Order.labels.any()), [("a",)]),
    "link table": (select(Order.name).where(Order.id.in_(select(LINKS.c.order_id))), [("a",)]),
    "exists": (select(Order.name).where(select(ME_TOO.id).where(ME_TOO.id == Order.follows_id).exists()), []),
    "lateral scalar": (
        select(select(ME_TOO.name).where(ME_TOO.id == Order.follows_id).scalar_subquery(), Order.id),
        [(None, 1)],
    ),
    "cte of an alias": (select(select(ME_TOO.name).cte().c.name), [("a",)]),
    "union of both": (union(select(Order.name), select(ME_TOO.name)), [("a",)]),
    "line to its document": (select(OrderLine.text, Order.name).join(OrderLine.order), [("a line", "a")]),
    "all lines of documents": (select(OrderLine.text).where(OrderLine.order.has()), [("a line",)]),
    "extension": (select(Order.name, OrderRisk.note).join(OrderRisk, OrderRisk.id == Order.id), [("a", "risk of a")]),
    "table of another model": (select(Label.name).where(Label.id.in_(select(shop.Team.__table__.c.id))), Denied),
}


@pytest.mark.parametrize("by_set", [False, True])
@pytest.mark.parametrize("shape", list(SHAPES))
def test_no_shape_of_statement_shows_what_another_owns(opened: Open, shape: str, by_set: bool) -> None:
    statement, expected = SHAPES[shape]
    statement = statement.execution_options(by_set=by_set)
    with opened({Order: grant("own", *ALL), Label: grant("own", "read")}) as s:
        if expected is Denied:
            with pytest.raises(Denied):
                s.execute(statement)
        else:
            assert [tuple(row) for row in s.execute(statement)] == expected


def test_bulk_writes_do_not_move_records_out_of_the_rule(opened: Open) -> None:
    with opened({Order: grant("own", *ALL)}) as s:
        for field in ("assigned_to_id", "company_id", "follows_id"):
            with pytest.raises(Denied, match="set it on records"):
                s.execute(update(Order).values({field: 2}))
        assert s.execute(update(Order).values(name="z")).rowcount == 1


def test_a_hidden_field_cannot_be_erased_unseen(opened: Open) -> None:
    grants = {Order: grant("own", *ALL, hidden=frozenset({"margin"}))}
    with opened(grants) as s:
        mine = s.get(Order, 1)
        assert mine is not None
        mine.margin = None
        with pytest.raises(Denied, match="margin"):
            s.flush()


def test_a_kept_statement_is_vetted_once_for_all_users_of_a_role(opened: Open) -> None:
    statement = select(Order.name).execution_options(kept=True)
    grants = {Order: grant("own", "read")}
    with opened(grants) as s:
        assert names(s, statement) == ["a"]
        policy = s.policy
        assert list(policy.vetted) == [statement]
        s.info["user_id"] = EVA
        assert names(s, statement) == ["e"]
        assert list(policy.vetted) == [statement]


def test_what_a_user_changed_is_vetted_before_the_kernel_is_trusted(opened: Open) -> None:
    grants = {Order: Grant({"read": (KERNEL_RULES["all"],), "update": (KERNEL_RULES["own"],)})}
    with opened(grants) as s:
        theirs = s.get(Order, 2)
        assert theirs is not None
        theirs.name = "hack"
        with pytest.raises(Denied), trusted(s):
            pass
    with opened(grants) as s:
        with trusted(s):
            theirs = s.get(Order, 2)
            assert theirs is not None
            theirs.name = "by an operation"
        s.flush()
        assert theirs.name == "by an operation"


def test_demanding_a_right_asks_for_the_very_record(opened: Open) -> None:
    rules = {"read": (KERNEL_RULES["all"],), "post": (KERNEL_RULES["own"],)}
    with opened({Order: Grant(rules)}) as s:
        mine, theirs = s.get(Order, 1), s.get(Order, 2)
        assert s.may(Order, "post")
        assert s.may(mine, "post")
        assert not s.may(theirs, "post")
        assert not s.may(mine, "delete")
        with pytest.raises(Denied, match="You may not post Order 2"):
            s.demand(theirs, "post")
        with pytest.raises(Denied, match="Your roles do not let you delete: Order"):
            s.demand(mine, "delete")
        with trusted(s):
            s.demand(theirs, "post")
