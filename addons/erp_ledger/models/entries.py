"""The facts of the ledger and the links that settle open items; `frozen` names what the chain of hashes covers."""

import datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.crm_contacts.models import Contact
from addons.erp_ledger.models.accounts import Account, Journal, Series
from core.db import CompanyScoped, Line, Model, Money, derived
from core.values import month_key

ZERO = Decimal(0)
KERNEL = {"kernel": True}


def month_of(day: datetime.date | None) -> int | None:
    """The month key of a day, or none for a draft's line."""
    return month_key(day) if day else None


class Entry(CompanyScoped, Model):
    """A balanced fact of the ledger; posting gives it its number and link, once, and freezes it.

    `document_digest` is the hash of the document behind it, so that the chain covers that as well.
    """

    __title__ = "code"
    __history__ = False
    frozen: ClassVar[tuple[str, ...]] = (
        "series_id",
        "journal_id",
        "company_id",
        "date",
        "text",
        "amount",
        "reverses_id",
        "source_model",
        "source_id",
        "document_digest",
    )

    code: Mapped[str | None] = mapped_column(info=KERNEL | {"label": "Number", "shown": True})
    date: Mapped[datetime.date]
    text: Mapped[str]
    journal_id: Mapped[int] = mapped_column(ForeignKey("erp_ledger_journal.id"), index=True)
    journal: Mapped[Journal] = relationship()
    series_id: Mapped[int | None] = mapped_column(ForeignKey("erp_ledger_series.id"), info=KERNEL)
    series: Mapped[Series | None] = relationship()
    number: Mapped[int | None] = mapped_column(info=KERNEL | {"label": "Number in the series"})
    hash: Mapped[str | None] = mapped_column(info=KERNEL | {"shown": True})
    posted: Mapped[bool] = mapped_column(default=False, info=KERNEL | {"shown": True})
    amount: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=KERNEL | {"shown": True})
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("erp_ledger_entry.id"), unique=True, info=KERNEL)
    reverses: Mapped["Entry | None"] = relationship(remote_side="Entry.id")
    source_model: Mapped[str | None] = mapped_column(info=KERNEL)
    source_id: Mapped[int | None] = mapped_column(info=KERNEL)
    document_digest: Mapped[str | None] = mapped_column(info=KERNEL)
    lines: Mapped[list["EntryLine"]] = relationship(
        cascade="all, delete-orphan", order_by="EntryLine.position", back_populates="entry"
    )

    __table_args__: Any = (
        UniqueConstraint("series_id", "number"),
        CheckConstraint("(number IS NULL) = (NOT posted)", name="number"),
        CheckConstraint("(hash IS NULL) = (NOT posted)", name="hash"),
        Index(None, "company_id", "date"),
        Index(None, "source_model", "source_id"),
        {"sqlite_autoincrement": True},
    )

    @property
    def is_frozen(self) -> bool:
        """A posted entry never changes; it is reversed."""
        return bool(self.posted)

    @property
    def title(self) -> str:
        """The number, or what a draft is about."""
        return self.code or self.text


class EntryLine(Line):
    """A debit or a credit; with a contact and an account of open items it waits to be settled.

    `date` is the day of the entry, written when it is posted (none in a draft). `amount_currency` is the same amount
    in the currency of the document, debits positive, where that is not the company's.
    """

    __parent__ = "entry"
    __title__ = "text"
    frozen: ClassVar[tuple[str, ...]] = (
        "position",
        "account_id",
        "debit",
        "credit",
        "date",
        "contact_id",
        "due",
        "text",
        "currency",
        "amount_currency",
    )

    entry_id: Mapped[int] = mapped_column(ForeignKey("erp_ledger_entry.id"), index=True)
    entry: Mapped[Entry] = relationship(back_populates="lines")
    account_id: Mapped[int] = mapped_column(ForeignKey("erp_ledger_account.id"))
    account: Mapped[Account] = relationship()
    debit: Mapped[Decimal] = mapped_column(Money, default=ZERO)
    credit: Mapped[Decimal] = mapped_column(Money, default=ZERO)
    date: Mapped[datetime.date | None] = mapped_column(info=KERNEL)
    month: Mapped[int | None] = derived(("date",), month_of, Integer)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("crm_contacts_contact.id"))
    contact: Mapped[Contact | None] = relationship()
    due: Mapped[datetime.date | None]
    text: Mapped[str | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    amount_currency: Mapped[Decimal | None] = mapped_column(Money, info={"label": "Amount in currency"})

    __table_args__: Any = (
        CheckConstraint("debit >= 0 AND credit >= 0 AND (debit = 0) <> (credit = 0)", name="one_sided"),
        CheckConstraint("(currency IS NULL) = (amount_currency IS NULL)", name="currency"),
        CheckConstraint(
            "amount_currency IS NULL OR (amount_currency >= 0 AND debit > 0) OR (amount_currency <= 0 AND credit > 0)",
            name="currency_side",
        ),
        Index("ix_erp_ledger_entry_line_account", "account_id", "date", "debit", "credit"),
        Index("ix_erp_ledger_entry_line_statement", "contact_id", "account_id", "date", "debit", "credit"),
    )

    @property
    def title(self) -> str:
        """The number of its entry and what it says, as far as whoever looks may see the entry."""
        entry: Any = self.entry
        said = self.text or getattr(entry, "text", None)
        return " ".join(filter(None, (getattr(entry, "code", None), said))) or super().title

    @property
    def signed(self) -> Decimal:
        """The amount, debits positive."""
        return self.debit - self.credit


class Allocation(CompanyScoped, Model):
    """So much of a debit is settled by so much of a credit of one account and contact; undoing it deletes the link.

    `amount` is in the company's currency; `amount_currency` in that of the two lines, if they share one. `difference`
    is the entry of what the exchange rate won or lost between them.
    """

    __title__ = "amount"

    debit_line_id: Mapped[int] = mapped_column(ForeignKey("erp_ledger_entry_line.id"), index=True)
    debit_line: Mapped[EntryLine] = relationship(foreign_keys=[debit_line_id])
    credit_line_id: Mapped[int] = mapped_column(ForeignKey("erp_ledger_entry_line.id"), index=True)
    credit_line: Mapped[EntryLine] = relationship(foreign_keys=[credit_line_id])
    amount: Mapped[Decimal] = mapped_column(Money)
    amount_currency: Mapped[Decimal | None] = mapped_column(Money)
    date: Mapped[datetime.date]
    difference_id: Mapped[int | None] = mapped_column(ForeignKey("erp_ledger_entry.id"), index=True)
    difference: Mapped[Entry | None] = relationship()

    __table_args__: Any = (
        CheckConstraint("amount > 0 OR (amount = 0 AND coalesce(amount_currency, 0) > 0)", name="positive"),
        {"sqlite_autoincrement": True},
    )
