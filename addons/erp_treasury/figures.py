"""What the cards of contacts, cheques, accounts and statements say of money."""

import datetime
from decimal import Decimal

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from addons.crm_contacts.models import Contact
from addons.erp_ledger.models import EntryLine
from addons.erp_treasury.custody import PLACES
from addons.erp_treasury.models import BankAccount, Cheque, ChequeCustody, Statement, StatementMatch
from addons.erp_treasury.models.cheques import CLEARING_DAYS
from addons.erp_treasury.operations import ledger_balance, open_bank_lines, open_ledger_lines
from core.db import Company, actor, today, trusted
from core.i18n import _
from core.screens.fields.formats import formats
from core.screens.fields.rights import demand
from core.screens.figures import Asking, Figure, figure

ZERO = Decimal(0)
UNSETTLED = ("portfolio", "clearing")
AT_RISK = (
    Cheque.received_from_id == bindparam("contact"),
    Cheque.place.in_(UNSETTLED) | ((Cheque.place == "endorsed") & (Cheque.payable_on >= bindparam("still_clearing"))),
)
RISKS = (
    select(func.count(Cheque.id)).where(*AT_RISK),
    select(func.sum(Cheque.amount)).where(*AT_RISK),
    select(func.max(Cheque.payable_on)).where(*AT_RISK),
)
BOUNCED = (
    Cheque.received_from_id == bindparam("contact"),
    select(ChequeCustody.id).where(ChequeCustody.cheque_id == Cheque.id, ChequeCustody.place == "rejected").exists(),
)
REJECTED = (select(func.count(Cheque.id)).where(*BOUNCED), select(func.sum(Cheque.amount)).where(*BOUNCED))


def shown_day(session: Session, day: datetime.date) -> str:
    """A day as people write it."""
    return str(formats(today(session).year, actor(session).zone).day(day))


@figure(Contact, "cheques_at_risk", label="Cheques at risk", order=30)
def cheques_at_risk(session: Session, contact: Contact) -> Asking:
    """What could come back, and until when: cheques that are here, at the bank, or endorsed and not past their clearing.

    It counts to what the contact may owe us. Says nothing where nothing can.
    """
    demand(session, Cheque, "read")
    clearing = datetime.timedelta(days=CLEARING_DAYS)

    def read(count: int, total: Decimal | None, last: datetime.date | None) -> Figure | None:
        if not count or last is None:
            return None
        note = _("{count}, until {day}", count=count, day=shown_day(session, last + clearing))
        return Figure(total, note=note, url=f"/erp_treasury/cheque/?q={contact.name}", tone="warn")

    return Asking(RISKS, {"contact": contact.id, "still_clearing": today(session) - clearing}, read)


@figure(Contact, "rejected_cheques", label="Rejected cheques", order=31)
def rejected_cheques(session: Session, contact: Contact) -> Asking:
    """How many of a contact's cheques ever bounced; says nothing if none did."""
    demand(session, Cheque, "read")
    demand(session, ChequeCustody, "read")

    def read(count: int, total: Decimal | None) -> Figure | None:
        return Figure(total, note=_("{count} so far", count=count), tone="bad") if count else None

    return Asking(REJECTED, {"contact": contact.id}, read)


@figure(Cheque, "where_it_is", label="Where it is", order=10)
def where_it_is(session: Session, cheque: Cheque) -> Figure:
    """Its place, and with whom."""
    with_whom = cheque.holder.name if cheque.holder else ""
    if cheque.place in ("clearing", "credited") and cheque.bank_account:
        with_whom = cheque.bank_account.name
    return Figure(str(_(PLACES[cheque.place])), kind="text", note=with_whom)


@figure(Cheque, "safe_on", label="Safe after", order=11)
def safe_on(session: Session, cheque: Cheque) -> Figure | None:
    """The day after which it can no longer come back."""
    if cheque.place not in ("portfolio", "clearing", "endorsed"):
        return None
    late = cheque.place == "portfolio" and cheque.payable_on < today(session)
    return Figure(cheque.safe_on, kind="date", note=_("payable, then the clearing"), tone="warn" if late else "")


@figure(Company, "bank_and_cash", label="Bank and cash", order=12)
def bank_and_cash(session: Session, company: Company) -> Figure:
    """What the ledger says is in all our accounts and tills."""
    demand(session, BankAccount, "read")
    accounts = select(BankAccount.account_id).where(BankAccount.company_id == company.id)
    wanted = select(func.sum(EntryLine.debit - EntryLine.credit)).where(
        EntryLine.account_id.in_(accounts), EntryLine.date <= today(session)
    )
    with trusted(session):
        total = session.scalar(wanted) or ZERO
    return Figure(total, note=_("by the ledger"), url="/reports/erp_treasury/cash_forecast")


@figure(BankAccount, "ledger_balance", label="Balance", order=10)
def account_balance(session: Session, account: BankAccount) -> Figure:
    """What the ledger says is there."""
    wanted = select(func.sum(EntryLine.debit - EntryLine.credit)).where(
        EntryLine.account_id == account.account_id, EntryLine.date <= today(session)
    )
    with trusted(session):
        return Figure(session.scalar(wanted) or ZERO, url=f"/erp_ledger/account/{account.account_id}")


@figure(BankAccount, "unreconciled", label="Not reconciled", order=11)
def unreconciled(session: Session, account: BankAccount) -> Figure:
    """Lines of the ledger that no bank statement shows yet."""
    wanted = select(func.count(), func.sum(EntryLine.debit - EntryLine.credit)).where(
        EntryLine.account_id == account.account_id,
        EntryLine.date.is_not(None),
        EntryLine.id.not_in(select(StatementMatch.item_id)),
    )
    with trusted(session):
        count, total = session.execute(wanted).one()
    return Figure(total or ZERO, note=_("{count} lines", count=count))


@figure(Statement, "ledger_at_close", label="Ledger at the end", order=10)
def ledger_at_close(session: Session, statement: Statement) -> Figure:
    """What the ledger says for the statement's last day."""
    return Figure(ledger_balance(session, statement))


@figure(Statement, "bank_open", label="Bank, not matched", order=11)
def bank_open(session: Session, statement: Statement) -> Figure:
    """Lines of the bank that the ledger does not have."""
    lines = open_bank_lines(session, statement)
    return Figure(sum((line.amount for line in lines), ZERO), note=_("{count} lines", count=len(lines)))


@figure(Statement, "ledger_open", label="Ledger, not matched", order=12)
def ledger_open(session: Session, statement: Statement) -> Figure:
    """Lines of the ledger that the bank does not show."""
    lines = open_ledger_lines(session, statement)
    total = sum((line.debit - line.credit for line in lines), ZERO)
    return Figure(total, note=_("{count} lines", count=len(lines)))
