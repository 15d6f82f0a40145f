"""Payments: posted with the cheques that leave and the items that they settle, or reversed whole."""

import datetime
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.erp_ledger.operations import EntryDraft, LineDraft, open_items, post_rows, reverse_entry
from addons.erp_treasury.models import BankAccount, Cheque, Chequebook, Payment, PaymentMean
from addons.erp_treasury.operations.accounts import KINDS, company_of, purpose_account, require_exact, usual_account
from addons.erp_treasury.operations.custody import Claim, Paper, born, claim, log_claims
from addons.erp_treasury.operations.settling import merged, release, settle, total_of
from addons.erp_treasury.signals import MoneyPaid
from core.db import take_number, today
from core.errors import FieldError, Invalid, Refused
from core.i18n import _
from core.operations import verb
from core.signals import send
from core.values import currency_digits, shares

PAYMENT = "erp_treasury.payment"
MOST_CHEQUES = 60


@verb(Payment, "post", label="Post", icon="check", primary=True, order=10, when=lambda payment: payment.state == "draft")
def post_payment(session: Session, payment: Payment, *, date: datetime.date | None = None) -> None:
    """The money is out: cheques are endorsed or handed over, the ledger is written, open items are settled.

    Refused, with nothing changed, if a cheque was used by someone else meanwhile.
    """
    session.flush()
    session.refresh(payment, with_for_update={"key_share": True, "of": type(payment)})
    if payment.state != "draft":
        raise Refused(_("{title} is posted already.", title=payment.title))
    payment.date = day = date or payment.date or today(session)
    payment.currency = company_of(session).currency
    payment.amount = total_of(payment)
    claims = [taken for row, mean in enumerate(payment.means) if (taken := _take(session, payment, mean, row, day))]
    lines = [LineDraft.signed(_account(session, payment, mean), -mean.amount) for mean in payment.means]
    payable = purpose_account(session, "payable", payment.company_id)
    own = LineDraft.signed(payable, payment.amount, contact_id=payment.contact_id, due=day)
    number = take_number(session, payment)
    session.flush()
    draft = EntryDraft(
        date=day,
        text=str(_("Payment {number}", number=number)),
        journal="treasury",
        lines=[own, *merged(lines)],
        source=(PAYMENT, payment.id),
        company_id=payment.company_id,
    )
    posted = post_rows(session, draft)
    payment.entry_id = posted.entry_id
    log_claims(session, claims, Paper(model=PAYMENT, id=payment.id, number=number), posted.entry_id)
    settle(session, payment, posted.line_ids[0])
    session.flush()
    payment.state = "posted"
    session.flush()
    _announce(session, payment, claims)


@verb(
    Payment,
    "reverse",
    label="Reverse",
    icon="arrow-back-up",
    when=lambda payment: payment.state == "posted",
    confirm="Reverse this payment?",
)
def reverse_payment(session: Session, payment: Payment, *, date: datetime.date | None = None) -> None:
    """A payment that was a mistake: endorsed cheques are in the portfolio again, our own are voided.

    Refused once one of its cheques has gone on from where the payment brought it.
    """
    session.refresh(payment, with_for_update={"key_share": True, "of": type(payment)})
    if payment.state != "posted" or payment.entry is None:
        raise Refused(_("{title} is not posted.", title=payment.title))
    day = max(date or today(session), payment.entry.date)
    claims = []
    for mean in payment.means:
        if mean.cheque:
            claims.append(claim(session, mean.cheque, "portfolio" if mean.kind == "endorsed" else "voided", day))
    release(session, payment.entry.id)
    reversal = reverse_entry(session, payment.entry, date=day)
    paper = Paper(model=PAYMENT, id=payment.id, number=payment.number or "")
    log_claims(session, claims, paper, reversal.id, str(_("The payment was reversed")))
    payment.state = "reversed"
    session.flush()


@verb(Payment, "split_cheques", label="Own cheques…", icon="copy", when=lambda payment: payment.state == "draft")
def split_cheques(
    session: Session,
    payment: Payment,
    *,
    bank_account: BankAccount,
    how_many: int = 1,
    amount: Decimal | None = None,
    first_payable: datetime.date | None = None,
    every_days: int = 30,
) -> None:
    """Fill in so many cheques of our own that add up to the amount, to the cent; without one, to what is open.

    They fall due one after another, every so many days.
    """
    if not 1 <= how_many <= MOST_CHEQUES:
        raise Invalid(_("how_many: write between 1 and {most} cheques.", most=MOST_CHEQUES))
    company = company_of(session)
    whole = _left_to_pay(session, payment) if amount is None else amount
    require_exact(whole, company.currency, "amount")
    parts = shares([Fraction(whole) / how_many] * how_many, whole, currency_digits(company.currency))
    if not all(parts):
        raise Invalid(_("how_many: {amount} cannot be split into {count} cheques.", amount=whole, count=how_many))
    first = first_payable or payment.date or today(session)
    for i, part in enumerate(parts):
        payment.means.append(
            PaymentMean(
                position=len(payment.means),
                kind="own_cheque",
                bank_account=bank_account,
                amount=part,
                payable_on=first + datetime.timedelta(days=every_days * i),
            )
        )
    session.flush()


def _left_to_pay(session: Session, payment: Payment) -> Decimal:
    """What we owe the contact less the means that are there already."""
    owed = sum((item.residual for item in open_items(session, payment.contact_id, "payable")), Decimal(0))
    left = owed - sum((mean.amount for mean in payment.means), Decimal(0))
    if left <= 0:
        raise Refused(_("Nothing is owed to {contact} beyond the means that are there.", contact=payment.contact.name))
    return left


def _announce(session: Session, payment: Payment, claims: list[Claim]) -> None:
    """Tell whoever keeps a history."""
    send(
        session,
        MoneyPaid(
            payment_id=payment.id,
            contact_id=payment.contact_id,
            number=payment.number or "",
            date=payment.date or today(session),
            amount=payment.amount,
            currency=payment.currency,
            cheque_ids=tuple(taken.cheque.id for taken in claims),
        ),
    )


def _account(session: Session, payment: Payment, mean: PaymentMean) -> int:
    """The ledger account that a mean leaves."""
    purposes = {"endorsed": "cheques_portfolio", "own_cheque": "own_cheques", "withholding": "withholdings_payable"}
    if mean.kind in purposes:
        return mean.account_id or purpose_account(session, purposes[mean.kind], payment.company_id)
    assert mean.bank_account is not None
    return mean.bank_account.account_id


def _take(session: Session, payment: Payment, mean: PaymentMean, row: int, day: datetime.date) -> Claim | None:
    """Check one mean and fill in what is usual; take or write its cheque."""
    require_exact(mean.amount, payment.currency, str(_("Row {row}, amount", row=row + 1)))
    if mean.kind == "endorsed":
        return _endorsed(session, payment, mean, row, day)
    if mean.kind == "withholding":
        return None
    if mean.bank_account is None:
        mean.bank_account = usual_account(session, payment.company_id, KINDS.get(mean.kind, "bank"))
    if mean.bank_account.currency != payment.currency:
        raise _invalid(
            row,
            "bank_account",
            _("Row {row}: {account} is in another currency.", row=row + 1, account=mean.bank_account.name),
        )
    return _own_cheque(session, payment, mean, day) if mean.kind == "own_cheque" else None


def _endorsed(session: Session, payment: Payment, mean: PaymentMean, row: int, day: datetime.date) -> Claim:
    cheque = mean.cheque
    if cheque is None or cheque.kind != "third":
        raise _invalid(row, "cheque", _("Row {row}: choose a cheque of the portfolio.", row=row + 1))
    if mean.amount != cheque.amount:
        raise _invalid(
            row,
            "amount",
            _("Row {row}: cheque {number} is of {amount}.", row=row + 1, number=cheque.number, amount=cheque.amount),
        )
    return claim(session, cheque, "endorsed", day, contact_id=payment.contact_id)


def _own_cheque(session: Session, payment: Payment, mean: PaymentMean, day: datetime.date) -> Claim:
    account = mean.bank_account
    assert account is not None
    mean.number = own_number(session, account, mean.number)
    company = company_of(session)
    cheque = Cheque(
        kind="own",
        number=mean.number,
        bank=account.bank or account.name,
        account_number=account.number or "",
        drawer=company.name,
        amount=mean.amount,
        currency=payment.currency,
        issued_on=day,
        payable_on=mean.payable_on or day,
        place="handed",
        holder_id=payment.contact_id,
        bank_account_id=account.id,
        company_id=payment.company_id,
    )
    taken = born(session, cheque, day)
    mean.cheque = cheque
    return taken


def own_number(session: Session, account: BankAccount, wanted: str | None) -> str:
    """The number of the next cheque of our books for an account, or the one that is wanted if a book holds it."""
    books = session.scalars(
        select(Chequebook)
        .where(Chequebook.bank_account_id == account.id, Chequebook.active)
        .order_by(Chequebook.first_number)
        .with_for_update(key_share=True)
    ).all()
    if wanted and wanted.strip():
        if not any(book.holds(wanted.strip()) for book in books):
            raise Refused(
                _("Cheque {number} is in no chequebook of {account}.", number=wanted.strip(), account=account.name)
            )
        return wanted.strip()
    for book in books:
        low, high = (f"{number:0{book.width}d}" for number in (book.first_number, book.last_number))
        used = select(func.max(Cheque.number)).where(
            Cheque.kind == "own", Cheque.bank_account_id == account.id, Cheque.number.between(low, high)
        )
        last = session.scalar(used)
        following = int(last) + 1 if last else book.first_number
        if following <= book.last_number:
            return f"{following:0{book.width}d}"
    raise Refused(_("{account} has no chequebook with a cheque left: add one under Chequebooks.", account=account.name))


def _invalid(row: int, field: str, message: object) -> Invalid:
    return Invalid(message, [FieldError(f"means.{row}.{field}", message)])
