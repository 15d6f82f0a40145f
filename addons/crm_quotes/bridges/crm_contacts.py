"""Quotes write the history of contacts, make them customers, and follow their merges."""

from sqlalchemy.orm import Session

from addons.crm_contacts.operations import log, mark_role, relink
from addons.crm_contacts.signals import ContactMerged
from addons.crm_quotes.models import Quote
from addons.crm_quotes.signals import QuoteAccepted, QuoteExpired, QuoteRejected, QuoteSent
from core.db import trusted
from core.signals import hears

MODEL = "crm_quotes.quote"


@hears(QuoteSent)
def write_sent(session: Session, signal: QuoteSent) -> None:
    """The offer went out."""
    log(
        session,
        signal.contact_id,
        kind="document",
        icon="file-description",
        text="Quote {number} sent",
        parameters={"number": signal.number},
        model=MODEL,
        record_id=signal.quote_id,
        amount=signal.net,
        currency=signal.currency,
        at=signal.date,
        key=f"{MODEL}:{signal.quote_id}:sent",
    )


@hears(QuoteAccepted)
def write_accepted(session: Session, signal: QuoteAccepted) -> None:
    """The offer became an order, and the contact a customer."""
    log(
        session,
        signal.contact_id,
        kind="document",
        icon="circle-check",
        text="Quote {number} accepted, order {order} made",
        parameters={"number": signal.number, "order": signal.order_number},
        model=MODEL,
        record_id=signal.quote_id,
        amount=signal.net,
        currency=signal.currency,
        at=signal.date,
        key=f"{MODEL}:{signal.quote_id}:accepted",
    )
    mark_role(session, signal.contact_id, "customer")


@hears(QuoteRejected)
def write_rejected(session: Session, signal: QuoteRejected) -> None:
    """The offer was not wanted, and why."""
    log(
        session,
        signal.contact_id,
        kind="document",
        icon="circle-x",
        text="Quote {number} rejected: {reason}",
        parameters={"number": signal.number, "reason": signal.reason},
        model=MODEL,
        record_id=signal.quote_id,
        amount=signal.net,
        currency=signal.currency,
        at=signal.date,
        key=f"{MODEL}:{signal.quote_id}:rejected",
    )


@hears(QuoteExpired)
def write_expired(session: Session, signal: QuoteExpired) -> None:
    """Nobody answered the offer in its time; each time that this happens, as it may be extended."""
    log(
        session,
        signal.contact_id,
        kind="document",
        icon="hourglass-off",
        text="Quote {number} expired",
        parameters={"number": signal.number},
        model=MODEL,
        record_id=signal.quote_id,
        amount=signal.net,
        currency=signal.currency,
        at=signal.date,
        key=f"{MODEL}:{signal.quote_id}:expired:{signal.date}",
    )


@hears(ContactMerged)
def move_quotes(session: Session, signal: ContactMerged) -> None:
    """Quotes of a merged card go to the one that was kept."""
    with trusted(session):
        relink(session, signal.merge_id, Quote.contact_id)
