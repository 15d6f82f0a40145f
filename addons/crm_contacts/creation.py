"""Whoever writes contacts, by a form, the API or a file: who works where is checked, new ones are announced."""

from typing import Any

from sqlalchemy import Connection, event, inspect, select

from addons.crm_contacts.models import Contact
from addons.crm_contacts.signals import ContactCreated
from core.errors import FieldError, Invalid
from core.i18n import _
from core.signals import announces, is_new


@announces(Contact)
def created(contact: Contact) -> ContactCreated | None:
    """A new card was made; imports in bulk tell of theirs themselves, all at once."""
    return ContactCreated(contact_ids=(contact.id,)) if is_new(contact) else None


@event.listens_for(Contact, "before_insert")
@event.listens_for(Contact, "before_update")
def works_at_a_company(mapper: Any, connection: Connection, contact: Contact) -> None:
    """People work at companies, not at people; Invalid otherwise."""
    attributes, table = inspect(contact).attrs, Contact.__table__.c
    if contact.company_id is not None and attributes.company_id.history.has_changes():
        kind = connection.scalar(select(table.kind).where(table.id == contact.company_id))
        if kind == "person":
            message = _("{name} works at a company, not at a person: choose a company.", name=contact.name)
            raise Invalid(message, [FieldError("company", message)])
    turned = contact.kind == "person" and contact.id is not None and attributes.kind.history.has_changes()
    if turned and connection.scalar(select(table.id).where(table.company_id == contact.id).limit(1)):
        message = _("{name} has people who work there, so it stays a company.", name=contact.name)
        raise Invalid(message, [FieldError("kind", message)])
