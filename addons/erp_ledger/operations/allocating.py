"""Settling: links between debits and credits of one account and contact. The ledger does not move, but for exchange."""

import datetime
from collections.abc import Collection, Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.erp_ledger.models import Allocation, EntryLine
from addons.erp_ledger.operations.exchange import Share, post_difference, reverse_difference, shares_of
from addons.erp_ledger.operations.open_items import Residual, open_lines, residuals
from addons.erp_ledger.signals import LinesAllocated
from core.db import Model, trusted
from core.errors import Missing, Refused
from core.i18n import _
from core.signals import send

ZERO = Decimal(0)


def allocate(
    session: Session, debit_line_id: int, credit_line_id: int, amount: Decimal, date: datetime.date | None = None
) -> Allocation:
    """Settle so much of a debit by a credit of the same account and contact, in the currency of the two lines.

    Refused when they do not match or less is open. Lines in a foreign currency may differ in the company's: what the
    rate won or lost is posted, and settled along.
    """
    with trusted(session):
        session.flush()
        debit, credit = matching_lines(session, debit_line_id, credit_line_id)
        left = residuals(session, (debit.id, credit.id))
        one, other = (shares_of(session, line, left[line.id], amount) for line in (debit, credit))
        check_open(debit, one, amount)
        check_open(credit, other, amount)
        day = date or max(line.date for line in (debit, credit) if line.date)
        first = Allocation(
            company_id=debit.entry.company_id,
            debit_line_id=debit.id,
            credit_line_id=credit.id,
            amount=min(one.amount, other.amount),
            amount_currency=amount if debit.currency else None,
            date=day,
        )
        if one.amount != other.amount:
            first.difference_id = post_difference(session, debit, credit, other.amount - one.amount, day)
        session.add(first)
        session.flush()
        announce(session, first, debit.contact_id)
    return first


def announce(session: Session, allocation: Allocation, contact_id: int | None, undone: bool = False) -> None:
    """Tell whoever waits for something to be paid."""
    send(
        session,
        LinesAllocated(
            debit_line_id=allocation.debit_line_id,
            credit_line_id=allocation.credit_line_id,
            contact_id=contact_id,
            amount=allocation.amount,
            date=allocation.date,
            undone=undone,
        ),
    )


def matching_lines(session: Session, debit_line_id: int, credit_line_id: int) -> tuple[EntryLine, EntryLine]:
    """The two lines; Refused when they cannot settle each other."""
    found = {
        line.id: line for line in session.scalars(select(EntryLine).where(EntryLine.id.in_((debit_line_id, credit_line_id))))
    }
    debit, credit = found.get(debit_line_id), found.get(credit_line_id)
    if debit is None or credit is None:
        raise Missing(_("There is no such line in the ledger"))
    if not debit.debit or not credit.credit:
        raise Refused(_("An allocation joins a debit and a credit"))
    same = (debit.account_id, debit.contact_id, debit.currency) == (
        credit.account_id,
        credit.contact_id,
        credit.currency,
    )
    if not same or not debit.account.reconcile:
        raise Refused(_("An allocation joins lines of one contact, one currency and one account of open items"))
    return debit, credit


def check_open(line: EntryLine, share: Share, amount: Decimal) -> None:
    """Refused when less is open than is to be settled."""
    if amount <= 0:
        raise Refused(_("An allocation is of more than zero"))
    if amount > share.open:
        title = line.entry.title
        raise Refused(_("{title}: only {open} is open, not {amount}", title=title, open=share.open, amount=amount))


def unallocate(session: Session, allocation: Allocation | int) -> None:
    """Undo an allocation: both lines are open again as they were; a difference of exchange is reversed."""
    with trusted(session):
        found = allocation if isinstance(allocation, Model) else session.get_one(Allocation, allocation)
        difference, contact_id = found.difference, found.debit_line.contact_id
        session.delete(found)
        session.flush()
        if difference is not None:
            reverse_difference(session, difference)
        announce(session, found, contact_id, undone=True)


def allocate_oldest(
    session: Session,
    line_id: int,
    *,
    among: Collection[int] | None = None,
    amount: Decimal | None = None,
    date: datetime.date | None = None,
) -> list[Allocation]:
    """Settle a payment or credit against the oldest open lines of the other side, all or so much of it.

    `among`: only lines of these entries. What finds nothing to settle stays open.
    """
    with trusted(session):
        session.flush()
        line = session.get_one(EntryLine, line_id)
        left = abs(open_of(residuals(session, (line_id,))[line_id]))
        left = left if amount is None else min(left, amount)
        made = []
        for key, open_amount in counterparts(session, line, among):
            if left <= 0:
                break
            part = min(left, open_amount)
            if part <= 0:  # an exchange difference: nothing of it is open in its own currency
                continue
            debit, credit = (line_id, key) if line.debit else (key, line_id)
            made.append(allocate(session, debit, credit, part, date))
            left -= part
    return made


def counterparts(session: Session, line: EntryLine, among: Collection[int] | None) -> Sequence[tuple[int, Decimal]]:
    """The open lines that could settle this one, the oldest due first, with what is open of each."""
    side = EntryLine.credit if line.debit else EntryLine.debit
    wanted = open_lines(line.account_id).where(
        EntryLine.contact_id == line.contact_id, EntryLine.currency.is_not_distinct_from(line.currency), side > ZERO
    )
    if among is not None:
        wanted = wanted.where(EntryLine.entry_id.in_(among))
    return [(row[0], abs(row[8] if line.currency is None else row[10])) for row in session.execute(wanted).all()]


def open_of(residual: Residual) -> Decimal:
    """What is open in the line's own currency."""
    return residual.amount if residual.amount_currency is None else residual.amount_currency
