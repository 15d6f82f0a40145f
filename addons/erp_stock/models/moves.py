"""The stock ledger: moves that are written once, and the balances that they add up to."""

import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.base_catalog.models import Product
from addons.crm_contacts.models import Contact
from addons.erp_stock.models.locations import Location
from core.db import CompanyScoped, Model, Money, Quantity, UnitPrice

SHOWN = {"kernel": True, "shown": True}


class Move(CompanyScoped, Model):
    """Some of a product went from one place to another on a day; once written it never changes.

    `value` is what the company's stock gained or lost; `counterpart` is the same goods as the other side sees them
    (the price agreed with the supplier). They differ only by a price difference, which goes to an account of its own.
    """

    __title__ = "document_number"
    __history__ = False
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("source_id <> destination_id", name="two_ends"),
        UniqueConstraint("document_model", "document_line_id"),
        Index("ix_erp_stock_move_product_day", "company_id", "product_id", "date"),
        Index("ix_erp_stock_move_document", "document_model", "document_id"),
        Index("ix_erp_stock_move_sale", "sale_model", "sale_line_id"),
        {"sqlite_autoincrement": True},
    )

    date: Mapped[datetime.date] = mapped_column(index=True, info=SHOWN)
    month: Mapped[int] = mapped_column(Integer, info={"kernel": True, "month_of": "date"})
    product_id: Mapped[int] = mapped_column(ForeignKey("base_catalog_product.id"), index=True, info=SHOWN)
    product: Mapped[Product] = relationship(info=SHOWN)
    quantity: Mapped[Decimal] = mapped_column(Quantity, info=SHOWN)
    source_id: Mapped[int] = mapped_column(ForeignKey("erp_stock_location.id"), index=True, info=SHOWN)
    source: Mapped[Location] = relationship(foreign_keys=[source_id], info=SHOWN | {"label": "From place"})
    destination_id: Mapped[int] = mapped_column(ForeignKey("erp_stock_location.id"), index=True, info=SHOWN)
    destination: Mapped[Location] = relationship(foreign_keys=[destination_id], info=SHOWN | {"label": "To place"})
    value: Mapped[Decimal] = mapped_column(Money, default=Decimal(0), info=SHOWN | {"label": "Stock value"})
    counterpart: Mapped[Decimal] = mapped_column(Money, default=Decimal(0), info=SHOWN | {"label": "Agreed value"})
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("crm_contacts_contact.id"), index=True, info=SHOWN)
    contact: Mapped[Contact | None] = relationship(info=SHOWN | {"label": "Customer or supplier"})
    returns_id: Mapped[int | None] = mapped_column(ForeignKey("erp_stock_move.id"), index=True, info=SHOWN)
    returns: Mapped["Move | None"] = relationship(
        lambda: Move, remote_side=lambda: Move.id, info=SHOWN | {"label": "Returns"}
    )
    document_model: Mapped[str] = mapped_column(info=SHOWN | {"label": "Document kind"})
    document_id: Mapped[int] = mapped_column(Integer, info={"kernel": True})
    document_line_id: Mapped[int] = mapped_column(Integer, info={"kernel": True})
    document_number: Mapped[str] = mapped_column(info=SHOWN | {"label": "Document"})
    sale_model: Mapped[str | None] = mapped_column(info={"kernel": True})
    sale_line_id: Mapped[int | None] = mapped_column(Integer, info={"kernel": True})

    @property
    def is_frozen(self) -> bool:
        """A move is history from its first moment."""
        return True


class StockLevel(CompanyScoped, Model):
    """How much of a product stands in a place: the sum of the moves, locked while one is added.

    Only rows of virtual places, or of a company that allows it, may go below zero: the database refuses the rest.
    """

    __title__ = "title_text"
    __history__ = False
    __table_args__ = (
        UniqueConstraint("location_id", "product_id"),
        CheckConstraint("quantity >= 0 OR may_go_negative", name="not_negative"),
        {"sqlite_autoincrement": True},
    )

    product_id: Mapped[int] = mapped_column(ForeignKey("base_catalog_product.id"), index=True, info=SHOWN)
    product: Mapped[Product] = relationship(info=SHOWN)
    location_id: Mapped[int] = mapped_column(ForeignKey("erp_stock_location.id"), index=True, info=SHOWN)
    location: Mapped[Location] = relationship(info=SHOWN)
    quantity: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0), info=SHOWN | {"label": "On hand"})
    may_go_negative: Mapped[bool] = mapped_column(default=False, info={"kernel": True})
    last_on: Mapped[datetime.date | None] = mapped_column(info=SHOWN | {"label": "Last move"})

    @property
    def is_frozen(self) -> bool:
        """A balance follows its moves; nobody types it."""
        return True

    @property
    def title_text(self) -> str:
        """A product in a place."""
        return f"{self.product.title}, {self.location.title}"


class Valuation(CompanyScoped, Model):
    """What the company's goods of a product are worth: one average over all its places, exact to the currency.

    The value belongs to the quantity: with nothing left, nothing is left of the value either.
    """

    __title__ = "title_text"
    __history__ = False
    __table_args__ = (
        UniqueConstraint("company_id", "product_id"),
        CheckConstraint("quantity <> 0 OR value = 0", name="nothing_is_worth_nothing"),
        {"sqlite_autoincrement": True},
    )

    product_id: Mapped[int] = mapped_column(ForeignKey("base_catalog_product.id"), index=True, info=SHOWN)
    product: Mapped[Product] = relationship(info=SHOWN)
    quantity: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0), info=SHOWN | {"label": "On hand"})
    value: Mapped[Decimal] = mapped_column(Money, default=Decimal(0), info=SHOWN | {"label": "Stock value"})
    last_cost: Mapped[Decimal | None] = mapped_column(UnitPrice, info=SHOWN | {"label": "Last unit cost"})

    @property
    def is_frozen(self) -> bool:
        """A value follows its moves; nobody types it."""
        return True

    @property
    def title_text(self) -> str:
        """The product's."""
        return self.product.title
