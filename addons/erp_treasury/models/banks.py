"""Where money is kept: bank accounts and tills, chequebooks, and money that goes from one to another."""

import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.erp_ledger.models import Account, Entry
from addons.erp_treasury.models.documents import MoneyDocument
from core.db import (
    Archivable,
    Choice,
    CompanyScoped,
    Model,
    Money,
    Numbered,
    Searchable,
    folds,
    numbered_once,
)

ZERO = Decimal(0)


class BankAccount(CompanyScoped, Archivable, Searchable, Model):
    """A bank account, a till or a card terminal of the company; each has an account of its own in the ledger."""

    __search__ = ("name", "bank", "number")
    __table_args__ = (
        UniqueConstraint("company_id", "name"),
        UniqueConstraint("company_id", "account_id"),
        {"sqlite_autoincrement": True},
    )

    name: Mapped[str]
    name_folded: Mapped[str] = folds("name")
    kind: Mapped[str] = mapped_column(
        Choice("bank", "cash", "card"),
        default="bank",
        info={"labels": {"bank": "Bank", "cash": "Cash", "card": "Cards"}},
    )
    bank: Mapped[str | None]
    number: Mapped[str | None] = mapped_column(info={"label": "Account number"})
    currency: Mapped[str] = mapped_column(String(3), default="ARS")
    account_id: Mapped[int] = mapped_column(ForeignKey("erp_ledger_account.id"))
    account: Mapped[Account] = relationship(info={"label": "Ledger account"})


class Chequebook(CompanyScoped, Archivable, Model):
    """A book of the company's own cheques: numbers from the first to the last, each used once."""

    __table_args__ = (
        CheckConstraint("first_number <= last_number", name="in_order"),
        CheckConstraint("width BETWEEN 1 AND 18", name="width"),
        {"sqlite_autoincrement": True},
    )

    name: Mapped[str]
    bank_account_id: Mapped[int] = mapped_column(ForeignKey("erp_treasury_bank_account.id"), index=True)
    bank_account: Mapped[BankAccount] = relationship()
    first_number: Mapped[int]
    last_number: Mapped[int]
    width: Mapped[int] = mapped_column(default=8, info={"label": "Number of digits"})

    def holds(self, number: str) -> bool:
        """Whether a cheque of this number comes from this book."""
        return number.isdigit() and self.first_number <= int(number) <= self.last_number


class BankTransfer(MoneyDocument, CompanyScoped, Numbered, Searchable, Model):
    """Money that goes from one of the company's accounts to another: a deposit, a withdrawal, a transfer.

    What leaves is what arrives and the fee: the company is poorer by the fee alone.
    """

    __series__ = "BT"
    __title__ = "number"
    __search__ = ("number", "reference")
    __table_args__ = (
        numbered_once(),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("fee >= 0", name="fee"),
        CheckConstraint("source_id <> destination_id", name="two_accounts"),
        {"sqlite_autoincrement": True},
    )

    date: Mapped[datetime.date | None] = mapped_column(sort_order=-6)
    source_id: Mapped[int] = mapped_column(ForeignKey("erp_treasury_bank_account.id"), index=True)
    source: Mapped[BankAccount] = relationship(foreign_keys=[source_id], info={"label": "From account"})
    destination_id: Mapped[int] = mapped_column(ForeignKey("erp_treasury_bank_account.id"), index=True)
    destination: Mapped[BankAccount] = relationship(foreign_keys=[destination_id], info={"label": "To account"})
    amount: Mapped[Decimal] = mapped_column(Money, info={"label": "Arrives"})
    fee: Mapped[Decimal] = mapped_column(Money, default=ZERO, info={"label": "Bank's fee"})
    reference: Mapped[str | None]
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("erp_ledger_entry.id"), info={"kernel": True})
    entry: Mapped[Entry | None] = relationship(info={"kernel": True})

    @property
    def kind(self) -> str:
        """What people call it: a deposit brings cash to a bank, a withdrawal the other way."""
        ends = (self.source.kind, self.destination.kind)
        return {("cash", "bank"): "deposit", ("bank", "cash"): "withdrawal"}.get(ends, "transfer")
