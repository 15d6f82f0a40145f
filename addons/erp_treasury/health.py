"""Invariants of treasury that one SELECT cannot say."""

import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.erp_ledger.models import Account, EntryLine
from addons.erp_treasury.custody import ACCOUNTS, may_go
from addons.erp_treasury.models import Cheque, ChequeCustody
from core.db import check

ZERO = Decimal(0)


@check("C1 every step of a log is one that a cheque can take")
def steps_are_allowed(session: Session) -> list[str]:
    """The kinds of steps in the log that the graph of places does not have."""
    taken = session.execute(select(ChequeCustody.came_from, ChequeCustody.place).distinct())
    return [f"{before} to {after}" for before, after in taken if not may_go(before, after)]


@check("C2 at the end of every day the account of a place holds what the cheques in that place are worth")
def accounts_agree_with_custody(session: Session) -> list[str]:
    """Days on which the log and the ledger differ, by place."""
    found = []
    for place, purpose in ACCOUNTS.items():
        sign = -1 if place == "handed" else 1
        changes = _booked(session, purpose)
        for end, direction in ((ChequeCustody.place, -1), (ChequeCustody.came_from, 1)):
            for key, amount in _moved(session, place, end).items():
                changes[key] = changes.get(key, ZERO) + sign * direction * amount
        found += [
            f"{purpose}, company {company}, {day}: ledger less cheques {off}"
            for (company, day), off in sorted(changes.items())
            if off
        ]
    return found


Changes = dict[tuple[int, datetime.date], Decimal]


def _booked(session: Session, purpose: str) -> Changes:
    """What the account of a purpose gained on each day."""
    wanted = (
        select(Account.company_id, EntryLine.date, func.sum(EntryLine.debit - EntryLine.credit))
        .join(Account, Account.id == EntryLine.account_id)
        .where(Account.purpose == purpose, EntryLine.date.is_not(None))
        .group_by(Account.company_id, EntryLine.date)
    )
    return {(company, day): amount for company, day, amount in session.execute(wanted) if day}


def _moved(session: Session, place: str, end: object) -> Changes:
    """The worth of the cheques that came to a place, or left it, on each day; our own rejected ones have no account."""
    kind = "own" if place == "handed" else "third"
    wanted = (
        select(ChequeCustody.company_id, ChequeCustody.date, func.sum(Cheque.amount))
        .join(Cheque, Cheque.id == ChequeCustody.cheque_id)
        .where(end == place, Cheque.kind == kind)  # type: ignore[arg-type]
        .group_by(ChequeCustody.company_id, ChequeCustody.date)
    )
    return {(company, day): amount for company, day, amount in session.execute(wanted)}
