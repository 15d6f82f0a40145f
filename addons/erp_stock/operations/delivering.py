"""Deliveries: made, delivered whole or in part, cancelled; and customers' returns of them."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import NotRequired

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from addons.erp_stock.models import Delivery, DeliveryLine, Location, Move, ReceiptLine, TransferLine
from addons.erp_stock.operations.moving import (
    Paper,
    Shelves,
    Step,
    agreed_share,
    plain_quantity,
    record_moves,
    refuse_taking_reserved,
)
from addons.erp_stock.operations.places import place, require_owned
from addons.erp_stock.operations.reserving import drop_reservations, lock_document, reserve_delivery
from addons.erp_stock.operations.valuing import ZERO
from addons.erp_stock.signals import StockMoved
from core.db import take_number, today
from core.errors import FieldError, Invalid, Refused
from core.i18n import _
from core.operations import verb
from core.signals import send

DELIVERY = "erp_stock.delivery"


class LineQuantity(TypedDict):
    """So many of one line of a document, by the line's key; `product` is for whoever reads it on a form."""

    line: int
    product: NotRequired[str]
    quantity: Decimal


@verb(
    Delivery,
    "deliver",
    label="Deliver goods",
    icon="truck-delivery",
    primary=True,
    order=10,
    when=lambda delivery: delivery.is_open,
)
def deliver(
    session: Session,
    delivery: Delivery,
    *,
    date: datetime.date | None = None,
    lines: list[LineQuantity] | None = None,
) -> None:
    """Goods leave: all that is planned, or the given quantities by line, with the rest in a delivery of its own.

    Refused if there is not enough, if it is held for others, or if more would leave than was sold.
    """
    lock_document(session, delivery)
    if not delivery.is_open:
        raise Refused(_("{title} is done or cancelled: make another delivery.", title=delivery.title))
    require_owned(delivery.source, "source")
    going = quantities_of(delivery.lines, lines)
    there = place(session, "customer" if delivery.kind == "sale" else "supplier", delivery.company_id)
    pairs = [(line.product_id, end) for line in delivery.lines if going[line.id] for end in (delivery.source, there)]
    shelves = Shelves(session, delivery.company_id, pairs)
    _refuse_beyond_sold(session, delivery, going)
    drop_reservations(session, delivery)
    rest = _split_rest(session, delivery, going)
    steps = [_step(session, shelves, delivery, line, there) for line in delivery.lines]
    delivery.date = date or delivery.date or today(session)
    number = take_number(session, delivery, "DN" if delivery.kind == "sale" else "SR")
    paper = Paper(
        model=DELIVERY,
        id=delivery.id,
        number=number,
        date=delivery.date,
        company_id=delivery.company_id,
        contact_id=delivery.contact_id,
    )
    move_ids = record_moves(session, shelves, steps, paper)
    refuse_taking_reserved(shelves, [pair for pair in pairs if pair[1] is delivery.source])
    delivery.state = "done"
    session.flush()
    if rest:
        reserve_delivery(session, rest)
    announce(session, "delivery" if delivery.kind == "sale" else "supplier_return", delivery, paper, move_ids)


@verb(
    Delivery,
    "cancel",
    label="Cancel",
    icon="x",
    when=lambda delivery: delivery.is_open,
    confirm="Cancel this delivery?",
)
def cancel_delivery(session: Session, delivery: Delivery) -> None:
    """Nothing of it will leave; what was held for it is free again."""
    lock_document(session, delivery)
    if not delivery.is_open:
        raise Refused(_("{title} is done: take the goods back with a return.", title=delivery.title))
    drop_reservations(session, delivery)
    delivery.state = "cancelled"


def quantities_of(
    lines: Sequence[DeliveryLine] | Sequence[ReceiptLine], given: Sequence[LineQuantity] | None
) -> dict[int, Decimal]:
    """How many of each line, by its key: all where nothing is given; Invalid names a wrong line or quantity."""
    refuse_empty_lines(lines)
    if given is None:
        return {line.id: line.quantity for line in lines}
    planned = {line.id: line.quantity for line in lines}
    wanted = dict.fromkeys(planned, ZERO)
    for row, entry in enumerate(given):
        if entry["line"] not in planned:
            raise _invalid(
                row, "line", _("Row {row}: line {line} is not of this document.", row=row + 1, line=entry["line"])
            )
        quantity = Decimal(entry["quantity"])
        if not 0 <= quantity <= planned[entry["line"]]:
            limit = plain_quantity(planned[entry["line"]])
            raise _invalid(row, "quantity", _("Row {row}: give a quantity from 0 to {limit}.", row=row + 1, limit=limit))
        wanted[entry["line"]] = quantity
    if not any(wanted.values()):
        raise Invalid(_("Give a quantity above zero for at least one line."))
    return wanted


def refuse_empty_lines(lines: Sequence[DeliveryLine | ReceiptLine | TransferLine]) -> None:
    """Refuse a document without goods; Invalid names the rows without a quantity or with a service."""
    if not lines:
        raise Invalid(_("There are no lines: add at least one product."))
    for row, line in enumerate(lines):
        if line.quantity <= 0:
            raise _invalid(row, "quantity", _("Row {row}: enter a quantity above zero.", row=row + 1))
        if line.product.kind != "goods":
            title = line.product.title
            raise _invalid(
                row, "product", _("Row {row}: {product} is a service and has no stock.", row=row + 1, product=title)
            )


def moves_of(session: Session, model: str, document_id: int) -> Sequence[Move]:
    """The moves of one document."""
    wanted = select(Move).where(Move.document_model == model, Move.document_id == document_id)
    return session.scalars(wanted.order_by(Move.id)).all()


def moved_for_sale(session: Session, sale_model: str, sale_line_id: int) -> Decimal:
    """How many have left for a line that was sold, less those that came back."""
    wanted = select(Location.kind, func.sum(Move.quantity)).where(
        Move.sale_model == sale_model, Move.sale_line_id == sale_line_id
    )
    left = dict(session.execute(wanted.join(Move.destination).group_by(Location.kind)).all())
    total = sum(left.values(), ZERO)
    out = left.get("customer", ZERO)
    return out - (total - out)


def announce(session: Session, kind: str, document: object, paper: Paper, move_ids: tuple[int, ...]) -> None:
    """Tell whoever keeps books or a history that goods moved."""
    send(
        session,
        StockMoved(
            kind=kind,
            document_model=paper.model,
            document_id=paper.id,
            number=paper.number,
            date=paper.date,
            contact_id=paper.contact_id,
            origin_model=getattr(document, "origin_model", None),
            origin_id=getattr(document, "origin_id", None),
            move_ids=move_ids,
        ),
    )


def _invalid(row: int, field: str, message: object) -> Invalid:
    return Invalid(message, [FieldError(f"lines.{row}.{field}", message)])


def _refuse_beyond_sold(session: Session, delivery: Delivery, going: dict[int, Decimal]) -> None:
    """Exactly once: whatever documents lead to a sold line, no more leaves for it than was sold."""
    for line in delivery.lines:
        if line.sale_model is None or line.sale_line_id is None or line.sold is None:
            continue
        gone = moved_for_sale(session, line.sale_model, line.sale_line_id)
        if gone + going[line.id] > line.sold:
            raise Refused(
                _(
                    "{product}: {sold} were sold and {gone} have left already; {more} more cannot be delivered for it.",
                    product=line.product.title,
                    sold=plain_quantity(line.sold),
                    gone=plain_quantity(gone),
                    more=plain_quantity(going[line.id]),
                )
            )


def _split_rest(session: Session, delivery: Delivery, going: dict[int, Decimal]) -> Delivery | None:
    """Keep what goes now; what does not becomes a delivery of its own."""
    left = [(line, line.quantity - going[line.id]) for line in delivery.lines if going[line.id] < line.quantity]
    if not left:
        return None
    rest = Delivery(
        kind=delivery.kind,
        contact_id=delivery.contact_id,
        reference=delivery.reference,
        planned_on=delivery.planned_on,
        source_id=delivery.source_id,
        origin_model=delivery.origin_model,
        origin_id=delivery.origin_id,
        company_id=delivery.company_id,
        lines=[
            DeliveryLine(
                position=position,
                product_id=line.product_id,
                description=line.description,
                quantity=quantity,
                returns_move_id=line.returns_move_id,
                sale_model=line.sale_model,
                sale_line_id=line.sale_line_id,
                sold=line.sold,
            )
            for position, (line, quantity) in enumerate(left)
        ],
    )
    session.add(rest)
    for line, _quantity in left:
        line.quantity = going[line.id]
    delivery.lines = [line for line in delivery.lines if line.quantity]
    session.flush()
    return rest


def _step(session: Session, shelves: Shelves, delivery: Delivery, line: DeliveryLine, there: Location) -> Step:
    agreed = None
    if line.returns_move:
        agreed = agreed_share(session, line.returns_move, line.quantity, shelves.digits)
    return Step(
        line_id=line.id,
        product_id=line.product_id,
        quantity=line.quantity,
        source=delivery.source,
        destination=there,
        agreed=agreed,
        returns_id=line.returns_move_id,
        sale_model=line.sale_model,
        sale_line_id=line.sale_line_id,
    )
