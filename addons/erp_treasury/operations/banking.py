"""Money between the company's own accounts."""

import datetime

from sqlalchemy.orm import Session

from addons.erp_ledger.operations import EntryDraft, LineDraft, post_rows, reverse_entry
from addons.erp_treasury.models import BankTransfer
from addons.erp_treasury.operations.accounts import purpose_account, require_exact
from core.db import take_number, today
from core.errors import Invalid, Refused
from core.i18n import _
from core.operations import verb

TRANSFER = "erp_treasury.bank_transfer"
TEXTS = {
    "deposit": "Deposit {number}",
    "withdrawal": "Withdrawal {number}",
    "transfer": "Transfer {number}",
}


@verb(
    BankTransfer,
    "post",
    label="Post",
    icon="check",
    primary=True,
    order=10,
    when=lambda transfer: transfer.state == "draft",
)
def post_transfer(session: Session, transfer: BankTransfer, *, date: datetime.date | None = None) -> None:
    """The money is there: what left is what arrived and the bank's fee."""
    session.flush()
    session.refresh(transfer, with_for_update={"key_share": True, "of": type(transfer)})
    if transfer.state != "draft":
        raise Refused(_("{title} is posted already.", title=transfer.title))
    if transfer.source.currency != transfer.destination.currency:
        raise Invalid(_("destination: both accounts must be of one currency."))
    require_exact(transfer.amount, transfer.source.currency, "amount")
    if transfer.fee:
        require_exact(transfer.fee, transfer.source.currency, "fee")
    transfer.date = day = date or transfer.date or today(session)
    number = take_number(session, transfer)
    lines = [
        LineDraft.signed(transfer.destination.account_id, transfer.amount),
        LineDraft.signed(transfer.source.account_id, -(transfer.amount + transfer.fee)),
    ]
    if transfer.fee:
        charges = purpose_account(session, "bank_charges", transfer.company_id)
        lines.append(LineDraft.signed(charges, transfer.fee))
    draft = EntryDraft(
        date=day,
        text=str(_(TEXTS[transfer.kind], number=number)),
        journal="treasury",
        lines=lines,
        source=(TRANSFER, transfer.id),
        company_id=transfer.company_id,
    )
    transfer.entry_id = post_rows(session, draft).entry_id
    session.flush()
    transfer.state = "posted"
    session.flush()


@verb(
    BankTransfer,
    "reverse",
    label="Reverse",
    icon="arrow-back-up",
    when=lambda transfer: transfer.state == "posted",
    confirm="Reverse this transfer?",
)
def reverse_transfer(session: Session, transfer: BankTransfer, *, date: datetime.date | None = None) -> None:
    """The transfer was a mistake: the ledger is reversed."""
    session.refresh(transfer, with_for_update={"key_share": True, "of": type(transfer)})
    if transfer.state != "posted" or transfer.entry is None:
        raise Refused(_("{title} is not posted.", title=transfer.title))
    reverse_entry(session, transfer.entry, date=date)
    transfer.state = "reversed"
    session.flush()
