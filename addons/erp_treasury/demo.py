"""A year of money of Muebles del Plata: collections by cheque and transfer, payments, deposits, one cheque that bounced."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.crm_contacts.models import Contact
from addons.erp_ledger.operations import EntryDraft, LineDraft, OpenItem, account_for, open_items, post_entry
from addons.erp_treasury.models import (
    BankAccount,
    BankTransfer,
    Cheque,
    Chequebook,
    Payment,
    PaymentMean,
    Receipt,
    ReceiptMean,
    Statement,
    StatementLine,
)
from addons.erp_treasury.operations import (
    clear,
    deposit,
    endorse,
    match_all,
    open_account,
    open_bank_lines,
    open_ledger_lines,
    post_payment,
    post_receipt,
    post_transfer,
    reconcile_statement,
    reject,
    usual_account,
)
from core.db import actor, today

OPENING_DAYS = 345
CAPITAL = Decimal(25_000_000)
BANKS = ("Banco Galicia", "Banco Nación", "Banco Macro", "Banco Santander", "Banco Provincia")
DRAWERS = ("Construcciones Norte", "Casa Lumen", "Hotel Miramar", "Posada Azul", "Bazar Atlántico")
FEE = Decimal(1850)
SMALL = Decimal(30_000)


def load(session: Session) -> None:
    """Accounts, then the due items of the year settled by all means; once."""
    if session.scalar(select(Receipt.id).limit(1)) is not None:
        return
    random, now = Random(7), today(session)
    bank = _accounts(session, now - timedelta(days=OPENING_DAYS))
    _collect(session, random, now)
    _cheques(session, random, bank, now)
    _pay(session, random, bank, now)
    _statement(session, bank, now - timedelta(days=OPENING_DAYS), now - timedelta(days=60))


def _accounts(session: Session, day: date) -> BankAccount:
    """The bank with the owners' capital, a chequebook, a second bank, and some cash in the till."""
    company_id = actor(session).company_id or 0
    bank, till = usual_account(session, company_id, "bank"), usual_account(session, company_id, "cash")
    capital = account_for(session, "capital").id
    lines = [LineDraft.signed(bank.account_id, CAPITAL), LineDraft.signed(capital, -CAPITAL)]
    post_entry(session, EntryDraft(date=day, text="Capital of the owners", journal="general", lines=lines))
    bank.bank, bank.number = "Banco Galicia", "0123456-7 011"
    session.add(Chequebook(name="Galicia 1", bank_account=bank, first_number=881001, last_number=881050))
    second = open_account(session, name="Banco Nación", bank="Nación", number="4-550011/8")
    open_account(session, name="Cards", kind="card")
    for destination, amount in ((till, 250_000), (second, 2_000_000)):
        moved = BankTransfer(source=bank, destination=destination, amount=Decimal(amount))
        session.add(moved)
        session.flush()
        post_transfer(session, moved, date=day + timedelta(days=1))
    return bank


def _collect(session: Session, random: Random, now: date) -> None:
    """Customers pay what is due, most of them a little late; the latest still owe."""
    number = 1000
    for item in open_items(session, None, "receivable"):
        day = max(item.due, item.date) + timedelta(days=random.randint(0, 18))
        if item.residual <= 0 or item.contact_id is None or item.currency or day > now or random.random() < 0.12:
            continue
        number += random.randint(3, 40)
        receipt = Receipt(contact_id=item.contact_id, means=_means(session, random, item, number, day))
        session.add(receipt)
        session.flush()
        post_receipt(session, receipt, date=day)


def _means(session: Session, random: Random, item: OpenItem, number: int, day: date) -> list[ReceiptMean]:
    """Small sums in cash, larger ones by transfer or by a cheque that is payable in some weeks."""
    amount = item.residual
    if amount < SMALL:
        return [ReceiptMean(position=0, kind="cash", amount=amount)]
    if random.random() < 0.45:
        return [ReceiptMean(position=0, kind="transfer", amount=amount)]
    contact = session.get_one(Contact, item.contact_id)
    cheque = ReceiptMean(
        position=0,
        kind="cheque",
        amount=amount,
        number=f"{number:08d}",
        bank=random.choice(BANKS),
        drawer=random.choice((contact.name, random.choice(DRAWERS))),
        payable_on=day + timedelta(days=random.choice((10, 30, 45, 60))),
    )
    if random.random() < 0.2:
        cheque.amount = amount - SMALL / 2
        return [cheque, ReceiptMean(position=1, kind="cash", amount=SMALL / 2)]
    return [cheque]


def _pay(session: Session, random: Random, bank: BankAccount, now: date) -> None:
    """Suppliers are paid by transfer or by our own cheques, some of which the bank has not debited yet."""
    for item in open_items(session, None, "payable"):
        day = item.due + timedelta(days=random.randint(-2, 6))
        if item.residual <= 0 or item.contact_id is None or item.currency or day > now - timedelta(days=5):
            continue
        payable = day + timedelta(days=20)
        own = random.random() < 0.5
        mean = PaymentMean(position=0, kind="transfer", bank_account=bank, amount=item.residual)
        if own:
            mean = PaymentMean(position=0, kind="own_cheque", bank_account=bank, amount=item.residual, payable_on=payable)
        payment = Payment(contact_id=item.contact_id, means=[mean])
        session.add(payment)
        session.flush()
        post_payment(session, payment, date=day)
        if own and mean.cheque and payable + timedelta(days=2) <= now:
            clear(session, mean.cheque, date=payable + timedelta(days=1))


def _cheques(session: Session, random: Random, bank: BankAccount, now: date) -> None:
    """Cheques pay suppliers that we owe as much, go to the bank when they are payable, or stay; one bounces with its fee."""
    wanted = select(Cheque).where(Cheque.kind == "third", Cheque.place == "portfolio").order_by(Cheque.payable_on, Cheque.id)
    bounced = False
    for cheque in session.scalars(wanted).all():
        handed = cheque.payable_on - timedelta(days=5)
        supplier = _owed_as_much(session, cheque.amount, handed) if handed < now and random.random() < 0.5 else None
        if supplier is not None:
            endorse(session, cheque, contact=supplier, date=handed)
            if not bounced and cheque.payable_on + timedelta(days=2) < now:
                reject(session, cheque, date=cheque.payable_on + timedelta(days=2), fee=FEE)
                bounced = True
        elif cheque.payable_on <= now:
            deposit(session, cheque, bank_account=bank, date=cheque.payable_on)
            if cheque.payable_on + timedelta(days=3) <= now:
                clear(session, cheque, date=cheque.payable_on + timedelta(days=2))


def _owed_as_much(session: Session, amount: Decimal, day: date) -> Contact | None:
    """A supplier to whom at least so much was due in the week after a day, and still is."""
    owed: dict[int, Decimal] = {}
    for item in open_items(session, None, "payable"):
        if item.contact_id is not None and item.due <= day + timedelta(days=7) and not item.currency:
            owed[item.contact_id] = owed.get(item.contact_id, Decimal(0)) + item.residual
    found = next((key for key, total in owed.items() if total >= amount), None)
    return session.get(Contact, found) if found else None


def _statement(session: Session, bank: BankAccount, since: date, until: date) -> None:
    """The bank's statement of most of the year, which agrees with the books line by line."""
    statement = Statement(name="Galicia, first statement", bank_account=bank, first_day=since, last_day=until)
    session.add(statement)
    session.flush()
    for position, item in enumerate(open_ledger_lines(session, statement)):
        line = StatementLine(position=position, date=item.date, text=item.entry.text, amount=item.debit - item.credit)
        statement.lines.append(line)
    statement.closing = sum((line.amount for line in statement.lines), Decimal(0))
    session.flush()
    match_all(session, statement)
    if not open_bank_lines(session, statement):
        reconcile_statement(session, statement)
