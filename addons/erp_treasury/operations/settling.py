"""What a receipt or payment settles: the items that are named, or the oldest ones; the rest is an advance."""

import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.erp_ledger.models import Allocation
from addons.erp_ledger.operations import LineDraft, allocate, allocate_oldest, unallocate
from addons.erp_treasury.models import Payment, PaymentAllocation, Receipt, ReceiptAllocation
from core.errors import Invalid
from core.i18n import _

ZERO = Decimal(0)


def total_of(document: Receipt | Payment) -> Decimal:
    """The sum of the means; Invalid without any, or when more is allocated than comes."""
    if not document.means:
        raise Invalid(_("means: say how it is paid, in cash, by cheque or transfer."))
    total = sum((mean.amount for mean in document.means), ZERO)
    named = sum((allocation.amount for allocation in document.allocations), ZERO)
    if named > total:
        raise Invalid(
            _("allocations: {named} are allocated, but only {total} are paid.", named=named, total=total),
        )
    return total


def merged(lines: list[LineDraft]) -> list[LineDraft]:
    """Lines of one account and side as one, in the order in which they first appear."""
    sums: dict[tuple[int, bool, int | None, datetime.date | None], Decimal] = {}
    for line in lines:
        key = (line.account_id, bool(line.debit), line.contact_id, line.due)
        sums[key] = sums.get(key, ZERO) + line.debit + line.credit
    return [
        LineDraft.signed(account_id, amount if is_debit else -amount, contact_id=contact_id, due=due)
        for (account_id, is_debit, contact_id, due), amount in sums.items()
    ]


def settle(session: Session, document: Receipt | Payment, line_id: int) -> None:
    """Allocate the posted line of a document, and write what it settled on the document.

    Without items named, the oldest open ones are settled first if the document says so. Nothing is settled before both
    sides exist: the later of the two days counts.
    """
    allocation_class = ReceiptAllocation if isinstance(document, Receipt) else PaymentAllocation
    for named in document.allocations:
        pair = (named.item_id, line_id) if isinstance(document, Receipt) else (line_id, named.item_id)
        allocate(session, *pair, named.amount)
    if not document.allocations and document.oldest_first:
        for position, made in enumerate(allocate_oldest(session, line_id)):
            item_id = made.debit_line_id if made.credit_line_id == line_id else made.credit_line_id
            document.allocations.append(allocation_class(position=position, item_id=item_id, amount=made.amount))  # type: ignore[arg-type]
    document.allocated = sum((allocation.amount for allocation in document.allocations), ZERO)
    document.unallocated = document.amount - document.allocated


def release(session: Session, entry_id: int) -> None:
    """Undo every allocation of the lines of an entry, so that it can be reversed."""
    from addons.erp_ledger.models import EntryLine

    mine = select(EntryLine.id).where(EntryLine.entry_id == entry_id)
    links = select(Allocation).where(Allocation.debit_line_id.in_(mine) | Allocation.credit_line_id.in_(mine))
    for link in session.scalars(links).all():
        unallocate(session, link)
