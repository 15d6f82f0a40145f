"""What a ticket gets when it is written: its number, until when it is to be answered, and the moments of its states."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, event, inspect, select
from sqlalchemy.orm import Session, object_session

from addons.crm_tickets.clock import Stretches, after_working, stretches_of, working_minutes
from addons.crm_tickets.models import SlaPolicy, Ticket, WorkingTime
from addons.crm_tickets.signals import TicketClosed, TicketOpened, TicketSolved
from core.db import actor, now, take_number
from core.signals import announces, became, is_new


@event.listens_for(Ticket, "before_insert")
def open_ticket(mapper: Any, connection: Connection, ticket: Ticket) -> None:
    """A new ticket has its number and its times at once: the customer is told both."""
    session = object_session(ticket)
    if session is None:
        return
    ticket.opened_at = ticket.opened_at or now()
    set_deadlines(session, connection, ticket)
    _mark_moments(session, connection, ticket)
    take_number(session, ticket)


@event.listens_for(Ticket, "before_update")
def follow_state(mapper: Any, connection: Connection, ticket: Ticket) -> None:
    """Another priority gives other times; another state notes its moment, and waiting stops the clock."""
    session, attributes = object_session(ticket), inspect(ticket).attrs
    if session is None:
        return
    if attributes.priority.history.has_changes():
        set_deadlines(session, connection, ticket)
    if attributes.state.history.has_changes():
        _mark_moments(session, connection, ticket)


def working_times(connection: Connection, company_id: int) -> Stretches:
    """When the company works."""
    table = WorkingTime.__table__.c
    rows = connection.execute(select(table.weekday, table.opens, table.closes).where(table.company_id == company_id)).all()
    return stretches_of([(row.weekday, row.opens, row.closes) for row in rows])


def _policy(connection: Connection, ticket: Ticket) -> Any:
    """The answer times of a ticket's priority, if there are any."""
    table = SlaPolicy.__table__.c
    wanted = select(table.answer_minutes, table.solve_minutes, table.working_time_only)
    return connection.execute(
        wanted.where(table.company_id == ticket.company_id, table.priority == ticket.priority, table.active)
    ).first()


def set_deadlines(session: Session, connection: Connection, ticket: Ticket) -> None:
    """Until when it is to be answered and solved, by its priority, counted from its opening."""
    policy = _policy(connection, ticket)
    if policy is None or ticket.opened_at is None:
        ticket.answer_by = ticket.solve_by = None
        return
    stretches = working_times(connection, ticket.company_id) if policy.working_time_only else {}
    zone = ZoneInfo(actor(session).zone)
    ticket.answer_by = after_working(ticket.opened_at, policy.answer_minutes, stretches, zone)
    ticket.solve_by = after_working(ticket.opened_at, policy.solve_minutes, stretches, zone)


def _mark_moments(session: Session, connection: Connection, ticket: Ticket) -> None:
    """When it was solved and closed, since when it waits."""
    moment = now()
    if ticket.state == "waiting":
        ticket.waiting_since = ticket.waiting_since or moment
    elif ticket.waiting_since is not None:
        _go_on(session, connection, ticket, moment)
    if ticket.state in ("solved", "closed"):
        ticket.solved_at = ticket.solved_at or moment
        ticket.closed_at = (ticket.closed_at or moment) if ticket.state == "closed" else None
    else:
        ticket.solved_at = ticket.closed_at = None


def _go_on(session: Session, connection: Connection, ticket: Ticket, moment: datetime) -> None:
    """The clock runs again: what is still to come moves by the working time that was waited."""
    since, zone = ticket.waiting_since, ZoneInfo(actor(session).zone)
    ticket.waiting_since = ticket.wait_until = None
    policy = _policy(connection, ticket)
    if since is None or policy is None:
        return
    stretches = working_times(connection, ticket.company_id) if policy.working_time_only else {}
    waited = working_minutes(since, moment, stretches, zone)
    if ticket.solve_by is not None:
        ticket.solve_by = after_working(ticket.solve_by, waited, stretches, zone)
    if ticket.answer_by is not None and ticket.answered_at is None:
        ticket.answer_by = after_working(ticket.answer_by, waited, stretches, zone)


@announces(Ticket)
def was_opened(ticket: Ticket) -> TicketOpened | None:
    """A ticket was made, by whatever door."""
    if not is_new(ticket):
        return None
    return TicketOpened(
        ticket_id=ticket.id,
        number=ticket.number or "",
        subject=ticket.subject,
        contact_id=ticket.contact_id,
        priority=ticket.priority,
        channel=ticket.channel,
        opened_at=ticket.opened_at,
    )


@announces(Ticket)
def was_finished(ticket: Ticket) -> TicketSolved | TicketClosed | None:
    """A ticket was solved or closed, by its verb, in its form or on the board."""
    number = ticket.number or ""
    if became(ticket, "state", "solved"):
        return TicketSolved(
            ticket_id=ticket.id,
            number=number,
            subject=ticket.subject,
            contact_id=ticket.contact_id,
            at=ticket.solved_at,
        )
    if became(ticket, "state", "closed"):
        return TicketClosed(
            ticket_id=ticket.id,
            number=number,
            subject=ticket.subject,
            contact_id=ticket.contact_id,
            closed_on=(ticket.closed_at or now()).date(),
            hours=ticket.hours,
            billable_hours=ticket.billable_hours,
            at=ticket.closed_at,
        )
    return None
