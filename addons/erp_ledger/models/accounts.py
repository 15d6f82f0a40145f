"""Where amounts are kept, in which books they are written, and how those number their entries."""

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Archivable, Choice, CompanyScoped, Model

KINDS = ("asset", "liability", "equity", "income", "expense")
KIND_LABELS = {
    "asset": "Assets",
    "liability": "Liabilities",
    "equity": "Equity",
    "income": "Income",
    "expense": "Expenses",
}
JOURNALS = ("sales", "purchases", "stock", "treasury", "general")
JOURNAL_LABELS = {
    "sales": "Sales",
    "purchases": "Purchases",
    "stock": "Stock",
    "treasury": "Treasury",
    "general": "General",
}


class Account(CompanyScoped, Archivable, Model):
    """A place in the ledger; headings group accounts and take no lines themselves.

    `purpose` says what an operation uses the account for (`receivable`, `sales`); a purpose has one account in a
    company.
    """

    __search__: ClassVar[tuple[str, ...]] = ("code", "name")

    code: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(Choice(*KINDS), info={"labels": KIND_LABELS})
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("erp_ledger_account.id"), index=True)
    parent: Mapped["Account | None"] = relationship(remote_side="Account.id")
    heading: Mapped[bool] = mapped_column(default=False, info={"label": "Heading only"})
    purpose: Mapped[str | None]
    reconcile: Mapped[bool] = mapped_column(default=False, info={"label": "Open items"})

    __table_args__: Any = (
        UniqueConstraint("company_id", "code"),
        UniqueConstraint("company_id", "purpose"),
        {"sqlite_autoincrement": True},
    )

    @property
    def title(self) -> str:
        """The code and the name."""
        return f"{self.code} {self.name}"

    @property
    def grows_by_debit(self) -> bool:
        """Whether a debit makes the account more: assets and expenses."""
        return self.kind in ("asset", "expense")


class Journal(CompanyScoped, Model):
    """A book of entries of one kind: sales, purchases, stock, treasury, general."""

    code: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(Choice(*JOURNALS), info={"labels": JOURNAL_LABELS})

    __table_args__: Any = (
        UniqueConstraint("company_id", "code"),
        UniqueConstraint("company_id", "kind"),
        {"sqlite_autoincrement": True},
    )


class Series(CompanyScoped, Model):
    """The counter of one kind of document and the end of its chain of hashes.

    Only the guards of the database move `last_number` and `last_hash`, when an entry is posted.
    """

    __title__ = "code"
    __history__ = False

    journal_id: Mapped[int] = mapped_column(ForeignKey("erp_ledger_journal.id"), index=True)
    journal: Mapped[Journal] = relationship()
    code: Mapped[str]
    prefix: Mapped[str]
    width: Mapped[int] = mapped_column(default=1)
    last_number: Mapped[int] = mapped_column(default=0, info={"kernel": True})
    last_hash: Mapped[str] = mapped_column(default="", info={"kernel": True})

    __table_args__: Any = (
        UniqueConstraint("company_id", "code"),
        CheckConstraint("width BETWEEN 1 AND 12", name="width"),
        {"sqlite_autoincrement": True},
    )

    @property
    def is_frozen(self) -> bool:
        """A series that numbered a document keeps its name."""
        return self.last_number > 0
