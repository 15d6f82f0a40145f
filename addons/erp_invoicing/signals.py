"""What invoicing announces."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.signals import Signal


@dataclass(frozen=True, kw_only=True)
class InvoicePosted(Signal):
    """A document took its number and its entry; `moves_stock` is no, yes (at once) or via_delivery.

    Amounts are in `currency`; `credits_id` is the document that a credit note takes back; `cash`: it was paid at once.
    """

    invoice_id: int
    kind: str
    contact_id: int
    date: date
    number: str
    net: Decimal
    tax: Decimal
    total: Decimal
    currency: str
    moves_stock: str
    cash: bool
    credits_id: int | None
