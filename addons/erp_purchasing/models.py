"""Orders to suppliers, and how what was billed compares with what was ordered and received."""

import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from addons.base_catalog.models import Product
from addons.crm_contacts.models import Contact
from addons.erp_invoicing.models import InvoiceLine, Tax
from core.db import (
    Choice,
    Company,
    CompanyScoped,
    Line,
    Model,
    Money,
    Numbered,
    Percent,
    Quantity,
    Searchable,
    UnitPrice,
    actor,
    numbered_once,
    today,
)
from core.values.tax import TaxLine, Totals, calculate

ZERO, ONE = Decimal(0), Decimal(1)
SHOWN = {"kernel": True, "shown": True}
STATES = {
    "draft": "Draft",
    "confirmed": "Confirmed",
    "received": "Received",
    "done": "Done",
    "cancelled": "Cancelled",
}
MARKS = {"draft": "draft", "confirmed": "open", "received": "wait", "done": "done", "cancelled": "void"}


class Order(CompanyScoped, Numbered, Searchable, Model):
    """What is ordered from a supplier: a draft, confirmed with its number, received, done once it is billed too."""

    __series__ = "PO"
    __title__ = "number"
    __search__ = ("number", "reference")
    __table_args__: Any = (
        numbered_once(),
        CheckConstraint("net + tax = total", name="total"),
        {"sqlite_autoincrement": True},
    )

    contact_id: Mapped[int] = mapped_column(ForeignKey("crm_contacts_contact.id"), index=True)
    contact: Mapped[Contact] = relationship(info={"label": "Supplier"})
    date: Mapped[datetime.date]
    expected_on: Mapped[datetime.date | None] = mapped_column(info={"label": "Expected"})
    reference: Mapped[str | None] = mapped_column(info={"label": "Their reference"})
    currency: Mapped[str] = mapped_column(String(3), default="ARS", info=SHOWN)
    state: Mapped[str] = mapped_column(
        Choice(*STATES), default="draft", index=True, info=SHOWN | {"labels": STATES, "marks": MARKS}
    )
    net: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=SHOWN)
    tax: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=SHOWN)
    total: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=SHOWN)
    note: Mapped[str | None]
    lines: Mapped[list["OrderLine"]] = relationship(
        lambda: OrderLine, cascade="all, delete-orphan", order_by=lambda: OrderLine.position, back_populates="order"
    )

    @classmethod
    def defaults(cls, session: Session) -> dict[str, Any]:
        """What a new order starts with."""
        company = session.get(Company, actor(session).company_id or 0)
        return {"date": today(session), "currency": company.currency if company else "ARS"}

    @property
    def is_frozen(self) -> bool:
        """What the supplier was told stays as it is."""
        return self.state != "draft"

    def recompute(self) -> None:
        """Set what follows from the lines: their nets, the tax, the total."""
        self.currency = self.currency or "ARS"
        for position, line in enumerate(self.lines):
            line.position = position
            line.complete()
        totals = self.reckoned()
        for line, net in zip(self.lines, totals.nets, strict=True):
            line.net = net
        self.net, self.tax, self.total = totals.net, totals.tax, totals.net + totals.tax

    def reckoned(self) -> Totals:
        """The totals by the tax engine."""
        return calculate([line.tax_line for line in self.lines], self.currency)


class OrderLine(Line):
    """Something ordered, at a price; `received` and `billed` follow from receipts and bills and are checked by health."""

    __parent__ = "order"
    __table_args__ = (
        CheckConstraint("discount >= 0 AND discount <= 1000000", name="discount"),
        CheckConstraint("received >= 0", name="received"),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("erp_purchasing_order.id", ondelete="CASCADE"), index=True)
    order: Mapped[Order] = relationship(back_populates="lines")
    product_id: Mapped[int | None] = mapped_column(ForeignKey("base_catalog_product.id"), index=True)
    product: Mapped[Product | None] = relationship()
    description: Mapped[str] = mapped_column(default="")
    quantity: Mapped[Decimal] = mapped_column(Quantity, default=ONE)
    price: Mapped[Decimal] = mapped_column(UnitPrice, default=ZERO)
    discount: Mapped[Decimal] = mapped_column(Percent, default=ZERO, info={"label": "Disc. %"})
    tax_id: Mapped[int | None] = mapped_column(ForeignKey("erp_invoicing_tax.id"))
    tax: Mapped[Tax | None] = relationship()
    expected_on: Mapped[datetime.date | None] = mapped_column(info={"label": "Expected"})
    net: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=SHOWN)
    received: Mapped[Decimal] = mapped_column(Quantity, default=ZERO, info=SHOWN)
    billed: Mapped[Decimal] = mapped_column(Quantity, default=ZERO, info=SHOWN)

    @property
    def is_goods(self) -> bool:
        """Whether it comes through the warehouse; the rest is billed as ordered."""
        return self.product is not None and self.product.kind == "goods"

    @property
    def tax_line(self) -> TaxLine:
        """What the tax engine reckons with; a line without tax bears none."""
        levies = [tax.levy for tax in self.tax.all_taxes] if self.tax is not None else []
        first = levies[0] if levies else None
        return TaxLine(
            self.quantity,
            self.price,
            self.discount,
            first.rate if first else ZERO,
            first.key if first else "",
            tuple(levies[1:]),
        )

    @property
    def to_bill(self) -> Decimal:
        """How many a bill of today should show: what came and was not billed; of services, what was ordered."""
        return (self.received if self.is_goods else self.quantity) - self.billed

    def complete(self) -> None:
        """Fill what was left open from the product."""
        self.quantity = ONE if self.quantity is None else self.quantity
        self.discount = ZERO if self.discount is None else self.discount
        if self.product is not None:
            self.description = self.description or self.product.document_text
            self.price = self.product.cost if self.price is None else self.price
        self.price = ZERO if self.price is None else self.price
        self.description = self.description or ""


class BillMatch(CompanyScoped, Model):
    """One line of a bill against the line of the order: what was agreed for so many, what was billed, the difference.

    Credits of the supplier are minus. Written once, with the bill's posting.
    """

    __title__ = "id"
    __history__ = False

    order_line_id: Mapped[int] = mapped_column(ForeignKey("erp_purchasing_order_line.id"), index=True, info=SHOWN)
    order_line: Mapped[OrderLine] = relationship(info=SHOWN)
    order_id: Mapped[int] = mapped_column(ForeignKey("erp_purchasing_order.id"), index=True, info=SHOWN)
    order: Mapped[Order] = relationship(info=SHOWN)
    invoice_line_id: Mapped[int] = mapped_column(ForeignKey("erp_invoicing_invoice_line.id"), unique=True, info=SHOWN)
    invoice_line: Mapped[InvoiceLine] = relationship(info=SHOWN | {"label": "Bill"})
    quantity: Mapped[Decimal] = mapped_column(Quantity, info=SHOWN)
    agreed: Mapped[Decimal] = mapped_column(Money, info=SHOWN)
    billed: Mapped[Decimal] = mapped_column(Money, info=SHOWN)
    difference: Mapped[Decimal] = mapped_column(Money, info=SHOWN)

    @property
    def is_frozen(self) -> bool:
        """Matches follow from bills."""
        return True
