"""What stands on an invoice: its lines and its taxes, as they were."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, inspect
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from addons.base_catalog.models import Category, Product
from addons.base_catalog.operations import price_for
from addons.crm_contacts.models import Contact
from addons.erp_invoicing.models.rules import KINDS, Tax, taxes_of_rates
from addons.erp_ledger.models import Account
from core.db import Choice, CompanyScoped, Line, Money, Percent, Quantity, UnitPrice
from core.values.tax import TaxLine

if TYPE_CHECKING:
    from addons.erp_invoicing.models.invoices import Invoice

ZERO, ONE = Decimal(0), Decimal(1)
KERNEL = {"kernel": True}
SHOWN = {"kernel": True, "shown": True}


class InvoiceLine(CompanyScoped, Line):
    """One thing sold or bought, with its text and tax as they were.

    `amount` is the net in the company's currency, credits negative; `date` and `month` are set when it is posted.
    `origin_line_id` is the line of the document it came from; `credits_line_id` the line that it takes back.
    """

    __parent__ = "invoice"
    frozen: ClassVar[tuple[str, ...]] = (
        "position",
        "product_id",
        "product_code",
        "description",
        "quantity",
        "unit",
        "price",
        "discount",
        "tax_id",
        "tax_rate",
        "account_id",
        "net",
        "credits_line_id",
    )

    # without an index of its own: the cube's begins with the company
    company_id: Mapped[int] = mapped_column(ForeignKey("core_company.id"), info=KERNEL, sort_order=890)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("erp_invoicing_invoice.id", ondelete="CASCADE"), index=True)
    invoice: Mapped["Invoice"] = relationship(back_populates="lines")
    product_id: Mapped[int | None] = mapped_column(ForeignKey("base_catalog_product.id"), index=True)
    product: Mapped[Product | None] = relationship()
    description: Mapped[str] = mapped_column(default="")
    quantity: Mapped[Decimal] = mapped_column(Quantity, default=ONE)
    unit: Mapped[str | None] = mapped_column(info=SHOWN)
    price: Mapped[Decimal] = mapped_column(UnitPrice, default=ZERO)
    discount: Mapped[Decimal] = mapped_column(Percent, default=ZERO, info={"label": "Disc. %"})
    tax_id: Mapped[int | None] = mapped_column(ForeignKey("erp_invoicing_tax.id"))
    tax: Mapped[Tax | None] = relationship()
    account_id: Mapped[int | None] = mapped_column(ForeignKey("erp_ledger_account.id"))
    account: Mapped[Account | None] = relationship()
    net: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=SHOWN)
    product_code: Mapped[str | None] = mapped_column(info=KERNEL)
    tax_rate: Mapped[Decimal] = mapped_column(Percent, default=ZERO, info=KERNEL)
    kind: Mapped[str] = mapped_column(Choice(*KINDS), default="invoice", info=SHOWN | {"labels": KINDS})
    contact_id: Mapped[int] = mapped_column(ForeignKey("crm_contacts_contact.id"), index=True, info=SHOWN)
    contact: Mapped[Contact] = relationship(info=SHOWN)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("base_catalog_category.id"), info=SHOWN)
    category: Mapped[Category | None] = relationship(info=SHOWN)
    date: Mapped[datetime.date | None] = mapped_column(info=SHOWN)
    month: Mapped[int | None] = mapped_column(info=SHOWN | {"month_of": "date"})
    amount: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=SHOWN | {"label": "Net, credits negative"})
    origin_line_id: Mapped[int | None] = mapped_column(index=True, info=KERNEL)
    credits_line_id: Mapped[int | None] = mapped_column(ForeignKey("erp_invoicing_invoice_line.id"), index=True, info=KERNEL)

    __table_args__: Any = (
        CheckConstraint("discount >= 0 AND discount <= 1000000", name="discount"),
        Index(
            "ix_erp_invoicing_invoice_line_cube",
            "company_id",
            "month",
            "kind",
            "contact_id",
            "category_id",
            "amount",
            "quantity",
        ),
        Index("ix_erp_invoicing_invoice_line_date", "date", "id"),
    )

    @property
    def tax_line(self) -> TaxLine:
        """What the tax engine reckons with; a line without tax bears none."""
        taxes = self.tax.all_taxes if self.tax is not None else []
        levies = [tax.levy for tax in taxes]
        first = levies[0] if levies else None
        return TaxLine(
            self.quantity,
            self.price,
            self.discount,
            first.rate if first else ZERO,
            first.key if first else "",
            tuple(levies[1:]),
        )

    def complete(self) -> None:
        """Fill what was left open from the product, and copy what the document keeps of it."""
        said: Any = self  # a new line has no value yet where nothing was said
        self.quantity = ONE if said.quantity is None else self.quantity
        if self.product is not None:
            self.description = self.description or self.product.description or self.product.name
            self.product_code, self.category_id = self.product.code, self.product.category_id
            self.unit = self.product.unit.symbol if self.product.unit is not None else None
            self.complete_price(self.product)
        self.price = ZERO if said.price is None else self.price
        self.discount = ZERO if said.discount is None else self.discount
        self.description = self.description or ""
        self.tax_rate = self.tax.rate if self.tax is not None else ZERO

    def complete_price(self, product: Product) -> None:
        """The price of a product where none was said; a new line's price of nothing is none said."""
        session = object_session(product)
        if session is None:
            return
        is_new: bool = inspect(self).transient or inspect(self).pending
        if not self.price and is_new:
            if self.invoice.is_sale:
                prices = self.invoice.price_list
                answer = price_for(session, product, self.invoice.contact_id, self.quantity, self.invoice.date, prices)
                self.price, self.discount = answer.price, self.discount or answer.discount
            else:
                self.price = product.cost


def give_taxes(lines: Sequence[InvoiceLine]) -> None:
    """Each line whose tax was left open bears that of its product; asked for all lines at once."""
    bare = [(line, line.product) for line in lines if line.tax_id is None and line.tax is None and line.product]
    rates = {product.tax_rate for _line, product in bare if product.tax_rate is not None}
    session = object_session(bare[0][1]) if rates else None
    if session is not None:
        taxes = taxes_of_rates(session, rates)
        for line, product in bare:
            line.tax = taxes.get(product.tax_rate) if product.tax_rate is not None else None


class InvoiceTax(Line):
    """One tax of a document: its base and its amount, as they were."""

    __parent__ = "invoice"
    __title__ = "name"
    frozen: ClassVar[tuple[str, ...]] = ("tax_id", "name", "kind", "rate", "base", "amount")

    invoice_id: Mapped[int] = mapped_column(ForeignKey("erp_invoicing_invoice.id", ondelete="CASCADE"), index=True)
    invoice: Mapped["Invoice"] = relationship(back_populates="taxes")
    tax_id: Mapped[int] = mapped_column(ForeignKey("erp_invoicing_tax.id"), index=True, info=SHOWN)
    tax: Mapped[Tax] = relationship(info=SHOWN)
    name: Mapped[str] = mapped_column(info=SHOWN)
    kind: Mapped[str] = mapped_column(info=SHOWN)
    rate: Mapped[Decimal] = mapped_column(Percent, info=SHOWN)
    base: Mapped[Decimal] = mapped_column(Money, info=SHOWN)
    amount: Mapped[Decimal] = mapped_column(Money, info=SHOWN)
