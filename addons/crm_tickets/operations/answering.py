"""Answering a ticket, and noting the hours that it takes."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.crm_contacts.models import said
from addons.crm_tickets.models import Ticket, TicketMessage, WorkLog
from addons.crm_tickets.signals import TicketReplied, TicketTaskPlanned
from core.db import actor, now, today
from core.errors import FieldError, Invalid
from core.i18n import _
from core.operations import verb
from core.signals import send

LONGEST_DAY = Decimal(24)


def is_live(ticket: Ticket) -> bool:
    """Whether it is not finished."""
    return ticket.is_live


@verb(Ticket, "take", label="Take", icon="hand-grab", when=is_live, order=10)
def take(session: Session, ticket: Ticket) -> None:
    """Whoever takes it answers for it."""
    ticket.assigned_to_id = actor(session).user_id
    if ticket.state in ("new", "waiting"):
        ticket.state = "open"


@verb(Ticket, "reply", label="Reply", icon="message", when=is_live, primary=True, order=20)
def reply(session: Session, ticket: Ticket, *, text: str, internal: bool = False, at: datetime | None = None) -> None:
    """Says something to the contact, or among us if it is internal; the first answer meets the answer time."""
    said("text", text, _("Write the reply."))
    message = _say(session, ticket, "internal" if internal else "sent", text, at)
    if internal:
        return
    ticket.answered_at = ticket.answered_at or message.at
    if ticket.state == "new":
        ticket.state = "open"
    if ticket.assigned_to_id is None:
        ticket.assigned_to_id = actor(session).user_id
    session.flush()
    send(
        session,
        TicketReplied(
            ticket_id=ticket.id,
            message_id=message.id,
            number=ticket.number or "",
            contact_id=ticket.contact_id,
            text=text.strip(),
            at=message.at,
        ),
    )


@verb(Ticket, "receive", label="Note a message", icon="message-down", order=30)
def receive(session: Session, ticket: Ticket, *, text: str, at: datetime | None = None) -> None:
    """The contact said something; a ticket that waited for it, or was finished, is open again."""
    said("text", text, _("Write what the customer said."))
    _say(session, ticket, "received", text, at)
    if ticket.state != "new":
        ticket.state = "open"


def _say(session: Session, ticket: Ticket, kind: str, text: str, at: datetime | None = None) -> TicketMessage:
    """One more message at the end."""
    author = actor(session).user_id if kind != "received" else None
    message = TicketMessage(position=len(ticket.messages), kind=kind, at=at or now(), author_id=author, text=text.strip())
    ticket.messages.append(message)
    session.flush()
    return message


@verb(Ticket, "plan_task", label="Task", icon="checkbox", when=is_live, order=35)
def plan_task(session: Session, ticket: Ticket, *, subject: str, due: date | None = None) -> None:
    """Notes what is to be done for a ticket; where there is an agenda, it becomes a task there."""
    said("subject", subject, _("Write what is to be done."))
    text = f"☐ {subject.strip()}" + (f" ({due.isoformat()})" if due else "")
    message = _say(session, ticket, "internal", text)
    send(
        session,
        TicketTaskPlanned(
            ticket_id=ticket.id,
            message_id=message.id,
            contact_id=ticket.contact_id,
            subject=subject.strip(),
            due=due,
        ),
    )


@verb(Ticket, "log_work", label="Log hours", icon="clock-plus", order=40)
def log_work(
    session: Session,
    ticket: Ticket,
    *,
    hours: Decimal,
    billable: bool = True,
    note: str = "",
    day: date | None = None,
) -> None:
    """Notes hours that were worked; a closed ticket takes none, as its hours may have been invoiced."""
    if ticket.state == "closed":
        message = _("{ticket} is closed: open it again to add hours.", ticket=ticket.number)
        raise Invalid(message, [FieldError("hours", message)])
    if not 0 < hours <= LONGEST_DAY:
        message = _("Write between 0 and 24 hours; {hours} is not.", hours=hours)
        raise Invalid(message, [FieldError("hours", message)])
    ticket.work.append(
        WorkLog(
            position=len(ticket.work),
            day=day or today(session),
            user_id=actor(session).user_id,
            hours=hours,
            billable=billable,
            note=note.strip() or None,
        )
    )
