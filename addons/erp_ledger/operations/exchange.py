"""What the rate of exchange won or lost between a document and what settles it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.erp_ledger.models import Allocation, Entry, EntryLine
from addons.erp_ledger.operations.accounts import account_for
from addons.erp_ledger.operations.posting import EntryDraft, LineDraft, post_entry, reversed_lines
from core.db import Company
from core.i18n import _
from core.values import currency_digits, rounded

ZERO = Decimal(0)


@dataclass(frozen=True)
class Share:
    """What an allocation takes of a line in the company's currency, and all that is left of it in its own (`open`)."""

    amount: Decimal
    open: Decimal


def shares_of(session: Session, line: EntryLine, left: Any, amount: Decimal) -> Share:
    """So much of a line in its own currency, in the company's; the last share takes the whole rest."""
    if line.currency is None:
        return Share(amount, abs(left.amount))
    whole, own = abs(left.amount_currency), abs(left.amount)
    if amount >= whole:
        return Share(own, whole)
    digits = currency_digits(session.get_one(Company, line.entry.company_id).currency)
    return Share(rounded(Fraction(own) * Fraction(amount) / Fraction(whole), digits), whole)


def post_difference(session: Session, debit: EntryLine, credit: EntryLine, gain: Decimal, day: date) -> int:
    """Post what was won (the credit is worth more) or lost, and settle it with the line that is worth more."""
    entry, account_id = debit.entry, debit.account_id
    owed = {"contact_id": debit.contact_id, "due": day, "currency": debit.currency, "amount_currency": ZERO}
    difference = LineDraft.signed(account_id, gain, **owed)
    exchange = LineDraft.signed(account_for(session, "exchange", entry.company_id).id, -gain)
    text = str(_("Exchange difference {debit} and {credit}", debit=entry.title, credit=credit.entry.title))
    posted = post_entry(
        session,
        EntryDraft(
            date=day,
            text=text,
            journal="general",
            lines=[difference, exchange],
            company_id=entry.company_id,
            source=("erp_ledger.entry", entry.id),
        ),
    )
    line = posted.lines[0]
    pair = (line.id, credit.id) if gain > 0 else (debit.id, line.id)
    session.add(
        Allocation(
            company_id=entry.company_id,
            debit_line_id=pair[0],
            credit_line_id=pair[1],
            amount=abs(gain),
            amount_currency=ZERO,
            date=day,
            difference_id=posted.id,
        )
    )
    return posted.id


def reverse_difference(session: Session, difference: Entry) -> None:
    """Take a difference back with the allocation that it came from; the two entries settle each other."""
    for allocation in session.scalars(select(Allocation).where(Allocation.difference_id == difference.id)):
        session.delete(allocation)
    session.flush()
    reversal = post_entry(
        session,
        EntryDraft(
            date=difference.date,
            text=str(_("Reversal of {title}", title=difference.title)),
            journal="general",
            lines=reversed_lines(difference.lines),
            company_id=difference.company_id,
            reverses=difference.id,
            source=("erp_ledger.entry", difference.id),
        ),
    )
    pair = sorted((difference.lines[0], reversal.lines[0]), key=lambda line: line.credit)
    session.add(
        Allocation(
            company_id=difference.company_id,
            debit_line_id=pair[0].id,
            credit_line_id=pair[1].id,
            amount=difference.amount,
            amount_currency=ZERO,
            date=difference.date,
        )
    )
    session.flush()
