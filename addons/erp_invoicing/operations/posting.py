"""Posting a document: its texts and amounts are fixed, its entry is written, the number comes last."""

import datetime
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from addons.erp_invoicing.models import ContactBilling, Invoice, InvoiceLine, InvoiceTax
from addons.erp_invoicing.operations.crediting import limit_credit
from addons.erp_invoicing.operations.drafting import document_type, give_series
from addons.erp_invoicing.operations.entries import Books, demand_sound, entry_lines, purposes
from addons.erp_invoicing.signals import InvoicePosted
from addons.erp_ledger.operations import (
    EntryDraft,
    Posted,
    accounts_for,
    balance_of,
    hashed_columns,
    post_rows,
)
from core.db import Base, Company, kernel_connection
from core.db.model import searched_text
from core.errors import Refused
from core.i18n import _
from core.signals import send
from core.values import currency_digits, month_key

VERSION = 1
OURS, LINES = cast("Table", Invoice.__table__), cast("Table", InvoiceLine.__table__)
LOCKED = select(Invoice.state).where(Invoice.id == bindparam("number")).with_for_update(key_share=True)
FROZEN = ("state", "number", "entry_id", "version", "search_text")
FREEZE = update(OURS).where(OURS.c.id == bindparam("key")).values({name: bindparam(name) for name in FROZEN})
DATE_LINES = (
    update(LINES).where(LINES.c.invoice_id == bindparam("key")).values({name: bindparam(name) for name in ("date", "month")})
)
TEXTS = {
    "invoice": "Invoice to {name}",
    "credit_note": "Credit note to {name}",
    "debit_note": "Debit note to {name}",
    "bill": "Bill from {name}",
    "bill_credit": "Credit note from {name}",
}


def post_rows_of(session: Session, invoice: Invoice, date: datetime.date | None = None) -> Posted:
    """Post a draft: snapshot, entry, number, and it is frozen; the caller settles and announces it."""
    demand_draft(session, invoice)
    company = session.get_one(Company, invoice.company_id)
    billing = session.get(ContactBilling, invoice.contact_id)
    fix(session, invoice, company, billing, date)
    demand_sound(invoice, company.currency)
    demand_credit(session, invoice, billing)
    session.flush()
    books = Books(accounts_for(session, purposes(invoice), invoice.company_id), company.currency)
    kind = invoice.document_type
    assert kind is not None
    text = str(_(TEXTS[invoice.kind], name=invoice.party_name))
    posted = post_rows(
        session,
        EntryDraft(
            date=invoice.date,
            text=f"{text}, {invoice.reference}" if invoice.reference else text,
            journal=kind.journal,
            lines=entry_lines(invoice, books),
            source=("erp_invoicing.invoice", invoice.id),
            company_id=invoice.company_id,
            series=kind.series_id,
            document_digest=digest_of_document(invoice),
        ),
    )
    freeze(session, invoice, posted)
    return posted


def demand_draft(session: Session, invoice: Invoice) -> None:
    """Refused when it is posted, also by somebody else a moment ago; the document is locked until the commit."""
    if session.scalars(LOCKED, {"number": invoice.id}).one() != "draft":
        raise Refused(_("{title} is already posted", title=invoice.title))


def fix(
    session: Session, invoice: Invoice, company: Company, billing: ContactBilling | None, date: datetime.date | None
) -> None:
    """Write into the document what must never change with the settings: type, terms, party, amounts."""
    invoice.date = date or invoice.date
    kind = invoice.document_type or document_type(session, invoice.kind)
    if kind.series_id is None:
        width = 8 if kind.point_of_sale else 1
        give_series(session, kind, width)
    invoice.document_type = kind
    origin = invoice.credits if invoice.credits_id else None
    invoice.cash = origin.cash if origin is not None else kind.account == "cash"
    if invoice.terms_id is None and not invoice.is_credit:
        invoice.terms = billing.terms if billing is not None else None
    invoice.recompute()
    if invoice.credits_id is not None:
        limit_credit(session, invoice)
    invoice.share_amounts(currency_digits(company.currency))


def demand_credit(session: Session, invoice: Invoice, billing: ContactBilling | None) -> None:
    """Refused when the customer would owe more than he is trusted with."""
    if invoice.kind not in ("invoice", "debit_note") or invoice.cash:
        return
    if billing is None or not billing.credit_limit:
        return
    balance = balance_of(session, invoice.contact_id) + invoice.total * invoice.rate
    if not billing.may_owe(balance):
        message = "{name} would owe {balance}, more than the credit limit of {limit}: collect first, or raise the limit"
        raise Refused(_(message, name=invoice.party_name, balance=round(balance, 2), limit=billing.credit_limit))


def freeze(session: Session, invoice: Invoice, posted: Posted) -> None:
    """The flip: number and entry, with the day of the lines; from here the guards refuse every change."""
    connection, day = kernel_connection(session), {"date": invoice.date, "month": month_key(invoice.date)}
    connection.execute(DATE_LINES, {"key": invoice.id, **day})
    values = {
        "state": "posted",
        "number": posted.code,
        "entry_id": posted.entry_id,
        "version": invoice.version + 1,
        "search_text": searched_text(posted.code, invoice.reference, invoice.party_name),
    }
    connection.execute(FREEZE, {"key": invoice.id, **values})
    for name, value in values.items():
        set_committed_value(invoice, name, value)
    session.expire(invoice, ["entry"])
    for line in invoice.lines:
        for name, value in day.items():
            set_committed_value(line, name, value)


def announce(session: Session, invoice: Invoice) -> None:
    """Tell the other addons, in the same transaction."""
    send(
        session,
        InvoicePosted(
            invoice_id=invoice.id,
            kind=invoice.kind,
            contact_id=invoice.contact_id,
            date=invoice.date,
            number=invoice.number or "",
            net=invoice.net,
            tax=invoice.tax,
            total=invoice.total,
            currency=invoice.currency,
            moves_stock=moves_stock(invoice),
            cash=invoice.cash,
            credits_id=invoice.credits_id,
        ),
    )


def moves_stock(invoice: Invoice) -> str:
    """What its type says of stock; a credit note follows the invoice that moved it."""
    kind, origin = invoice.document_type, invoice.credits
    if origin is not None and origin.document_type is not None and origin.document_type.moves_stock == "yes":
        return "yes"
    return kind.moves_stock if kind is not None else "no"


def digest_of_document(invoice: Invoice) -> str:
    """The hash of what the document says, which the chain of the ledger covers."""
    lines, taxes = map(vars_of, invoice.lines), map(vars_of, invoice.taxes)
    return digest_of_rows(vars_of(invoice), lines, taxes)


def digest_of_rows(
    invoice: Mapping[str, Any], lines: Iterable[Mapping[str, Any]], taxes: Iterable[Mapping[str, Any]]
) -> str:
    """The same from stored rows, lines and taxes in order of position."""
    rows = [
        hashed_columns(Invoice, invoice),
        [hashed_columns(InvoiceLine, line) for line in lines],
        [hashed_columns(InvoiceTax, tax) for tax in taxes],
    ]
    return hashlib.sha256(json.dumps([VERSION, *rows], ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def vars_of(record: Base) -> dict[str, Any]:
    """The frozen values of a loaded record."""
    return {name: getattr(record, name) for name in record.frozen}  # type: ignore[attr-defined]
