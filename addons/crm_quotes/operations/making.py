"""Making a quote: from lines, from another quote, or again from itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from addons.crm_quotes.models import ONE, VALID_DAYS, ZERO, Quote, QuoteLine
from core.db import today
from core.operations import verb

COPIED = ("contact_id", "subject", "price_list_id", "currency", "prices_include_tax", "assigned_to_id", "terms", "notes")
COPIED_LINE = ("position", "product_id", "description", "quantity", "price", "discount", "tax_rate", "net")


@dataclass(frozen=True)
class OfferLine:
    """What is offered; with a product, what is left out comes from it and from the customer's price list."""

    product_id: int | None = None
    description: str = ""
    quantity: Decimal = ONE
    price: Decimal | None = None
    discount: Decimal = ZERO
    tax_rate: Decimal | None = None


def make_quote(session: Session, contact_id: int, lines: Sequence[OfferLine], **values: Any) -> Quote:
    """A draft for a contact; `values` are fields of the quote, such as date, valid_until, price_list_id."""
    given: dict[str, Any] = Quote.defaults(session)
    given["assigned_to_id"] = given.pop("assigned_to")
    quote = Quote(contact_id=contact_id, **(given | values))
    session.add(quote)
    with session.no_autoflush:
        quote.lines = [
            QuoteLine(
                product_id=line.product_id,
                description=line.description,
                quantity=line.quantity,
                price=line.price if line.price is not None else ZERO,
                discount=line.discount,
                tax_rate=line.tax_rate,
            )
            for line in lines
        ]
        quote.recompute()
    session.flush()
    return quote


@verb(Quote, "duplicate", label="Duplicate", icon="copy", order=80)
def duplicate_quote(session: Session, quote: Quote) -> Quote:
    """A new draft with the same lines and prices, dated today."""
    day = today(session)
    twin = Quote(date=day, valid_until=day + timedelta(days=VALID_DAYS), **{n: getattr(quote, n) for n in COPIED})
    twin.lines = [QuoteLine(**{name: getattr(line, name) for name in COPIED_LINE}) for line in quote.lines]
    session.add(twin)
    session.flush()
    with session.no_autoflush:
        twin.recompute()
    session.flush()
    return twin


@verb(
    Quote,
    "revise",
    label="Revise",
    icon="edit",
    when=lambda quote: quote.state in ("sent", "rejected", "expired"),
    order=70,
)
def revise_quote(session: Session, quote: Quote) -> None:
    """Makes it a draft again under the same number, to be changed and sent anew."""
    quote.state, quote.decided_on, quote.reject_reason, quote.competitor = "draft", None, None, None
    day: date = today(session)
    if quote.expired_on(day):
        quote.valid_until = day + timedelta(days=VALID_DAYS)
