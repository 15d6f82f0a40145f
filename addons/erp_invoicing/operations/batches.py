"""Posting many documents of sales at once, as files bring them: each is drafted, numbered and frozen as one by one."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from addons.erp_invoicing.models import DocumentType, Invoice, InvoiceLine, InvoiceTax, Tax
from addons.erp_invoicing.models.invoices import CREDITS
from addons.erp_invoicing.operations.drafting import give_series
from addons.erp_invoicing.operations.entries import Books, demand_sound, entry_lines, purposes
from addons.erp_invoicing.operations.posting import TEXTS, digest_of_rows
from addons.erp_ledger.operations import EntryDraft, Posted, accounts_for, post_batch
from core.db import Company, kernel_connection, trusted
from core.db.model import searched_text
from core.i18n import _
from core.importing.dialects import write_rows
from core.values import month_key
from core.values.tax import TaxLine, Totals

ZERO, ONE = Decimal(0), Decimal(1)
Row = dict[str, Any]
BLANK = {"origin_line_id": None, "credits_line_id": None, "account_id": None}


class Party(NamedTuple):
    """A customer as a document keeps it."""

    contact_id: int
    name: str
    tax_id: str | None = None
    address: str | None = None
    country: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SaleLine:
    """What was sold, at which price; nothing is looked up."""

    product_id: int | None
    product_code: str | None
    description: str
    quantity: Decimal
    price: Decimal
    discount: Decimal = ZERO
    unit: str | None = None
    category_id: int | None = None
    tax: Tax | None = None


@dataclass(frozen=True, kw_only=True)
class Sale:
    """A document of the past in the company's currency, owed at once; its kind and numbers are those of its type."""

    type: DocumentType
    party: Party
    date: datetime.date
    reference: str
    lines: Sequence[SaleLine]
    totals: Totals
    origin: tuple[str, int] | None = None


def tax_line(quantity: Decimal, price: Decimal, discount: Decimal, tax: Tax | None) -> TaxLine:
    """What the tax engine reckons with."""
    if tax is None:
        return TaxLine(quantity, price, discount)
    first, *more = [each.levy for each in tax.all_taxes]
    return TaxLine(quantity, price, discount, first.rate, first.key, tuple(more))


def post_sales(session: Session, sales: Sequence[Sale], company: Company) -> list[int]:
    """Draft and post these documents; their keys, in order. Refused or Invalid: none of them is there.

    Neither credit limits nor stock are asked, as what is brought in has happened; whoever calls announces it.
    """
    with trusted(session):
        for kind in {sale.type for sale in sales}:
            prepare(session, kind, company)
        rows = [document_row(sale, company) for sale in sales]
        keys = write_rows(session, Invoice, rows)
        lines = [line_rows(sale, key) for sale, key in zip(sales, keys, strict=True)]
        taxes = [tax_rows(sale, key) for sale, key in zip(sales, keys, strict=True)]
        write_rows(session, InvoiceLine, [row for own in lines for row in own])
        write_rows(session, InvoiceTax, [row for own in taxes for row in own])
        sheets = [sheet_of(sale, company) for sale in sales]
        needed = {purpose for sheet in sheets for purpose in purposes(sheet)}
        books = Books(accounts_for(session, needed, company.id), company.currency)
        drafts = []
        for sale, key, sheet, row, own, levied in zip(sales, keys, sheets, rows, lines, taxes, strict=True):
            digest = digest_of_rows(row | {"company_id": company.id}, own, levied)
            drafts.append(entry_draft(sale, key, company, digest, sheet, books))
        freeze_batch(session, sales, keys, post_batch(session, drafts))
    return keys


def prepare(session: Session, kind: DocumentType, company: Company) -> None:
    """The type has its series."""
    if kind.series_id is None:
        give_series(session, kind)


def document_row(sale: Sale, company: Company) -> Row:
    """The draft's row, with what it will keep of its party."""
    model, key = sale.origin or (None, None)
    totals = sale.totals
    return {
        "kind": sale.type.kind,
        "document_type_id": sale.type.id,
        "contact_id": sale.party.contact_id,
        "date": sale.date,
        "reference": sale.reference,
        "currency": company.currency,
        "rate": ONE,
        "prices_include_tax": False,
        "cash": False,
        "net": totals.net,
        "tax": totals.tax,
        "rounding": totals.rounding,
        "total": totals.total,
        "note": None,
        "credits_id": None,
        "party_name": sale.party.name,
        "party_tax_id": sale.party.tax_id,
        "party_address": sale.party.address or "",
        "party_country": sale.party.country,
        "origin_model": model,
        "origin_id": key,
    }


def line_rows(sale: Sale, key: int) -> list[Row]:
    """The rows of its lines; the day is known already, so that posting need not write them again."""
    kind, day, month = sale.type.kind, sale.date, month_key(sale.date)
    contact, sign = sale.party.contact_id, -1 if kind in CREDITS else 1
    return [
        BLANK
        | {
            "invoice_id": key,
            "position": position,
            "product_id": line.product_id,
            "product_code": line.product_code,
            "description": line.description,
            "quantity": line.quantity,
            "unit": line.unit,
            "price": line.price,
            "discount": line.discount,
            "tax_id": line.tax.id if line.tax is not None else None,
            "tax_rate": line.tax.rate if line.tax is not None else ZERO,
            "net": net,
            "amount": sign * net,
            "kind": kind,
            "contact_id": contact,
            "category_id": line.category_id,
            "date": day,
            "month": month,
        }
        for position, (line, net) in enumerate(zip(sale.lines, sale.totals.nets, strict=True))
    ]


def tax_rows(sale: Sale, key: int) -> list[Row]:
    """The rows of its taxes."""
    return [
        {
            "invoice_id": key,
            "position": position,
            "tax_id": tax.id,
            "name": tax.name,
            "kind": tax.kind,
            "rate": group.rate,
            "base": group.base,
            "amount": group.tax,
        }
        for position, (tax, group) in enumerate(levied(sale))
    ]


def levied(sale: Sale) -> list[tuple[Tax, Any]]:
    """Each tax of the document with its base and amount."""
    known = {tax.levy.key: tax for line in sale.lines if line.tax is not None for tax in line.tax.all_taxes}
    return [(known[group.key], group) for group in sale.totals.taxes if group.key]


def sheet_of(sale: Sale, company: Company) -> Invoice:
    """The document without its details, for the rules of entries: all lines go to one account, so one stands for all."""
    net = sale.totals.net
    sheet = Invoice(
        kind=sale.type.kind,
        contact_id=sale.party.contact_id,
        party_name=sale.party.name,
        date=sale.date,
        currency=company.currency,
        rate=ONE,
        cash=False,
        net=net,
        rounding=sale.totals.rounding,
        total=sale.totals.total,
        lines=[InvoiceLine(net=net, amount=-net if sale.type.kind in CREDITS else net)],
        taxes=[InvoiceTax(tax=tax, kind=tax.kind, amount=group.tax) for tax, group in levied(sale)],
    )
    demand_sound(sheet, company.currency)
    return sheet


def entry_draft(sale: Sale, key: int, company: Company, digest: str, sheet: Invoice, books: Books) -> EntryDraft:
    """The entry that posting one document writes."""
    return EntryDraft(
        date=sale.date,
        text=f"{_(TEXTS[sale.type.kind], name=sale.party.name)}, {sale.reference}",
        journal=sale.type.journal,
        lines=entry_lines(sheet, books),
        source=("erp_invoicing.invoice", key),
        company_id=company.id,
        series=sale.type.series_id,
        document_digest=digest,
    )


def freeze_batch(session: Session, sales: Sequence[Sale], keys: Sequence[int], posted: Sequence[Posted]) -> None:
    """The flips: number and entry; from here the guards refuse every change."""
    table: Any = Invoice.__table__
    given = [
        {
            "key": key,
            "number": each.code,
            "entry_id": each.entry_id,
            "search_text": searched_text(each.code, sale.reference, sale.party.name),
        }
        for sale, key, each in zip(sales, keys, posted, strict=True)
    ]
    values: dict[str, Any] = {name: bindparam(name) for name in ("number", "entry_id", "search_text")}
    flip = update(table).where(table.c.id == bindparam("key"))
    kernel_connection(session).execute(flip.values(state="posted", version=table.c.version + 1, **values), given)
