"""The three-way match against the ledger."""

from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.erp_invoicing.models import Invoice, InvoiceLine
from addons.erp_ledger.models import Account, Entry, EntryLine
from addons.erp_purchasing.models import BillMatch
from addons.erp_stock.models import Location, Move
from core.db import check

ZERO = Decimal(0)


@check("K9 what was received and not billed is the balance of its account")
def grni_agrees(session: Session) -> list[str]:
    """Companies whose account of goods received, not billed, says something else than receipts and bills."""
    found = []
    for account in session.scalars(select(Account).where(Account.purpose == "grni")):
        expected = _billed(session, account) - _received(session, account.company_id) + _by_hand(session, account)
        booked = session.scalar(
            select(func.sum(EntryLine.debit - EntryLine.credit)).where(
                EntryLine.account_id == account.id, EntryLine.date.is_not(None)
            )
        )
        if (booked or ZERO) != expected:
            found.append(f"company {account.company_id}: ledger {booked or ZERO}, receipts and bills {expected}")
    return found


def _received(session: Session, company_id: int) -> Decimal:
    """What receipts brought at agreed prices, less what went back."""
    suppliers = select(Location.id).where(Location.kind == "supplier")
    came = select(func.sum(Move.counterpart)).where(Move.company_id == company_id, Move.source_id.in_(suppliers))
    back = select(func.sum(Move.counterpart)).where(Move.company_id == company_id, Move.destination_id.in_(suppliers))
    return (session.scalar(came) or ZERO) - (session.scalar(back) or ZERO)


def _billed(session: Session, account: Account) -> Decimal:
    """What bills cleared: at the agreed value where they were matched with an order, else as billed."""
    agreed = (
        select(func.sum(BillMatch.agreed))
        .join(InvoiceLine, InvoiceLine.id == BillMatch.invoice_line_id)
        .where(InvoiceLine.account_id == account.id)
    )
    unmatched = (
        select(func.sum(InvoiceLine.amount))
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(
            InvoiceLine.account_id == account.id,
            Invoice.state == "posted",
            InvoiceLine.id.not_in(select(BillMatch.invoice_line_id)),
        )
    )
    return (session.scalar(agreed) or ZERO) + (session.scalar(unmatched) or ZERO)


def _by_hand(session: Session, account: Account) -> Decimal:
    """What people wrote to the account themselves."""
    wanted = (
        select(func.sum(EntryLine.debit - EntryLine.credit))
        .join(Entry, Entry.id == EntryLine.entry_id)
        .where(EntryLine.account_id == account.id, Entry.posted, Entry.source_model.is_(None))
    )
    return session.scalar(wanted) or ZERO
