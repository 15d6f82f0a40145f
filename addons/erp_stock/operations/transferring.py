"""Transfers between the company's own places."""

import datetime

from sqlalchemy.orm import Session

from addons.erp_stock.models import Transfer
from addons.erp_stock.operations.delivering import announce, refuse_empty_lines
from addons.erp_stock.operations.moving import Paper, Shelves, Step, record_moves, refuse_taking_reserved
from addons.erp_stock.operations.places import require_owned
from core.db import take_number, today
from core.errors import Invalid, Refused
from core.i18n import _
from core.operations import verb

TRANSFER = "erp_stock.transfer"


@verb(
    Transfer,
    "transfer",
    label="Transfer",
    icon="transfer",
    primary=True,
    order=10,
    when=lambda transfer: transfer.is_open,
)
def transfer_goods(session: Session, transfer: Transfer, *, date: datetime.date | None = None) -> None:
    """Goods change places; nothing is gained or lost by it."""
    session.flush()
    session.refresh(transfer, with_for_update={"key_share": True, "of": type(transfer)})
    if not transfer.is_open:
        raise Refused(_("{title} is done or cancelled: make another transfer.", title=transfer.title))
    require_owned(transfer.source, "source")
    require_owned(transfer.destination, "destination")
    if transfer.source_id == transfer.destination_id:
        raise Invalid(_("destination: choose another place than the one the goods are in."))
    refuse_empty_lines(transfer.lines)
    ends = (transfer.source, transfer.destination)
    shelves = Shelves(session, transfer.company_id, [(line.product_id, end) for line in transfer.lines for end in ends])
    steps = [
        Step(
            line_id=line.id,
            product_id=line.product_id,
            quantity=line.quantity,
            source=transfer.source,
            destination=transfer.destination,
        )
        for line in transfer.lines
    ]
    transfer.date = date or transfer.date or today(session)
    number = take_number(session, transfer)
    paper = Paper(model=TRANSFER, id=transfer.id, number=number, date=transfer.date, company_id=transfer.company_id)
    move_ids = record_moves(session, shelves, steps, paper)
    refuse_taking_reserved(shelves, [(line.product_id, transfer.source) for line in transfer.lines])
    transfer.state = "done"
    session.flush()
    announce(session, "transfer", transfer, paper, move_ids)


@verb(
    Transfer,
    "cancel",
    label="Cancel",
    icon="x",
    when=lambda transfer: transfer.is_open,
    confirm="Cancel this transfer?",
)
def cancel_transfer(session: Session, transfer: Transfer) -> None:
    """Nothing of it will move."""
    session.refresh(transfer, with_for_update={"key_share": True, "of": type(transfer)})
    if not transfer.is_open:
        raise Refused(_("{title} is done: transfer the goods back.", title=transfer.title))
    transfer.state = "cancelled"
