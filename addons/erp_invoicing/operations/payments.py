"""What is left to pay of a document, part by part, and what paid the rest."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from addons.erp_invoicing.models import Invoice
from addons.erp_ledger.models import Allocation, Entry, EntryLine
from addons.erp_ledger.operations import residuals
from core.db import trusted

ZERO = Decimal(0)


@dataclass(frozen=True)
class Settlement:
    """So much was settled by a document on a day; `source_model` tells a receipt from a credit note."""

    allocation_id: int
    line_id: int
    date: datetime.date
    code: str
    amount: Decimal
    source_model: str | None
    source_id: int | None


@dataclass(frozen=True)
class Instalment:
    """One part of what is due, and what is left of it, in the document's currency."""

    line_id: int
    due: datetime.date
    amount: Decimal
    left: Decimal
    settlements: tuple[Settlement, ...]

    @property
    def is_closed(self) -> bool:
        """Whether nothing is left."""
        return not self.left


def instalments_of(session: Session, invoice: Invoice) -> list[Instalment]:
    """The parts that a posted document is due in, the first due first; none if it was paid at once."""
    if invoice.entry_id is None:
        return []
    with trusted(session):
        wanted = select(EntryLine).where(EntryLine.entry_id == invoice.entry_id, EntryLine.due.is_not(None))
        lines = session.scalars(wanted.order_by(EntryLine.due, EntryLine.position)).all()
        left = residuals(session, [line.id for line in lines])
        paid = settlements_of(session, [line.id for line in lines])
    parts = []
    for line in lines:
        residual = left[line.id]
        whole, rest = (
            (line.signed, residual.amount)
            if line.currency is None
            else (
                line.amount_currency,
                residual.amount_currency,
            )
        )
        own = tuple(settlement for settlement in paid if settlement.line_id == line.id)
        parts.append(Instalment(line.id, line.due or invoice.date, abs(whole or ZERO), abs(rest or ZERO), own))
    return parts


def settlements_of(session: Session, line_ids: list[int]) -> list[Settlement]:
    """The allocations of these lines, with the documents on their other side, in order of day."""
    debit, credit = aliased(EntryLine), aliased(EntryLine)
    wanted = (
        select(Allocation, debit, credit)
        .join(debit, debit.id == Allocation.debit_line_id)
        .join(credit, credit.id == Allocation.credit_line_id)
        .where(or_(Allocation.debit_line_id.in_(line_ids), Allocation.credit_line_id.in_(line_ids)))
        .order_by(Allocation.date, Allocation.id)
    )
    rows = [(allocation, one, other) for allocation, one, other in session.execute(wanted).all()]
    pairs = [(a, one, other) if one.id in line_ids else (a, other, one) for a, one, other in rows]
    keys = {other.entry_id for _allocation, _line, other in pairs}
    entries = {entry.id: entry for entry in session.scalars(select(Entry).where(Entry.id.in_(keys)))}
    return [settlement(allocation, line, entries[other.entry_id]) for allocation, line, other in pairs]


def settlement(allocation: Allocation, line: EntryLine, entry: Entry) -> Settlement:
    """What an allocation means for this line."""
    amount = allocation.amount if allocation.amount_currency is None else allocation.amount_currency
    return Settlement(allocation.id, line.id, allocation.date, entry.code or "", amount, entry.source_model, entry.source_id)


def owed_of(session: Session, invoice: Invoice) -> Decimal:
    """What is left to pay of a document, in its currency."""
    return sum((part.left for part in instalments_of(session, invoice)), ZERO)
