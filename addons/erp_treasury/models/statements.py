"""Bank statements: what the bank says, line by line, and which lines of the ledger say the same."""

import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.erp_ledger.models import EntryLine
from addons.erp_treasury.models.banks import BankAccount
from addons.erp_treasury.models.documents import SHOWN
from core.db import Choice, CompanyScoped, Line, Model, Money

ZERO = Decimal(0)


class Statement(CompanyScoped, Model):
    """What a bank says of an account from one day to another; it opens where the one before closed."""

    __title__ = "name"
    __table_args__ = (
        UniqueConstraint("bank_account_id", "name"),
        CheckConstraint("first_day <= last_day", name="days"),
        {"sqlite_autoincrement": True},
    )

    name: Mapped[str]
    bank_account_id: Mapped[int] = mapped_column(ForeignKey("erp_treasury_bank_account.id"), index=True)
    bank_account: Mapped[BankAccount] = relationship()
    first_day: Mapped[datetime.date] = mapped_column(info={"label": "First day"})
    last_day: Mapped[datetime.date] = mapped_column(info={"label": "Last day"})
    opening: Mapped[Decimal] = mapped_column(Money, default=ZERO, info={"label": "Opening balance"})
    closing: Mapped[Decimal] = mapped_column(Money, default=ZERO, info={"label": "Closing balance"})
    state: Mapped[str] = mapped_column(
        Choice("draft", "reconciled"),
        default="draft",
        index=True,
        info={
            "marks": {"draft": "draft", "reconciled": "done"},
            "labels": {"draft": "Draft", "reconciled": "Reconciled"},
            **SHOWN,
        },
    )
    lines: Mapped[list["StatementLine"]] = relationship(
        lambda: StatementLine,
        cascade="all, delete-orphan",
        order_by=lambda: StatementLine.position,
        back_populates="statement",
    )

    @property
    def is_frozen(self) -> bool:
        """A statement that agrees with the books in every line is history."""
        return self.state == "reconciled"


class StatementLine(Line):
    """One line of the bank: plus for what came in. `bank_reference` is the bank's own key, once in an account."""

    __parent__ = "statement"
    __title__ = "text"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount"),
        Index("uq_erp_treasury_statement_line_bank_reference", "statement_id", "bank_reference", unique=True),
    )

    statement_id: Mapped[int] = mapped_column(ForeignKey("erp_treasury_statement.id", ondelete="CASCADE"), index=True)
    statement: Mapped[Statement] = relationship(back_populates="lines")
    date: Mapped[datetime.date]
    text: Mapped[str]
    reference: Mapped[str | None]
    amount: Mapped[Decimal] = mapped_column(Money)
    bank_reference: Mapped[str | None] = mapped_column(String, info={"label": "Bank's key"})


class StatementMatch(CompanyScoped, Model):
    """That a line of the bank and a line of the ledger are the same money; a ledger line is matched once."""

    __title__ = "id"
    __table_args__ = (UniqueConstraint("item_id"), {"sqlite_autoincrement": True})

    statement_line_id: Mapped[int] = mapped_column(
        ForeignKey("erp_treasury_statement_line.id", ondelete="CASCADE"), index=True, info=SHOWN
    )
    statement_line: Mapped[StatementLine] = relationship(info=SHOWN)
    item_id: Mapped[int] = mapped_column(ForeignKey("erp_ledger_entry_line.id"), info=SHOWN)
    item: Mapped[EntryLine] = relationship(info=SHOWN | {"label": "Ledger line"})
