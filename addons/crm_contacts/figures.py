"""What a contact's card opens with."""

from datetime import UTC, date, datetime, time

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from addons.crm_contacts.models import Contact, TimelineEntry
from addons.crm_contacts.operations.people import WITH_PEOPLE
from core.db import now, today
from core.i18n import _
from core.screens.figures import Asking, Figure, figure
from core.screens.first_steps import first_step, made_by_people

TALKS = select(func.count()).where(
    TimelineEntry.contact_id.in_(WITH_PEOPLE), TimelineEntry.kind == "talk", TimelineEntry.at >= bindparam("talks_since")
)


@figure(Contact, "last_contact", label="Last contact", order=48)
def last_contact(session: Session, contact: Contact) -> Figure | Asking:
    """When we last talked, and how often this month; with a company, with any of its people."""
    if contact.last_contact_at is None:
        return Figure(None, kind="moment", note=_("never yet"), url="?show=talk")
    days = (now() - contact.last_contact_at).days

    def read(count: int) -> Figure:
        note = _("{days} days ago, {count} this month", days=days, count=count)
        return Figure(contact.last_contact_at, kind="moment", note=note, url="?show=talk")

    return Asking((TALKS,), {"contact": contact.id, "talks_since": _start(today(session).replace(day=1))}, read)


def _start(day: date) -> datetime:
    """The first moment of a day, in UTC."""
    return datetime.combine(day, time(), UTC)


@first_step(
    "contact",
    label="Add a contact, or import those you have",
    url="/imports/new?model=crm_contacts.Contact",
    model=Contact,
    order=20,
    icon="address-book",
)
def has_contact(session: Session) -> bool:
    """Somebody has done it."""
    return made_by_people(session, Contact)
