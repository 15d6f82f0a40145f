"""What a contact's card opens with."""

from datetime import UTC, date, datetime, time

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from addons.crm_contacts.models import Contact, TimelineEntry
from core.db import now, today
from core.i18n import _
from core.screens.figures import Figure, figure


@figure(Contact, "last_contact", label="Last contact", order=90)
def last_contact(session: Session, contact: Contact) -> Figure:
    """When we last talked, and how often this month; with a company, with any of its people."""
    month = today(session).replace(day=1)
    whom = select(Contact.id).where(or_(Contact.id == contact.id, Contact.company_id == contact.id))
    talks = select(func.count()).where(
        TimelineEntry.contact_id.in_(whom), TimelineEntry.kind == "talk", TimelineEntry.at >= _start(month)
    )
    if contact.last_contact_at is None:
        return Figure(None, kind="moment", note=_("never yet"), url="?show=talk")
    days = (now() - contact.last_contact_at).days
    note = _("{days} days ago, {count} this month", days=days, count=session.scalar(talks) or 0)
    return Figure(contact.last_contact_at, kind="moment", note=note, url="?show=talk")


def _start(day: date) -> datetime:
    """The first moment of a day, in UTC."""
    return datetime.combine(day, time(), UTC)
