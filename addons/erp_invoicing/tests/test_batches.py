"""Posting many sales at once gives what drafting and posting them one by one gives."""

from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.base_catalog.models import Product
from addons.erp_invoicing.health import faults
from addons.erp_invoicing.models import DocumentType, Invoice, InvoiceLine, InvoiceTax, Tax
from addons.erp_invoicing.operations import (
    InvoiceDraft,
    InvoiceLineDraft,
    Party,
    Sale,
    SaleLine,
    draft_invoice,
    post_invoice,
    post_sales,
    tax_line,
)
from addons.erp_ledger.models import EntryLine
from addons.erp_ledger.tests.conftest import ROOT, Books
from core.db import Company, kernel_connection, read_checks, run_checks
from core.errors import Refused
from core.values.tax import calculate

CHECKS = [
    each for addon in ("erp_ledger", "erp_invoicing") for each in read_checks(ROOT / "addons" / addon / "health.sql", addon)
]
OWN = {"id", "number", "entry_id", "search_text", "version", "created_at", "updated_at", "invoice_id"}
LINES = (
    ("CHA", "6", "48500", "10", "VAT 21 %"),
    ("LAM", "-2", "12345.678901", "0", "VAT 10.5 %"),
    ("LAM", "3", "0", "0", "Exempt"),
)


def type_of(session: Session, kind: str) -> DocumentType:
    """The company's type of this kind that is owed, not paid at once."""
    wanted = select(DocumentType).where(DocumentType.kind == kind, DocumentType.account == "current")
    return session.scalars(wanted.order_by(DocumentType.id)).first()  # type: ignore[return-value]


def sale(session: Session, kind: str, company: Company, lines: tuple[Any, ...] = LINES) -> Sale:
    """A sale of chairs and lamps."""
    sold = []
    for code, quantity, price, discount, tax in lines:
        product = session.scalars(select(Product).where(Product.code == code)).one()
        levy = session.scalars(select(Tax).where(Tax.name == tax)).first()
        sold.append(
            SaleLine(
                product_id=product.id,
                product_code=code,
                description=product.name,
                quantity=D(quantity),
                price=D(price),
                discount=D(discount),
                tax=levy,
            )
        )
    party = Party(1, "Ferretería El Sol", "30-71448822-6", "Rosario")
    totals = calculate([tax_line(o.quantity, o.price, o.discount, o.tax) for o in sold], company.currency)
    return Sale(type=type_of(session, kind), party=party, date=date(2026, 3, 9), reference="R-1", lines=sold, totals=totals)


def one_by_one(session: Session, wanted: Sale) -> Invoice:
    """The same document by hand."""
    lines = [
        InvoiceLineDraft(
            product_id=line.product_id, description=line.description, quantity=line.quantity, price=line.price or D(1),
            discount=line.discount, tax_id=line.tax.id if line.tax else None,
        )
        for line in wanted.lines
    ]  # fmt: skip
    invoice = draft_invoice(
        session,
        InvoiceDraft(
            contact_id=1, lines=lines, kind=wanted.type.kind, document_type_id=wanted.type.id, date=wanted.date,
            reference=wanted.reference,
        ),
    )  # fmt: skip
    for line, said in zip(invoice.lines, wanted.lines, strict=True):
        line.tax, line.tax_id, line.price = said.tax, said.tax.id if said.tax else None, said.price
    invoice.recompute()
    session.flush()
    post_invoice(session, invoice)
    return invoice


def plain(session: Session, model: Any, key: int) -> list[dict[str, Any]]:
    """The stored rows of a document, without what no two documents share."""
    table = model.__table__
    mine = table.c.id == key if model is Invoice else table.c.invoice_id == key
    rows = kernel_connection(session).execute(select(table).where(mine).order_by(table.c.id)).mappings()
    return [{name: value for name, value in row.items() if name not in OWN} for row in rows]


def entry_of(session: Session, invoice: Invoice) -> list[tuple[Any, ...]]:
    """The lines of a document's entry."""
    rows = session.scalars(select(EntryLine).where(EntryLine.entry_id == invoice.entry_id).order_by(EntryLine.position))
    return [(r.account_id, r.debit, r.credit, r.contact_id, r.due, r.date, r.month, r.currency) for r in rows]


@pytest.mark.parametrize("document", ["invoice", "credit_note"])
def test_a_batch_stores_what_posting_one_by_one_stores(books: Books, document: str) -> None:
    with books.write() as session:
        company = session.get_one(Company, 1)
        asked = sale(session, document, company)
        by_hand = one_by_one(session, asked)
        first, second = post_sales(session, [asked, asked], company)
        together = session.get_one(Invoice, first)
        assert (together.state, together.title[:2]) == ("posted", by_hand.title[:2])
        for model in (Invoice, InvoiceLine, InvoiceTax):
            assert plain(session, model, first) == plain(session, model, by_hand.id)
        assert entry_of(session, together) == entry_of(session, by_hand)
        numbers = [session.get_one(Invoice, key).number for key in (by_hand.id, first, second)]
        assert [int(str(number).rpartition("-")[2]) for number in numbers] == [1, 2, 3]
        assert [str(finding) for finding in run_checks(session, CHECKS)] == []
        assert list(faults(kernel_connection(session))) == []


def test_a_document_that_charges_nothing_refuses_the_batch(books: Books) -> None:
    with books.write() as session:
        company = session.get_one(Company, 1)
        good, empty = sale(session, "invoice", company), sale(session, "invoice", company, (LINES[2],))
        with pytest.raises(Refused, match="more than zero"):
            post_sales(session, [good, empty], company)
        session.rollback()
        assert session.scalar(select(Invoice.id)) is None
