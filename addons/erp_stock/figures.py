"""What the cards of products and contacts say of stock."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from addons.base_catalog.models import Product
from addons.crm_contacts.models import Contact
from addons.erp_stock.models import Count, Delivery
from addons.erp_stock.operations import holdings, moved_since_snapshot
from core.i18n import _
from core.screens.deciding import deciding
from core.screens.fields.rights import demand
from core.screens.figures import Asking, Figure, figure

DELIVERED = (Delivery.contact_id == bindparam("contact"), Delivery.state == "done", Delivery.kind == "sale")
LATEST = [
    select(column).where(*DELIVERED).order_by(Delivery.date.desc(), Delivery.id.desc()).limit(1)
    for column in (Delivery.date, Delivery.number, Delivery.id)
]
WAITING = select(func.count(Delivery.id)).where(
    Delivery.contact_id == bindparam("contact"), Delivery.state.in_(("draft", "ready"))
)


@figure(Product, "on_hand", label="On hand", order=10)
def on_hand(session: Session, product: Product) -> Figure:
    """What stands in the company's places."""
    holding = holdings(session, [product.id])[product.id]
    url = f"/erp_stock/stock_level/?q={product.code}"
    return Figure(holding.on_hand, kind="quantity", url=url)


@deciding(Product, order=10)
def in_stock(session: Session, products: Sequence[Product]) -> dict[int, Figure]:
    """What can still be promised of each good."""
    goods = [product.id for product in products if product.kind == "goods"]
    found = holdings(session, goods)
    return {key: Figure(held.available, kind="quantity", note=_("in stock")) for key, held in found.items()}


@figure(Product, "reserved", label="Reserved", order=11)
def reserved(session: Session, product: Product) -> Figure:
    """What is held for deliveries."""
    return Figure(holdings(session, [product.id])[product.id].reserved, kind="quantity", url="/erp_stock/reservation/")


@figure(Product, "available", label="Available", order=12)
def available(session: Session, product: Product) -> Figure:
    """What can still be promised."""
    return Figure(holdings(session, [product.id])[product.id].available, kind="quantity")


@figure(Product, "stock_value", label="Stock value", order=13)
def stock_value(session: Session, product: Product) -> Figure:
    """What the goods on hand are worth, at their average cost."""
    return Figure(holdings(session, [product.id])[product.id].value, kind="money", url="/reports/erp_stock/valuation")


@figure(Contact, "last_delivery", label="Last delivery", order=40)
def last_delivery(session: Session, contact: Contact) -> Asking:
    """When goods last left for this contact; says nothing of who is no customer."""
    demand(session, Delivery, "read")

    def read(day: date | None, number: str | None, key: int | None) -> Figure | None:
        if key is None:
            return Figure(None, kind="date", note=_("nothing delivered yet")) if contact.customer else None
        return Figure(day, kind="date", note=number or "", url=f"/erp_stock/delivery/{key}")

    return Asking(tuple(LATEST), {"contact": contact.id}, read)


@figure(Contact, "to_deliver", label="To deliver", order=61)
def to_deliver(session: Session, contact: Contact) -> Asking:
    """How many deliveries wait to leave for this contact, if any do."""
    demand(session, Delivery, "read")

    def read(count: int) -> Figure | None:
        return Figure(count, kind="integer", url="/erp_stock/delivery/?filter=open") if count else None

    return Asking((WAITING,), {"contact": contact.id}, read)


@figure(Count, "moved_since", label="Moves since the snapshot", order=10)
def moved_since(session: Session, count: Count) -> Figure:
    """Whether goods moved while they were being counted; the count allows for them."""
    return Figure(moved_since_snapshot(session, count), kind="integer")
