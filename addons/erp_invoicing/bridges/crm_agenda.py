"""What is due is a task of the agenda until it is paid."""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from addons.crm_agenda.operations import forget, remind
from addons.erp_invoicing.signals import InvoicePosted
from addons.erp_ledger.models import Entry, EntryLine
from addons.erp_ledger.operations import residuals
from addons.erp_ledger.signals import LinesAllocated
from core.db import trusted
from core.i18n import _
from core.signals import hears

MODEL = "erp_invoicing.invoice"
DUE = (
    select(EntryLine.id, EntryLine.due, EntryLine.debit, EntryLine.amount_currency)
    .join(Entry, Entry.id == EntryLine.entry_id)
    .where(Entry.source_model == MODEL, Entry.source_id == bindparam("invoice"), EntryLine.due.is_not(None))
)


def key_of(line_id: int) -> str:
    """What names the task of an instalment."""
    return f"{MODEL}:due:{line_id}"


@hears(InvoicePosted)
def plan_collection(session: Session, signal: InvoicePosted) -> None:
    """One task for each part that a customer has to pay, on its day."""
    if signal.kind not in ("invoice", "debit_note") or signal.cash:
        return
    with trusted(session):
        for key, due, debit, amount in session.execute(DUE, {"invoice": signal.invoice_id}).all():
            subject = str(_("Collect {amount} of {number}", amount=f"{amount or debit:,.2f}", number=signal.number))
            remind(
                session,
                key_of(key),
                subject=subject,
                due=due,
                contact_id=signal.contact_id,
                origin_model=MODEL,
                origin_id=signal.invoice_id,
            )


@hears(LinesAllocated)
def drop_collected(session: Session, signal: LinesAllocated) -> None:
    """What is paid need not be collected."""
    if signal.undone:
        return
    with trusted(session):
        left = residuals(session, [signal.debit_line_id])[signal.debit_line_id]
        wanted = select(EntryLine.due).where(EntryLine.id == signal.debit_line_id)
        if not left.amount and session.scalar(wanted) is not None:
            forget(session, key_of(signal.debit_line_id))
