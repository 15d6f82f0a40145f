"""Whose tickets are whose."""

from typing import Any

from sqlalchemy import ColumnElement, or_, select, true

from addons.crm_contacts.operations import of_seen
from core.access.models import TeamMember
from core.access.rules import is_owned_by


def mine_or_waiting(model: Any, user: Any) -> ColumnElement[bool]:
    """A ticket that is mine, that nobody has taken yet, or that lies with a team of mine."""
    member = TeamMember.__table__.alias()
    in_team = select(true()).where(member.c.team_id == model.team_id, member.c.user_id == user).limit(1)
    return or_(is_owned_by(model, lambda column: column == user), model.assigned_to_id.is_(None), in_team.scalar_subquery())


def of_seen_contacts(model: Any, user: Any) -> ColumnElement[bool]:
    """What a contact that I see has asked, whoever answers it."""
    return of_seen(model, user)
