"""Receipts: posted with their cheques and allocations in one transaction, or reversed whole."""

import datetime

from sqlalchemy.orm import Session

from addons.erp_ledger.operations import EntryDraft, LineDraft, post_rows, reverse_entry
from addons.erp_treasury.models import Cheque, Receipt, ReceiptMean
from addons.erp_treasury.operations.accounts import KINDS, company_of, purpose_account, require_exact, usual_account
from addons.erp_treasury.operations.custody import Claim, Paper, born, claim, log_claims
from addons.erp_treasury.operations.settling import merged, release, settle, total_of
from addons.erp_treasury.signals import MoneyReceived
from core.db import take_number, today
from core.errors import FieldError, Invalid, Refused
from core.i18n import _
from core.operations import verb
from core.signals import send

RECEIPT = "erp_treasury.receipt"


@verb(Receipt, "post", label="Post", icon="check", primary=True, order=10, when=lambda receipt: receipt.state == "draft")
def post_receipt(session: Session, receipt: Receipt, *, date: datetime.date | None = None) -> None:
    """The money is in: cheques enter the portfolio, the ledger is written, open items are settled.

    Items that are named first; without any, the oldest. What settles nothing is the contact's advance.
    """
    session.flush()
    session.refresh(receipt, with_for_update={"key_share": True, "of": type(receipt)})
    if receipt.state != "draft":
        raise Refused(_("{title} is posted already.", title=receipt.title))
    receipt.date = day = date or receipt.date or today(session)
    receipt.currency = company_of(session).currency
    receipt.amount = total_of(receipt)
    claims = [claim for row, mean in enumerate(receipt.means) if (claim := _take(session, receipt, mean, row, day))]
    lines = [LineDraft.signed(_account(session, receipt, mean), mean.amount) for mean in receipt.means]
    receivable = purpose_account(session, "receivable", receipt.company_id)
    own = LineDraft.signed(receivable, -receipt.amount, contact_id=receipt.contact_id, due=day)
    number = take_number(session, receipt)
    session.flush()
    draft = EntryDraft(
        date=day,
        text=str(_("Collection {number}", number=number)),
        journal="treasury",
        lines=[*merged(lines), own],
        source=(RECEIPT, receipt.id),
        company_id=receipt.company_id,
    )
    posted = post_rows(session, draft)
    receipt.entry_id = posted.entry_id
    log_claims(session, claims, Paper(model=RECEIPT, id=receipt.id, number=number), posted.entry_id)
    settle(session, receipt, posted.line_ids[-1])
    session.flush()
    receipt.state = "posted"
    session.flush()
    _announce(session, receipt, claims)


@verb(
    Receipt,
    "reverse",
    label="Reverse",
    icon="arrow-back-up",
    when=lambda receipt: receipt.state == "posted",
    confirm="Reverse this receipt?",
)
def reverse_receipt(session: Session, receipt: Receipt, *, date: datetime.date | None = None) -> None:
    """A receipt that was a mistake: its cheques are voided, what it settled is open again, the ledger is reversed.

    Refused once one of its cheques has left the portfolio.
    """
    session.refresh(receipt, with_for_update={"key_share": True, "of": type(receipt)})
    if receipt.state != "posted" or receipt.entry is None:
        raise Refused(_("{title} is not posted.", title=receipt.title))
    day = max(date or today(session), receipt.entry.date)
    claims = [claim(session, mean.cheque, "voided", day) for mean in receipt.means if mean.cheque]
    release(session, receipt.entry.id)
    reversal = reverse_entry(session, receipt.entry, date=day)
    paper = Paper(model=RECEIPT, id=receipt.id, number=receipt.number or "")
    log_claims(session, claims, paper, reversal.id, str(_("The receipt was reversed")))
    receipt.state = "reversed"
    session.flush()


def _announce(session: Session, receipt: Receipt, claims: list[Claim]) -> None:
    """Tell whoever keeps a history."""
    send(
        session,
        MoneyReceived(
            receipt_id=receipt.id,
            contact_id=receipt.contact_id,
            number=receipt.number or "",
            date=receipt.date or today(session),
            amount=receipt.amount,
            currency=receipt.currency,
            cheque_ids=tuple(taken.cheque.id for taken in claims),
        ),
    )


def _account(session: Session, receipt: Receipt, mean: ReceiptMean) -> int:
    """The ledger account that a mean comes into."""
    if mean.kind == "cheque":
        return purpose_account(session, "cheques_portfolio", receipt.company_id)
    if mean.kind == "withholding":
        return mean.account_id or purpose_account(session, "withholdings_suffered", receipt.company_id)
    assert mean.bank_account is not None
    return mean.bank_account.account_id


def _take(session: Session, receipt: Receipt, mean: ReceiptMean, row: int, day: datetime.date) -> Claim | None:
    """Check one mean and fill in what is usual; a cheque is born into the portfolio."""
    require_exact(mean.amount, receipt.currency, str(_("Row {row}, amount", row=row + 1)))
    if mean.kind == "cheque":
        return _cheque(session, receipt, mean, row, day)
    if mean.kind == "withholding":
        if not (mean.number or "").strip():
            raise _invalid(row, "number", _("Row {row}: enter the number of the withholding certificate.", row=row + 1))
        return None
    if mean.bank_account is None:
        mean.bank_account = usual_account(session, receipt.company_id, KINDS[mean.kind])
    if mean.bank_account.currency != receipt.currency:
        raise _invalid(
            row,
            "bank_account",
            _("Row {row}: {account} is in another currency.", row=row + 1, account=mean.bank_account.name),
        )
    return None


def _cheque(session: Session, receipt: Receipt, mean: ReceiptMean, row: int, day: datetime.date) -> Claim:
    if not (mean.number or "").strip():
        raise _invalid(row, "number", _("Row {row}: enter the number of the cheque, with its zeros.", row=row + 1))
    if not (mean.bank or "").strip():
        raise _invalid(row, "bank", _("Row {row}: enter the bank of the cheque.", row=row + 1))
    cheque = Cheque(
        kind="third",
        number=str(mean.number).strip(),
        bank=str(mean.bank).strip(),
        branch=(mean.branch or "").strip(),
        account_number=(mean.account_number or "").strip(),
        drawer=(mean.drawer or receipt.contact.name).strip(),
        drawer_tax_id=mean.drawer_tax_id,
        amount=mean.amount,
        currency=receipt.currency,
        issued_on=mean.issued_on,
        payable_on=mean.payable_on or day,
        received_from_id=receipt.contact_id,
        place="portfolio",
        company_id=receipt.company_id,
    )
    taken = born(session, cheque, day)
    mean.cheque = cheque
    return taken


def _invalid(row: int, field: str, message: object) -> Invalid:
    return Invalid(message, [FieldError(f"means.{row}.{field}", message)])
