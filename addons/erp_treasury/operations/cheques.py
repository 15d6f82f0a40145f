"""What happens to a cheque once it is here: deposited, cleared, endorsed, rejected, returned."""

import datetime
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.crm_contacts.models import Contact
from addons.erp_ledger.operations import EntryDraft, LineDraft, post_rows
from addons.erp_treasury.models import BankAccount, Cheque, Payment, PaymentMean
from addons.erp_treasury.operations.accounts import purpose_account, usual_account
from addons.erp_treasury.operations.custody import Claim, Paper, claim, log_claims, plain_amount
from addons.erp_treasury.operations.paying import post_payment
from core.db import today
from core.errors import Invalid, Refused
from core.i18n import Text, _
from core.operations import verb

CHEQUE = "erp_treasury.cheque"


def is_third(cheque: Cheque) -> bool:
    """Whether someone else drew it."""
    return cheque.kind == "third"


@verb(
    Cheque,
    "deposit",
    label="Deposit…",
    icon="building-bank",
    order=10,
    primary=True,
    when=lambda cheque: is_third(cheque) and cheque.place in ("portfolio", "rejected"),
)
def deposit(
    session: Session, cheque: Cheque, *, bank_account: BankAccount | None = None, date: datetime.date | None = None
) -> None:
    """Hand the cheque in at a bank of ours, where it waits to be cleared."""
    deposit_all(session, [cheque], bank_account, date)


@verb(Cheque, "deposit_slip", label="Deposit several…", icon="building-bank", collection=True)
def deposit_slip(
    session: Session,
    *,
    cheques: list[int],
    bank_account: BankAccount | None = None,
    date: datetime.date | None = None,
) -> None:
    """Hand several cheques in on one slip: all or none."""
    found = session.scalars(select(Cheque).where(Cheque.id.in_(cheques)).order_by(Cheque.id)).all()
    if not found or len(found) != len(set(cheques)):
        raise Invalid(_("cheques: choose cheques of the portfolio."))
    deposit_all(session, found, bank_account, date)


def deposit_all(
    session: Session, cheques: Sequence[Cheque], account: BankAccount | None, date: datetime.date | None
) -> None:
    """One entry for one visit to the bank."""
    day = date or today(session)
    company_id = cheques[0].company_id
    account = account or usual_account(session, company_id, "bank")
    if account.kind != "bank":
        raise Invalid(_("bank_account: {account} is not at a bank.", account=account.name))
    sides: dict[str, list[Cheque]] = {}
    for cheque in cheques:
        sides.setdefault("cheques_rejected" if cheque.place == "rejected" else "cheques_portfolio", []).append(cheque)
    claims = [claim(session, cheque, "clearing", day, bank_account=account) for cheque in cheques]
    lines = [_line(session, company_id, "cheques_clearing", sum(cheque.amount for cheque in cheques))]
    for purpose, mine in sides.items():
        lines.append(_line(session, company_id, purpose, -sum(cheque.amount for cheque in mine)))
    text = _("Deposit of {count} cheques at {account}", count=len(cheques), account=account.name)
    if len(cheques) == 1:
        text = _("Deposit of cheque {number} at {account}", number=cheques[0].number, account=account.name)
    _post(session, claims, day, text, lines)


@verb(
    Cheque,
    "clear",
    label="Cleared",
    icon="check",
    order=11,
    primary=True,
    when=lambda cheque: cheque.place in ("clearing", "handed"),
)
def clear(
    session: Session, cheque: Cheque, *, date: datetime.date | None = None, bank_account: BankAccount | None = None
) -> None:
    """The bank credited the cheque, or debited one of our own."""
    day = date or today(session)
    account = bank_account or cheque.bank_account or usual_account(session, cheque.company_id, "bank")
    at_bank = LineDraft.signed(account.account_id, cheque.amount if is_third(cheque) else -cheque.amount)
    purpose = "cheques_clearing" if is_third(cheque) else "own_cheques"
    other = LineDraft.signed(purpose_account(session, purpose, cheque.company_id), -at_bank.debit + at_bank.credit)
    taken = claim(session, cheque, "credited" if is_third(cheque) else "debited", day, bank_account=account)
    text = _("Cheque {number} cleared at {account}", number=cheque.number, account=account.name)
    _post(session, [taken], day, text, [at_bank, other])


@verb(
    Cheque,
    "cash",
    label="Cash it…",
    icon="cash",
    order=30,
    when=lambda cheque: is_third(cheque) and cheque.place == "portfolio",
)
def cash_cheque(
    session: Session, cheque: Cheque, *, bank_account: BankAccount | None = None, date: datetime.date | None = None
) -> None:
    """Paid at the counter, or sold: the money is in the till or the bank at once."""
    day = date or today(session)
    account = bank_account or usual_account(session, cheque.company_id, "cash")
    taken = claim(session, cheque, "credited", day, bank_account=account)
    lines = [
        LineDraft.signed(account.account_id, cheque.amount),
        _line(session, cheque.company_id, "cheques_portfolio", -cheque.amount),
    ]
    _post(session, [taken], day, _("Cheque {number} cashed", number=cheque.number), lines)


@verb(
    Cheque,
    "withdraw",
    label="Take back from the bank",
    icon="arrow-back-up",
    order=40,
    when=lambda cheque: is_third(cheque) and cheque.place == "clearing",
)
def withdraw(session: Session, cheque: Cheque, *, date: datetime.date | None = None) -> None:
    """Taken back from the bank before it was presented."""
    day = date or today(session)
    taken = claim(session, cheque, "portfolio", day)
    lines = [
        _line(session, cheque.company_id, "cheques_portfolio", cheque.amount),
        _line(session, cheque.company_id, "cheques_clearing", -cheque.amount),
    ]
    _post(session, [taken], day, _("Cheque {number} taken back from the bank", number=cheque.number), lines)


@verb(
    Cheque,
    "endorse",
    label="Endorse…",
    icon="arrow-up-right",
    order=20,
    when=lambda cheque: is_third(cheque) and cheque.place == "portfolio",
)
def endorse(session: Session, cheque: Cheque, *, contact: Contact, date: datetime.date | None = None) -> Payment:
    """Pay a supplier with the cheque: a payment of this one mean, posted at once. Answers the payment."""
    payment = Payment(
        contact_id=contact.id,
        company_id=cheque.company_id,
        means=[PaymentMean(position=0, kind="endorsed", cheque_id=cheque.id, amount=cheque.amount)],
    )
    session.add(payment)
    session.flush()
    post_payment(session, payment, date=date)
    return payment


@verb(
    Cheque,
    "return",
    label="Return to customer",
    icon="arrow-forward-up",
    order=50,
    when=lambda cheque: is_third(cheque) and cheque.place in ("portfolio", "rejected"),
    confirm="Return this cheque?",
)
def return_cheque(session: Session, cheque: Cheque, *, date: datetime.date | None = None) -> None:
    """Give the cheque back to whom it came from, who owes the amount again."""
    if cheque.received_from_id is None:
        raise Refused(_("Cheque {number}: nobody is known that it came from.", number=cheque.number))
    day = date or today(session)
    purpose = {"portfolio": "cheques_portfolio", "rejected": "cheques_rejected"}.get(cheque.place, "cheques_portfolio")
    taken = claim(session, cheque, "returned", day, contact_id=cheque.received_from_id)
    lines = [
        _owed(session, cheque, "receivable", cheque.amount, cheque.received_from_id, day),
        _line(session, cheque.company_id, purpose, -cheque.amount),
    ]
    text = _("Cheque {number} returned, {amount} owed again", number=cheque.number, amount=plain_amount(cheque.amount))
    _post(session, [taken], day, text, lines)


@verb(
    Cheque,
    "void",
    label="Void",
    icon="ban",
    order=60,
    when=lambda cheque: cheque.kind == "own" and cheque.place == "handed",
    confirm="Void this cheque?",
)
def void(session: Session, cheque: Cheque, *, date: datetime.date | None = None) -> None:
    """One of our own came back unpresented: it is worth nothing, and we owe the amount again."""
    day = date or today(session)
    contact_id = cheque.holder_id
    taken = claim(session, cheque, "voided", day)
    _post(
        session,
        [taken],
        day,
        _("Cheque {number} voided", number=cheque.number),
        own_undone(session, cheque, contact_id, day),
    )


def own_undone(session: Session, cheque: Cheque, contact_id: int | None, day: datetime.date) -> list[LineDraft]:
    """The lines by which an own cheque is no longer outstanding and its holder is owed again."""
    return [
        _line(session, cheque.company_id, "own_cheques", cheque.amount),
        _owed(session, cheque, "payable", -cheque.amount, contact_id, day),
    ]


def _line(session: Session, company_id: int, purpose: str, amount: object) -> LineDraft:
    return LineDraft.signed(purpose_account(session, purpose, company_id), amount)  # type: ignore[arg-type]


def _owed(
    session: Session, cheque: Cheque, purpose: str, amount: object, contact_id: int | None, day: datetime.date
) -> LineDraft:
    account = purpose_account(session, purpose, cheque.company_id)
    return LineDraft.signed(account, amount, contact_id=contact_id, due=day)  # type: ignore[arg-type]


def _post(session: Session, claims: list[Claim], day: datetime.date, text: Text, lines: list[LineDraft]) -> None:
    """One entry for cheques that moved together, then their log."""
    first = claims[0].cheque
    source = (CHEQUE, first.id)
    draft = EntryDraft(date=day, text=str(text), journal="treasury", lines=lines, source=source, company_id=first.company_id)
    posted = post_rows(session, draft)
    log_claims(session, claims, Paper(model="erp_ledger.entry", id=posted.entry_id, number=posted.code), posted.entry_id)
