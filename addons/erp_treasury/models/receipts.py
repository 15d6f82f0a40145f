"""Receipts: money that comes in from a contact, by several means, for several open items."""

import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from addons.crm_contacts.models import Contact
from addons.erp_ledger.models import Account, Entry, EntryLine
from addons.erp_treasury.models.banks import BankAccount
from addons.erp_treasury.models.cheques import Cheque
from addons.erp_treasury.models.documents import SHOWN, MoneyDocument
from core.db import (
    Choice,
    Company,
    CompanyScoped,
    Line,
    Model,
    Money,
    Numbered,
    Searchable,
    actor,
    numbered_once,
    today,
)

ZERO = Decimal(0)


class Receipt(MoneyDocument, CompanyScoped, Numbered, Searchable, Model):
    """A contact pays: cash, cheques, transfers, cards and withholding certificates on one paper.

    Once posted, what came in is what was allocated to open items and what stays as an advance: to the cent.
    """

    __series__ = "RC"
    __title__ = "number"
    __search__ = ("number", "reference")
    __table_args__ = (
        numbered_once(),
        CheckConstraint("state = 'draft' OR amount = allocated + unallocated", name="adds_up"),
        {"sqlite_autoincrement": True},
    )

    date: Mapped[datetime.date | None] = mapped_column(sort_order=-6)
    contact_id: Mapped[int] = mapped_column(ForeignKey("crm_contacts_contact.id"), index=True)
    contact: Mapped[Contact] = relationship()
    reference: Mapped[str | None]
    oldest_first: Mapped[bool] = mapped_column(default=True, info={"label": "Allocate the oldest first"})
    currency: Mapped[str] = mapped_column(String(3), default="ARS", info={**SHOWN})
    amount: Mapped[Decimal] = mapped_column(Money, default=ZERO, info={**SHOWN})
    allocated: Mapped[Decimal] = mapped_column(Money, default=ZERO, info={**SHOWN})
    unallocated: Mapped[Decimal] = mapped_column(Money, default=ZERO, info={"label": "Advance", **SHOWN})
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("erp_ledger_entry.id"), info={"kernel": True})
    entry: Mapped[Entry | None] = relationship(info={"label": "Ledger entry", **SHOWN})
    means: Mapped[list["ReceiptMean"]] = relationship(
        lambda: ReceiptMean,
        cascade="all, delete-orphan",
        order_by=lambda: ReceiptMean.position,
        back_populates="receipt",
    )
    allocations: Mapped[list["ReceiptAllocation"]] = relationship(
        lambda: ReceiptAllocation,
        cascade="all, delete-orphan",
        order_by=lambda: ReceiptAllocation.position,
        back_populates="receipt",
    )

    @classmethod
    def defaults(cls, session: Session) -> dict[str, Any]:
        """What a new document starts with."""
        company = session.get(Company, actor(session).company_id or 0)
        return {"date": today(session), "currency": company.currency if company else "ARS"}

    def recompute(self) -> None:
        """Set what follows from the lines while they are typed: the amount, and how much of it is spoken for."""
        said: list[Decimal | None] = [mean.amount for mean in self.means]
        named: list[Decimal | None] = [allocation.amount for allocation in self.allocations]
        self.amount = sum((amount for amount in said if amount is not None), ZERO)
        self.allocated = sum((amount for amount in named if amount is not None), ZERO)
        self.unallocated = self.amount - self.allocated


class ReceiptMean(Line):
    """One mean of payment of a receipt; a cheque is written out here and enters the portfolio when it is posted."""

    __parent__ = "receipt"
    __title__ = "kind"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    receipt_id: Mapped[int] = mapped_column(ForeignKey("erp_treasury_receipt.id", ondelete="CASCADE"), index=True)
    receipt: Mapped[Receipt] = relationship(back_populates="means")
    kind: Mapped[str] = mapped_column(
        Choice("cash", "cheque", "transfer", "card", "withholding"),
        default="cash",
        info={
            "labels": {
                "cash": "Cash",
                "cheque": "Cheque",
                "transfer": "Bank transfer",
                "card": "Card",
                "withholding": "Withholding",
            }
        },
    )
    amount: Mapped[Decimal] = mapped_column(Money)
    bank_account_id: Mapped[int | None] = mapped_column(ForeignKey("erp_treasury_bank_account.id"))
    bank_account: Mapped[BankAccount | None] = relationship(info={"label": "Into"})
    account_id: Mapped[int | None] = mapped_column(ForeignKey("erp_ledger_account.id"))
    account: Mapped[Account | None] = relationship(info={"label": "Withholding account"})
    number: Mapped[str | None] = mapped_column(info={"label": "Cheque or certificate"})
    bank: Mapped[str | None]
    branch: Mapped[str | None]
    account_number: Mapped[str | None] = mapped_column(info={"label": "Account"})
    drawer: Mapped[str | None]
    drawer_tax_id: Mapped[str | None] = mapped_column(info={"label": "Drawer's tax number"})
    issued_on: Mapped[datetime.date | None] = mapped_column(info={"label": "Issued"})
    payable_on: Mapped[datetime.date | None] = mapped_column(info={"label": "Payable"})
    cheque_id: Mapped[int | None] = mapped_column(ForeignKey("erp_treasury_cheque.id"), info={"kernel": True})
    cheque: Mapped[Cheque | None] = relationship(info={"kernel": True})


class ReceiptAllocation(Line):
    """So much of a receipt settles an open item of the contact: a line of the ledger with a due day."""

    __parent__ = "receipt"
    __title__ = "amount"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    receipt_id: Mapped[int] = mapped_column(ForeignKey("erp_treasury_receipt.id", ondelete="CASCADE"), index=True)
    receipt: Mapped[Receipt] = relationship(back_populates="allocations")
    item_id: Mapped[int] = mapped_column(ForeignKey("erp_ledger_entry_line.id"), index=True)
    item: Mapped[EntryLine] = relationship(info={"label": "Open item"})
    amount: Mapped[Decimal] = mapped_column(Money)
