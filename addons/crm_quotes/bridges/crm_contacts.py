"""Quotes write the history of contacts, make them customers, and follow their merges."""

from sqlalchemy.orm import Session

from addons.crm_contacts.operations import log, mark_role, relink
from addons.crm_contacts.signals import ContactMerged
from addons.crm_quotes.models import Quote
from addons.crm_quotes.signals import QuoteAccepted, QuoteExpired, QuoteRejected, QuoteSent
from core.db import trusted
from core.signals import hears

MODEL = "crm_quotes.quote"


Told = QuoteSent | QuoteAccepted | QuoteRejected | QuoteExpired


def tell(session: Session, signal: Told, step: str, icon: str, text: str, **values: str) -> None:
    """One line of the contact's history: a step of a quote, with its net amount."""
    log(
        session,
        signal.contact_id,
        kind="document",
        icon=icon,
        text=text,
        parameters={"number": signal.number, **values},
        model=MODEL,
        record_id=signal.quote_id,
        amount=signal.net,
        currency=signal.currency,
        at=signal.date,
        key=f"{MODEL}:{signal.quote_id}:{step}",
    )


@hears(QuoteSent)
def write_sent(session: Session, signal: QuoteSent) -> None:
    """The offer went out."""
    tell(session, signal, "sent", "file-description", "Quote {number} sent")


@hears(QuoteAccepted)
def write_accepted(session: Session, signal: QuoteAccepted) -> None:
    """The offer became an order, and the contact a customer."""
    text = "Quote {number} accepted, order {order} made"
    tell(session, signal, "accepted", "circle-check", text, order=signal.order_number)
    mark_role(session, signal.contact_id, "customer")


@hears(QuoteRejected)
def write_rejected(session: Session, signal: QuoteRejected) -> None:
    """The offer was not wanted, and why."""
    tell(session, signal, "rejected", "circle-x", "Quote {number} rejected: {reason}", reason=signal.reason)


@hears(QuoteExpired)
def write_expired(session: Session, signal: QuoteExpired) -> None:
    """Nobody answered the offer in its time; each time that this happens, as it may be extended."""
    tell(session, signal, f"expired:{signal.date}", "hourglass-off", "Quote {number} expired")


@hears(ContactMerged)
def move_quotes(session: Session, signal: ContactMerged) -> None:
    """Quotes of a merged card go to the one that was kept."""
    with trusted(session):
        relink(session, signal.merge_id, Quote.contact_id)
