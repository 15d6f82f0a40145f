"""Groups: counts and sums over all rows, as adding the rows up by hand gives them."""

from collections import Counter, defaultdict
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Invalid
from core.i18n import using_language
from core.screens.fields.paths import Resolver
from core.screens.fields.typed import asking_of
from core.screens.queries.groups import Groups, condition_of
from core.screens.queries.statements import Listing
from core.screens.queries.where import Condition, read
from core.screens.views.schemas import Slot
from tests.screens.sample import Sale, Shop, ShopBilling


def groups_of(fields: Resolver, *summed: str) -> Groups:
    return Groups(Listing(fields, [Slot(field="id"), *(Slot(field=path, sum=True) for path in summed)]))


KEYS: dict[str, Any] = {
    "shop": lambda o: o.shop_id,
    "state": lambda o: o.state,
    "month(date)": lambda o: o.date.year * 100 + o.date.month,
    "quarter(date)": lambda o: o.date.year * 10 + (o.date.month + 2) // 3,
    "year(date)": lambda o: o.date.year,
    "shop.city": lambda o: o.shop.city,
    "shop.owner": lambda o: o.shop.owner_id,
    "total": lambda o: o.total,
    "rate": lambda o: o.rate,
    "month(placed_at)": lambda o: _local_month(o.placed_at),
    "date": lambda o: o.date,
    "shop.active": lambda o: o.shop.active,
}


def _local_month(moment: Any) -> int:
    from zoneinfo import ZoneInfo

    local = moment.astimezone(ZoneInfo("America/Argentina/Buenos_Aires"))
    return int(local.year * 100 + local.month)


@pytest.mark.parametrize("path", KEYS)
def test_counts_and_sums_are_those_of_the_rows(session: Session, orders: Resolver, path: str) -> None:
    condition = read(["total", ">", 0], orders, asking_of(session))
    rows = [o for o in session.scalars(select(Sale)) if o.total > 0]
    counts: Counter[Any] = Counter()
    sums: defaultdict[Any, int] = defaultdict(int)
    for order in rows:
        counts[KEYS[path](order)] += 1
        sums[KEYS[path](order)] += int(order.total * 10_000)
    found = groups_of(orders, "total").of(session, condition, [path])
    assert {g.key: g.count for g in found} == counts
    assert {g.key: g.sums["total"] for g in found} == sums
    assert [g.key for g in found if g.key is None] == [g.key for g in found[-1:] if g.key is None]


def test_two_levels_add_up_to_one(session: Session, orders: Resolver) -> None:
    one = groups_of(orders, "total").of(session, Condition(), ["state"])
    both = groups_of(orders, "total").of(session, Condition(), ["state", "month(date)"])
    assert [g.key for g in one] == ["draft", "sent", "done"]  # the order of the choice, not of the alphabet
    for group in one:
        within = [g for g in both if g.keys[0] == group.key]
        assert [g.keys[1] for g in within] == sorted(g.keys[1] for g in within)
        assert sum(g.count for g in within) == group.count
        assert sum(g.sums["total"] for g in within) == group.sums["total"]


@pytest.mark.parametrize("path", [*KEYS, "day(placed_at)", "week(date)"])
def test_a_group_opens_to_its_rows(session: Session, orders: Resolver, path: str) -> None:
    grouped = groups_of(orders, "total")
    found = grouped.of(session, Condition(), [path])
    for group in [*found[:3], *found[-2:]]:
        condition = read([condition_of(orders[path], group.key)], orders, asking_of(session))
        assert grouped.listing.total(session, condition)[0] == group.count


def test_sums_of_an_extension_beside_nulls(session: Session, shops: Resolver) -> None:
    limits = dict(session.execute(select(ShopBilling.id, ShopBilling.credit_limit)).all())
    sums: defaultdict[Any, int] = defaultdict(int)
    for shop in session.scalars(select(Shop)):
        sums[shop.owner_id] += int(limits.get(shop.id, 0) * 10_000)
    found = groups_of(shops, "billing.credit_limit").of(session, Condition(), ["owner"])
    assert {g.key: g.sums["billing.credit_limit"] for g in found} == sums
    assert [g.label for g in found] == ["ana", "Lucía", "Tomás", "–"]


def test_labels_speak_the_reader_s_language(session: Session, orders: Resolver) -> None:
    grouped = groups_of(orders)
    assert grouped.of(session, Condition(), ["month(date)"])[0].label == "Jan 2025"
    with using_language("es"):
        assert grouped.of(session, Condition(), ["month(date)"])[0].label == "ene 2025"
    with using_language("ru"):
        assert grouped.of(session, Condition(), ["month(date)"])[0].label == "янв. 2025"


@pytest.mark.parametrize("path", ["tags", "orders.total", "nothing"])
def test_what_cannot_be_grouped_says_so(session: Session, shops: Resolver, path: str) -> None:
    with pytest.raises(Invalid, match=path):
        groups_of(shops).of(session, Condition(), [path])


def test_too_many_levels(session: Session, orders: Resolver) -> None:
    with pytest.raises(Invalid, match="at most 4"):
        groups_of(orders).of(session, Condition(), ["state", "date", "rate", "total", "shop"])
