"""Whose quotes are whose."""

from typing import Any

from sqlalchemy import ColumnElement

from addons.crm_contacts.operations import of_seen


def of_seen_contacts(model: Any, user: Any) -> ColumnElement[bool]:
    """What was offered to a contact that I see, whoever offered it."""
    return of_seen(model, user)
