"""Whose contacts are whose: mine, those shared with me, and the people of the companies among them."""

from typing import Any

from sqlalchemy import ColumnElement

from addons.crm_contacts.operations.seeing import of_seen, seen


def mine_or_shared(model: Any, user: Any) -> ColumnElement[bool]:
    """A contact that is mine or shared with me, or that works at a company which is."""
    return seen(model, user)


def of_seen_contacts(model: Any, user: Any) -> ColumnElement[bool]:
    """What belongs to a contact that the user sees."""
    return of_seen(model, user)
