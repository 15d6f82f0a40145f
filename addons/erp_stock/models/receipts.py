"""Receipts: goods that come in, from a supplier, back from a customer, or as opening stock."""

from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Integer
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from addons.base_catalog.models import Product
from addons.crm_contacts.models import Contact
from addons.erp_stock.models.documents import GoodsLine, StockDocument
from addons.erp_stock.models.locations import Location, usual_place
from addons.erp_stock.models.moves import Move
from core.db import (
    Choice,
    CompanyScoped,
    Line,
    Model,
    Money,
    Numbered,
    Originated,
    Searchable,
    UnitPrice,
    numbered_once,
)


class Receipt(StockDocument, CompanyScoped, Numbered, Originated, Searchable, Model):
    """Goods that arrive: bought, returned by a customer, or there when the books began."""

    __series__ = "GR"
    __other_series__ = ("RET", "OB")
    __title__ = "number"
    __search__ = ("number", "reference")
    __table_args__ = (numbered_once(), {"sqlite_autoincrement": True})

    kind: Mapped[str] = mapped_column(
        Choice("purchase", "return", "opening"),
        default="purchase",
        info={"labels": {"purchase": "Receipt", "return": "Return of a customer", "opening": "Opening stock"}},
    )
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("crm_contacts_contact.id"), index=True)
    contact: Mapped[Contact | None] = relationship()
    reference: Mapped[str | None] = mapped_column(info={"label": "Order"})
    destination_id: Mapped[int] = mapped_column(ForeignKey("erp_stock_location.id"), index=True)
    destination: Mapped[Location] = relationship(info={"label": "To place"})
    lines: Mapped[list["ReceiptLine"]] = relationship(
        lambda: ReceiptLine,
        cascade="all, delete-orphan",
        order_by=lambda: ReceiptLine.position,
        back_populates="receipt",
    )

    @classmethod
    def defaults(cls, session: Session) -> dict[str, Any]:
        """What a new document starts with: the usual warehouse."""
        return {"destination": usual_place(session)}


class ReceiptLine(GoodsLine, Line):
    """Some of a product that comes in; `amount` is the agreed value of the whole line where an order fixed it."""

    __parent__ = "receipt"

    receipt_id: Mapped[int] = mapped_column(ForeignKey("erp_stock_receipt.id", ondelete="CASCADE"), index=True)
    receipt: Mapped[Receipt] = relationship(back_populates="lines")
    product_id: Mapped[int] = mapped_column(ForeignKey("base_catalog_product.id"), index=True)
    product: Mapped[Product] = relationship()
    cost: Mapped[Decimal | None] = mapped_column(UnitPrice, info={"label": "Unit cost"})
    amount: Mapped[Decimal | None] = mapped_column(Money, info={"label": "Agreed value"})
    returns_move_id: Mapped[int | None] = mapped_column(ForeignKey("erp_stock_move.id"), info={"kernel": True})
    returns_move: Mapped[Move | None] = relationship(info={"kernel": True})
    origin_line_id: Mapped[int | None] = mapped_column(Integer, index=True, info={"kernel": True})
