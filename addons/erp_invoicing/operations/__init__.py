"""What is done with invoices: draft, post, credit, reverse."""

import datetime
from decimal import Decimal
from typing import NotRequired

from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from addons.erp_invoicing.models import Invoice
from addons.erp_invoicing.operations.batches import Party, Sale, SaleLine, post_sales, tax_line
from addons.erp_invoicing.operations.crediting import OPPOSITE, draft_credit, taken_lines
from addons.erp_invoicing.operations.drafting import InvoiceDraft, InvoiceLineDraft, document_type, draft_invoice
from addons.erp_invoicing.operations.payments import Instalment, Settlement, instalments_of, owed_of
from addons.erp_invoicing.operations.posting import announce, digest_of_rows, post_rows_of
from addons.erp_ledger.operations import allocate_oldest
from core.db import trusted
from core.errors import Invalid
from core.i18n import _
from core.operations import verb

__all__ = [
    "CreditLine",
    "Instalment",
    "InvoiceDraft",
    "InvoiceLineDraft",
    "Party",
    "Sale",
    "SaleLine",
    "Settlement",
    "credit_invoice",
    "digest_of_rows",
    "document_type",
    "draft_credit",
    "draft_invoice",
    "instalments_of",
    "owed_of",
    "post_invoice",
    "post_sales",
    "reverse_invoice",
    "taken_lines",
    "tax_line",
]


class CreditLine(TypedDict):
    """So much of one line, by its key; `product` is for whoever reads it on a form."""

    line: int
    product: NotRequired[str]
    quantity: Decimal


def can_be_credited(invoice: Invoice) -> bool:
    """Whether a credit note may take it back."""
    return invoice.state == "posted" and invoice.kind in OPPOSITE


@verb(Invoice, "post", icon="check", when=lambda invoice: invoice.state == "draft", primary=True)
def post_invoice(session: Session, invoice: Invoice, *, date: datetime.date | None = None) -> None:
    """Give a draft its number and its entry; it never changes again. A credit note settles what it takes back."""
    with trusted(session):
        with session.no_autoflush:  # it flushes once itself, before it computes
            posted = post_rows_of(session, invoice, date)
        origin = invoice.credits
        if origin is not None and origin.entry_id is not None and not invoice.cash:
            allocate_oldest(session, posted.line_ids[0], among=[origin.entry_id])
        announce(session, invoice)


@verb(Invoice, "credit", label="Credit note", icon="receipt-refund", when=can_be_credited)
def credit_invoice(
    session: Session,
    invoice: Invoice,
    *,
    lines: list[CreditLine] | None = None,
    date: datetime.date | None = None,
    note: str | None = None,
    post: bool = False,
) -> Invoice:
    """A credit note for all that is left, or so much of some lines: a draft to look over, or posted at once."""
    with trusted(session):
        quantities = None if lines is None else {line["line"]: line["quantity"] for line in lines if line["quantity"]}
        if quantities is not None and not quantities:
            raise Invalid(_("Give a quantity for at least one line."))
        credit = draft_credit(session, invoice, quantities, note)
        if date is not None:
            credit.date = date
        if post:
            post_invoice(session, credit)
    return credit


@verb(
    Invoice,
    "reverse",
    icon="arrow-back-up",
    when=can_be_credited,
    confirm="Post a credit note for all that is left of this document?",
)
def reverse_invoice(session: Session, invoice: Invoice, *, date: datetime.date | None = None) -> Invoice:
    """Take a whole document back by a posted credit note."""
    return credit_invoice(session, invoice, date=date, post=True)
