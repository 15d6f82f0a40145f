"""Open items: what is left of the lines of receivables and payables. It is asked for, never stored."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session

from addons.erp_ledger.models import Account, Allocation, Entry, EntryLine
from core.db import actor, trusted

ZERO = Decimal(0)


@dataclass(frozen=True)
class OpenItem:
    """What is left of one line: an instalment of an invoice, or a payment that settles nothing yet.

    `amount` and `residual` are positive in the account's usual direction (a customer owes, we owe a supplier),
    negative for payments and credits; `residual_currency` in the document's `currency`, if that is not the company's.
    """

    line_id: int
    entry_id: int
    contact_id: int | None
    code: str
    text: str
    date: datetime.date
    due: datetime.date
    amount: Decimal
    residual: Decimal
    currency: str | None
    residual_currency: Decimal | None
    source_model: str | None
    source_id: int | None


@dataclass(frozen=True)
class Residual:
    """What is left of a line, debits positive."""

    amount: Decimal
    amount_currency: Decimal | None


def settled(column: Any, line_key: Any, as_of: datetime.date | None) -> ColumnElement[Any]:
    """The sum of a line's allocations on one side, up to a day."""
    total = select(func.coalesce(func.sum(column), 0)).where(line_key == EntryLine.id)
    if as_of is not None:
        total = total.where(Allocation.date <= as_of)
    return total.correlate(EntryLine).scalar_subquery()


def residual_amount(as_of: datetime.date | None = None) -> ColumnElement[Any]:
    """An SQL expression: what is left of a line in the company's currency, debits positive."""
    by_debit = settled(Allocation.amount, Allocation.debit_line_id, as_of)
    by_credit = settled(Allocation.amount, Allocation.credit_line_id, as_of)
    return EntryLine.debit - EntryLine.credit - by_debit + by_credit


def residual_currency(as_of: datetime.date | None = None) -> ColumnElement[Any]:
    """The same in the currency of the line; none if it has none."""
    by_debit = settled(Allocation.amount_currency, Allocation.debit_line_id, as_of)
    by_credit = settled(Allocation.amount_currency, Allocation.credit_line_id, as_of)
    return EntryLine.amount_currency - by_debit + by_credit


def open_lines(account_id: Any, as_of: Any = None) -> Select[Any]:
    """The lines of an account not settled by a day, the oldest due first; columns of `OpenItem`, debits positive.

    The account's key and the day may be SQL expressions.
    """
    residual, in_currency = residual_amount(as_of), residual_currency(as_of)
    due = func.coalesce(EntryLine.due, EntryLine.date)
    statement = (
        select(
            EntryLine.id,
            EntryLine.entry_id,
            EntryLine.contact_id,
            Entry.code,
            Entry.text,
            EntryLine.date,
            due,
            EntryLine.debit - EntryLine.credit,
            residual,
            EntryLine.currency,
            in_currency,
            Entry.source_model,
            Entry.source_id,
        )
        .join(Entry, Entry.id == EntryLine.entry_id)
        .where(
            EntryLine.account_id == account_id,
            Entry.posted,
            (residual != ZERO) | (func.coalesce(in_currency, 0) != ZERO),
        )
        .order_by(due, EntryLine.date, EntryLine.id)
    )
    return statement if as_of is None else statement.where(EntryLine.date <= as_of)


def open_items(
    session: Session, contact_id: int | None = None, kind: str = "receivable", as_of: datetime.date | None = None
) -> list[OpenItem]:
    """What is open of a contact (of everyone, if None) as receivable or payable, on a day, the oldest due first."""
    sign = -1 if kind == "payable" else 1
    values = {"company": actor(session).company_id, "purpose": kind, "contact": contact_id, "as_of": as_of}
    with trusted(session):
        rows = session.execute(_items(contact_id is not None, as_of is not None), values).all()
    return [
        OpenItem(
            key,
            entry,
            contact,
            code,
            text,
            day,
            due,
            sign * amount,
            sign * left,
            currency,
            None if other is None else sign * other,
            model,
            source,
        )
        for key, entry, contact, code, text, day, due, amount, left, currency, other, model, source in rows
    ]


def serving(purpose: Any) -> ColumnElement[Any]:
    """The key of the account that serves a purpose in the company `company`, as an SQL expression."""
    wanted = select(Account.id).where(Account.company_id == bindparam("company"), Account.purpose == purpose)
    return wanted.scalar_subquery()


@lru_cache(8)
def _items(of_contact: bool, on_a_day: bool) -> Select[Any]:
    """Open items: the statement of each shape is built once; parameters company, purpose, contact, as_of."""
    statement = open_lines(serving(bindparam("purpose")), bindparam("as_of", type_=Date) if on_a_day else None)
    return statement.where(EntryLine.contact_id == bindparam("contact")) if of_contact else statement


@lru_cache(8)
def balance_statement(kind: str, on_a_day: bool = False) -> Select[Any]:
    """One value: debits less credits of a contact on the account of this kind; parameters company, contact, as_of."""
    total = func.coalesce(func.sum(EntryLine.debit - EntryLine.credit), 0)
    until = EntryLine.date <= bindparam("as_of", type_=Date) if on_a_day else EntryLine.date.is_not(None)
    return select(total).where(EntryLine.account_id == serving(kind), EntryLine.contact_id == bindparam("contact"), until)


def balance_of(session: Session, contact_id: int, kind: str = "receivable", as_of: datetime.date | None = None) -> Decimal:
    """What a contact owes us (receivable) or we owe him (payable) by the ledger, on a day."""
    values = {"company": actor(session).company_id, "contact": contact_id, "as_of": as_of}
    with trusted(session):
        balance: Decimal = session.scalars(balance_statement(kind, as_of is not None), values).one()
    return -balance if kind == "payable" else balance


def balances_of(session: Session, contact_ids: Collection[int]) -> dict[int, Decimal]:
    """What each of these contacts owes us less what we owe him, in one statement; those with nothing are left out."""
    total = func.sum(EntryLine.debit - EntryLine.credit)
    accounts = [EntryLine.account_id == serving(kind) for kind in ("receivable", "payable")]
    wanted = select(EntryLine.contact_id, total).where(or_(*accounts), EntryLine.contact_id.in_(contact_ids))
    with trusted(session):
        rows = session.execute(wanted.group_by(EntryLine.contact_id), {"company": actor(session).company_id})
        return {contact: balance for contact, balance in rows if contact is not None and balance}


def residuals(session: Session, line_ids: Collection[int]) -> dict[int, Residual]:
    """What is left of these lines, by key."""
    wanted = select(EntryLine.id, residual_amount(), residual_currency()).where(EntryLine.id.in_(line_ids))
    with trusted(session):
        return {key: Residual(amount, other) for key, amount, other in session.execute(wanted).all()}
