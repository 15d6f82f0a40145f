"""Transfers: goods that change places within the company."""

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from addons.base_catalog.models import Product
from addons.erp_stock.models.documents import GoodsLine, StockDocument
from addons.erp_stock.models.locations import Location, usual_place
from core.db import CompanyScoped, Line, Model, Numbered, Searchable, numbered_once


class Transfer(StockDocument, CompanyScoped, Numbered, Searchable, Model):
    """Goods that go from one of the company's places to another; their value stays."""

    __series__ = "TR"
    __title__ = "number"
    __search__ = ("number",)
    __table_args__ = (numbered_once(), {"sqlite_autoincrement": True})

    source_id: Mapped[int] = mapped_column(ForeignKey("erp_stock_location.id"), index=True)
    source: Mapped[Location] = relationship(foreign_keys=[source_id], info={"label": "From place"})
    destination_id: Mapped[int] = mapped_column(ForeignKey("erp_stock_location.id"), index=True)
    destination: Mapped[Location] = relationship(foreign_keys=[destination_id], info={"label": "To place"})
    lines: Mapped[list["TransferLine"]] = relationship(
        lambda: TransferLine,
        cascade="all, delete-orphan",
        order_by=lambda: TransferLine.position,
        back_populates="transfer",
    )

    @classmethod
    def defaults(cls, session: Session) -> dict[str, Any]:
        """What a new document starts with: the usual warehouse."""
        return {"source": usual_place(session)}


class TransferLine(GoodsLine, Line):
    """Some of a product that changes places."""

    __parent__ = "transfer"

    transfer_id: Mapped[int] = mapped_column(ForeignKey("erp_stock_transfer.id", ondelete="CASCADE"), index=True)
    transfer: Mapped[Transfer] = relationship(back_populates="lines")
    product_id: Mapped[int] = mapped_column(ForeignKey("base_catalog_product.id"), index=True)
    product: Mapped[Product] = relationship()
