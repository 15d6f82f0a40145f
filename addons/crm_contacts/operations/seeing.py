"""Which contacts a user sees, for the record rules of this addon and of those that stand on it."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, bindparam, inspect, or_, select, true

from addons.crm_contacts.models import Contact, ContactShare
from core.access.rules import Columns, is_owned_by

TODAY: BindParameter[date] = bindparam("crm_contacts_today", callable_=lambda: datetime.now(UTC).date(), type_=Date)


def _mine(contact: Any, user: Any) -> ColumnElement[bool]:
    """Assigned to me, made by me and assigned to nobody, or shared with me and not yet over."""
    shares = ContactShare.__table__.alias()
    shared = (
        select(true())
        .where(shares.c.contact_id == contact.id, shares.c.user_id == user)
        .where(or_(shares.c.until.is_(None), shares.c.until >= TODAY))
        .limit(1)
        .scalar_subquery()
    )
    return or_(is_owned_by(contact, lambda column: column == user), shared)


def seen(contact: Any, user: Any) -> ColumnElement[bool]:
    """A contact that is the user's or shared with him, or that works at a company which is."""
    employer = Columns(inspect(Contact))
    works_there = select(true()).where(employer.id == contact.company_id, _mine(employer, user)).limit(1)
    return or_(_mine(contact, user), works_there.scalar_subquery())


def of_seen(model: Any, user: Any) -> ColumnElement[bool]:
    """A record whose `contact_id` names a contact that the user sees."""
    contact = Columns(inspect(Contact))
    answer: ColumnElement[bool] = (
        select(true()).where(contact.id == model.contact_id, seen(contact, user)).limit(1).scalar_subquery()
    )
    return answer
