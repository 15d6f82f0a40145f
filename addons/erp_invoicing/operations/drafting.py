"""Making a draft from values: what quotes, tickets, orders and other programs give."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from addons.base_catalog.models import Product
from addons.crm_contacts.models import Contact
from addons.erp_invoicing.models import DocumentType, Invoice, InvoiceLine, Tax
from addons.erp_invoicing.models.rules import KINDS
from addons.erp_ledger.operations import ensure_series
from core.db import Company, actor, kernel_connection, today, trusted
from core.errors import Missing, Refused
from core.i18n import _

ONE = Decimal(1)
TYPES = select(DocumentType).where(DocumentType.company_id == bindparam("company")).order_by(DocumentType.id).limit(1)
FIRST_OF_KIND = TYPES.where(DocumentType.kind == bindparam("kind"), DocumentType.active).execution_options(kept=True)


@dataclass(frozen=True, kw_only=True)
class InvoiceLineDraft:
    """What to invoice: a product, a text, or both. Without a price, the product's for this contact; without a tax, the
    product's."""

    product_id: int | None = None
    description: str = ""
    quantity: Decimal = ONE
    price: Decimal | None = None
    discount: Decimal | None = None
    tax_id: int | None = None
    account_id: int | None = None
    origin_line_id: int | None = None
    credits_line_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class InvoiceDraft:
    """A document to draft; `origin` is the model's name and key of what it comes from."""

    contact_id: int
    lines: Sequence[InvoiceLineDraft]
    kind: str = "invoice"
    document_type_id: int | None = None
    date: datetime.date | None = None
    reference: str | None = None
    terms_id: int | None = None
    price_list_id: int | None = None
    currency: str | None = None
    rate: Decimal = ONE
    prices_include_tax: bool | None = None
    note: str | None = None
    origin: tuple[str, int] | None = None
    credits_id: int | None = None


def draft_invoice(session: Session, draft: InvoiceDraft) -> Invoice:
    """A draft document with its nets, taxes and totals, flushed; it owns no number."""
    if draft.kind not in KINDS:
        raise Refused(_("There is no kind of document “{kind}”", kind=draft.kind))
    with trusted(session):
        contact = session.get(Contact, draft.contact_id)
        if contact is None:
            raise Missing(_("There is no contact {key}", key=draft.contact_id))
        kind = document_type(session, draft.kind, draft.document_type_id)
        company = session.get_one(Company, actor(session).company_id or 0)
        model, key = draft.origin or (None, None)
        included = kind.prices_include_tax if draft.prices_include_tax is None else draft.prices_include_tax
        invoice = Invoice(
            kind=draft.kind,
            document_type=kind,
            contact_id=contact.id,
            contact=contact,
            date=draft.date or today(session),
            reference=draft.reference,
            terms_id=draft.terms_id,
            price_list_id=draft.price_list_id,
            currency=draft.currency or company.currency,
            rate=draft.rate,
            prices_include_tax=included,
            note=draft.note,
            origin_model=model,
            origin_id=key,
            credits_id=draft.credits_id,
        )
        with session.no_autoflush:
            invoice.lines = [line_of(session, line) for line in draft.lines]
            invoice.recompute()
        session.add(invoice)
        session.flush()
    return invoice


def line_of(session: Session, draft: InvoiceLineDraft) -> InvoiceLine:
    """One line, its product and tax loaded."""
    return InvoiceLine(
        product=session.get_one(Product, draft.product_id) if draft.product_id else None,
        description=draft.description,
        quantity=draft.quantity,
        price=draft.price,
        discount=draft.discount,
        tax=session.get_one(Tax, draft.tax_id) if draft.tax_id else None,
        account_id=draft.account_id,
        origin_line_id=draft.origin_line_id,
        credits_line_id=draft.credits_line_id,
    )


def document_type(session: Session, kind: str, key: int | None = None) -> DocumentType:
    """The type of this key, or the company's first of this kind; Refused when there is none or the kinds differ."""
    wanted = TYPES.where(DocumentType.id == key) if key else FIRST_OF_KIND
    found = session.scalars(wanted, {"company": actor(session).company_id, "kind": kind}).first()
    if found is None or found.kind != kind:
        raise Refused(_("There is no document type for “{kind}”: make one in the set-up", kind=_(KINDS[kind])))
    return found


def give_series(session: Session, kind: DocumentType, width: int = 1) -> None:
    """Let a type have its series, whoever is the first to need it; who comes at the same time finds it there."""
    series = ensure_series(session, kind.company_id, kind.journal, kind.series_code, width=width).id
    types = DocumentType.__table__
    missing = update(types).where(types.c.id == kind.id, types.c.series_id.is_(None))  # type: ignore[arg-type]
    kernel_connection(session).execute(missing.values(series_id=series))
    set_committed_value(kind, "series_id", series)
