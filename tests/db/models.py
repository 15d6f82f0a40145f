"""Models of these tests; their tables are made without migrations."""

from decimal import Decimal

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import (
    Archivable,
    Choice,
    CompanyScoped,
    Extension,
    Line,
    Model,
    Money,
    Numbered,
    Percent,
    Quantity,
    Searchable,
    UnitPrice,
    folds,
    numbered_once,
)


class Instrument(Searchable, Archivable, Model):
    """Something that a shop sells."""

    __search__ = ("name", "maker")
    name: Mapped[str]
    name_folded: Mapped[str] = folds("name")
    maker: Mapped[str | None]
    price: Mapped[Decimal] = mapped_column(UnitPrice, default=Decimal(0))
    kind: Mapped[str] = mapped_column(Choice("string", "wind"), default="string")


class InstrumentRepair(Extension[Instrument]):
    """What the workshop knows of an instrument."""

    hours: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0))


class Loan(Numbered, CompanyScoped, Model):
    """An instrument that is lent."""

    __title__ = "number"
    __series__ = "LO"
    __table_args__ = (numbered_once(), {"sqlite_autoincrement": True})
    deposit: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    rate: Mapped[Decimal] = mapped_column(Percent, default=Decimal(0))
    lines: Mapped[list["LoanLine"]] = relationship(
        cascade="all, delete-orphan", order_by="LoanLine.position", back_populates="loan"
    )


class LoanLine(Line):
    """One lent instrument."""

    __parent__ = "loan"
    description: Mapped[str]
    loan_id: Mapped[int] = mapped_column(ForeignKey("core_loan.id"), index=True)
    loan: Mapped[Loan] = relationship(back_populates="lines")
