"""Where goods can be, and what the company allows there."""

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, validates

from core.db import Archivable, Choice, CompanyScoped, Model, Searchable, actor, folds

OWNED = ("internal", "transit")


class Location(CompanyScoped, Archivable, Searchable, Model):
    """A place that goods come from or go to; goods in internal and transit places are the company's.

    Suppliers, customers and the place of differences are locations too, so that every move has two ends and the sum
    over all places is zero.
    """

    __search__ = ("name",)
    __table_args__ = (UniqueConstraint("company_id", "name"), {"sqlite_autoincrement": True})

    name: Mapped[str]
    name_folded: Mapped[str] = folds("name")
    kind: Mapped[str] = mapped_column(
        Choice("internal", "supplier", "customer", "inventory", "transit"),
        default="internal",
        info={
            "labels": {
                "internal": "Internal",
                "supplier": "Suppliers",
                "customer": "Customers",
                "inventory": "Differences",
                "transit": "In transit",
            }
        },
    )
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("erp_stock_location.id"), index=True)
    parent: Mapped["Location | None"] = relationship(lambda: Location, remote_side=lambda: Location.id)

    @property
    def is_owned(self) -> bool:
        """Whether goods that stand here are the company's and have a value."""
        return self.kind in OWNED


class StockPolicy(CompanyScoped, Model):
    """How a company runs its stock; one row per company.

    `was_negative` remembers that less than nothing was once allowed: the days of that time stay as they were.
    """

    __table_args__ = (UniqueConstraint("company_id"), {"sqlite_autoincrement": True})
    __title__ = "title_text"

    negative: Mapped[str] = mapped_column(
        Choice("refuse", "allow"),
        default="refuse",
        info={
            "label": "Negative stock",
            "labels": {"refuse": "Refuse", "allow": "Allow, true up at the next receipt"},
        },
    )
    was_negative: Mapped[bool] = mapped_column(default=False, info={"kernel": True})
    warehouse_id: Mapped[int | None] = mapped_column(ForeignKey("erp_stock_location.id"))
    warehouse: Mapped[Location | None] = relationship(foreign_keys=[warehouse_id], info={"label": "Usual warehouse"})

    @validates("negative")
    def remember(self, _name: str, allowed: str) -> str:
        """Note that it is allowed, or was."""
        self.was_negative = bool(self.was_negative) or allowed == "allow"
        return allowed

    @property
    def title_text(self) -> str:
        """A policy has no name of its own."""
        return self.warehouse.name if self.warehouse else ""


def usual_place(session: Session) -> int | None:
    """The key of the warehouse that new documents begin with; None where the company has none."""
    wanted = select(StockPolicy.warehouse_id).where(StockPolicy.company_id == actor(session).company_id)
    return session.scalar(wanted)
