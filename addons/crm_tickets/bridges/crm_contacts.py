"""Tickets write the history of contacts and follow their merges."""

from sqlalchemy.orm import Session

from addons.crm_contacts.operations import log, relink
from addons.crm_contacts.signals import ContactMerged
from addons.crm_tickets.models import Ticket
from addons.crm_tickets.signals import TicketClosed, TicketOpened, TicketReplied, TicketSolved
from core.db import trusted
from core.signals import hears

MODEL = "crm_tickets.ticket"
LONGEST = 300


@hears(TicketOpened)
def write_opened(session: Session, signal: TicketOpened) -> None:
    """The contact asked something."""
    log(
        session,
        signal.contact_id,
        kind="ticket",
        icon="lifebuoy",
        text="Ticket {number} opened: {subject}",
        parameters={"number": signal.number, "subject": signal.subject},
        model=MODEL,
        record_id=signal.ticket_id,
        at=signal.opened_at,
        key=f"{MODEL}:{signal.ticket_id}:opened",
    )


@hears(TicketReplied)
def write_reply(session: Session, signal: TicketReplied) -> None:
    """We answered: that is a talk, and moves the last contact."""
    log(
        session,
        signal.contact_id,
        kind="talk",
        icon="message",
        text="Reply to ticket {number}: {text}",
        parameters={"number": signal.number, "text": signal.text[:LONGEST]},
        model=MODEL,
        record_id=signal.ticket_id,
        at=signal.at,
        key=f"{MODEL}:{signal.ticket_id}:message:{signal.message_id}",
    )


@hears(TicketSolved)
def write_solved(session: Session, signal: TicketSolved) -> None:
    """The request was met."""
    log(
        session,
        signal.contact_id,
        kind="ticket",
        icon="circle-check",
        text="Ticket {number} solved: {subject}",
        parameters={"number": signal.number, "subject": signal.subject},
        model=MODEL,
        record_id=signal.ticket_id,
        at=signal.at,
        key=f"{MODEL}:{signal.ticket_id}:solved",
    )


@hears(TicketClosed)
def write_closed(session: Session, signal: TicketClosed) -> None:
    """The ticket is closed, and took so long."""
    text = "Ticket {number} closed, {hours} h" if signal.hours else "Ticket {number} closed"
    log(
        session,
        signal.contact_id,
        kind="ticket",
        icon="lock",
        text=text,
        parameters={"number": signal.number, "hours": f"{signal.hours.normalize():f}"},
        model=MODEL,
        record_id=signal.ticket_id,
        at=signal.at,
        key=f"{MODEL}:{signal.ticket_id}:closed",
    )


@hears(ContactMerged)
def move_tickets(session: Session, signal: ContactMerged) -> None:
    """Tickets of a merged card go to the one that was kept."""
    with trusted(session):
        relink(session, signal.merge_id, Ticket.contact_id)
