"""What the cards of orders and suppliers say of purchases."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from addons.crm_contacts.models import Contact
from addons.erp_purchasing.models import BillMatch, Order, OrderLine
from core.db import actor, today
from core.i18n import Text, _
from core.screens.fields.formats import formats
from core.screens.fields.rights import demand
from core.screens.figures import Asking, Figure, figure
from core.values import currency_digits, rounded

ZERO = Decimal(0)
ORDERED = ("confirmed", "received", "done")
WAITED_FOR = (Order.contact_id == bindparam("contact"), Order.state == "confirmed")
ON_ORDER = (select(func.count(Order.id)).where(*WAITED_FOR), select(func.sum(Order.net)).where(*WAITED_FOR))
PURCHASED = (Order.contact_id == bindparam("contact"), Order.state.in_(ORDERED))
LATEST = [
    select(column).where(*PURCHASED).order_by(Order.date.desc(), Order.id.desc()).limit(1)
    for column in (Order.date, Order.number, Order.id)
]


@figure(Order, "to_receive", label="To receive", order=10)
def to_receive(session: Session, order: Order) -> Figure | None:
    """The worth of the goods that are still waited for."""
    if order.state not in ORDERED:
        return None
    left = sum((_share(line, line.quantity - line.received, order) for line in order.lines if line.is_goods), ZERO)
    return Figure(max(left, ZERO), note=_expected(session, order))


@figure(Order, "to_bill", label="To bill", order=11)
def to_bill(session: Session, order: Order) -> Figure | None:
    """The worth of what came and is not billed."""
    if order.state not in ORDERED:
        return None
    left = sum((_share(line, line.to_bill, order) for line in order.lines), ZERO)
    return Figure(left, url=f"/erp_invoicing/invoice/?q={order.number}")


@figure(Order, "variance", label="Price difference", order=12)
def variance(session: Session, order: Order) -> Figure | None:
    """What the supplier charged beyond what was agreed."""
    total = session.scalar(select(func.sum(BillMatch.difference)).where(BillMatch.order_id == order.id))
    if total is None:
        return None
    return Figure(total, url=f"/erp_purchasing/bill_match/?q={order.number}", tone="warn" if total > 0 else "")


def _expected(session: Session, order: Order) -> Text | str:
    if order.expected_on is None:
        return ""
    return _("expected {day}", day=formats(today(session).year, actor(session).zone).day(order.expected_on))


def _share(line: OrderLine, quantity: Decimal, order: Order) -> Decimal:
    exact = Fraction(line.net) * Fraction(quantity) / Fraction(line.quantity)
    return rounded(exact, currency_digits(order.currency))


@figure(Contact, "open_orders", label="On order", order=50)
def open_orders(session: Session, contact: Contact) -> Asking:
    """What is ordered from a supplier and has not come."""
    demand(session, Order, "read")

    def read(count: int, total: Decimal | None) -> Figure | None:
        if not count:
            return None
        return Figure(total or ZERO, note=_("{count} orders", count=count), url=f"/erp_purchasing/order/?q={contact.name}")

    return Asking(ON_ORDER, {"contact": contact.id}, read)


@figure(Contact, "last_purchase", label="Last purchase", order=51)
def last_purchase(session: Session, contact: Contact) -> Asking:
    """When something was last ordered from a supplier."""
    demand(session, Order, "read")

    def read(day: date | None, number: str | None, key: int | None) -> Figure | None:
        return Figure(day, kind="date", note=number or "", url=f"/erp_purchasing/order/{key}") if key else None

    return Asking(tuple(LATEST), {"contact": contact.id}, read)
