"""What hangs on a record: lines, extensions and links obey the rules of what they hang on."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload, subqueryload

from core.access import KERNEL_RULES
from core.access.policy import Grant
from core.db import trusted
from core.errors import Denied
from tests.access import shop
from tests.access.shop import ANA, Label, Order, OrderLine, OrderRisk
from tests.access.shop_sessions import ALL, Open, grant, names


def test_lines_with_a_grant_of_their_own_stay_in_the_company(opened: Open) -> None:
    with opened({OrderLine: grant("all", "read")}) as s:
        assert names(s, select(OrderLine.text)) == ["a line", "b line", "e line"]
        assert names(s, select(Order.name)) == []


def test_a_line_changes_with_its_document(opened: Open) -> None:
    users = {shop.User: grant("all", "read")}
    with opened({Order: grant("own", *ALL)} | users) as s:
        mine = s.get(Order, 1)
        assert mine is not None
        mine.lines.append(OrderLine(text="more"))
        mine.lines[0].text = "changed"
        s.flush()
        del mine.lines[0]
        s.flush()
        s.delete(mine)
        s.flush()
        s.add(shop.order("new", ANA))
        s.flush()
    reader = {Order: grant("all", "read")}
    for change in (
        lambda order: order.lines.append(OrderLine(text="more")),
        lambda order: order.lines.clear(),
        lambda order: setattr(order.lines[0], "text", "hack"),
    ):
        with opened(reader | users) as s:
            order = s.get(Order, 2)
            change(order)
            with pytest.raises(Denied):
                s.flush()


def test_who_may_only_create_does_not_add_lines_to_what_there_is(opened: Open) -> None:
    creator = {Order: grant("all", "read", "create"), shop.User: grant("all", "read")}
    with opened(creator) as s:
        s.add(shop.order("new", ANA))
        s.flush()
        s.add(OrderLine(order_id=2, text="smuggled"))
        with pytest.raises(Denied):
            s.flush()


def test_a_line_is_not_stolen_from_anothers_document(opened: Open) -> None:
    """Readable by all, changed only by its owner: neither moved out, nor claimed by a forged copy."""
    grants = {Order: Grant({"read": (KERNEL_RULES["all"],), "update": (KERNEL_RULES["own"],)})}
    with opened(grants) as s:
        stolen = s.get(OrderLine, 2)
        assert stolen is not None
        stolen.order_id = 1
        with pytest.raises(Denied):
            s.flush()
    with opened(grants) as s:
        mine, stolen = s.get(Order, 1), s.get(OrderLine, 2)
        assert mine is not None
        assert stolen is not None
        mine.lines.append(stolen)
        with pytest.raises(Denied):
            s.flush()
    with opened(grants) as s:
        s.add(OrderLine(order_id=2, text="pushed"))
        with pytest.raises(Denied):
            s.flush()


def test_an_extension_is_what_its_owner_is(opened: Open) -> None:
    with opened({Order: grant("own", *ALL)}) as s:
        mine = s.get(Order, 1)
        assert mine is not None
        OrderRisk.of(mine).note = "mine"
        s.flush()
        assert s.get(OrderRisk, 2) is None
        with trusted(s):
            s.delete(s.get(OrderRisk, 2))
            s.flush()
        s.add(OrderRisk(id=2, note="pushed"))
        with pytest.raises(Denied):
            s.flush()


def test_nobody_points_at_what_he_may_not_see(opened: Open) -> None:
    grants = {Order: grant("own", *ALL), Label: grant("own", "read"), shop.User: grant("all", "read")}
    with opened(grants) as s:
        mine = s.get(Order, 1)
        assert mine is not None
        mine.follows_id = 3
        with pytest.raises(Denied, match="You may not see Order 3"):
            s.flush()
    with opened(grants) as s:
        s.add(Order(name="new", assigned_to_id=ANA, follows_id=2))
        with pytest.raises(Denied, match="Order 2"):
            s.flush()
    with opened(grants) as s:
        first = Order(name="first", assigned_to_id=ANA)
        s.add(Order(name="second", assigned_to_id=ANA, follows=first))
        s.flush()
    with opened({Order: grant("own", *ALL)}) as s:
        s.add(Order(name="new", assigned_to_id=ANA))
        with pytest.raises(Denied, match="User 1"):
            s.flush()


def test_nobody_links_what_he_may_not_see(opened: Open) -> None:
    grants = {Order: grant("own", *ALL), Label: grant("own", "read"), shop.User: grant("all", "read")}
    with opened(grants) as s:
        mine, label = s.get(Order, 1), s.get(Label, 1)
        assert mine is not None
        assert label is not None
        mine.labels.append(label)
        s.flush()
        with trusted(s):
            theirs = s.get(Label, 3)
        assert theirs is not None
        mine.labels.append(theirs)
        with pytest.raises(Denied, match="Label 3"):
            s.flush()


def test_related_records_are_narrowed_however_they_are_loaded(opened: Open) -> None:
    for load in (selectinload, joinedload, subqueryload):
        with opened({Order: grant("own", *ALL), Label: grant("own", "read")}) as s:
            loaded = s.scalars(select(Order).options(load(Order.labels), load(Order.follows))).unique().one()
            assert (loaded.labels, loaded.follows) == ([], None)


def test_what_was_made_or_trusted_does_not_open_what_is_related(opened: Open) -> None:
    """Rows that were not loaded by a vetted statement carry no criteria along: related records are narrowed again."""
    grants = {Order: grant("own", *ALL), shop.User: grant("all", "read")}
    with opened(grants) as s:
        with trusted(s):
            theirs = s.get(Order, 2)
            assert theirs is not None
            assert s.scalar(select(func.count(Order.id))) == 4
        assert theirs.lines == []
        made = Order(name="new", assigned_to_id=ANA)
        s.add(made)
        s.flush()
        s.expire(made)
        assert made.follows is None
        assert s.scalar(select(func.count(Order.id))) == 2
