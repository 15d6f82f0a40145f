"""Counts: a snapshot, what was found, and the differences as ordinary moves."""

import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.erp_stock.models import Count, CountLine, Location, Move, StockLevel
from addons.erp_stock.operations.delivering import announce
from addons.erp_stock.operations.moving import Paper, Shelves, Step, record_moves
from addons.erp_stock.operations.places import place, require_owned
from addons.erp_stock.operations.reserving import trim_reservations
from addons.erp_stock.operations.valuing import ZERO
from core.db import now, take_number, today
from core.errors import Refused
from core.i18n import _
from core.operations import verb
from core.values import rounded

COUNT = "erp_stock.count"


@verb(Count, "start", label="Start", icon="camera", primary=True, order=10, when=lambda count: count.state == "draft")
def start_count(session: Session, count: Count) -> None:
    """Take the snapshot: what should stand in the place now, for the products listed, or for all that are there."""
    session.flush()
    session.refresh(count, with_for_update={"key_share": True, "of": type(count)})
    if count.state != "draft":
        raise Refused(_("{title} has begun already.", title=count.title))
    require_owned(count.location, "location")
    listed = {line.product_id for line in count.lines}
    if not listed:
        there = select(StockLevel.product_id).where(StockLevel.location_id == count.location_id, StockLevel.quantity != 0)
        for position, product_id in enumerate(session.scalars(there.order_by(StockLevel.product_id))):
            count.lines.append(CountLine(position=position, product_id=product_id))
    shelves = Shelves(session, count.company_id, [(line.product_id, count.location) for line in count.lines])
    count.snapshot_move_id = session.scalar(select(func.max(Move.id))) or 0
    count.snapshot_at = now()
    if not count.blind:
        for line in count.lines:
            line.expected = shelves.levels[line.product_id, count.location_id].quantity
    count.state = "ready"


@verb(
    Count,
    "approve",
    label="Approve",
    icon="check",
    primary=True,
    order=10,
    when=lambda count: count.state == "ready",
    confirm="Move the differences?",
)
def approve_count(session: Session, count: Count, *, date: datetime.date | None = None) -> None:
    """The differences to the snapshot become moves from or to the place of differences; what was not counted stays."""
    session.flush()
    session.refresh(count, with_for_update={"key_share": True, "of": type(count)})
    if count.state != "ready":
        raise Refused(_("{title} is not being counted: start it first.", title=count.title))
    lost = place(session, "inventory", count.company_id)
    ends = (count.location, lost)
    shelves = Shelves(session, count.company_id, [(line.product_id, end) for line in count.lines for end in ends])
    for line in count.lines:
        if line.expected is None:
            line.expected = expected_at_snapshot(session, count, line)
    steps = [step for line in count.lines if (step := _step(shelves, count, line, lost))]
    count.date = date or count.date or today(session)
    number = take_number(session, count)
    paper = Paper(model=COUNT, id=count.id, number=number, date=count.date, company_id=count.company_id)
    move_ids = record_moves(session, shelves, steps, paper)
    trim_reservations(session, [step.product_id for step in steps if step.source is count.location], count.location, shelves)
    count.state = "done"
    session.flush()
    announce(session, "count", count, paper, move_ids)


@verb(Count, "cancel", label="Cancel", icon="x", when=lambda count: count.is_open, confirm="Cancel this count?")
def cancel_count(session: Session, count: Count) -> None:
    """Its figures change nothing."""
    session.refresh(count, with_for_update={"key_share": True, "of": type(count)})
    if not count.is_open:
        raise Refused(_("{title} is approved: count again to correct it.", title=count.title))
    count.state = "cancelled"


def expected_at_snapshot(session: Session, count: Count, line: CountLine) -> Decimal:
    """What stood in the place when the count began, by the moves written until then."""

    def total(end: Any) -> Decimal:
        wanted = select(func.sum(Move.quantity)).where(
            Move.product_id == line.product_id, Move.id <= (count.snapshot_move_id or 0), end == count.location_id
        )
        return session.scalar(wanted) or ZERO

    return total(Move.destination_id) - total(Move.source_id)


def moved_since_snapshot(session: Session, count: Count) -> int:
    """How many moves of counted products touched the place since the count began."""
    if count.snapshot_move_id is None:
        return 0
    wanted = select(func.count()).where(
        Move.id > count.snapshot_move_id,
        Move.product_id.in_([line.product_id for line in count.lines]),
        (Move.source_id == count.location_id) | (Move.destination_id == count.location_id),
        Move.document_model != COUNT,
    )
    return session.scalar(wanted) or 0


def _step(shelves: Shelves, count: Count, line: CountLine, lost: Location) -> Step | None:
    """The move that makes good one difference, if there is one."""
    difference = line.difference
    if not difference:
        return None
    agreed = None
    if difference > 0 and line.cost is not None:
        agreed = rounded(line.cost * difference, shelves.digits)
    return Step(
        line_id=line.id,
        product_id=line.product_id,
        quantity=abs(difference),
        source=lost if difference > 0 else count.location,
        destination=count.location if difference > 0 else lost,
        agreed=agreed,
    )
