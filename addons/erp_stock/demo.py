"""The warehouse of Muebles del Plata: opening stock, deliveries of accepted quotes, a return, a transfer, a count."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.base_catalog.models import Product
from addons.crm_contacts.models import Contact
from addons.erp_stock.models import (
    Count,
    Delivery,
    DeliveryLine,
    Location,
    Move,
    Receipt,
    ReceiptLine,
    Transfer,
    TransferLine,
)
from addons.erp_stock.operations import (
    approve_count,
    deliver,
    receive,
    reserve_delivery,
    return_delivery,
    start_count,
    transfer_goods,
    usual_warehouse,
)
from core.db import today
from core.errors import Refused

OPENING_DAYS, COUNT_DAYS = 345, 60
WAITING_DAYS = 9


def load(session: Session) -> None:
    """A year of goods that come and go; once."""
    if session.scalar(select(Move.id).limit(1)) is not None:
        return
    random, now = Random(7), today(session)
    goods = list(session.scalars(select(Product).where(Product.kind == "goods", Product.active).order_by(Product.id)))
    if not goods:
        return
    _opening(session, random, goods, now - timedelta(days=OPENING_DAYS))
    _showroom(session, goods, now - timedelta(days=OPENING_DAYS - 5))
    _sales(session, random, goods, now)
    _deliver_what_waits(session, random, now)
    _count(session, now - timedelta(days=COUNT_DAYS))


def _opening(session: Session, random: Random, goods: list[Product], day: date) -> None:
    """What stood in the warehouse when the books began."""
    lines = [
        ReceiptLine(position=i, product_id=product.id, quantity=Decimal(random.randint(24, 80)), cost=product.cost)
        for i, product in enumerate(goods)
        if product.cost
    ]
    receipt = Receipt(kind="opening", destination=usual_warehouse(session), lines=lines)
    session.add(receipt)
    session.flush()
    receive(session, receipt, date=day)


def _showroom(session: Session, goods: list[Product], day: date) -> None:
    """One of each of some goods stands where customers see it."""
    room = Location(name="Showroom", kind="internal", parent=usual_warehouse(session))
    transfer = Transfer(
        source=usual_warehouse(session),
        destination=room,
        lines=[TransferLine(position=i, product_id=product.id, quantity=Decimal(1)) for i, product in enumerate(goods[:8])],
    )
    session.add_all([room, transfer])
    session.flush()
    transfer_goods(session, transfer, date=day)


def _sales(session: Session, random: Random, goods: list[Product], now: date) -> None:
    """Deliveries over the counter, without a quote; one of them comes back in part."""
    wanted = select(Contact).where(Contact.customer, Contact.active).order_by(Contact.id)
    customers = session.scalars(wanted).all()
    if not customers:
        return
    done: list[Delivery] = []
    for age in range(320, 12, -21):
        lines = [
            DeliveryLine(position=i, product_id=product.id, quantity=Decimal(random.choice((1, 2, 3))))
            for i, product in enumerate(random.sample(goods, min(2, len(goods))))
        ]
        delivery = Delivery(contact_id=random.choice(customers).id, source=usual_warehouse(session), lines=lines)
        session.add(delivery)
        session.flush()
        deliver(session, delivery, date=now - timedelta(days=age))
        done.append(delivery)
    returned = done[len(done) // 2]
    day = (returned.date or now) + timedelta(days=6)
    return_delivery(session, returned, lines=[{"line": returned.lines[0].id, "quantity": Decimal(1)}], date=day)


def _deliver_what_waits(session: Session, random: Random, now: date) -> None:
    """Orders of the year leave a few days after they came; those of the last days still wait."""
    waiting = select(Delivery).where(Delivery.state.in_(("draft", "ready"))).order_by(Delivery.planned_on, Delivery.id)
    for delivery in session.scalars(waiting).all():
        day = (delivery.planned_on or now) + timedelta(days=random.randint(1, 6))
        if day >= now - timedelta(days=WAITING_DAYS):
            reserve_delivery(session, delivery)
            continue
        with session.begin_nested() as attempt:
            try:
                deliver(session, delivery, date=day)
            except Refused:
                attempt.rollback()


def _count(session: Session, day: date) -> None:
    """A count of the showroom, where a chair was not found."""
    room = session.scalars(select(Location).where(Location.name == "Showroom")).first()
    if room is None:
        return
    count = Count(location=room)
    session.add(count)
    session.flush()
    start_count(session, count)
    for position, line in enumerate(count.lines):
        line.counted = Decimal(0) if position == 0 else line.expected
    approve_count(session, count, date=day)
