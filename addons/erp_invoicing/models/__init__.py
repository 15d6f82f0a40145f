"""What is invoiced, on what terms, with which taxes, and on which kind of paper."""

from addons.erp_invoicing.models.billing import ContactBilling
from addons.erp_invoicing.models.invoices import Invoice
from addons.erp_invoicing.models.lines import InvoiceLine, InvoiceTax
from addons.erp_invoicing.models.rules import DocumentType, PaymentTerm, PaymentTermLine, Tax

__all__ = [
    "ContactBilling",
    "DocumentType",
    "Invoice",
    "InvoiceLine",
    "InvoiceTax",
    "PaymentTerm",
    "PaymentTermLine",
    "Tax",
]
