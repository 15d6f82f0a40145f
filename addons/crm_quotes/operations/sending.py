"""A quote goes to its contact."""

import datetime
from datetime import timedelta

from sqlalchemy.orm import Session

from addons.crm_quotes.models import Quote
from addons.crm_quotes.signals import QuoteSent
from core.db import now, take_number, today
from core.errors import FieldError, Invalid
from core.i18n import _
from core.operations import verb
from core.signals import send

ASK_AFTER = timedelta(days=3)


@verb(Quote, "send", label="Send", icon="send", when=lambda quote: quote.state == "draft", primary=True, order=10)
def send_quote(
    session: Session, quote: Quote, *, date: datetime.date | None = None, follow_up: datetime.date | None = None
) -> None:
    """The contact has it; asks for an answer on the follow-up day, three days on unless another is given.

    `date` is the day on which it went, when that is entered later.
    """
    complete(session, quote)
    day = date or today(session)
    if quote.expired_on(day):
        message = _("{quote} is valid until {day} only: give it a later day.", quote=quote.title, day=quote.valid_until)
        raise Invalid(message, [FieldError("valid_until", message)])
    quote.follow_up = follow_up or quote.follow_up or max(day, quote.date) + ASK_AFTER
    quote.state, quote.sent_at = "sent", now()
    take_number(session, quote)
    session.flush()
    send(
        session,
        QuoteSent(
            quote_id=quote.id,
            number=quote.number or "",
            contact_id=quote.contact_id,
            assigned_to_id=quote.assigned_to_id,
            date=quote.date,
            valid_until=quote.valid_until,
            follow_up=quote.follow_up,
            net=quote.net,
            total=quote.total,
            currency=quote.currency,
        ),
    )


def complete(session: Session, quote: Quote) -> None:
    """Invalid if nothing is offered; else its amounts are those of its lines."""
    if not quote.has_lines:
        message = _("{quote} offers nothing yet: add a line.", quote=quote.title)
        raise Invalid(message, [FieldError("lines", message)])
    with session.no_autoflush:
        quote.recompute()
    session.flush()


@verb(
    Quote,
    "extend",
    label="Extend",
    icon="calendar-plus",
    when=lambda quote: quote.state in ("sent", "expired"),
    order=60,
)
def extend_quote(session: Session, quote: Quote, *, valid_until: datetime.date) -> None:
    """It stays valid for longer; one that had expired waits for an answer again."""
    if valid_until < today(session):
        message = _("{day} is over: choose a day to come.", day=valid_until)
        raise Invalid(message, [FieldError("valid_until", message)])
    quote.valid_until, quote.state = valid_until, "sent"
    quote.follow_up = quote.follow_up or today(session) + ASK_AFTER
