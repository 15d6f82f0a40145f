"""Orders in a supplier's history."""

from sqlalchemy.orm import Session

from addons.crm_contacts.operations import log, mark_role, relink
from addons.crm_contacts.signals import ContactMerged
from addons.erp_purchasing.models import Order
from addons.erp_purchasing.signals import OrderConfirmed
from core.signals import hears


@hears(OrderConfirmed)
def log_order(session: Session, signal: OrderConfirmed) -> None:
    """One entry per order."""
    log(
        session,
        signal.contact_id,
        kind="document",
        icon="shopping-cart",
        text="Ordered: {number}",
        parameters={"number": signal.number},
        model="erp_purchasing.order",
        record_id=signal.order_id,
        amount=signal.total,
        currency=signal.currency,
        at=signal.date,
        key=f"erp_purchasing.order:{signal.order_id}:confirmed",
    )


@hears(OrderConfirmed)
def know_supplier(session: Session, signal: OrderConfirmed) -> None:
    """Whoever we order from is a supplier; marking him twice changes nothing."""
    mark_role(session, signal.contact_id, "supplier")


@hears(ContactMerged)
def follow_merge(session: Session, signal: ContactMerged) -> None:
    """All orders go to the kept card. Once, as none is left."""
    relink(session, signal.merge_id, Order.contact_id)
