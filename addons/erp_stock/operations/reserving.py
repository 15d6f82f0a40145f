"""Holding goods for a delivery: rows, not counters, so that nothing can drift."""

from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from addons.erp_stock.models import Delivery, DeliveryLine, Location, Reservation
from addons.erp_stock.operations.moving import Shelves
from addons.erp_stock.operations.valuing import ZERO
from addons.erp_stock.signals import StockReserved
from core.db import insert_rows
from core.errors import Refused
from core.i18n import _
from core.operations import verb
from core.signals import send


def lock_document(session: Session, document: Delivery) -> None:
    """Wait for whoever works on this document, then see it as it is now."""
    session.flush()
    session.refresh(document, with_for_update={"key_share": True, "of": type(document)})


def held_by_line(session: Session, delivery: Delivery) -> dict[int, Decimal]:
    """How much is held for each line of a delivery, by the line's key."""
    rows = session.execute(
        select(Reservation.delivery_line_id, func.sum(Reservation.quantity))
        .where(Reservation.delivery_id == delivery.id)
        .group_by(Reservation.delivery_line_id)
    )
    return dict(rows.all())


@verb(Delivery, "reserve", label="Reserve", icon="lock", when=lambda delivery: delivery.state == "draft", order=20)
def reserve_delivery(session: Session, delivery: Delivery) -> None:
    """Hold what the delivery needs, as far as it is free; with all of it held the delivery is ready."""
    lock_document(session, delivery)
    if not delivery.is_open:
        raise Refused(_("{title} is done or cancelled: nothing is left to reserve.", title=delivery.title))
    pairs = [(line.product_id, delivery.source) for line in delivery.lines]
    shelves = Shelves(session, delivery.company_id, pairs)
    held = held_by_line(session, delivery)
    free = {product_id: shelves.free(product_id, delivery.source) for product_id, _source in pairs}
    whole = bool(delivery.lines)
    rows: list[dict[str, object]] = []
    for line in delivery.lines:
        needed = line.quantity - held.get(line.id, ZERO)
        taken = max(min(needed, free[line.product_id]), ZERO)
        free[line.product_id] -= taken
        whole = whole and taken >= needed
        if taken > 0:
            _drop(session, line)
            rows.append(_row(delivery, line, held.get(line.id, ZERO) + taken))
    insert_rows(session, Reservation, rows)
    delivery.state = "ready" if whole else "draft"
    session.flush()
    if whole:
        send(session, StockReserved(delivery_id=delivery.id, contact_id=delivery.contact_id))


@verb(Delivery, "release", label="Release", icon="lock-open", when=lambda delivery: delivery.is_open, order=60)
def release_delivery(session: Session, delivery: Delivery) -> None:
    """Let go of everything that is held for the delivery."""
    lock_document(session, delivery)
    drop_reservations(session, delivery)
    if delivery.is_open:
        delivery.state = "draft"


def drop_reservations(session: Session, delivery: Delivery) -> None:
    """Remove the rows that hold goods for a delivery."""
    session.execute(delete(Reservation).where(Reservation.delivery_id == delivery.id))


def trim_reservations(session: Session, product_ids: Iterable[int], location: Location, shelves: Shelves) -> None:
    """Let go of the newest holds of goods that a count did not find."""
    for product_id in product_ids:
        newest_first = select(Reservation).where(
            Reservation.product_id == product_id, Reservation.location_id == location.id
        )
        for hold in session.scalars(newest_first.order_by(Reservation.id.desc())).all():
            missing = -shelves.free(product_id, location)
            if missing <= 0:
                break
            hold.delivery.state = "draft"
            if hold.quantity <= missing:
                session.delete(hold)
            else:
                hold.quantity -= missing
            session.flush()


def _drop(session: Session, line: DeliveryLine) -> None:
    session.execute(delete(Reservation).where(Reservation.delivery_line_id == line.id))


def _row(delivery: Delivery, line: DeliveryLine, quantity: Decimal) -> dict[str, object]:
    return {
        "company_id": delivery.company_id,
        "delivery_line_id": line.id,
        "delivery_id": delivery.id,
        "product_id": line.product_id,
        "location_id": delivery.source_id,
        "quantity": quantity,
    }
