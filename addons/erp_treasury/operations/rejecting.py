"""A cheque that bounced: everything that it had settled is owed again, in one act, whatever chain it went through."""

import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.erp_ledger.operations import EntryDraft, LineDraft, post_rows
from addons.erp_treasury.models import Cheque
from addons.erp_treasury.operations.accounts import purpose_account, require_exact, usual_account
from addons.erp_treasury.operations.cheques import CHEQUE, own_undone, return_cheque
from addons.erp_treasury.operations.custody import Paper, claim, log_claims
from addons.erp_treasury.operations.fees import bill_fee, charge_fee
from core.db import today
from core.errors import Invalid, Refused
from core.i18n import _
from core.operations import verb

REJECTABLE = ("portfolio", "clearing", "credited", "endorsed", "handed")
ZERO = Decimal(0)


@verb(
    Cheque,
    "reject",
    label="Reject…",
    icon="alert-triangle",
    order=45,
    when=lambda cheque: cheque.place in REJECTABLE,
)
def reject(
    session: Session,
    cheque: Cheque,
    *,
    date: datetime.date | None = None,
    charge_customer: bool = True,
    fee: Decimal = ZERO,
    pass_fee_on: bool = True,
) -> None:
    """The bank refused the cheque.

    Whoever held it is owed again (the supplier it was endorsed to; the bank takes its credit back). With
    `charge_customer` it goes back to whom it came from, who owes it again. `fee` is what its last holder charges us for
    it, exempt of tax; with `pass_fee_on` the customer gets a debit note of the same amount with VAT.
    """
    if cheque.place not in REJECTABLE:
        raise Refused(_("Cheque {number} cannot be rejected where it is.", number=cheque.number))
    day = date or today(session)
    if fee:
        require_exact(fee, cheque.currency, "fee")
    came_from, holder_id = cheque.place, cheque.holder_id
    lines = _undone(session, cheque, day, fee if came_from in ("clearing", "credited", "handed") else ZERO)
    taken = claim(session, cheque, "rejected", day, contact_id=holder_id if cheque.kind == "own" else None)
    text = str(_("Cheque {number} rejected", number=cheque.number))
    draft = EntryDraft(
        date=day, text=text, journal="treasury", lines=lines, source=(CHEQUE, cheque.id), company_id=cheque.company_id
    )
    posted = post_rows(session, draft)
    log_claims(session, [taken], Paper(model="erp_ledger.entry", id=posted.entry_id, number=posted.code), posted.entry_id)
    if fee and came_from == "endorsed" and holder_id is not None:
        bill_fee(session, cheque, holder_id, fee, day)
    if cheque.kind == "third" and charge_customer:
        return_cheque(session, cheque, date=day)
        if fee and pass_fee_on:
            charge_fee(session, cheque, fee, day)


def _undone(session: Session, cheque: Cheque, day: datetime.date, bank_fee: Decimal) -> list[LineDraft]:
    """The lines that take back what the cheque's last step had done; a bank takes its fee with it."""
    company_id = cheque.company_id
    if cheque.kind == "own":
        lines = own_undone(session, cheque, cheque.holder_id, day)
    else:
        rejected = purpose_account(session, "cheques_rejected", company_id)
        lines = [LineDraft.signed(rejected, cheque.amount), _giver(session, cheque, day)]
    if bank_fee:
        account = cheque.bank_account or usual_account(session, company_id, "bank")
        lines += [
            LineDraft.signed(purpose_account(session, "bank_charges", company_id), bank_fee),
            LineDraft.signed(account.account_id, -bank_fee),
        ]
    return lines


def _giver(session: Session, cheque: Cheque, day: datetime.date) -> LineDraft:
    """The credit that faces a rejected cheque: where it was, or whom it had paid."""
    company_id, amount = cheque.company_id, -cheque.amount
    if cheque.place == "endorsed":
        if cheque.holder_id is None:
            raise Invalid(_("Cheque {number}: nobody is known that it was endorsed to.", number=cheque.number))
        payable = purpose_account(session, "payable", company_id)
        return LineDraft.signed(payable, amount, contact_id=cheque.holder_id, due=day)
    if cheque.place == "credited":
        account = cheque.bank_account or usual_account(session, company_id, "bank")
        return LineDraft.signed(account.account_id, amount)
    purpose = "cheques_clearing" if cheque.place == "clearing" else "cheques_portfolio"
    return LineDraft.signed(purpose_account(session, purpose, company_id), amount)
