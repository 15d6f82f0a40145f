"""Which tickets are urgent: the strip at the foot of every page."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Integer, Select, bindparam, case, or_, select
from sqlalchemy.orm import Session

from addons.crm_contacts.models import Contact
from addons.crm_tickets.clock import time_left
from addons.crm_tickets.models import LIVE, PRIORITIES, Ticket
from core.access.models import TeamMember
from core.db import actor, now, trusted
from core.i18n import _
from core.screens.day import StripItem

SHOWN = 20
RANK = case({name: number for number, name in enumerate(reversed(PRIORITIES))}, value=Ticket.priority)


def urgent_tickets(session: Session, limit: int = SHOWN) -> list[Ticket]:
    """The live tickets of whoever looks, of his teams and of nobody: the most urgent first, those that wait last."""
    return list(session.scalars(_urgent(), {"me": actor(session).user_id, "shown": limit}))


@cache
def _urgent() -> Select[Ticket]:
    """The statement behind it, made and vetted once: every page asks it."""
    me: BindParameter[int] = bindparam("me", type_=Integer)
    teams = select(TeamMember.team_id).where(TeamMember.user_id == me)
    due = case((Ticket.answered_at.is_(None), Ticket.answer_by), else_=Ticket.solve_by)
    order = (Ticket.state == "waiting", due.is_(None), due, RANK, Ticket.id)
    mine = or_(Ticket.assigned_to_id == me, Ticket.assigned_to_id.is_(None), Ticket.team_id.in_(teams))
    wanted = select(Ticket).where(Ticket.state.in_(LIVE), mine).order_by(*order)
    return wanted.limit(bindparam("shown", type_=Integer)).execution_options(kept=True)


def open_strip(session: Session) -> list[StripItem]:
    """The open tickets by urgency, each with the time that is left."""
    moment, tickets = now(), urgent_tickets(session)
    names = names_of(session, tickets)
    return [strip_item(ticket, names[ticket.contact_id], moment) for ticket in tickets]


def names_of(session: Session, tickets: Sequence[Ticket]) -> dict[int, str]:
    """The names of who asked; whoever may answer a ticket may know them, also where the card itself is another's."""
    if not tickets:
        return {}
    with trusted(session):
        wanted = select(Contact.id, Contact.name).where(Contact.id.in_({ticket.contact_id for ticket in tickets}))
        return {number: name for number, name in session.execute(wanted)}


def strip_item(ticket: Ticket, name: str, moment: datetime) -> StripItem:
    """One ticket of the strip."""
    due = ticket.due
    late = due is not None and due < moment
    mark = "late" if late else "wait" if ticket.state == "waiting" else "open"
    title = f"{ticket.subject} · {name}"
    return StripItem(mark, ticket.number or "", title, _note(ticket, due, moment), late, f"/crm_tickets/ticket/{ticket.id}")


def _note(ticket: Ticket, due: datetime | None, moment: datetime) -> Any:
    """How much time is left, or for whom it waits."""
    if ticket.state == "waiting":
        return _("waits for customer")
    if due is None:
        return _("no deadline")
    left = time_left(due - moment)
    if due < moment:
        return _("late by {time}", time=left)
    return _("solve in {time}", time=left) if ticket.answered_at else _("answer in {time}", time=left)
