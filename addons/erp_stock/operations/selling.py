"""Deliveries for what was sold: one chain of documents, one set of moves."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.erp_stock.models import Delivery, DeliveryLine
from addons.erp_stock.models.documents import OPEN
from addons.erp_stock.operations.places import company_of, usual_warehouse
from addons.erp_stock.operations.reserving import drop_reservations, lock_document, reserve_delivery


@dataclass(frozen=True)
class SaleLine:
    """Goods to deliver for a line that was sold: `sold` of it in all, `quantity` now."""

    product_id: int
    description: str | None
    quantity: Decimal
    model: str
    key: int
    sold: Decimal


def make_delivery(
    session: Session,
    contact_id: int,
    lines: Sequence[SaleLine],
    origin: tuple[str, int],
    reference: str | None = None,
    planned_on: datetime.date | None = None,
) -> Delivery:
    """A draft delivery from the usual warehouse; it holds nothing yet."""
    delivery = Delivery(
        contact_id=contact_id,
        source=usual_warehouse(session),
        reference=reference,
        planned_on=planned_on,
        origin_model=origin[0],
        origin_id=origin[1],
        company_id=company_of(session),
        lines=[
            DeliveryLine(
                position=position,
                product_id=line.product_id,
                description=line.description,
                quantity=line.quantity,
                sale_model=line.model,
                sale_line_id=line.key,
                sold=line.sold,
            )
            for position, line in enumerate(lines)
        ],
    )
    session.add(delivery)
    session.flush()
    return delivery


def sold_before(session: Session, model: str, key: int) -> Decimal | None:
    """How many were sold by a line, as the deliveries made for it say; None if there are none."""
    wanted = select(func.max(DeliveryLine.sold)).where(DeliveryLine.sale_model == model, DeliveryLine.sale_line_id == key)
    return session.scalar(wanted)


def take_from_open_deliveries(session: Session, lines: Sequence[SaleLine]) -> None:
    """What leaves by another document need not leave by deliveries that wait: they get smaller, or are cancelled."""
    for line in lines:
        left = line.quantity
        for waiting in _waiting(session, line):
            if left <= 0:
                break
            lock_document(session, waiting.delivery)
            drop_reservations(session, waiting.delivery)
            taken = min(left, waiting.quantity)
            left -= taken
            _shrink(session, waiting, taken)


def _waiting(session: Session, line: SaleLine) -> Sequence[DeliveryLine]:
    wanted = (
        select(DeliveryLine)
        .join(DeliveryLine.delivery)
        .where(DeliveryLine.sale_model == line.model, DeliveryLine.sale_line_id == line.key, Delivery.state.in_(OPEN))
        .order_by(DeliveryLine.id)
    )
    return session.scalars(wanted).all()


def _shrink(session: Session, waiting: DeliveryLine, taken: Decimal) -> None:
    delivery = waiting.delivery
    if waiting.quantity > taken:
        waiting.quantity -= taken
    else:
        delivery.lines.remove(waiting)
    session.flush()
    if delivery.lines:
        delivery.state = "draft"
        reserve_delivery(session, delivery)
    else:
        delivery.state = "cancelled"
        session.flush()
