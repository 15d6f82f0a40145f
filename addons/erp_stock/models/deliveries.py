"""Deliveries: goods that leave, to a customer or back to a supplier, and what is held for them."""

from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from addons.base_catalog.models import Product
from addons.crm_contacts.models import Contact
from addons.erp_stock.models.documents import GoodsLine, StockDocument
from addons.erp_stock.models.locations import Location, usual_place
from addons.erp_stock.models.moves import SHOWN, Move
from core.db import Choice, CompanyScoped, Line, Model, Numbered, Originated, Quantity, Searchable, numbered_once


class Delivery(StockDocument, CompanyScoped, Numbered, Originated, Searchable, Model):
    """Goods for a customer, or goods that go back to their supplier."""

    __series__ = "DN"
    __other_series__ = ("SR",)
    __title__ = "number"
    __search__ = ("number", "reference")
    __table_args__ = (numbered_once(), {"sqlite_autoincrement": True})

    kind: Mapped[str] = mapped_column(
        Choice("sale", "supplier_return"),
        default="sale",
        info={"labels": {"sale": "Delivery note", "supplier_return": "Return to supplier"}},
    )
    contact_id: Mapped[int] = mapped_column(ForeignKey("crm_contacts_contact.id"), index=True)
    contact: Mapped[Contact] = relationship()
    reference: Mapped[str | None] = mapped_column(info={"label": "Order"})
    source_id: Mapped[int] = mapped_column(ForeignKey("erp_stock_location.id"), index=True)
    source: Mapped[Location] = relationship(info={"label": "From place"})
    moved_by_invoice_id: Mapped[int | None] = mapped_column(Integer, unique=True, info={"kernel": True})
    lines: Mapped[list["DeliveryLine"]] = relationship(
        lambda: DeliveryLine,
        cascade="all, delete-orphan",
        order_by=lambda: DeliveryLine.position,
        back_populates="delivery",
    )

    @classmethod
    def defaults(cls, session: Session) -> dict[str, Any]:
        """What a new document starts with: the usual warehouse."""
        return {"source": usual_place(session)}


class DeliveryLine(GoodsLine, Line):
    """Some of a product that leaves with a delivery.

    `sale_model` and `sale_line_id` name the line that was sold (of an order or an invoice), whatever chain of documents
    led here: what is moved for it may never exceed what was sold.
    """

    __parent__ = "delivery"

    delivery_id: Mapped[int] = mapped_column(ForeignKey("erp_stock_delivery.id", ondelete="CASCADE"), index=True)
    delivery: Mapped[Delivery] = relationship(back_populates="lines")
    product_id: Mapped[int] = mapped_column(ForeignKey("base_catalog_product.id"), index=True)
    product: Mapped[Product] = relationship()
    returns_move_id: Mapped[int | None] = mapped_column(ForeignKey("erp_stock_move.id"), info={"kernel": True})
    returns_move: Mapped[Move | None] = relationship(info={"kernel": True})
    sale_model: Mapped[str | None] = mapped_column(info={"kernel": True})
    sale_line_id: Mapped[int | None] = mapped_column(Integer, index=True, info={"kernel": True})
    sold: Mapped[Decimal | None] = mapped_column(Quantity, info={"kernel": True})


class Reservation(CompanyScoped, Model):
    """Goods in a place that are held for one line of a delivery; what is free is what stands there less these rows."""

    __title__ = "title_text"
    __history__ = False
    __table_args__ = (
        UniqueConstraint("delivery_line_id", "location_id"),
        CheckConstraint("quantity > 0", name="quantity"),
        {"sqlite_autoincrement": True},
    )

    delivery_line_id: Mapped[int] = mapped_column(ForeignKey("erp_stock_delivery_line.id", ondelete="CASCADE"), info=SHOWN)
    delivery_line: Mapped[DeliveryLine] = relationship(info={"kernel": True})
    delivery_id: Mapped[int] = mapped_column(ForeignKey("erp_stock_delivery.id", ondelete="CASCADE"), index=True, info=SHOWN)
    delivery: Mapped[Delivery] = relationship(info=SHOWN)
    product_id: Mapped[int] = mapped_column(ForeignKey("base_catalog_product.id"), index=True, info=SHOWN)
    product: Mapped[Product] = relationship(info=SHOWN)
    location_id: Mapped[int] = mapped_column(ForeignKey("erp_stock_location.id"), index=True, info=SHOWN)
    location: Mapped[Location] = relationship(info=SHOWN)
    quantity: Mapped[Decimal] = mapped_column(Quantity, info=SHOWN)

    @property
    def is_frozen(self) -> bool:
        """Held and let go by the verbs of a delivery."""
        return True

    @property
    def title_text(self) -> str:
        """A product held for a delivery."""
        return f"{self.product.title}, {self.delivery.title}"
