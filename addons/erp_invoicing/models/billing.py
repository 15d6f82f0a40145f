"""What invoicing knows of a contact."""

from decimal import Decimal

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.crm_contacts.models import Contact
from addons.erp_invoicing.models.rules import PaymentTerm
from core.db import Choice, Extension, Money

CONDITIONS = {
    "registered": "Registered for VAT",
    "simplified": "Simplified scheme",
    "exempt": "Exempt",
    "consumer": "Final consumer",
    "foreign": "Abroad",
}


class ContactBilling(Extension[Contact]):
    """On what terms a contact buys, and how far he is trusted; a limit of 0 is none.

    `customer_number` is how files and other programs name the customer.
    """

    credit_limit: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    terms_id: Mapped[int | None] = mapped_column(ForeignKey("erp_invoicing_payment_term.id"))
    terms: Mapped[PaymentTerm | None] = relationship(info={"label": "Payment terms"})
    customer_number: Mapped[str | None] = mapped_column(index=True, unique=True)
    tax_condition: Mapped[str | None] = mapped_column(Choice(*CONDITIONS), info={"labels": CONDITIONS})

    def may_owe(self, balance: Decimal) -> bool:
        """Whether so high a balance stays within the limit."""
        return not self.credit_limit or balance <= self.credit_limit
