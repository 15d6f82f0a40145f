"""What becomes of a quote: an order, a refusal with its reason, or nothing within its time."""

from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.crm_contacts.models import said
from addons.crm_quotes.models import Quote
from addons.crm_quotes.operations.sending import complete
from addons.crm_quotes.signals import QuoteAccepted, QuoteExpired, QuoteRejected
from core.db import actor, next_name, take_number, today
from core.i18n import _
from core.operations import verb
from core.signals import send

CERTAIN, LOST = Decimal(100), Decimal(0)
ORDERS = "SO"


@verb(
    Quote,
    "accept",
    label="Accept",
    icon="circle-check",
    when=lambda quote: quote.state in ("draft", "sent", "expired"),
    order=20,
)
def accept_quote(session: Session, quote: Quote, *, date: date | None = None) -> None:
    """The contact takes it: it is an order from now on and its lines do not change any more.

    We may accept one whose time is over, as long as we stand by its prices.
    """
    complete(session, quote)
    quote.state, quote.decided_on, quote.probability = "accepted", date or today(session), CERTAIN
    quote.follow_up = None
    with session.no_autoflush:
        take_number(session, quote)
        quote.order_number = next_name(session, ORDERS, quote.company_id)
    session.flush()
    send(
        session,
        QuoteAccepted(
            quote_id=quote.id,
            number=quote.number or "",
            order_number=quote.order_number,
            contact_id=quote.contact_id,
            date=quote.decided_on,
            net=quote.net,
            tax=quote.tax,
            total=quote.total,
            currency=quote.currency,
        ),
    )


@verb(Quote, "reject", label="Reject", icon="circle-x", when=lambda quote: quote.state in ("sent", "expired"), order=30)
def reject_quote(session: Session, quote: Quote, *, reason: str, competitor: str = "", date: date | None = None) -> None:
    """The contact does not want it; why not is kept, as the next quote is made better by it."""
    said("reason", reason, _("Write why it was rejected: the price, another supplier, the time…"))
    quote.state, quote.decided_on, quote.probability = "rejected", date or today(session), LOST
    quote.reject_reason, quote.competitor = reason.strip(), competitor.strip() or None
    quote.follow_up = None
    session.flush()
    send(
        session,
        QuoteRejected(
            quote_id=quote.id,
            number=quote.number or "",
            contact_id=quote.contact_id,
            date=quote.decided_on,
            net=quote.net,
            currency=quote.currency,
            reason=quote.reject_reason,
        ),
    )


@verb(Quote, "expire", label="Expired", icon="hourglass-off", when=lambda quote: quote.state == "sent", order=40)
def expire_quote(session: Session, quote: Quote) -> None:
    """Its time is over and nobody answered."""
    quote.state, quote.follow_up = "expired", None
    session.flush()
    send(
        session,
        QuoteExpired(
            quote_id=quote.id,
            number=quote.number or "",
            contact_id=quote.contact_id,
            date=today(session),
            net=quote.net,
            currency=quote.currency,
        ),
    )


def expire_overdue(session: Session) -> int:
    """All sent quotes of a company whose day is over; answers how many."""
    company = actor(session).company_id
    wanted = select(Quote).where(Quote.company_id == company, Quote.state == "sent", Quote.valid_until < today(session))
    overdue = list(session.scalars(wanted))
    for quote in overdue:
        expire_quote(session, quote)
    session.flush()
    return len(overdue)
