"""What a ticket shows beside its fields: what was said; and what a contact has asked."""

from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from addons.crm_contacts.models import Contact
from addons.crm_tickets.models import LIVE, STATES, Ticket
from addons.crm_tickets.operations.urgency import names_of
from core.screens.panels import panel

MARKS = Ticket.__table__.c.state.info["marks"]
SHOWN = 50


@panel(Ticket, "conversation", label="Conversation", order=10, first=True, icon="messages")
def conversation(session: Session, ticket: Ticket) -> dict[str, Any]:
    """What was said, the latest last, and a place to answer."""
    asker = names_of(session, [ticket])[ticket.contact_id]
    return {"ticket": ticket, "messages": list(ticket.messages), "asker": asker}


def ticket_count(session: Session, contact: Contact) -> Select[int]:
    """How many tickets of a contact are open."""
    return select(func.count(Ticket.id)).where(Ticket.contact_id.in_(_whom(contact)), Ticket.state.in_(LIVE))


@panel(Contact, "tickets", label="Tickets", order=40, icon="lifebuoy", count=ticket_count)
def tickets_of_contact(session: Session, contact: Contact) -> dict[str, Any]:
    """What a contact, or the people of a company, have asked; the open ones first."""
    return {"contact": contact, "tickets": _tickets(session, contact), "states": STATES, "marks": MARKS}


def _whom(contact: Contact) -> Any:
    """A contact, and the people of a company."""
    return select(Contact.id).where((Contact.id == contact.id) | (Contact.company_id == contact.id))


def _tickets(session: Session, contact: Contact) -> list[Ticket]:
    """Tickets of a contact and of its people."""
    wanted = select(Ticket).where(Ticket.contact_id.in_(_whom(contact)))
    order = (case((Ticket.state.in_(LIVE), 0), else_=1), Ticket.id.desc())
    return list(session.scalars(wanted.order_by(*order).limit(SHOWN)))
