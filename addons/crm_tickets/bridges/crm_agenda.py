"""With the agenda: tasks of a ticket, and what was noted to be done when it is closed."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.crm_agenda.models import Task
from addons.crm_agenda.operations import remind
from addons.crm_tickets.models import Ticket
from addons.crm_tickets.signals import TicketClosed, TicketTaskPlanned
from core.db import trusted
from core.screens.panels import panel
from core.signals import hears

MODEL = "crm_tickets.ticket"


@hears(TicketTaskPlanned)
def make_task(session: Session, signal: TicketTaskPlanned) -> None:
    """What was planned for a ticket is a task of whoever planned it."""
    remind(
        session,
        f"{MODEL}:{signal.ticket_id}:message:{signal.message_id}",
        subject=signal.subject,
        due=signal.due,
        contact_id=signal.contact_id,
        origin_model=MODEL,
        origin_id=signal.ticket_id,
    )


def tasks_of(session: Session, ticket_id: int) -> list[Task]:
    """What is to be done for a ticket."""
    wanted = select(Task).where(Task.origin_model == MODEL, Task.origin_id == ticket_id)
    return list(session.scalars(wanted.order_by(Task.state.desc(), Task.due, Task.id)))


@panel(Ticket, "tasks", label="Tasks", order=20, icon="checkbox", count=lambda s, t: len(tasks_of(s, t.id)))
def tasks_of_ticket(session: Session, ticket: Ticket) -> dict[str, Any]:
    """The tasks of a ticket."""
    return {"ticket": ticket, "tasks": tasks_of(session, ticket.id)}


@hears(TicketClosed)
def drop_open_tasks(session: Session, signal: TicketClosed) -> None:
    """What was left to do for a ticket is dropped when it is closed."""
    with trusted(session):
        for task in tasks_of(session, signal.ticket_id):
            if task.state == "open":
                task.state = "dropped"
        session.flush()
