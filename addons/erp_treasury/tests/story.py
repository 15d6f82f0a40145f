"""The money of the acceptance story: an invoice, a bill, and one cheque that goes from hand to hand."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.crm_contacts.models import Contact
from addons.erp_invoicing.models import PaymentTerm, Tax
from addons.erp_invoicing.operations import InvoiceDraft, InvoiceLineDraft, credit_invoice, draft_invoice, post_invoice
from addons.erp_ledger.models import EntryLine
from addons.erp_ledger.operations import EntryDraft, LineDraft, account_for, post_entry
from addons.erp_treasury.models import Cheque, Receipt, ReceiptMean
from addons.erp_treasury.operations import post_receipt

D = Decimal


def day(month: int, number: int) -> datetime.date:
    """A day of the story's year."""
    return datetime.date(2026, month, number)


@dataclass
class Money:
    """Keys of the records of the story."""

    customer: int
    supplier: int
    invoice: int
    bill: int


def money(session: Session) -> Money:
    """500,000.00 at the bank; the customer owes 445,293.32 in two parts, we owe 484,492.47."""
    supplier = Contact(name="Maderas del Sur", kind="company", supplier=True)
    customer = Contact(name="Ferretería El Sol", kind="company", customer=True)
    session.add_all([supplier, customer])
    session.flush()
    bank, capital = (account_for(session, purpose).id for purpose in ("bank", "capital"))
    opening = [LineDraft(account_id=bank, debit=D(500000)), LineDraft(account_id=capital, credit=D(500000))]
    post_entry(session, EntryDraft(date=day(3, 1), text="Opening", journal="general", lines=opening))
    vat = session.scalars(select(Tax).where(Tax.rate == D(21)).order_by(Tax.id)).first()
    assert vat is not None
    bill = draft_invoice(
        session,
        InvoiceDraft(
            contact_id=supplier.id,
            kind="bill",
            date=day(3, 5),
            terms_id=term(session, "30 days"),
            lines=[InvoiceLineDraft(description="Goods", price=D("400407"), tax_id=vat.id)],
        ),
    )
    post_invoice(session, bill)
    chairs = InvoiceLineDraft(description="Chairs", quantity=D(6), price=D(48500), discount=D(10), tax_id=vat.id)
    lamps = InvoiceLineDraft(description="Lamps", quantity=D(9), price=D("12345.67"), discount=D("7.5"), tax_id=vat.id)
    work = InvoiceLineDraft(description="Assembly", price=D("3333.31"), tax_id=vat.id)
    invoice = draft_invoice(
        session,
        InvoiceDraft(
            contact_id=customer.id,
            date=day(3, 13),
            terms_id=term(session, "30/60 days, 50/50"),
            lines=[chairs, lamps, work],
        ),
    )
    post_invoice(session, invoice)
    return Money(customer.id, supplier.id, invoice.id, bill.id)


def term(session: Session, name: str) -> int:
    """The key of a payment term."""
    return session.scalars(select(PaymentTerm.id).where(PaymentTerm.name == name)).one()


def cheque_mean(amount: str = "250000", number: str = "00012345", **other: object) -> ReceiptMean:
    """A cheque of Construcciones Norte as a mean of a receipt."""
    values = {"bank": "Banco Galicia", "drawer": "Construcciones Norte", "payable_on": day(4, 20)} | other
    return ReceiptMean(position=0, kind="cheque", amount=D(amount), number=number, **values)


def received(session: Session, key: Money, *means: ReceiptMean, on: datetime.date | None = None) -> Receipt:
    """A posted receipt of these means, by default RC-1 with the cheque of the story."""
    receipt = Receipt(contact_id=key.customer, means=list(means) or [cheque_mean()])
    session.add(receipt)
    session.flush()
    post_receipt(session, receipt, date=on or day(3, 20))
    return receipt


def the_cheque(session: Session) -> Cheque:
    """The only cheque of the story."""
    return session.scalars(select(Cheque)).one()


def credit_one_chair(session: Session, key: Money) -> None:
    """CN-1: one chair taken back on 27 March."""
    from addons.erp_invoicing.models import Invoice

    invoice = session.get_one(Invoice, key.invoice)
    credit_invoice(session, invoice, lines=[{"line": invoice.lines[0].id, "quantity": D(1)}], date=day(3, 27), post=True)


def balance(session: Session, purpose: str, until: datetime.date | None = None) -> Decimal:
    """What an account holds, debits positive."""
    wanted = select(EntryLine).where(EntryLine.account_id == account_for(session, purpose).id)
    lines = session.scalars(wanted if until is None else wanted.where(EntryLine.date <= until))
    return sum((line.debit - line.credit for line in lines), D(0))
