"""Payments: money that goes out to a contact, by several means, for several open items."""

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


class Payment(MoneyDocument, CompanyScoped, Numbered, Searchable, Model):
    """A contact is paid: cash, transfers, cheques out of the portfolio and cheques of our own on one paper."""

    __series__ = "PAY"
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
    means: Mapped[list["PaymentMean"]] = relationship(
        lambda: PaymentMean,
        cascade="all, delete-orphan",
        order_by=lambda: PaymentMean.position,
        back_populates="payment",
    )
    allocations: Mapped[list["PaymentAllocation"]] = relationship(
        lambda: PaymentAllocation,
        cascade="all, delete-orphan",
        order_by=lambda: PaymentAllocation.position,
        back_populates="payment",
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


class PaymentMean(Line):
    """One mean of a payment: an endorsed cheque names one of the portfolio, an own cheque is born when it is posted."""

    __parent__ = "payment"
    __title__ = "kind"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    payment_id: Mapped[int] = mapped_column(ForeignKey("erp_treasury_payment.id", ondelete="CASCADE"), index=True)
    payment: Mapped[Payment] = relationship(back_populates="means")
    kind: Mapped[str] = mapped_column(
        Choice("cash", "transfer", "endorsed", "own_cheque", "withholding"),
        default="transfer",
        info={
            "labels": {
                "cash": "Cash",
                "transfer": "Bank transfer",
                "endorsed": "Endorsed cheque",
                "own_cheque": "Our own cheque",
                "withholding": "Withholding",
            }
        },
    )
    amount: Mapped[Decimal] = mapped_column(Money)
    bank_account_id: Mapped[int | None] = mapped_column(ForeignKey("erp_treasury_bank_account.id"))
    bank_account: Mapped[BankAccount | None] = relationship(info={"label": "From account"})
    account_id: Mapped[int | None] = mapped_column(ForeignKey("erp_ledger_account.id"))
    account: Mapped[Account | None] = relationship(info={"label": "Withholding account"})
    cheque_id: Mapped[int | None] = mapped_column(ForeignKey("erp_treasury_cheque.id"))
    cheque: Mapped[Cheque | None] = relationship()
    number: Mapped[str | None] = mapped_column(info={"label": "Cheque or certificate"})
    payable_on: Mapped[datetime.date | None] = mapped_column(info={"label": "Payable"})


class PaymentAllocation(Line):
    """So much of a payment settles an open item of the contact: a line of the ledger with a due day."""

    __parent__ = "payment"
    __title__ = "amount"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    payment_id: Mapped[int] = mapped_column(ForeignKey("erp_treasury_payment.id", ondelete="CASCADE"), index=True)
    payment: Mapped[Payment] = relationship(back_populates="allocations")
    item_id: Mapped[int] = mapped_column(ForeignKey("erp_ledger_entry_line.id"), index=True)
    item: Mapped[EntryLine] = relationship(info={"label": "Open item"})
    amount: Mapped[Decimal] = mapped_column(Money)
