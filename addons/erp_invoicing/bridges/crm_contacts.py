"""Invoices write the history of contacts, tell what a contact is to us, and follow merged cards."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from addons.crm_contacts.models import Contact
from addons.crm_contacts.operations import log, log_many, mark_role, relink
from addons.crm_contacts.signals import ContactMerged
from addons.erp_invoicing.models import ContactBilling, Invoice, InvoiceLine
from addons.erp_invoicing.models.invoices import SALES
from addons.erp_invoicing.signals import InvoicePosted
from addons.erp_ledger.models import EntryLine
from core.db import trusted
from core.errors import Refused
from core.i18n import _
from core.importing.signals import RecordsImported
from core.signals import hears

MODEL = "erp_invoicing.invoice"
TEXTS = {
    "invoice": ("receipt-2", "Invoiced: {number}"),
    "debit_note": ("receipt-2", "Debit note: {number}"),
    "credit_note": ("receipt-refund", "Credited: {number}"),
    "bill": ("file-invoice", "Billed us: {number}"),
    "bill_credit": ("receipt-refund", "Credited us: {number}"),
}


@hears(InvoicePosted)
def write_history(session: Session, signal: InvoicePosted) -> None:
    """A document was posted."""
    key, contact, kind, number = signal.invoice_id, signal.contact_id, signal.kind, signal.number
    log(session, **happening(key, contact, kind, number, signal.date, signal.total, signal.currency))


def happening(key: int, contact_id: int, kind: str, number: str, day: date, total: Decimal, currency: str) -> dict[str, Any]:
    """What a posted document is in the history of its contact."""
    icon, text = TEXTS[kind]
    return {
        "contact_id": contact_id,
        "kind": "document",
        "icon": icon,
        "text": text,
        "parameters": {"number": number},
        "model": MODEL,
        "record_id": key,
        "amount": total,
        "currency": currency,
        "at": day,
        "key": f"{MODEL}:{key}:posted",
    }


@hears(InvoicePosted)
def mark_customer_or_supplier(session: Session, signal: InvoicePosted) -> None:
    """Who is invoiced is a customer, who bills us a supplier."""
    mark_role(session, signal.contact_id, "customer" if signal.kind in SALES else "supplier")


@hears(RecordsImported)
def write_histories(session: Session, signal: RecordsImported) -> None:
    """Documents came in by a file: the same as for one that was posted, for all of them at once."""
    if signal.model != Invoice.label() or not signal.created:
        return
    with trusted(session):
        wanted = select(Invoice.id, Invoice.contact_id, Invoice.kind, Invoice.number, Invoice.date, Invoice.total)
        rows = session.execute(wanted.add_columns(Invoice.currency).where(Invoice.id.in_(signal.created))).all()
        log_many(session, [happening(*row) for row in rows])
        buyers = {row.contact_id for row in rows if row.kind in SALES}
        new = select(Contact.id).where(Contact.id.in_(buyers), ~Contact.customer).order_by(Contact.id)
        for contact_id in session.scalars(new).all():
            mark_role(session, contact_id, "customer")


@hears(ContactMerged)
def move_drafts(session: Session, signal: ContactMerged) -> None:
    """Drafts of a merged card go to the kept one; a card with posted documents cannot go, as they never change."""
    with trusted(session):
        posted = select(Invoice.id).where(Invoice.contact_id == signal.gone_id, Invoice.state == "posted").limit(1)
        written = select(EntryLine.id).where(EntryLine.contact_id == signal.gone_id).limit(1)
        if session.scalar(posted) or session.scalar(written):
            name = session.scalar(select(Contact.name).where(or_(Contact.id == signal.gone_id)))
            message = "{name} has posted documents, which keep their card: merge the other card into this one"
            raise Refused(_(message, name=name))
        relink(session, signal.merge_id, Invoice.contact_id)
        relink(session, signal.merge_id, InvoiceLine.contact_id)
        billing = session.get(ContactBilling, signal.gone_id)
        if billing is not None and session.get(ContactBilling, signal.kept_id) is None:
            session.add(
                ContactBilling(
                    id=signal.kept_id,
                    credit_limit=billing.credit_limit,
                    terms_id=billing.terms_id,
                    tax_condition=billing.tax_condition,
                )
            )
            session.flush()
