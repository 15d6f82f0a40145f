"""Where an order stands, by what came and what was billed."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.erp_purchasing.models import Order
from addons.erp_purchasing.signals import OrderReceived
from addons.erp_stock.models import Receipt
from core.db import today
from core.signals import send

ORDER = "erp_purchasing.order"
OPEN_RECEIPTS = ("draft", "ready")


def locked_order(session: Session, key: int) -> Order:
    """The order as it is now, kept from others until the commit."""
    session.flush()
    wanted = select(Order).where(Order.id == key).with_for_update(key_share=True)
    return session.scalars(wanted.execution_options(populate_existing=True)).one()


def open_receipts(session: Session, order: Order) -> Sequence[Receipt]:
    """The receipts that goods of the order are still waited for with."""
    wanted = select(Receipt).where(
        Receipt.origin_model == ORDER, Receipt.origin_id == order.id, Receipt.state.in_(OPEN_RECEIPTS)
    )
    return session.scalars(wanted.order_by(Receipt.id)).all()


def advance(session: Session, order: Order) -> None:
    """Received once nothing is waited for, done once all of that is billed; tells when the last goods came."""
    session.flush()
    if order.state not in ("confirmed", "received", "done"):
        return
    here = not open_receipts(session, order)
    billed = all(line.to_bill <= 0 for line in order.lines)
    before = order.state
    order.state = "confirmed" if not here else "done" if billed else "received"
    session.flush()
    if before == "confirmed" and order.state in ("received", "done"):
        send(
            session,
            OrderReceived(order_id=order.id, contact_id=order.contact_id, number=order.number or "", date=today(session)),
        )
