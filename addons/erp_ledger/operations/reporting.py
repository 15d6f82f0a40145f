"""Questions to the ledger, each answered by one query family, so that their totals agree with each other."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from addons.crm_contacts.models import Contact
from addons.erp_ledger.models import Account, Entry, EntryLine
from addons.erp_ledger.operations.accounts import account_for
from addons.erp_ledger.operations.open_items import OpenItem, open_items
from core.db import actor, trusted

ZERO = Decimal(0)
BUCKETS = (0, 30, 60, 90)


@dataclass(frozen=True)
class Movement:
    """One line of an account with the balance after it; debits make it more, unless it is of a supplier."""

    line_id: int
    entry_id: int
    date: datetime.date
    code: str
    text: str
    due: datetime.date | None
    debit: Decimal
    credit: Decimal
    balance: Decimal
    source_model: str | None
    source_id: int | None
    contact_id: int | None


@dataclass(frozen=True)
class Statement:
    """The lines of an account between two days, and the balances before and after them."""

    opening: Decimal
    movements: list[Movement]
    closing: Decimal


@dataclass(frozen=True)
class AccountTotals:
    """An account over some days: what it had before, what went in on each side, what it has."""

    account_id: int
    code: str
    name: str
    kind: str
    opening: Decimal
    debit: Decimal
    credit: Decimal

    @property
    def closing(self) -> Decimal:
        """The balance at the end, debits positive."""
        return self.opening + self.debit - self.credit


@dataclass(frozen=True)
class Ageing:
    """What a contact owes (or we owe him), by how long it is overdue: not yet, 1-30, 31-60, 61-90, more than 90 days."""

    contact_id: int | None
    name: str
    buckets: tuple[Decimal, ...]

    @property
    def total(self) -> Decimal:
        """The balance."""
        return sum(self.buckets, ZERO)


def statement(
    session: Session,
    contact_id: int,
    kind: str = "receivable",
    since: datetime.date | None = None,
    until: datetime.date | None = None,
) -> Statement:
    """The current account of a contact; for suppliers the balance is what we owe."""
    account = account_for(session, kind)
    wanted = lines_of(account.id).where(EntryLine.contact_id == contact_id)
    return run(session, wanted, since, until, -1 if kind == "payable" else 1)


def general_ledger(
    session: Session, account_id: int, since: datetime.date | None = None, until: datetime.date | None = None
) -> Statement:
    """Every line of an account."""
    return run(session, lines_of(account_id), since, until, 1)


def lines_of(account_id: int) -> Any:
    """The posted lines of an account in order of day."""
    return (
        select(
            EntryLine.id,
            EntryLine.entry_id,
            EntryLine.date,
            Entry.code,
            Entry.text,
            EntryLine.due,
            EntryLine.debit,
            EntryLine.credit,
            Entry.source_model,
            Entry.source_id,
            EntryLine.contact_id,
        )
        .join(Entry, Entry.id == EntryLine.entry_id)
        .where(EntryLine.account_id == account_id, EntryLine.date.is_not(None))
        .order_by(EntryLine.date, EntryLine.entry_id, EntryLine.position)
    )


def run(
    session: Session, wanted: Select[Any], since: datetime.date | None, until: datetime.date | None, sign: int
) -> Statement:
    """A statement with its running balance."""
    with trusted(session):
        opening = ZERO
        if since is not None:
            before = wanted.where(EntryLine.date < since).order_by(None)
            total = before.with_only_columns(func.coalesce(func.sum(EntryLine.debit - EntryLine.credit), 0))
            opening = sign * session.scalars(total).one()
            wanted = wanted.where(EntryLine.date >= since)
        if until is not None:
            wanted = wanted.where(EntryLine.date <= until)
        movements = list(balanced(session.execute(wanted), opening, sign))
    return Statement(opening, movements, movements[-1].balance if movements else opening)


def balanced(rows: Iterable[Any], balance: Decimal, sign: int) -> Iterator[Movement]:
    """The rows with the balance after each."""
    for line, entry, day, code, text, due, debit, credit, model, key, contact in rows:
        balance += sign * (debit - credit)
        yield Movement(line, entry, day, code, text, due, debit, credit, balance, model, key, contact)


def trial_balance(
    session: Session, until: datetime.date, since: datetime.date | None = None, company_id: int | None = None
) -> list[AccountTotals]:
    """Every account that moved, in order of code; openings, debits and credits each sum to zero, or to each other."""
    company_id = company_id or actor(session).company_id
    first = since or datetime.date.min
    before, within = EntryLine.date < first, EntryLine.date >= first

    def total(column: Any, when: Any) -> Any:
        return func.coalesce(func.sum(case((when, column), else_=0)), 0)

    wanted = (
        select(
            Account.id,
            Account.code,
            Account.name,
            Account.kind,
            total(EntryLine.debit, before),
            total(EntryLine.credit, before),
            total(EntryLine.debit, within),
            total(EntryLine.credit, within),
        )
        .join(EntryLine, EntryLine.account_id == Account.id)
        .where(Account.company_id == company_id, EntryLine.date <= until)
        .group_by(Account.id, Account.code, Account.name, Account.kind)
        .order_by(Account.code)
    )
    with trusted(session):
        rows = session.execute(wanted).all()
    return [
        AccountTotals(key, code, name, kind, came - went, debit, credit)
        for key, code, name, kind, came, went, debit, credit in rows
    ]


def balance_sheet(session: Session, until: datetime.date) -> tuple[list[AccountTotals], Decimal]:
    """The accounts of assets, liabilities and equity on a day, and the result not yet carried to equity."""
    totals = trial_balance(session, until)
    lasting = [each for each in totals if each.kind in ("asset", "liability", "equity") and each.closing]
    result = -sum((each.closing for each in totals if each.kind in ("income", "expense")), ZERO)
    return lasting, result


def income_statement(session: Session, since: datetime.date, until: datetime.date) -> tuple[list[AccountTotals], Decimal]:
    """The accounts of income and expense over some days, and the result: what is earned is positive."""
    totals = trial_balance(session, until, since)
    moved = [each for each in totals if each.kind in ("income", "expense") and (each.debit or each.credit)]
    return moved, sum((each.credit - each.debit for each in moved), ZERO)


def ageing(session: Session, kind: str = "receivable", as_of: datetime.date | None = None) -> list[Ageing]:
    """What is open of every contact by how long it is overdue on a day; all of it is the balance of the account."""
    items = open_items(session, None, kind, as_of)
    day = as_of or max((item.date for item in items), default=datetime.date.min)
    by_contact: dict[int | None, list[Decimal]] = {}
    for item in items:
        by_contact.setdefault(item.contact_id, [ZERO] * (len(BUCKETS) + 1))[bucket_of(item, day)] += item.residual
    with trusted(session):
        named = select(Contact.id, Contact.name).where(Contact.id.in_([key for key in by_contact if key]))
        names = {key: name for key, name in session.execute(named).all()}
    found = [Ageing(key, names.get(key or 0, ""), tuple(amounts)) for key, amounts in by_contact.items()]
    return sorted(found, key=lambda each: (each.name, each.contact_id or 0))


def bucket_of(item: OpenItem, day: datetime.date) -> int:
    """0 if it is not due yet, else 1 to 4."""
    late = (day - item.due).days
    return sum(late > limit for limit in BUCKETS)
