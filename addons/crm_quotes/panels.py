"""The quotes of a contact."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from addons.crm_contacts.models import Contact
from addons.crm_quotes.models import MARKS, STATES, Quote
from core.screens.panels import panel

SHOWN = 50


def _whom(contact: Contact) -> Any:
    """A contact, and the people of a company."""
    return select(Contact.id).where((Contact.id == contact.id) | (Contact.company_id == contact.id))


def quote_count(session: Session, contact: Contact) -> Select[int]:
    """How many quotes a contact ever had."""
    return select(func.count(Quote.id)).where(Quote.contact_id.in_(_whom(contact)))


@panel(Contact, "quotes", label="Quotes", order=45, icon="file-description", count=quote_count)
def quotes_of_contact(session: Session, contact: Contact) -> dict[str, Any]:
    """What was offered to a contact, the latest first."""
    wanted = select(Quote).where(Quote.contact_id.in_(_whom(contact))).order_by(Quote.date.desc(), Quote.id.desc())
    quotes = list(session.scalars(wanted.limit(SHOWN)))
    return {"contact": contact, "quotes": quotes, "states": STATES, "marks": MARKS}
