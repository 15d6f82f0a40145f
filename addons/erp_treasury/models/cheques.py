"""Cheques, each in exactly one place, and the log of where each has been."""

import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.crm_contacts.models import Contact
from addons.erp_ledger.models import Entry
from addons.erp_treasury.custody import ALLOWED, ENDED, MARKS, PLACES
from addons.erp_treasury.models.banks import BankAccount
from core.db import Choice, CompanyScoped, Model, Money, Searchable, folds

ALIVE = text(f"place NOT IN {ENDED!r}")
CLEARING_DAYS = 2
SHOWN = {"kernel": True, "shown": True}


class Cheque(CompanyScoped, Searchable, Model):
    """A cheque, of a customer or of the company's own; its amount and identity never change.

    `place` is where it is now, which is the last row of its custody log: it changes by one conditional update, so that
    two people cannot use it at once. Banks number with leading zeros, which are kept.
    """

    __title__ = "number"
    __search__ = ("number", "bank", "drawer")
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        Index(
            "uq_erp_treasury_cheque_live",
            "company_id",
            "kind",
            "bank_folded",
            "branch",
            "account_number",
            "number",
            "drawer_folded",
            unique=True,
            postgresql_where=ALIVE,
            sqlite_where=ALIVE,
        ),
        Index(
            "uq_erp_treasury_cheque_own",
            "bank_account_id",
            "number",
            unique=True,
            postgresql_where=text("kind = 'own'"),
            sqlite_where=text("kind = 'own'"),
        ),
        Index("ix_erp_treasury_cheque_payable", "company_id", "place", "payable_on"),
        {"sqlite_autoincrement": True},
    )

    number: Mapped[str] = mapped_column(info=SHOWN | {"widget": "code"})
    kind: Mapped[str] = mapped_column(
        Choice("third", "own"), default="third", info=SHOWN | {"labels": {"third": "Third party", "own": "Our own"}}
    )
    bank: Mapped[str] = mapped_column(info=SHOWN)
    bank_folded: Mapped[str] = folds("bank")
    branch: Mapped[str] = mapped_column(default="", info=SHOWN)
    account_number: Mapped[str] = mapped_column(default="", info=SHOWN | {"label": "Account"})
    drawer: Mapped[str] = mapped_column(info=SHOWN)
    drawer_folded: Mapped[str] = folds("drawer")
    drawer_tax_id: Mapped[str | None] = mapped_column(info=SHOWN | {"label": "Drawer's tax number"})
    amount: Mapped[Decimal] = mapped_column(Money, info=SHOWN)
    currency: Mapped[str] = mapped_column(String(3), info=SHOWN)
    issued_on: Mapped[datetime.date | None] = mapped_column(info=SHOWN | {"label": "Issued"})
    payable_on: Mapped[datetime.date] = mapped_column(info=SHOWN | {"label": "Payable"})
    received_from_id: Mapped[int | None] = mapped_column(ForeignKey("crm_contacts_contact.id"), index=True, info=SHOWN)
    received_from: Mapped[Contact | None] = relationship(
        foreign_keys=[received_from_id], info=SHOWN | {"label": "Received from"}
    )
    place: Mapped[str] = mapped_column(Choice(*PLACES), info=SHOWN | {"labels": PLACES, "marks": MARKS, "label": "State"})
    step: Mapped[int] = mapped_column(Integer, default=1, info={"kernel": True})
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("crm_contacts_contact.id"), index=True, info=SHOWN)
    holder: Mapped[Contact | None] = relationship(foreign_keys=[holder_id], info=SHOWN | {"label": "Held by"})
    bank_account_id: Mapped[int | None] = mapped_column(ForeignKey("erp_treasury_bank_account.id"), index=True, info=SHOWN)
    bank_account: Mapped[BankAccount | None] = relationship(info=SHOWN | {"label": "Our account"})

    @property
    def is_frozen(self) -> bool:
        """A cheque changes by its verbs alone."""
        return True

    @property
    def is_live(self) -> bool:
        """Whether it is still worth something to someone."""
        return self.place not in ENDED

    @property
    def safe_on(self) -> datetime.date:
        """The day after which an endorsed cheque can no longer come back: payable, then the clearing."""
        return self.payable_on + datetime.timedelta(days=CLEARING_DAYS)


class ChequeCustody(CompanyScoped, Model):
    """One step of a cheque: from where to where, when, to whom, by which document; written once.

    The constraint `allowed` is the graph of steps; a trigger ties the last row to the place of the cheque.
    """

    __title__ = "place"
    __history__ = False
    __table_args__ = (
        UniqueConstraint("cheque_id", "step"),
        CheckConstraint(f"came_from || '>' || place IN {ALLOWED!r}", name="allowed"),
        CheckConstraint("(came_from = '') = (step = 1)", name="first"),
        Index("ix_erp_treasury_cheque_custody_document", "document_model", "document_id"),
        {"sqlite_autoincrement": True},
    )

    cheque_id: Mapped[int] = mapped_column(ForeignKey("erp_treasury_cheque.id"), index=True, info=SHOWN)
    cheque: Mapped[Cheque] = relationship(info=SHOWN)
    step: Mapped[int] = mapped_column(Integer, info=SHOWN)
    date: Mapped[datetime.date] = mapped_column(index=True, info=SHOWN)
    came_from: Mapped[str] = mapped_column(String, info=SHOWN | {"labels": PLACES, "label": "From"})
    place: Mapped[str] = mapped_column(Choice(*PLACES), info=SHOWN | {"labels": PLACES, "marks": MARKS, "label": "To"})
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("crm_contacts_contact.id"), index=True, info=SHOWN)
    contact: Mapped[Contact | None] = relationship(info=SHOWN)
    bank_account_id: Mapped[int | None] = mapped_column(ForeignKey("erp_treasury_bank_account.id"), info=SHOWN)
    bank_account: Mapped[BankAccount | None] = relationship(info=SHOWN)
    document_model: Mapped[str | None] = mapped_column(info={"kernel": True})
    document_id: Mapped[int | None] = mapped_column(Integer, info={"kernel": True})
    document_number: Mapped[str | None] = mapped_column(info=SHOWN | {"label": "Document"})
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("erp_ledger_entry.id"), info=SHOWN)
    entry: Mapped[Entry | None] = relationship(info=SHOWN)
    note: Mapped[str | None] = mapped_column(info=SHOWN)

    @property
    def is_frozen(self) -> bool:
        """The log is history from its first moment."""
        return True
