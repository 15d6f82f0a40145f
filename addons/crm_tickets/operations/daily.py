"""What happens to tickets by themselves: those that waited until a day are open again on it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.crm_tickets.models import Ticket
from core.db import Company, actor, today
from core.jobs import JobContext, job

HOUR_S = 3600


def wake_tickets(session: Session) -> int:
    """Open the tickets of a company whose day has come; answers how many."""
    wanted = select(Ticket).where(
        Ticket.company_id == actor(session).company_id, Ticket.state == "waiting", Ticket.wait_until <= today(session)
    )
    waiting = list(session.scalars(wanted.order_by(Ticket.id)))
    for ticket in waiting:
        ticket.state = "open"
    session.flush()
    return len(waiting)


@job("crm_tickets.wake", label="Tickets that waited until today", every_s=HOUR_S)
def wake_all(context: JobContext) -> None:
    """In each company by its own clock."""
    with context.database.read() as session:
        companies = list(session.scalars(select(Company.id).where(Company.active).order_by(Company.id)))
    for number in companies:
        with context.sessions(None, number, True) as session:
            wake_tickets(session)
            session.commit()
