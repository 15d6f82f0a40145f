"""Purchasing and the warehouse with the rights of their users: each does his part, the books follow by themselves."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import select

from addons.base_catalog.models import Product
from addons.crm_contacts.models import Contact
from addons.erp_purchasing.models import Order, OrderLine
from addons.erp_purchasing.reports import purchases_by_supplier, three_way_match
from addons.erp_purchasing.tests.test_orders import balance, march
from addons.erp_stock.models import Count, Delivery, DeliveryLine, Receipt
from addons.erp_stock.operations import usual_warehouse
from addons.erp_stock.reports import moves_by_supplier, stock_on_day, valuation
from core.db import trusted
from core.errors import Denied
from core.operations import perform, verbs_of
from core.screens.records.writing import write_record
from core.testing.tandem import Tandem, at

D = Decimal
Make = Callable[..., Tandem]


def test_each_does_his_part(tandem: Make) -> None:
    """The buyer orders, the warehouse receives, delivers and counts; a clerk cannot approve his own count."""
    books = at(tandem("erp_purchasing"), march(20))
    for login, role in (("bea", "erp_purchasing.clerk"), ("raul", "erp_stock.clerk"), ("jefe", "erp_stock.manager")):
        books.add_user(login, role)
    with books.write() as session:
        session.add_all([Contact(name="Maderas del Sur", supplier=True), Product(code="CHA", name="Chair")])
        session.flush()
        supplier, chair = session.scalars(select(Contact.id)).one(), session.scalars(select(Product.id)).one()
    with books.write("bea") as session:
        lines = [{"product": chair, "quantity": "10", "price": "27800"}]
        order = write_record(session, Order, None, {"contact": supplier, "lines": lines})
        assert order.net == D(278000)
        perform(session, verbs_of(Order)["confirm"], order, {})
        assert order.number == "PO-1"
    with books.write("raul") as session:
        perform(session, verbs_of(Receipt)["receive"], session.scalars(select(Receipt)).one(), {"date": "2026-03-04"})
        note = Delivery(
            contact_id=supplier,
            source=usual_warehouse(session),
            lines=[DeliveryLine(position=0, product_id=chair, quantity=D(6))],
        )
        session.add(note)
        session.flush()
        perform(session, verbs_of(Delivery)["deliver"], note, {"lines": [{"line": note.lines[0].id, "quantity": "4"}]})
        assert (note.number, note.lines[0].quantity) == ("DN-1", D(4))
        count = Count(location=usual_warehouse(session))
        session.add(count)
        session.flush()
        perform(session, verbs_of(Count)["start"], count, {})
        count.lines[0].counted = D(5)
    with books.write("raul") as session, pytest.raises(Denied):
        perform(session, verbs_of(Count)["approve"], session.scalars(select(Count)).one(), {})
    with books.write("jefe") as session:
        perform(session, verbs_of(Count)["approve"], session.scalars(select(Count)).one(), {})
    with books.write("bea") as session:
        order = session.scalars(select(Order)).one()
        assert order.state == "received"
        bill = perform(session, verbs_of(Order)["bill"], order, {"date": "2026-03-05"})
        assert bill.net == D(278000)
    with books.read() as session:
        assert balance(session, "inventory") == D(139000)
    assert books.broken() == []


def test_reports_answer_whoever_may_read_them(tandem: Make) -> None:
    """By product and supplier, by place, by value, and the three-way match."""
    books = at(tandem("erp_purchasing"), march(20))
    books.add_user("bea", "erp_purchasing.clerk")
    with books.write("bea") as session:
        with trusted(session):
            session.add_all([Contact(name="Maderas del Sur", supplier=True), Product(code="CHA", name="Chair")])
            session.flush()
            chair, supplier = session.scalars(select(Product)).one(), session.scalars(select(Contact)).one()
        with session.no_autoflush:
            order = Order(contact=supplier, date=march(2))
            order.lines = [OrderLine(position=0, product=chair, quantity=D(10), price=D(27800))]
            order.recompute()
        session.add(order)
        session.flush()
        perform(session, verbs_of(Order)["confirm"], order, {})
        lines = [{"line": order.lines[0].id, "quantity": "4"}]
        perform(session, verbs_of(Order)["receive"], order, {"date": "2026-03-04", "lines": lines})
    with books.read("bea") as session:
        (came,) = moves_by_supplier(session).rows
        assert (came["supplier"], came["product"], came["came"], came["value"]) == (
            "Maderas del Sur",
            "CHA Chair",
            D(4),
            D(111200),
        )
        assert stock_on_day(session, as_of=march(3)).rows == []
        assert [row["quantity"] for row in stock_on_day(session).rows] == [D(4)]
        (worth,) = valuation(session, as_of=march(4)).rows
        assert (worth["value"], worth["average"]) == (D(111200), D(27800))
        (match,) = three_way_match(session).rows
        assert (match["ordered"], match["received"], match["billed"]) == (D(10), D(4), D(0))
        assert [row["net"] for row in purchases_by_supplier(session).rows] == [D(278000)]
