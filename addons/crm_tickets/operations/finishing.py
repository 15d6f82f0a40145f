"""A ticket waits, is solved, closed, or opened again."""

from datetime import date

from sqlalchemy.orm import Session

from addons.crm_contacts.models import said
from addons.crm_tickets.models import Ticket, TicketMessage
from core.db import actor, now
from core.i18n import _
from core.operations import verb


@verb(Ticket, "wait", label="Wait", icon="hourglass", when=lambda ticket: ticket.state in ("new", "open"), order=50)
def wait_for_customer(session: Session, ticket: Ticket, *, until: date | None = None) -> None:
    """Nothing can be done until the contact says something, or until a day; the clock stands still."""
    ticket.state, ticket.wait_until = "waiting", until


@verb(Ticket, "solve", label="Solve", icon="circle-check", when=lambda ticket: ticket.is_live, order=60)
def solve_ticket(session: Session, ticket: Ticket, *, solution: str) -> None:
    """Says how the request was met; the contact may still answer, which opens it again."""
    said("solution", solution, _("Write how it was solved: whoever meets it next will look for it."))
    ticket.solution, ticket.state = solution.strip(), "solved"
    ticket.answered_at = ticket.answered_at or now()


@verb(Ticket, "close", label="Close", icon="lock", when=lambda ticket: ticket.state != "closed", order=70)
def close_ticket(session: Session, ticket: Ticket) -> None:
    """Nothing more is to be done; its hours may be invoiced from now on."""
    ticket.state = "closed"


@verb(
    Ticket,
    "reopen",
    label="Open again",
    icon="lock-open",
    when=lambda ticket: ticket.state in ("solved", "closed", "waiting"),
    order=80,
)
def reopen_ticket(session: Session, ticket: Ticket, *, reason: str = "") -> None:
    """There is something left to do after all."""
    ticket.state = "open"
    if reason.strip():
        author = actor(session).user_id
        position = len(ticket.messages)
        note = TicketMessage(position=position, kind="internal", at=now(), author_id=author, text=reason.strip())
        ticket.messages.append(note)
