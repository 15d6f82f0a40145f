"""What decides how a document is reckoned and what it does: taxes, terms, kinds of documents."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Table, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, selectinload

from addons.erp_ledger.models import Account, Series
from core.db import Archivable, Base, Choice, CompanyScoped, Line, Model, Money, Percent, actor, trusted
from core.errors import Refused
from core.i18n import _
from core.values import shares
from core.values.tax import Levy

ZERO = Decimal(0)
KINDS = {
    "invoice": "Invoice",
    "credit_note": "Credit note",
    "debit_note": "Debit note",
    "bill": "Bill",
    "bill_credit": "Supplier's credit note",
}
TAX_KINDS = {"vat": "VAT", "exempt": "Exempt", "perception": "Perception", "other": "Other tax"}

tax_more = Table(
    "erp_invoicing_tax_more",
    Base.metadata,
    Column("tax_id", ForeignKey("erp_invoicing_tax.id", ondelete="CASCADE"), primary_key=True),
    Column("other_id", ForeignKey("erp_invoicing_tax.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Tax(CompanyScoped, Archivable, Model):
    """A tax that a line bears, with those that come along with it (`more`).

    `included`: prices that bear it are usually written with it; documents start with that, and say it themselves.
    """

    name: Mapped[str]
    rate: Mapped[Decimal] = mapped_column(Percent, default=ZERO)
    kind: Mapped[str] = mapped_column(Choice(*TAX_KINDS), default="vat", info={"labels": TAX_KINDS})
    included: Mapped[bool] = mapped_column(default=False, info={"label": "Included in prices"})
    sales_account_id: Mapped[int | None] = mapped_column(ForeignKey("erp_ledger_account.id"))
    sales_account: Mapped[Account | None] = relationship(foreign_keys=[sales_account_id])
    purchase_account_id: Mapped[int | None] = mapped_column(ForeignKey("erp_ledger_account.id"))
    purchase_account: Mapped[Account | None] = relationship(foreign_keys=[purchase_account_id])
    more: Mapped[list["Tax"]] = relationship(
        secondary=tax_more,
        primaryjoin="Tax.id == erp_invoicing_tax_more.c.tax_id",
        secondaryjoin="Tax.id == erp_invoicing_tax_more.c.other_id",
        order_by="Tax.id",
        info={"label": "Comes with"},
    )

    __table_args__: Any = (
        UniqueConstraint("company_id", "name"),
        CheckConstraint("rate >= 0", name="rate"),
        {"sqlite_autoincrement": True},
    )

    @property
    def all_taxes(self) -> list["Tax"]:
        """This tax and those that come with it."""
        return [self, *(tax for tax in self.more if tax is not self)]

    @property
    def levy(self) -> Levy:
        """What the tax engine knows of it."""
        return Levy(self.rate, f"{self.id:09}")


def tax_of_rate(session: Session, rate: Decimal) -> Tax | None:
    """The VAT of this rate in the session's company, for products that name only a rate."""
    return taxes_of_rates(session, [rate]).get(rate)


def taxes_of_rates(session: Session, rates: Iterable[Decimal]) -> dict[Decimal, Tax]:
    """The same for several rates at once, with the taxes that come with them."""
    company_id = actor(session).company_id
    wanted = select(Tax).where(Tax.company_id == company_id, Tax.rate.in_(rates), Tax.kind == "vat", Tax.active)
    with trusted(session), session.no_autoflush:
        found = session.scalars(wanted.options(selectinload(Tax.more)).order_by(Tax.id.desc())).all()
    return {tax.rate: tax for tax in found}


class PaymentTerm(Archivable, Model):
    """When an invoice is to be paid, in how many parts: 30/60 days, 50/50."""

    name: Mapped[str] = mapped_column(unique=True)
    lines: Mapped[list["PaymentTermLine"]] = relationship(
        cascade="all, delete-orphan", order_by="PaymentTermLine.position", back_populates="term"
    )

    def instalments(self, total: Decimal, day: date, digits: int) -> list[tuple[date, Decimal]]:
        """The days and amounts that a total is due in: exact parts, the odd cents in the first, days in order."""
        lines = sorted(self.lines, key=lambda line: line.days)
        if sum((line.percent for line in lines), ZERO) != 100:
            raise Refused(_("{name}: the percentages of the parts must add up to 100", name=self.name))
        return parted(total, [(day + timedelta(days=line.days), line.percent) for line in lines], digits)


class PaymentTermLine(Line):
    """One part of a term: so many percent, so many days after the date."""

    __parent__ = "term"
    __title__ = "days"

    term_id: Mapped[int] = mapped_column(ForeignKey("erp_invoicing_payment_term.id", ondelete="CASCADE"), index=True)
    term: Mapped[PaymentTerm] = relationship(back_populates="lines")
    percent: Mapped[Decimal] = mapped_column(Percent, default=Decimal(100))
    days: Mapped[int] = mapped_column(default=0)

    __table_args__: Any = (
        CheckConstraint("percent > 0 AND percent <= 1000000", name="percent"),
        CheckConstraint("days >= 0", name="days"),
    )


def parted(total: Decimal, parts: Sequence[tuple[date, Decimal]], digits: int) -> list[tuple[date, Decimal]]:
    """A total in percentages to the cent, by largest remainder; parts of nothing fall away."""
    amounts = shares([Fraction(total) * Fraction(percent) / 100 for _day, percent in parts], total, digits)
    return [(day, amount) for (day, _percent), amount in zip(parts, amounts, strict=True) if amount]


class DocumentType(CompanyScoped, Archivable, Model):
    """A kind of paper and what it does: how it is numbered, whether it moves stock, whether it is owed or paid at once.

    Invoices of code A and point of sale 0001 are numbered A-0001-00000001; without a point of sale, BILL-1.
    """

    name: Mapped[str]
    kind: Mapped[str] = mapped_column(Choice(*KINDS), default="invoice", info={"labels": KINDS})
    code: Mapped[str]
    point_of_sale: Mapped[str | None]
    moves_stock: Mapped[str] = mapped_column(
        Choice("no", "yes", "via_delivery"),
        default="via_delivery",
        info={"labels": {"no": "No", "yes": "Yes, at once", "via_delivery": "By delivery"}},
    )
    account: Mapped[str] = mapped_column(
        Choice("current", "cash"),
        default="current",
        info={"label": "Paid", "labels": {"current": "On the current account", "cash": "At once, in cash"}},
    )
    prices_include_tax: Mapped[bool] = mapped_column(default=False)
    cash_step: Mapped[Decimal | None] = mapped_column(Money, info={"label": "Round the total to"})
    series_id: Mapped[int | None] = mapped_column(ForeignKey("erp_ledger_series.id"), info={"kernel": True})
    series: Mapped[Series | None] = relationship()

    __table_args__: Any = (
        UniqueConstraint("company_id", "name"),
        UniqueConstraint("company_id", "code", "point_of_sale"),
        CheckConstraint("cash_step > 0", name="cash_step"),
        {"sqlite_autoincrement": True},
    )

    @property
    def series_code(self) -> str:
        """What its numbers begin with, without the last dash."""
        return f"{self.code}-{self.point_of_sale}" if self.point_of_sale else self.code

    @property
    def journal(self) -> str:
        """The book its documents are written in."""
        return "purchases" if self.kind in ("bill", "bill_credit") else "sales"
