"""A year of invoices of Muebles del Plata: of its orders where quotes are made, else over the counter; credits, drafts."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.base_catalog.models import Product
from addons.crm_contacts.models import Contact
from addons.erp_invoicing.models import ContactBilling, Invoice, PaymentTerm
from addons.erp_invoicing.operations import (
    InvoiceDraft,
    InvoiceLineDraft,
    credit_invoice,
    document_type,
    draft_invoice,
    post_invoice,
)
from addons.erp_invoicing.setup import install_taxes
from core.db import Company, actor, today
from core.operations import perform

FIRST_DAYS, EVERY, LATEST_DAYS = 334, 9, 3
QUOTES = "crm_quotes.Quote"
LIMITS = (Decimal(4_000_000), Decimal(8_000_000), Decimal(15_000_000))
TERMS = ("30 days", "30/60 days, 50/50", "Immediate", "60 days")


def load(session: Session) -> None:
    """Customers with their terms, then their documents in the order of their days; once."""
    if session.scalar(select(Invoice.id).where(Invoice.state == "posted").limit(1)) is not None:
        return
    random, now = Random(7), today(session)
    wanted = select(Contact).where(Contact.customer, Contact.active, Contact.kind == "company").order_by(Contact.id)
    customers = list(session.scalars(wanted))
    products = list(session.scalars(select(Product).where(Product.active).order_by(Product.id)))
    if not customers or not products:
        return
    company = session.get_one(Company, actor(session).company_id)
    install_taxes(session, company, "AR")  # the invented firm is from there, wherever it is shown
    _agree(session, random, customers)
    drafts = (
        _of_tickets(session) + _of_orders(session, random) + _over_the_counter(session, random, customers, products, now)
    )
    posted = []
    for day, draft in sorted(drafts, key=lambda each: (each[0], each[1].id)):
        if day <= now - timedelta(days=LATEST_DAYS):
            post_invoice(session, draft, date=day)
            posted.append(draft)
        else:
            draft.date = min(day, now)
    _credit(session, posted, now)
    for number, contact in enumerate(customers[::3]):  # agreed on today: nothing was refused because of it
        ContactBilling.of(contact).credit_limit = LIMITS[number % len(LIMITS)]
    session.flush()


def _agree(session: Session, random: Random, customers: list[Contact]) -> None:
    """When each pays."""
    terms = {term.name: term for term in session.scalars(select(PaymentTerm))}
    for contact in customers:
        billing = ContactBilling.of(contact)
        billing.terms = terms.get(random.choice(TERMS))
        billing.customer_number = f"C{contact.id:04}"
    session.flush()


def _of_tickets(session: Session) -> list[tuple[date, Invoice]]:
    """The hours of tickets, which were drafted when those were closed."""
    drafts = session.scalars(select(Invoice).where(Invoice.state == "draft", Invoice.total > 0).order_by(Invoice.id))
    return [(draft.date + timedelta(days=3), draft) for draft in drafts]


def _of_orders(session: Session, random: Random) -> list[tuple[date, Invoice]]:
    """A draft for each accepted quote, some days after it was accepted; none where quotes are not in use."""
    composition: Any = session.info.get("composition")
    quotes: Any = composition.models.get(QUOTES) if composition is not None else None
    if quotes is None:
        return []
    verb = composition.verbs(quotes)["invoice"]
    wanted = select(quotes).where(quotes.state == "accepted", quotes.company_id == actor(session).company_id)
    accepted = session.scalars(wanted.order_by(quotes.decided_on, quotes.id)).all()
    return [(quote.decided_on + timedelta(days=random.randint(2, 9)), perform(session, verb, quote)) for quote in accepted]


def _over_the_counter(
    session: Session, random: Random, customers: list[Contact], products: list[Product], now: date
) -> list[tuple[date, Invoice]]:
    """Small sales of every week, and services; a few of them are paid at once."""
    cash = document_type(session, "invoice", _cash_type(session))
    drafts = []
    for age in range(FIRST_DAYS, 0, -EVERY):
        day = now - timedelta(days=age)
        services = [product for product in products if product.kind == "service"] or products
        chosen = random.sample(services, min(len(services), random.randint(1, 2)))
        lines = [InvoiceLineDraft(product_id=each.id, quantity=Decimal(random.randint(1, 6))) for each in chosen]
        draft = InvoiceDraft(
            contact_id=random.choice(customers).id,
            date=day,
            lines=lines,
            document_type_id=cash.id if random.random() < 0.25 else None,
        )
        drafts.append((day, draft_invoice(session, draft)))
    return drafts


def _cash_type(session: Session) -> int | None:
    """The key of the type of invoices that are paid at once."""
    from addons.erp_invoicing.models import DocumentType

    mine = DocumentType.company_id == actor(session).company_id
    return session.scalar(
        select(DocumentType.id).where(mine, DocumentType.kind == "invoice", DocumentType.account == "cash")
    )


def _credit(session: Session, posted: list[Invoice], now: date) -> None:
    """A piece came back here and there, and one document was taken back whole."""
    owed = [invoice for invoice in posted if not invoice.cash]
    for number, invoice in enumerate(owed[5::11]):
        day = min(invoice.date + timedelta(days=6), now)
        line = next(line for line in invoice.lines if line.quantity >= 1)
        lines = None if number == 1 else [{"line": line.id, "quantity": Decimal(1)}]
        credit_invoice(session, invoice, lines=lines, date=day, note="Damaged on the way", post=True)  # type: ignore[arg-type]
