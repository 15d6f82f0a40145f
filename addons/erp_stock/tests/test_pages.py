"""The pages that ask for parts: what is left stands in the form, and what is typed there is done."""

import re
from collections.abc import Callable
from decimal import Decimal

from sqlalchemy import select

from addons.erp_stock.models import Delivery, Receipt
from addons.erp_stock.operations import holdings
from addons.erp_stock.tests.story import delivery, march, stocked
from core.testing.tandem import Tandem, at

D = Decimal
Make = Callable[..., Tandem]


def test_a_part_is_delivered_and_returned_from_the_page(tandem: Make) -> None:
    """The form offers 6 chairs; 4 are typed and leave; the return offers those 4, 1 comes back."""
    books = at(tandem("erp_stock"), march(13))
    with books.write() as session:
        key = stocked(session)
        note = delivery(session, [(key.chair, "6"), (key.lamp, "9")], key.customer).id
    client = books.client("admin")
    page = client.get(f"/erp_stock/delivery/{note}/deliver").text
    assert "CHA Chair" in page
    boxes = dict(re.findall(r'name="(lines-\d-(?:line|product|quantity))"[^>]*value="([^"]*)"', page))
    assert boxes["lines-0-quantity"] == "6"
    answer = client.post(f"/erp_stock/delivery/{note}/deliver", boxes | {"lines-0-quantity": "4", "lines-1-quantity": "0"})
    assert answer.status_code == 303, answer.text[:500]
    with books.read() as session:
        assert holdings(session, [key.chair, key.lamp])[key.chair].on_hand == D(10)
        rest = session.scalars(select(Delivery).where(Delivery.state.in_(("draft", "ready")))).one()
        assert sorted(line.quantity for line in rest.lines) == [D(2), D(9)]
    page = client.get(f"/erp_stock/delivery/{note}/return").text
    boxes = dict(re.findall(r'name="(lines-\d-(?:line|product|quantity))"[^>]*value="([^"]*)"', page))
    assert boxes["lines-0-quantity"] == "4"
    answer = client.post(f"/erp_stock/delivery/{note}/return", boxes | {"lines-0-quantity": "1"})
    with books.read() as session:
        back = session.scalars(select(Receipt).where(Receipt.kind == "return")).one()
        assert answer.headers["Location"].endswith(f"/erp_stock/receipt/{back.id}")
        assert holdings(session, [key.chair])[key.chair].on_hand == D(11)
    assert books.broken() == []


def test_a_new_document_begins_in_the_usual_warehouse(tandem: Make) -> None:
    """Nobody types the warehouse of a company that has one."""
    books = at(tandem("erp_stock"), march(13))
    client = books.client("admin")
    for slug in ("delivery", "receipt", "transfer", "count"):
        assert "Main warehouse" in client.get(f"/erp_stock/{slug}/new").text
    made = client.post("/api/v1/erp_stock/count", json={})
    assert made.get_json()["location"]["title"] == "Main warehouse"
