"""Stock in the books: each document that moves goods posts one entry, of the same amounts, in the same transaction."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.erp_ledger.models import Account, Entry, EntryLine
from addons.erp_ledger.operations import EntryDraft, LineDraft, account_for, ensure_account, post_rows
from addons.erp_stock.models import Location, Move
from addons.erp_stock.models.locations import OWNED
from addons.erp_stock.operations.valuing import ZERO
from addons.erp_stock.signals import StockMoved
from core.db import check, trusted
from core.i18n import _
from core.signals import hears

OTHER_SIDE = {
    "purchase": "grni",
    "supplier_return": "grni",
    "delivery": "cogs",
    "return": "cogs",
    "opening": "capital",
    "count": "inventory_difference",
}
TEXTS = {
    "purchase": "Receipt {number}",
    "supplier_return": "Return to supplier {number}",
    "delivery": "Delivery {number}",
    "return": "Return {number}",
    "opening": "Opening stock {number}",
    "count": "Count {number}",
}


@hears(StockMoved)
def post_stock(session: Session, signal: StockMoved) -> None:
    """Inventory against what the document is for; a price difference goes to an account of its own. Posts once."""
    if signal.kind not in OTHER_SIDE:
        return
    with trusted(session):
        source = (signal.document_model, signal.document_id)
        known = select(Entry.id).where(Entry.source_model == source[0], Entry.source_id == source[1]).limit(1)
        moves = session.scalars(select(Move).where(Move.id.in_(signal.move_ids))).all()
        if not moves or session.scalar(known) is not None:
            return
        company_id = moves[0].company_id
        gained, agreed = totals(session, moves)
        sides = [
            (account_for(session, "inventory", company_id).id, gained),
            (other_side(session, signal.kind, company_id), -agreed),
            (account_for(session, "purchase_variance", company_id).id, agreed - gained),
        ]
        lines = [LineDraft.signed(account, amount) for account, amount in sides if amount]
        if lines:
            text = str(_(TEXTS[signal.kind], number=signal.number))
            draft = EntryDraft(
                date=signal.date, text=text, journal="stock", lines=lines, source=source, company_id=company_id
            )
            post_rows(session, draft)


def totals(session: Session, moves: Iterable[Move]) -> tuple[Decimal, Decimal]:
    """What the stock gained by some moves and what the other side gave for it; minus where goods left."""
    owned = set(session.scalars(select(Location.id).where(Location.kind.in_(OWNED))))
    gained = agreed = ZERO
    for move in moves:
        sign = (move.destination_id in owned) - (move.source_id in owned)
        gained += sign * move.value
        agreed += sign * move.counterpart
    return gained, agreed


def other_side(session: Session, kind: str, company_id: int) -> int:
    """The account that faces the inventory; that of differences is made when it is first needed."""
    purpose = OTHER_SIDE[kind]
    if purpose == "inventory_difference":
        name = str(_("Inventory differences"))
        return ensure_account(session, company_id, "5.1.90", name, "expense", purpose=purpose).id
    return account_for(session, purpose, company_id).id


@check("K5 the inventory account is worth what the stock is worth, at the end of every day")
def inventory_agrees(session: Session) -> list[str]:
    """Days on which the account and the moves differ, by company."""
    owned = select(Location.id).where(Location.kind.in_(OWNED))
    changes: dict[tuple[int, Any], Decimal] = {}
    for end, sign in ((Move.destination_id, 1), (Move.source_id, -1)):
        rows = select(Move.company_id, Move.date, func.sum(Move.value)).where(end.in_(owned))
        for company_id, day, value in session.execute(rows.group_by(Move.company_id, Move.date)):
            changes[company_id, day] = changes.get((company_id, day), ZERO) + sign * value
    booked = (
        select(Account.company_id, EntryLine.date, func.sum(EntryLine.debit - EntryLine.credit))
        .join(Account, Account.id == EntryLine.account_id)
        .where(Account.purpose == "inventory", EntryLine.date.is_not(None))
    )
    for company_id, booked_on, amount in session.execute(booked.group_by(Account.company_id, EntryLine.date)):
        changes[company_id, booked_on] = changes.get((company_id, booked_on), ZERO) - amount
    return [
        str(_("company {company}, {day}: stock less ledger {difference}", company=company, day=day, difference=off))
        for (company, day), off in sorted(changes.items(), key=str)
        if off
    ]
