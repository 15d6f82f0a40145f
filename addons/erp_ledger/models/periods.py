"""When the books may be written: fiscal years and their periods."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Choice, CompanyScoped, Model

STATES = {
    "labels": {"open": "Open", "closed": "Closed", "locked": "Locked"},
    "marks": {"open": "open", "closed": "wait", "locked": "done"},
}


class FiscalYear(CompanyScoped, Model):
    """The span of one balance sheet to the next, in periods."""

    name: Mapped[str]
    first_day: Mapped[date]
    last_day: Mapped[date]
    periods: Mapped[list["Period"]] = relationship(order_by="Period.first_day", back_populates="year")

    __table_args__: Any = (
        UniqueConstraint("company_id", "name"),
        UniqueConstraint("company_id", "first_day"),
        CheckConstraint("first_day < last_day", name="days"),
        {"sqlite_autoincrement": True},
    )


class Period(CompanyScoped, Model):
    """Days that are open for posting, closed until someone reopens them, or locked for ever."""

    name: Mapped[str]
    year_id: Mapped[int] = mapped_column(ForeignKey("erp_ledger_fiscal_year.id"), index=True)
    year: Mapped[FiscalYear] = relationship(back_populates="periods")
    first_day: Mapped[date]
    last_day: Mapped[date]
    state: Mapped[str] = mapped_column(
        Choice("open", "closed", "locked"), default="open", info={**STATES, "kernel": True, "shown": True}
    )

    __table_args__: Any = (
        UniqueConstraint("company_id", "first_day"),
        CheckConstraint("first_day <= last_day", name="days"),
        CheckConstraint("state IN ('open', 'closed', 'locked')", name="state"),
        {"sqlite_autoincrement": True},
    )

    @property
    def is_frozen(self) -> bool:
        """A locked period never changes."""
        return self.state == "locked"
