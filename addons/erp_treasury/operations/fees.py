"""What a rejected cheque costs: the supplier's charge to us, exempt, and ours to the customer, with VAT."""

import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.erp_invoicing.models import Invoice, Tax
from addons.erp_invoicing.operations import InvoiceDraft, InvoiceLineDraft, draft_invoice, post_invoice
from addons.erp_treasury.models import Cheque
from addons.erp_treasury.operations.accounts import purpose_account
from core.i18n import _


def bill_fee(session: Session, cheque: Cheque, supplier_id: int, fee: Decimal, day: datetime.date) -> Invoice:
    """The supplier's debit note for a cheque that came back to him: a bill without tax on the account of bank charges."""
    text = str(_("Charge for rejected cheque {number}", number=cheque.number))
    line = InvoiceLineDraft(
        description=text, price=fee, account_id=purpose_account(session, "bank_charges", cheque.company_id)
    )
    return _posted(session, cheque, "bill", supplier_id, line, day)


def charge_fee(session: Session, cheque: Cheque, fee: Decimal, day: datetime.date, tax: Tax | None = None) -> Invoice | None:
    """Our debit note to whom the cheque came from, with VAT; none if nobody is known."""
    if cheque.received_from_id is None:
        return None
    tax = tax or usual_tax(session, cheque.company_id)
    line = InvoiceLineDraft(
        description=str(_("Charge for rejected cheque {number}", number=cheque.number)),
        price=fee,
        tax_id=tax.id if tax else None,
        account_id=purpose_account(session, "other_income", cheque.company_id),
    )
    return _posted(session, cheque, "debit_note", cheque.received_from_id, line, day)


def usual_tax(session: Session, company_id: int) -> Tax | None:
    """The company's first VAT."""
    wanted = select(Tax).where(Tax.company_id == company_id, Tax.kind == "vat", Tax.active, Tax.rate > 0)
    return session.scalar(wanted.order_by(Tax.id).limit(1))


def _posted(
    session: Session, cheque: Cheque, kind: str, contact_id: int, line: InvoiceLineDraft, day: datetime.date
) -> Invoice:
    draft = InvoiceDraft(contact_id=contact_id, lines=[line], kind=kind, date=day, origin=("erp_treasury.cheque", cheque.id))
    invoice = draft_invoice(session, draft)
    post_invoice(session, invoice)
    return invoice
