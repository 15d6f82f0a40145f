"""Reports of invoicing: what of the value added tax is owed to the treasury."""

import datetime
from decimal import Decimal

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from addons.erp_invoicing.models import Invoice, InvoiceTax
from addons.erp_invoicing.models.invoices import CREDITS, SALES
from addons.erp_invoicing.operations.entries import converted
from core.db import Company, actor
from core.screens.reports.report import Column, MonthStart, Table, report
from core.values import currency_digits

ZERO = Decimal(0)
FIGURES = ("sold", "debit", "bought", "credit", "position")


@report("vat_position", label="VAT position", section="Analysis", permission="erp_ledger.auditor")
def vat_position(session: Session, *, since: MonthStart, until: datetime.date) -> Table:
    """Each VAT with what it bore on sales and purchases of some days; what is left is owed, or in our favour below zero."""
    company = session.get_one(Company, actor(session).company_id)
    digits = currency_digits(company.currency)
    own = case((Invoice.rate == 1, 0), else_=Invoice.id)  # documents in other currencies are converted one by one
    wanted = (
        select(InvoiceTax.name, Invoice.kind, func.max(Invoice.id), func.sum(InvoiceTax.base), func.sum(InvoiceTax.amount))
        .join(Invoice, Invoice.id == InvoiceTax.invoice_id)
        .where(Invoice.company_id == company.id, Invoice.state == "posted", InvoiceTax.kind.in_(("vat", "exempt")))
        .where(Invoice.date >= since, Invoice.date <= until)
        .group_by(InvoiceTax.name, Invoice.kind, own)
        .order_by(InvoiceTax.name)
    )
    taxes: dict[str, dict[str, Decimal]] = {}
    for name, kind, invoice_id, base, amount in session.execute(wanted):
        document = session.get_one(Invoice, invoice_id)
        sums = taxes.setdefault(name, dict.fromkeys(FIGURES, ZERO))
        sign, sold = -1 if kind in CREDITS else 1, kind in SALES
        tax = sign * converted(amount, document, digits)
        sums["sold" if sold else "bought"] += sign * converted(base, document, digits)
        sums["debit" if sold else "credit"] += tax
        sums["position"] += tax if sold else -tax
    labels = ("Sold", "VAT debit", "Bought", "VAT credit", "Position")
    columns = [
        Column("tax", "Tax"),
        *(Column(name, label, kind="money", sum=True) for name, label in zip(FIGURES, labels, strict=True)),
    ]
    return Table(columns=columns, rows=[{"tax": name, **sums} for name, sums in taxes.items()])
