"""What the cards of products and contacts say of stock."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.base_catalog.models import Product
from addons.crm_contacts.models import Contact
from addons.erp_stock.models import Count, Delivery
from addons.erp_stock.operations import holdings, moved_since_snapshot
from core.i18n import _
from core.screens.figures import Figure, figure


@figure(Product, "on_hand", label="On hand", order=10)
def on_hand(session: Session, product: Product) -> Figure:
    """What stands in the company's places."""
    holding = holdings(session, [product.id])[product.id]
    url = f"/erp_stock/stock_level/?q={product.code}"
    return Figure(holding.on_hand, kind="quantity", url=url)


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
def last_delivery(session: Session, contact: Contact) -> Figure | None:
    """When goods last left for this contact; says nothing of who is no customer."""
    mine = select(Delivery).where(Delivery.contact_id == contact.id, Delivery.state == "done", Delivery.kind == "sale")
    latest = session.scalar(mine.order_by(Delivery.date.desc(), Delivery.id.desc()).limit(1))
    if latest is None and not contact.customer:
        return None
    if latest is None:
        return Figure(None, kind="date", note=_("nothing delivered yet"))
    return Figure(latest.date, kind="date", note=latest.number or "", url=f"/erp_stock/delivery/{latest.id}")


@figure(Contact, "to_deliver", label="To deliver", order=41)
def to_deliver(session: Session, contact: Contact) -> Figure | None:
    """How many deliveries wait to leave for this contact, if any do."""
    waiting = select(func.count()).where(Delivery.contact_id == contact.id, Delivery.state.in_(("draft", "ready")))
    count = session.scalar(waiting)
    return Figure(count, kind="integer", url="/erp_stock/delivery/?filter=open") if count else None


@figure(Count, "moved_since", label="Moves since the snapshot", order=10)
def moved_since(session: Session, count: Count) -> Figure:
    """Whether goods moved while they were being counted; the count allows for them."""
    return Figure(moved_since_snapshot(session, count), kind="integer")
