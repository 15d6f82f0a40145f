"""Receipts: goods arrive whole or in part; and returns of them to the supplier."""

import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.erp_stock.models import Location, Receipt, ReceiptLine
from addons.erp_stock.operations.delivering import (
    LineQuantity,
    announce,
    quantities_of,
)
from addons.erp_stock.operations.moving import Paper, Shelves, Step, agreed_share, record_moves
from addons.erp_stock.operations.places import place, require_owned
from addons.erp_stock.operations.valuing import ZERO, part
from core.db import take_number, today
from core.errors import FieldError, Invalid, Refused
from core.i18n import _
from core.operations import verb
from core.values import rounded

RECEIPT = "erp_stock.receipt"
SOURCES = {"purchase": "supplier", "return": "customer", "opening": "inventory"}
SERIES = {"purchase": "GR", "return": "RET", "opening": "OB"}


@verb(
    Receipt,
    "receive",
    label="Receive",
    icon="package-import",
    primary=True,
    order=10,
    when=lambda receipt: receipt.is_open,
)
def receive(
    session: Session,
    receipt: Receipt,
    *,
    date: datetime.date | None = None,
    lines: list[LineQuantity] | None = None,
) -> None:
    """Goods arrive: all that is planned, or the given quantities by line, with the rest in a receipt of its own."""
    session.flush()
    session.refresh(receipt, with_for_update={"key_share": True, "of": type(receipt)})
    if not receipt.is_open:
        raise Refused(_("{title} is done or cancelled: make another receipt.", title=receipt.title))
    require_owned(receipt.destination, "destination")
    coming = quantities_of(receipt.lines, lines)
    there = place(session, SOURCES[receipt.kind], receipt.company_id)
    shelves = Shelves(
        session,
        receipt.company_id,
        [(line.product_id, end) for line in receipt.lines for end in (there, receipt.destination)],
    )
    _fix_agreed(receipt, shelves.digits)
    _split_rest(session, receipt, coming, shelves.digits)
    steps = [_step(session, shelves, receipt, line, there) for line in receipt.lines]
    receipt.date = date or receipt.date or today(session)
    number = take_number(session, receipt, SERIES[receipt.kind])
    paper = Paper(
        model=RECEIPT,
        id=receipt.id,
        number=number,
        date=receipt.date,
        company_id=receipt.company_id,
        contact_id=receipt.contact_id,
    )
    move_ids = record_moves(session, shelves, steps, paper)
    receipt.state = "done"
    session.flush()
    announce(session, receipt.kind, receipt, paper, move_ids)


@verb(Receipt, "cancel", label="Cancel", icon="x", when=lambda receipt: receipt.is_open, confirm="Cancel this receipt?")
def cancel_receipt(session: Session, receipt: Receipt) -> None:
    """Nothing of it will arrive."""
    session.refresh(receipt, with_for_update={"key_share": True, "of": type(receipt)})
    if not receipt.is_open:
        raise Refused(_("{title} is done: send the goods back with a return.", title=receipt.title))
    receipt.state = "cancelled"


def _fix_agreed(receipt: Receipt, digits: int) -> None:
    """The value of each line before it is split: what an order agreed, else its cost; Invalid names lines without."""
    if receipt.kind == "return":
        return
    faults = []
    for row, line in enumerate(receipt.lines):
        if line.amount is None and line.cost is None and not line.product.cost:
            message = _("Row {row}: {product} has no unit cost; enter one.", row=row + 1, product=line.product.title)
            faults.append(FieldError(f"lines.{row}.cost", message))
        elif line.amount is None:
            line.cost = line.product.cost if line.cost is None else line.cost
            line.amount = rounded(line.cost * line.quantity, digits)
    if faults:
        raise Invalid(_("The receipt has goods without a cost."), faults)


def _split_rest(session: Session, receipt: Receipt, coming: dict[int, Decimal], digits: int) -> None:
    """Keep what comes now; what does not becomes a receipt of its own, with the rest of the agreed value."""
    left = [line for line in receipt.lines if coming[line.id] < line.quantity]
    if not left:
        return
    rest = Receipt(
        kind=receipt.kind,
        state="ready",
        contact_id=receipt.contact_id,
        reference=receipt.reference,
        planned_on=receipt.planned_on,
        destination_id=receipt.destination_id,
        origin_model=receipt.origin_model,
        origin_id=receipt.origin_id,
        company_id=receipt.company_id,
        lines=[_rest_of(line, coming[line.id], position, digits) for position, line in enumerate(left)],
    )
    session.add(rest)
    receipt.lines = [line for line in receipt.lines if line.quantity]
    session.flush()


def _rest_of(line: ReceiptLine, coming: Decimal, position: int, digits: int) -> ReceiptLine:
    now = None if line.amount is None else part(line.amount, coming, line.quantity, digits)
    rest = ReceiptLine(
        position=position,
        product_id=line.product_id,
        description=line.description,
        quantity=line.quantity - coming,
        cost=line.cost,
        amount=None if now is None or line.amount is None else line.amount - now,
        returns_move_id=line.returns_move_id,
        origin_line_id=line.origin_line_id,
    )
    line.quantity, line.amount = coming, now
    return rest


def _step(session: Session, shelves: Shelves, receipt: Receipt, line: ReceiptLine, there: Location) -> Step:
    agreed, original = line.amount or ZERO, line.returns_move
    if original:
        agreed = agreed_share(session, original, line.quantity, shelves.digits)
        line.amount = agreed
    return Step(
        line_id=line.id,
        product_id=line.product_id,
        quantity=line.quantity,
        source=there,
        destination=receipt.destination,
        agreed=agreed,
        returns_id=line.returns_move_id,
        sale_model=original.sale_model if original else None,
        sale_line_id=original.sale_line_id if original else None,
    )
