"""Contacts hear themselves: the history of a card begins when it is made."""

from sqlalchemy.orm import Session

from addons.crm_contacts import creation as creation
from addons.crm_contacts.operations import begin_histories
from addons.crm_contacts.signals import ContactCreated
from core.signals import hears


@hears(ContactCreated)
def begin_history(session: Session, signal: ContactCreated) -> None:
    """The first line of each new card."""
    begin_histories(session, signal.contact_ids)
