"""Contacts hear themselves: the history of a card begins when it is made."""

from sqlalchemy.orm import Session

from addons.crm_contacts import creation as creation
from addons.crm_contacts.models import Contact
from addons.crm_contacts.operations import begin_histories, log
from addons.crm_contacts.signals import ContactCreated
from core.db.base import snake
from core.mail import LetterSent
from core.signals import hears


@hears(ContactCreated)
def begin_history(session: Session, signal: ContactCreated) -> None:
    """The first line of each new card."""
    begin_histories(session, signal.contact_ids)


@hears(LetterSent, after_commit=True)
def tell_letter(session: Session, signal: LetterSent) -> None:
    """A letter that left stands in the history; one to this contact alone counts as a talk, one to many does not."""
    if signal.holder_model != Contact.label() or session.get(Contact, signal.holder_id) is None:
        return
    own = signal.model == signal.holder_model
    addon, _dot, name = signal.model.partition(".")
    log(
        session,
        signal.holder_id,
        kind="note" if signal.to_many else "talk",
        icon="mail",
        text="E-mail to {address}: {subject}",
        parameters={"address": signal.address, "subject": signal.subject},
        model=None if own else f"{addon}.{snake(name)}",
        record_id=None if own else signal.record_id,
        key=f"core.letter:{signal.letter_id}",
    )
