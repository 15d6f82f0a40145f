"""Whose events and tasks are whose."""

from typing import Any

from sqlalchemy import ColumnElement, or_, select, true

from addons.crm_agenda.models import event_user
from addons.crm_contacts.operations import of_seen
from core.access.rules import is_owned_by


def mine_or_invited(model: Any, user: Any) -> ColumnElement[bool]:
    """An event that I organise or take part in."""
    invited = event_user.alias()
    takes_part = select(true()).where(invited.c.event_id == model.id, invited.c.user_id == user).limit(1)
    return or_(is_owned_by(model, lambda column: column == user), takes_part.scalar_subquery())


def of_seen_contacts(model: Any, user: Any) -> ColumnElement[bool]:
    """What is planned with a contact that I see, whoever plans it."""
    return of_seen(model, user)
