"""Each check of stock notices the damage that it is there for."""

from collections.abc import Iterator

import pytest

from addons.erp_stock.operations import deliver, receive, reserve_delivery, return_delivery
from addons.erp_stock.tests.story import delivery, march, receipt, stocked
from core.testing.damage import noticed
from core.testing.fixtures import kinds
from core.testing.tandem import Tandem, installed

LEVEL, MOVE, RESERVED = "erp_stock_stock_level", "erp_stock_move", "erp_stock_reservation"
SOLD = f"(select min(id) from {MOVE} where document_model = 'erp_stock.delivery')"
RETURN = f"(select min(id) from {MOVE} where returns_id is not null)"
DAMAGE = {
    "K1 a balance": ("K1", f"update {LEVEL} set quantity = quantity + 1 where id = (select min(id) from {LEVEL})"),
    "K1 no balance": ("K1", f"delete from {LEVEL} where id = (select min(id) from {LEVEL})"),
    "K1 a move": ("K1", f"update {MOVE} set quantity = quantity + 1 where id = {SOLD}"),
    "K2 too much held": ("K2", f"update {RESERVED} set quantity = quantity * 100"),
    "K2 held by what is done": ("K2", "update erp_stock_delivery set state = 'done' where state = 'ready'"),
    "K3 less than nothing": (
        "K3",
        f"update {LEVEL} set quantity = -1 where location_id in (select id from erp_stock_location where kind = 'internal')",
    ),
    "K4 value of nothing": ("K4", "update erp_stock_valuation set quantity = 0"),
    "K5 the cost of a move": ("K5", f"update {MOVE} set value = value + 1 where id = {SOLD}"),
    "K5 the value in stock": ("K5", "update erp_stock_valuation set value = value + 1"),
    "K5 the ledger": (
        "K5",
        "update erp_ledger_entry_line set debit = debit + 100 where debit > 0"
        " and account_id in (select id from erp_ledger_account where purpose = 'inventory')",
    ),
    "K7 more came back": ("K7", f"update {MOVE} set quantity = quantity * 100 where id = {RETURN}"),
    "K9 nothing moved": ("K9", f"update {MOVE} set document_line_id = 0 where id = {SOLD}"),
    "K9 more than was sold": (
        "K9",
        "update erp_stock_delivery_line set sold = 1, sale_model = 'x', sale_line_id = 1"
        " where id = (select min(document_line_id) from erp_stock_move where document_model = 'erp_stock.delivery')",
    ),
}


@pytest.fixture(scope="module", params=kinds())
def books(request: pytest.FixtureRequest) -> Iterator[Tandem]:
    """The goods of the story, sold, returned in part, and some held for another delivery."""
    with installed(str(request.param), ["erp_stock", "erp_ledger"]) as made:
        with made.write() as session:
            key = stocked(session)
            sold = delivery(session, [(key.chair, "6"), (key.lamp, "9")], key.customer)
            deliver(session, sold, date=march(13))
            return_delivery(session, sold, lines=[{"line": sold.lines[0].id, "quantity": sold.lines[0].quantity / 6}])
            reserve_delivery(session, delivery(session, [(key.chair, "2")], key.customer))
            receive(session, receipt(session, [(key.lamp, "1", "6000")], contact=key.supplier))
        assert made.broken() == []
        yield made


@pytest.mark.parametrize("what", list(DAMAGE))
def test_damage_is_noticed(books: Tandem, what: str) -> None:
    expected, statement = DAMAGE[what]
    assert expected in noticed(books, statement)
    assert books.broken() == []
