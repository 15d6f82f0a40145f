"""Counts: what was expected in a place at a moment, what was found, and the differences as moves."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from addons.base_catalog.models import Product
from addons.erp_stock.models.documents import SHOWN, StockDocument
from addons.erp_stock.models.locations import Location, usual_place
from core.db import CompanyScoped, Line, Model, Moment, Numbered, Quantity, Searchable, UnitPrice, numbered_once


class Count(StockDocument, CompanyScoped, Numbered, Searchable, Model):
    """A count of one place: a snapshot of what is expected, the figures of the counters, an approval.

    Moves after the snapshot do not disturb it: approval moves the difference to the snapshot, not to the balance now.
    """

    __series__ = "CT"
    __title__ = "number"
    __search__ = ("number",)
    __table_args__ = (numbered_once(), {"sqlite_autoincrement": True})

    location_id: Mapped[int] = mapped_column(ForeignKey("erp_stock_location.id"), index=True)
    location: Mapped[Location] = relationship()
    blind: Mapped[bool] = mapped_column(default=False, info={"label": "Blind: hide what is expected"})
    snapshot_at: Mapped[datetime | None] = mapped_column(Moment, info={**SHOWN})
    snapshot_move_id: Mapped[int | None] = mapped_column(Integer, info={"kernel": True})
    lines: Mapped[list["CountLine"]] = relationship(
        lambda: CountLine,
        cascade="all, delete-orphan",
        order_by=lambda: CountLine.position,
        back_populates="count",
    )

    @classmethod
    def defaults(cls, session: Session) -> dict[str, Any]:
        """What a new document starts with: the usual warehouse."""
        return {"location": usual_place(session)}


class CountLine(Line):
    """One product of a count: a line without a figure was not counted and stays as it is."""

    __parent__ = "count"
    __title__ = "product_id"
    __table_args__ = (UniqueConstraint("count_id", "product_id"),)

    count_id: Mapped[int] = mapped_column(ForeignKey("erp_stock_count.id", ondelete="CASCADE"), index=True)
    count: Mapped[Count] = relationship(back_populates="lines")
    product_id: Mapped[int] = mapped_column(ForeignKey("base_catalog_product.id"), index=True)
    product: Mapped[Product] = relationship()
    expected: Mapped[Decimal | None] = mapped_column(Quantity, info={**SHOWN})
    counted: Mapped[Decimal | None] = mapped_column(Quantity)
    cost: Mapped[Decimal | None] = mapped_column(UnitPrice, info={"label": "Unit cost if found"})

    @property
    def difference(self) -> Decimal | None:
        """What was found beyond what was expected; minus where some is missing."""
        if self.counted is None or self.expected is None:
            return None
        return self.counted - self.expected
