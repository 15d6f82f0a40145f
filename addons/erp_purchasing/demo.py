"""A year of orders to the suppliers of Muebles del Plata: received whole or in parts, billed, one dearer than agreed."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.base_catalog.models import Product
from addons.crm_contacts.models import Contact
from addons.erp_invoicing.models import PaymentTerm, Tax
from addons.erp_invoicing.operations import post_invoice
from addons.erp_purchasing.models import Order, OrderLine
from addons.erp_purchasing.operations import bill_order, confirm_order, receive_order
from core.db import today

FIRST_DAYS, EVERY = 330, 24
LAST_RECEIVED_DAYS = 16


def load(session: Session) -> None:
    """Orders every few weeks; the latest are on their way or still drafts. Once."""
    if session.scalar(select(Order.id).limit(1)) is not None:
        return
    random, now = Random(7), today(session)
    suppliers = session.scalars(select(Contact).where(Contact.supplier, Contact.active).order_by(Contact.id)).all()
    goods = session.scalars(select(Product).where(Product.kind == "goods", Product.cost > 0).order_by(Product.id)).all()
    vat = session.scalars(select(Tax).where(Tax.kind == "vat", Tax.rate == Decimal(21)).order_by(Tax.id)).first()
    if not suppliers or not goods:
        return
    for number, age in enumerate(range(FIRST_DAYS, 0, -EVERY)):
        day = now - timedelta(days=age)
        order = _order(session, random, suppliers[number % len(suppliers)], list(goods), vat, day)
        confirm_order(session, order)
        if age >= LAST_RECEIVED_DAYS:
            _receive_and_bill(session, order, number, day + timedelta(days=random.randint(4, 12)))
    confirm_order(session, _order(session, random, suppliers[-1], list(goods), vat, now - timedelta(days=3)))
    _order(session, random, suppliers[0], list(goods), vat, now)


def _order(session: Session, random: Random, supplier: Contact, goods: list[Product], vat: Tax | None, day: date) -> Order:
    """A draft of a few products at about their standard cost."""
    lines = [
        OrderLine(
            position=position,
            product=product,
            quantity=Decimal(random.choice((5, 10, 20))),
            price=(product.cost * random.choice((98, 100, 103)) / 100).quantize(Decimal("0.01")),
            tax=vat,
        )
        for position, product in enumerate(random.sample(goods, min(3, len(goods))))
    ]
    order = Order(contact=supplier, date=day, expected_on=day + timedelta(days=8))
    with session.no_autoflush:
        order.lines = lines
        order.recompute()
    session.add(order)
    session.flush()
    return order


def _receive_and_bill(session: Session, order: Order, number: int, day: date) -> None:
    """Whole, or every fourth in two parts; every fifth bill is dearer than agreed."""
    if number % 4 == 3:
        half = [{"line": line.id, "quantity": (line.quantity / 2).to_integral_value()} for line in order.lines]
        receive_order(session, order, date=day, lines=half)  # type: ignore[arg-type]
        day += timedelta(days=7)
    receive_order(session, order, date=day)
    bill = bill_order(session, order, date=day + timedelta(days=2), reference=f"{4000 + number:08d}")
    bill.terms = session.scalars(select(PaymentTerm).where(PaymentTerm.name == "30 days")).first()
    session.flush()
    if number % 5 == 4:
        bill.lines[0].price += bill.lines[0].price / 50
        bill.lines[0].price = bill.lines[0].price.quantize(Decimal("0.01"))
    post_invoice(session, bill)
