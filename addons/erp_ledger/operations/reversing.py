"""Undoing an entry by another one: the first stays as it is."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.erp_ledger.models import Account, Entry, EntryLine
from addons.erp_ledger.operations.allocating import allocate
from addons.erp_ledger.operations.open_items import residuals
from addons.erp_ledger.operations.posting import EntryDraft, post_entry, reversed_lines
from addons.erp_ledger.signals import EntryReversed
from core.db import today, trusted
from core.errors import Refused
from core.i18n import _
from core.signals import send


def reverse_entry(session: Session, entry: Entry, *, date: date | None = None, text: str | None = None) -> Entry:
    """The opposite entry on a day of an open period; Refused for a draft and for what is reversed already.

    What was still open of the first entry is settled against the second.
    """
    if not entry.posted:
        raise Refused(_("{title} is a draft: delete it instead of reversing it", title=entry.title))
    with trusted(session):
        if session.scalar(select(Entry.id).where(Entry.reverses_id == entry.id)):
            raise Refused(_("{title} is already reversed", title=entry.title))
        day = max(date or today(session), entry.date)
        draft = EntryDraft(
            date=day,
            text=text or str(_("Reversal of {title}", title=entry.title)),
            journal=entry.journal.kind,
            lines=reversed_lines(entry.lines),
            source=("erp_ledger.entry", entry.id),
            company_id=entry.company_id,
            reverses=entry.id,
        )
        reversal = post_entry(session, draft)
        settle_mirror(session, entry, reversal)
        send(session, EntryReversed(entry_id=entry.id, reversal_id=reversal.id, date=day))
    return reversal


def settle_mirror(session: Session, entry: Entry, reversal: Entry) -> None:
    """Allocate what is open of each line to its opposite."""
    wanted = select(EntryLine.id).join(Account, Account.id == EntryLine.account_id).where(Account.reconcile)
    open_lines = set(session.scalars(wanted.where(EntryLine.entry_id == entry.id)))
    left = residuals(session, open_lines)
    for line, mirror in zip(entry.lines, reversal.lines, strict=True):
        residual = left.get(line.id)
        if residual is None or not (residual.amount or residual.amount_currency):
            continue
        debit, credit = (line, mirror) if line.debit else (mirror, line)
        amount = residual.amount if line.currency is None else residual.amount_currency
        allocate(session, debit.id, credit.id, abs(amount or residual.amount), date=reversal.date)
