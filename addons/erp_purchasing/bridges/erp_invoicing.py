"""Posted bills are matched with the orders they came from."""

from sqlalchemy.orm import Session

from addons.erp_invoicing.models import Invoice
from addons.erp_invoicing.signals import InvoicePosted
from addons.erp_purchasing.operations import ORDER, match_bill
from core.db import trusted
from core.signals import hears


@hears(InvoicePosted)
def match_with_order(session: Session, signal: InvoicePosted) -> None:
    """A bill, or the supplier's credit note of one; each line is matched once."""
    if signal.kind not in ("bill", "bill_credit"):
        return
    with trusted(session):
        invoice = session.get_one(Invoice, signal.invoice_id)
        source = invoice.credits if invoice.credits is not None else invoice
        if source.origin_model == ORDER and source.origin_id is not None:
            match_bill(session, invoice, source.origin_id)
