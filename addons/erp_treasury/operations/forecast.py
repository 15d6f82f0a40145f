"""What money will come and go: balances now, open items by their due day, cheques by the day they can be paid."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.crm_contacts.models import Contact
from addons.erp_ledger.models import EntryLine
from addons.erp_ledger.operations import open_items
from addons.erp_treasury.models import BankAccount, Cheque, ChequeCustody
from core.db import actor, today, trusted
from core.i18n import _

ZERO = Decimal(0)
COMING = ("portfolio", "clearing")


@dataclass(frozen=True)
class Expected:
    """Money that is expected on a day, plus if it comes in; `balance` is what is there once it came."""

    date: datetime.date
    text: str
    contact: str
    amount: Decimal
    balance: Decimal
    kind: str


def cheques_at(
    session: Session, day: datetime.date, places: Sequence[str], kind: str | None = None
) -> list[tuple[Cheque, ChequeCustody]]:
    """The cheques that were in some places at the end of a day, with the step that brought them there."""
    last = (
        select(func.max(ChequeCustody.step))
        .where(ChequeCustody.cheque_id == Cheque.id, ChequeCustody.date <= day)
        .correlate(Cheque)
        .scalar_subquery()
    )
    wanted = (
        select(Cheque, ChequeCustody)
        .join(ChequeCustody, (ChequeCustody.cheque_id == Cheque.id) & (ChequeCustody.step == last))
        .where(ChequeCustody.place.in_(places), Cheque.company_id == actor(session).company_id)
        .order_by(Cheque.payable_on, Cheque.id)
    )
    if kind is not None:
        wanted = wanted.where(Cheque.kind == kind)
    return [(cheque, step) for cheque, step in session.execute(wanted)]


def money_on(session: Session, day: datetime.date) -> Decimal:
    """What banks and tills hold by the ledger at the end of a day."""
    accounts = select(BankAccount.account_id).where(BankAccount.company_id == actor(session).company_id)
    wanted = select(func.sum(EntryLine.debit - EntryLine.credit)).where(
        EntryLine.account_id.in_(accounts), EntryLine.date <= day
    )
    with trusted(session):
        return session.scalar(wanted) or ZERO


def cash_forecast(
    session: Session, *, as_of: datetime.date | None = None, until: datetime.date | None = None
) -> list[Expected]:
    """The balance of a day, then each thing that is expected until another, by day; what is overdue is expected today.

    Cheques of ours that were handed over and cheques that we hold count on the day they can be paid.
    """
    start = as_of or today(session)
    balance = money_on(session, start)
    rows = [Expected(start, str(_("Banks and cash")), "", balance, balance, "balance")]
    coming = sorted(_expected(session, start), key=lambda row: (row[0], row[3], row[1]))
    for day, text, contact, amount, kind in coming:
        if until is None or day <= until:
            balance += amount
            rows.append(Expected(day, text, contact, amount, balance, kind))
    return rows


def _expected(session: Session, start: datetime.date) -> list[tuple[datetime.date, str, str, Decimal, str]]:
    found: list[tuple[datetime.date, str, str, Decimal, str]] = []
    for kind, sign in (("receivable", 1), ("payable", -1)):
        items = open_items(session, None, kind, start)
        names = _names(session, {item.contact_id for item in items if item.contact_id})
        for item in items:
            contact = names.get(item.contact_id or 0, "")
            found.append((max(item.due, start), item.text, contact, sign * item.residual, kind))
    for cheque, _step in cheques_at(session, start, COMING, "third"):
        text = str(_("Cheque {number} of {bank}", number=cheque.number, bank=cheque.bank))
        found.append((max(cheque.payable_on, start), text, cheque.drawer, cheque.amount, "cheque"))
    for cheque, _step in cheques_at(session, start, ("handed",), "own"):
        holder = cheque.holder.name if cheque.holder else ""
        text = str(_("Our cheque {number}", number=cheque.number))
        found.append((max(cheque.payable_on, start), text, holder, -cheque.amount, "own_cheque"))
    return found


def _names(session: Session, keys: set[int]) -> dict[int, str]:
    return dict(session.execute(select(Contact.id, Contact.name).where(Contact.id.in_(keys))).all())
