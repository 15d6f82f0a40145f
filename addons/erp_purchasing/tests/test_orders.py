"""Orders from draft to done, and the three-way match, with the figures of the story, on both databases."""

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.base_catalog.models import Product
from addons.crm_contacts.models import Contact
from addons.erp_invoicing.models import Invoice, Tax
from addons.erp_invoicing.operations import credit_invoice, post_invoice
from addons.erp_ledger.models import EntryLine
from addons.erp_ledger.operations import account_for, balance_of
from addons.erp_purchasing.models import BillMatch, Order, OrderLine
from addons.erp_purchasing.operations import bill_order, cancel_order, close_order, confirm_order, receive_order
from addons.erp_stock.models import Receipt
from addons.erp_stock.operations import holdings, return_receipt
from core.errors import Invalid, Refused
from core.testing.tandem import Tandem, at, installed

D = Decimal
Make = Callable[..., Tandem]


def march(day: int) -> datetime.date:
    """A day of the story's month."""
    return datetime.date(2026, 3, day)


def order_of(session: Session, rows: Sequence[tuple[str, str, str]], discount: str = "0") -> Order:
    """A confirmed order of (code, quantity, price) to Maderas del Sur; codes that begin with S are services."""
    supplier = session.scalars(select(Contact).where(Contact.name == "Maderas del Sur")).first()
    supplier = supplier or Contact(name="Maderas del Sur", kind="company", supplier=True)
    vat = session.scalars(select(Tax).where(Tax.rate == D(21)).order_by(Tax.id)).first()
    lines = []
    for position, (code, quantity, price) in enumerate(rows):
        product = session.scalars(select(Product).where(Product.code == code)).first()
        product = product or Product(code=code, name=code, kind="service" if code.startswith("S") else "goods")
        session.add(product)
        lines.append(
            OrderLine(
                position=position, product=product, quantity=D(quantity), price=D(price), discount=D(discount), tax=vat
            )
        )
    order = Order(contact=supplier, date=march(2))
    session.add_all([supplier, order])
    with session.no_autoflush:
        order.lines = lines
        order.recompute()
    session.flush()
    confirm_order(session, order)
    return order


def balance(session: Session, purpose: str) -> Decimal:
    """What an account holds, debits positive."""
    account = account_for(session, purpose)
    lines = session.scalars(select(EntryLine).where(EntryLine.account_id == account.id))
    return sum((line.debit - line.credit for line in lines), D(0))


def test_ordered_received_and_billed_as_in_the_story(tandem: Make) -> None:
    """PO-1, GR-1, BILL-1: 400407.00 net, 84085.47 VAT, 484492.47 total; no difference, nothing left unbilled."""
    books = at(tandem("erp_purchasing"), march(5))
    with books.write() as session:
        order = order_of(session, [("CHA", "10", "27800"), ("LAM", "20", "6120.35")])
        assert (order.number, order.state) == ("PO-1", "confirmed")
        assert (order.net, order.tax, order.total) == (D("400407.00"), D("84085.47"), D("484492.47"))
        receipt = receive_order(session, order, date=march(4))
        assert (receipt.number, receipt.reference, order.state) == ("GR-1", "PO-1", "received")
        assert balance(session, "grni") == D("-400407.00")
        bill = bill_order(session, order, date=march(5))
        assert (bill.state, bill.kind, bill.total) == ("draft", "bill", D("484492.47"))
        with pytest.raises(Refused, match="nothing that came is left to bill"):
            bill_order(session, order)
        post_invoice(session, bill)
        assert order.state == "done"
        assert balance(session, "grni") == D(0)
        assert balance(session, "vat_credit") == D("84085.47")
        assert balance(session, "purchase_variance") == D(0)
        assert balance_of(session, order.contact_id, "payable") == D("484492.47")
        assert {match.difference for match in session.scalars(select(BillMatch))} == {D(0)}
    assert books.broken() == []


def test_in_parts_and_dearer_than_agreed(tandem: Make) -> None:
    """The difference of price is the company's loss, not the stock's; received and not billed stays right throughout."""
    books = at(tandem("erp_purchasing"), march(20))
    with books.write() as session:
        order = order_of(session, [("CHA", "3", "100.10")], discount="10")
        assert order.net == D("270.27")
        line = order.lines[0]
        receive_order(session, order, date=march(4), lines=[{"line": line.id, "quantity": D(1)}])
        assert (line.received, order.state) == (D(1), "confirmed")
        assert balance(session, "grni") == D("-90.09")
        first = bill_order(session, order, date=march(5), reference="F-1")
        first.lines[0].price = D("110")
        post_invoice(session, first)
        assert balance(session, "purchase_variance") == D("8.91")
        assert balance(session, "grni") == D(0)
        receive_order(session, order, date=march(10))
        assert (line.received, order.state) == (D(3), "received")
        second = bill_order(session, order, date=march(11), reference="F-2")
        assert second.lines[0].quantity == D(2)
        post_invoice(session, second)
        assert (line.billed, order.state) == (D(3), "done")
        assert balance(session, "grni") == D(0)
        assert balance(session, "inventory") == D("270.27")
        matches = session.scalars(select(BillMatch).order_by(BillMatch.id)).all()
        assert [(match.agreed, match.billed, match.difference) for match in matches] == [
            (D("90.09"), D("99.00"), D("8.91")),
            (D("180.18"), D("180.18"), D(0)),
        ]
    assert books.broken() == []


def test_a_credit_of_the_supplier_takes_the_match_back(tandem: Make) -> None:
    """Goods sent back are owed by the supplier until his credit note comes; then nothing is left."""
    books = at(tandem("erp_purchasing"), march(20))
    with books.write() as session:
        order = order_of(session, [("CHA", "10", "27800")])
        receipt = receive_order(session, order, date=march(4))
        bill = bill_order(session, order, date=march(5))
        post_invoice(session, bill)
        return_receipt(session, receipt, lines=[{"line": receipt.lines[0].id, "quantity": D(2)}], date=march(6))
        assert (order.lines[0].received, balance(session, "grni")) == (D(8), D("55600"))
        credit_invoice(session, bill, lines=[{"line": bill.lines[0].id, "quantity": D(2)}], date=march(7), post=True)
        assert (order.lines[0].billed, balance(session, "grni")) == (D(8), D(0))
        assert balance(session, "inventory") == D("222400")
    assert books.broken() == []


def test_services_are_billed_as_ordered(tandem: Make) -> None:
    """No receipt waits for work; the bill goes to expenses."""
    books = at(tandem("erp_purchasing"), march(20))
    with books.write() as session:
        order = order_of(session, [("SFREIGHT", "2", "1500")])
        assert session.scalars(select(Receipt)).all() == []
        assert order.state == "received"
        with pytest.raises(Refused, match="no goods are waited for"):
            receive_order(session, order)
        post_invoice(session, bill_order(session, order, date=march(5)))
        assert (order.state, balance(session, "expense"), balance(session, "grni")) == ("done", D(3000), D(0))
    assert books.broken() == []


def test_an_order_is_cancelled_before_and_closed_after_something_came(tandem: Make) -> None:
    """What has not come will not come; its receipt is cancelled with it."""
    books = at(tandem("erp_purchasing"), march(20))
    with books.write() as session:
        gone = order_of(session, [("CHA", "10", "100")])
        cancel_order(session, gone)
        assert (gone.state, session.scalars(select(Receipt.state)).one()) == ("cancelled", "cancelled")
        part = order_of(session, [("CHA", "10", "100")])
        with pytest.raises(Refused, match="nothing came yet"):
            close_order(session, part)
        receive_order(session, part, date=march(4), lines=[{"line": part.lines[0].id, "quantity": D(4)}])
        with pytest.raises(Refused, match="close the order instead"):
            cancel_order(session, part)
        close_order(session, part)
        assert (part.state, part.lines[0].received) == ("received", D(4))
        post_invoice(session, bill_order(session, part, date=march(5)))
        assert (part.state, balance(session, "grni")) == ("done", D(0))
    assert books.broken() == []


def test_an_order_that_cannot_be_confirmed_keeps_no_number(tandem: Make) -> None:
    """Each fault names its row and nothing is left behind."""
    books = at(tandem("erp_purchasing"), march(20))
    with pytest.raises(Invalid) as error, books.write() as session:
        order_of(session, [("CHA", "1", "100"), ("LAM", "0", "100")])
    assert [fault.field for fault in error.value.errors] == ["lines.1.quantity"]
    with books.write() as session:
        assert session.scalars(select(Order)).all() == []
        assert order_of(session, [("CHA", "1", "100")]).number == "PO-1"
        with pytest.raises(Refused, match="confirmed already"):
            confirm_order(session, session.scalars(select(Order)).one())
        session.rollback()
    assert books.broken() == []


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    price=st.decimals(min_value="0.01", max_value=9999, places=4),
    parts=st.lists(st.integers(1, 5), min_size=1, max_size=4),
)
def test_however_it_comes_and_is_billed_nothing_is_left(price: Decimal, parts: list[int]) -> None:
    """K9: after the last part, what was received and not billed is exactly zero and the stock is worth the order's net."""
    with installed("sqlite", ["erp_purchasing"]) as fresh, at(fresh, march(20)).write() as session:
        order = order_of(session, [("CHA", str(sum(parts)), str(price))])
        for number, quantity in enumerate(parts):
            lines = [{"line": order.lines[0].id, "quantity": D(quantity)}]
            receive_order(session, order, date=march(4), lines=lines)
            if order.net and order.lines[0].to_bill:
                bill = bill_order(session, order, date=march(5), reference=str(number))
                if bill.total > 0:
                    post_invoice(session, bill)
        (product,) = session.scalars(select(Product.id))
        held = holdings(session, [product])[product]
        assert (held.on_hand, held.value) == (D(sum(parts)), order.net)
        if not session.scalars(select(Invoice).where(Invoice.state == "draft")).all():
            assert balance(session, "grni") == D(0)
