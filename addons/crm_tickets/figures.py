"""What a ticket opens with, what a contact's card says of tickets, and what of them belongs to a user's day."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.crm_contacts.models import Contact
from addons.crm_contacts.operations import WITH_PEOPLE
from addons.crm_tickets.clock import time_left as said_time
from addons.crm_tickets.models import LIVE, Ticket
from addons.crm_tickets.operations import open_strip, urgent_tickets
from addons.crm_tickets.operations.urgency import names_of, strip_item
from core.db import now
from core.i18n import _
from core.screens.day import DayItem, StripItem, my_day, strip
from core.screens.fields.rights import demand
from core.screens.figures import Asking, Figure, figure
from core.screens.first_steps import first_step, made_by_people

OPEN = select(func.count(Ticket.id)).where(Ticket.contact_id.in_(WITH_PEOPLE), Ticket.state.in_(LIVE))


@figure(Ticket, "time_left", label="Time left", order=10)
def time_left(session: Session, ticket: Ticket) -> Figure:
    """How long there is to answer or to solve it."""
    due = ticket.due
    if due is None:
        waits = _("the clock stands still") if ticket.state == "waiting" else ""
        return Figure(None, kind="text", note=waits)
    late = due < now()
    note = _("to solve it") if ticket.answered_at else _("to answer it")
    value = said_time(due - now())
    return Figure(value if not late else _("late by {time}", time=value), "text", note, "", "bad" if late else "")


@figure(Ticket, "hours_worked", label="Hours", order=20)
def hours_worked(session: Session, ticket: Ticket) -> Figure:
    """How long it took, and what of it the customer pays."""
    return Figure(ticket.hours, "quantity", _("{hours} billable", hours=f"{ticket.billable_hours.normalize():f}"))


@figure(Contact, "open_tickets", label="Open tickets", order=70)
def open_tickets(session: Session, contact: Contact) -> Asking:
    """What a contact, or the people of a company, wait for."""
    demand(session, Ticket, "read")

    def read(count: int) -> Figure:
        note = _("waits for us") if count else _("nothing is open")
        return Figure(count, "integer", note, "", "warn" if count else "")

    return Asking((OPEN,), {"contact": contact.id}, read)


@strip("tickets", model=Ticket)
def tickets_in_sight(session: Session) -> list[StripItem]:
    """Open tickets at the foot of every page."""
    return open_strip(session)


@my_day("tickets", label="Tickets", order=30, icon="lifebuoy", model=Ticket)
def tickets_of_the_day(session: Session, day: date) -> list[DayItem]:
    """Open tickets of whoever looks."""
    moment = now()
    tickets = urgent_tickets(session, limit=8)
    names = names_of(session, tickets)
    items = [strip_item(ticket, names[ticket.contact_id], moment) for ticket in tickets]
    return [
        DayItem(
            title=f"{item.code} {item.title}",
            note=item.note,
            icon="lifebuoy",
            url=item.url,
            mark=item.mark,
            late=item.late,
            act=(_("Reply"), item.url),
        )
        for item in items
    ]


@first_step("ticket", label="Open a ticket", url="/crm_tickets/ticket/new", model=Ticket, order=60, icon="lifebuoy")
def has_ticket(session: Session) -> bool:
    """Somebody has done it."""
    return made_by_people(session, Ticket)
