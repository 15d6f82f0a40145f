"""Invoices, bills and their credit and debit notes; `frozen` names what the ledger's chain of hashes covers."""

import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from addons.base_catalog.models import PriceList
from addons.crm_contacts.models import Contact
from addons.erp_invoicing.models.lines import InvoiceLine, InvoiceTax, give_taxes
from addons.erp_invoicing.models.rules import KINDS, DocumentType, PaymentTerm
from addons.erp_ledger.models import Entry
from core.db import (
    Choice,
    Company,
    CompanyScoped,
    Model,
    Money,
    Originated,
    Searchable,
    UnitPrice,
    actor,
    today,
)
from core.values import currency_digits, rounded, shares
from core.values.tax import Totals, calculate

ZERO, ONE = Decimal(0), Decimal(1)
KERNEL = {"kernel": True}
SHOWN = {"kernel": True, "shown": True}
SALES = ("invoice", "credit_note", "debit_note")
CREDITS = ("credit_note", "bill_credit")
STATE = {"labels": {"draft": "Draft", "posted": "Posted"}, "marks": {"draft": "draft", "posted": "done"}, **SHOWN}
BILLED = text("kind IN ('bill', 'bill_credit') AND reference IS NOT NULL")


class Invoice(CompanyScoped, Searchable, Originated, Model):
    """What was sold to or bought from a contact: a draft, or posted, with its number, its entry and its texts frozen.

    `rate` is what one unit of `currency` is worth in the company's; `credits` is the document that a credit note takes
    back. What is due is the open items of its entry.
    """

    __title__ = "number"
    __search__ = ("number", "reference", "party_name")
    frozen: ClassVar[tuple[str, ...]] = (
        "kind",
        "document_type_id",
        "company_id",
        "contact_id",
        "date",
        "reference",
        "currency",
        "rate",
        "prices_include_tax",
        "cash",
        "net",
        "tax",
        "rounding",
        "total",
        "credits_id",
        "party_name",
        "party_tax_id",
        "party_address",
        "note",
    )

    kind: Mapped[str] = mapped_column(Choice(*KINDS), default="invoice", info={"labels": KINDS})
    document_type_id: Mapped[int | None] = mapped_column(ForeignKey("erp_invoicing_document_type.id"), index=True)
    document_type: Mapped[DocumentType | None] = relationship()
    contact_id: Mapped[int] = mapped_column(ForeignKey("crm_contacts_contact.id"))
    contact: Mapped[Contact] = relationship()
    date: Mapped[datetime.date]
    number: Mapped[str | None] = mapped_column(info=SHOWN)
    state: Mapped[str] = mapped_column(Choice("draft", "posted"), default="draft", info=STATE)
    reference: Mapped[str | None] = mapped_column(info={"label": "Their reference"})
    terms_id: Mapped[int | None] = mapped_column(ForeignKey("erp_invoicing_payment_term.id"))
    terms: Mapped[PaymentTerm | None] = relationship()
    price_list_id: Mapped[int | None] = mapped_column(ForeignKey("base_catalog_price_list.id"))
    price_list: Mapped[PriceList | None] = relationship()
    currency: Mapped[str] = mapped_column(String(3), default="ARS")
    rate: Mapped[Decimal] = mapped_column(UnitPrice, default=ONE, info={"label": "Exchange rate"})
    prices_include_tax: Mapped[bool] = mapped_column(default=False)
    cash: Mapped[bool] = mapped_column(default=False, info=SHOWN | {"label": "Paid at once"})
    net: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=SHOWN)
    tax: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=SHOWN)
    rounding: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=SHOWN)
    total: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=SHOWN)
    note: Mapped[str | None] = mapped_column(info={"label": "Note on the document"})
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("erp_ledger_entry.id"), unique=True, info=KERNEL)
    entry: Mapped[Entry | None] = relationship()
    credits_id: Mapped[int | None] = mapped_column(ForeignKey("erp_invoicing_invoice.id"), index=True, info=KERNEL)
    credits: Mapped["Invoice | None"] = relationship(remote_side="Invoice.id")
    party_name: Mapped[str | None] = mapped_column(info=SHOWN)
    party_tax_id: Mapped[str | None] = mapped_column(info=SHOWN | {"label": "Tax number"})
    party_address: Mapped[str | None] = mapped_column(info=SHOWN)
    party_country: Mapped[str | None] = mapped_column(info=SHOWN | {"label": "Country"})
    lines: Mapped[list["InvoiceLine"]] = relationship(
        cascade="all, delete-orphan", order_by="InvoiceLine.position", back_populates="invoice"
    )
    taxes: Mapped[list["InvoiceTax"]] = relationship(
        cascade="all, delete-orphan", order_by="InvoiceTax.position", back_populates="invoice", info=SHOWN
    )

    __table_args__: Any = (
        UniqueConstraint("company_id", "number"),
        CheckConstraint("net + tax + rounding = total", name="total"),
        CheckConstraint("rate > 0", name="rate"),
        CheckConstraint("(number IS NULL) = (state = 'draft') AND (entry_id IS NULL) = (state = 'draft')", name="posted"),
        CheckConstraint("state IN ('draft', 'posted')", name="state"),
        Index(None, "contact_id", "date"),
        Index(None, "company_id", "date"),
        Index(None, "company_id", "reference"),
        Index(
            "uq_erp_invoicing_invoice_reference",
            "company_id",
            "contact_id",
            "kind",
            "reference",
            unique=True,
            sqlite_where=BILLED,
            postgresql_where=BILLED,
        ),
        {"sqlite_autoincrement": True},
    )

    @classmethod
    def defaults(cls, session: Session) -> dict[str, Any]:
        """What a new document starts with."""
        company = session.get(Company, actor(session).company_id or 0)
        return {"date": today(session), "currency": company.currency if company else None}

    @property
    def is_frozen(self) -> bool:
        """A posted document never changes; it is credited."""
        return self.state == "posted"

    @property
    def title(self) -> str:
        """Its number, or that it is a draft."""
        name = self.party_name or (self.contact.name if self.contact is not None else "")
        return self.number or f"{KINDS[self.kind or 'invoice']} {name}".strip()

    @property
    def is_sale(self) -> bool:
        """Whether it goes to a customer; else it comes from a supplier."""
        return self.kind in SALES

    @property
    def is_credit(self) -> bool:
        """Whether it takes back instead of charging."""
        return self.kind in CREDITS

    def recompute(self) -> None:
        """Set what follows from the fields and lines: the kind, each line's net, the taxes, the totals."""
        self.kind = self.document_type.kind if self.document_type is not None else (self.kind or "invoice")
        self.currency, self.rate = self.currency or "ARS", self.rate or ONE
        self.copy_party()
        give_taxes(self.lines)
        for position, line in enumerate(self.lines):
            line.position = position
            line.complete()
        self.take_totals(self.reckoned())

    def copy_party(self) -> None:
        """The contact's name, tax number and address as they are now; posting keeps them."""
        contact = self.contact
        if contact is not None:
            self.party_name, self.party_tax_id, self.party_country = contact.name, contact.tax_id, contact.country
            self.party_address = ", ".join(filter(None, (contact.street, contact.postcode, contact.city, contact.country)))

    def reckoned(self) -> Totals:
        """The totals by the tax engine."""
        step = self.document_type.cash_step if self.document_type is not None else None
        return calculate([line.tax_line for line in self.lines], self.currency, bool(self.prices_include_tax), step)

    def take_totals(self, totals: Totals) -> None:
        """Write totals into the document, its lines and its taxes."""
        for line, net in zip(self.lines, totals.nets, strict=True):
            line.net = net
        known = {tax.levy.key: tax for line in self.lines if line.tax is not None for tax in line.tax.all_taxes}
        groups = [(known[group.key], group) for group in totals.taxes if group.key]
        rows = {row.tax_id: row for row in self.taxes}
        self.taxes = [rows.get(tax.id) or InvoiceTax(tax_id=tax.id) for tax, _group in groups]
        for position, (row, (tax, group)) in enumerate(zip(self.taxes, groups, strict=True)):
            row.position, row.name, row.kind = position, tax.name, tax.kind
            row.rate, row.base, row.amount = group.rate, group.base, group.tax
        self.net, self.tax, self.rounding, self.total = totals.net, totals.tax, totals.rounding, totals.total
        self.share_amounts()

    def share_amounts(self, digits: int | None = None) -> None:
        """Each line's net in the company's currency (of so many digits), credits negative: what the cubes add up."""
        digits = currency_digits(self.currency) if digits is None else digits
        rate = Fraction(self.rate) * (-1 if self.is_credit else 1)
        whole = rounded(Fraction(self.net) * rate, digits)
        parts = shares([Fraction(line.net) * rate for line in self.lines], whole, digits)
        for line, part in zip(self.lines, parts, strict=True):
            line.amount, line.kind, line.contact_id = part, self.kind, self.contact_id
