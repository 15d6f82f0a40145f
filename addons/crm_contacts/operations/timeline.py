"""The history of a contact: one line for each thing that passed, written once whoever tells it again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from addons.crm_contacts.models import Contact, TimelineEntry
from core.access.models import User
from core.db import actor, insert_once, now, today, trusted
from core.importing.dialects import write_rows

TALKS = ("talk",)


@dataclass(frozen=True)
class Happening:
    """One line of the history as a page shows it."""

    entry: TimelineEntry
    who: str
    about: Contact


def log(
    session: Session,
    contact_id: int,
    *,
    kind: str,
    icon: str,
    text: str,
    parameters: Mapping[str, Any] | None = None,
    model: str | None = None,
    record_id: int | None = None,
    amount: Decimal | None = None,
    currency: str | None = None,
    at: datetime | date | None = None,
    key: str,
) -> int | None:
    """Write what happened into a contact's history: the key of the line; None where the same `key` was told before.

    `text` is the English message with places in braces, `parameters` fill them, `key` is unique in the company. A talk
    moves the date of the last contact, of the person and of its company. `at` is the moment, or the business date of a
    document: now if that is today, else noon of that day where the company is.
    """
    values = {name: _plain(value) for name, value in (parameters or {}).items()}
    with trusted(session):
        moment, told = _moment(session, at), text.format(**values)
        row = {"contact_id": contact_id, "kind": kind, "icon": icon, "text": text, "parameters": values, "key": key}
        row |= {"at": moment, "summary": told, "amount": amount, "currency": currency}
        row |= {"model": model, "record_id": record_id}
        made = insert_once(session, TimelineEntry, row)
        if made is not None and kind in TALKS:
            touch(session, contact_id, moment)
        return made


def log_many(session: Session, happenings: Sequence[Mapping[str, Any]]) -> None:
    """The same for what passed with many contacts, each with the arguments of `log`, in one statement; none is a talk."""
    with trusted(session):
        keys = [each["key"] for each in happenings]
        mine = TimelineEntry.company_id == actor(session).company_id
        known = set(session.scalars(select(TimelineEntry.key).where(mine, TimelineEntry.key.in_(keys))))
        rows = []
        for each in happenings:
            values = {name: _plain(value) for name, value in each["parameters"].items()}
            told = {"parameters": values, "summary": each["text"].format(**values), "at": _moment(session, each["at"])}
            rows.append({**each, **told})
        write_rows(session, TimelineEntry, [row for row in rows if row["key"] not in known])


def begin_histories(session: Session, contact_ids: Sequence[int]) -> None:
    """The first line of each of these new cards, in one statement however many an import brought."""
    with trusted(session):
        cards = session.execute(select(Contact.id, Contact.source).where(Contact.id.in_(contact_ids))).all()
        keys = {card.id: f"crm_contacts.contact:{card.id}:created" for card in cards}
        known = set(session.scalars(select(TimelineEntry.key).where(TimelineEntry.key.in_(keys.values()))))
        moment = now()
        rows = []
        for card in cards:
            text = "Contact created, from {source}" if card.source else "Contact created"
            values = {"source": card.source} if card.source else {}
            row = {"contact_id": card.id, "at": moment, "kind": "note", "icon": "user-plus", "text": text}
            rows.append(row | {"parameters": values, "summary": text.format(**values), "key": keys[card.id]})
        write_rows(session, TimelineEntry, [row for row in rows if row["key"] not in known])


def _moment(session: Session, at: datetime | date | None) -> datetime:
    """When something passed, of which perhaps only the day is known."""
    if isinstance(at, datetime):
        return at
    zone, moment = ZoneInfo(actor(session).zone), now()
    day = at or today(session)
    return moment if day == moment.astimezone(zone).date() else datetime.combine(day, time(12), zone)


def _plain(value: Any) -> Any:
    """A value that JSON can keep."""
    if value is None or isinstance(value, bool | int | str):
        return value
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def touch(session: Session, contact_id: int, at: datetime) -> None:
    """The last contact with a person and its company was at least as late as this.

    Around the version of the card: a call logged meanwhile is no reason to refuse someone's edit of the address.
    """
    contact = session.get(Contact, contact_id)
    if contact is None:
        return
    keys = [key for key in (contact.id, contact.company_id) if key is not None]
    column = Contact.__table__.c.last_contact_at
    session.execute(
        update(Contact.__table__)  # type: ignore[arg-type]
        .where(Contact.__table__.c.id.in_(keys), or_(column.is_(None), column < at))
        .values(last_contact_at=at)
    )
    for key in keys:
        seen = session.identity_map.get(session.identity_key(Contact, key))
        if seen is not None:
            session.expire(seen, ["last_contact_at"])


def mark_role(session: Session, contact_id: int, role: str) -> None:
    """A contact becomes a `customer` or a `supplier`, besides what it is; its number stays."""
    with trusted(session):
        contact = session.get(Contact, contact_id)
        if contact is None or getattr(contact, role):
            return
        session.flush()
        session.refresh(contact, with_for_update={"key_share": True, "of": Contact})  # others may be marking it, too
        if not getattr(contact, role):
            setattr(contact, role, True)
            session.flush()


def history_of(session: Session, contact: Contact, kind: str = "", limit: int = 100) -> list[Happening]:
    """What passed with a contact, the latest first; with a company, also what passed with its people."""
    whom = select(Contact.id).where(or_(Contact.id == contact.id, Contact.company_id == contact.id))
    wanted = select(TimelineEntry, User.name).outerjoin(User, User.id == TimelineEntry.created_by_id)
    wanted = wanted.where(TimelineEntry.contact_id.in_(whom))
    if kind:
        wanted = wanted.where(TimelineEntry.kind == kind)
    rows = session.execute(wanted.order_by(TimelineEntry.at.desc(), TimelineEntry.id.desc()).limit(limit)).all()
    absent = {key for key in {entry.contact_id for entry, _who in rows} if not _is_here(session, key)}
    held = session.scalars(select(Contact).where(Contact.id.in_(absent))).all() if absent else ()
    told = [Happening(entry, who or "", entry.contact) for entry, who in rows]
    del held  # until here, so that none of them was fetched by itself
    return told


def _is_here(session: Session, contact_id: int) -> bool:
    return session.identity_key(Contact, contact_id) in session.identity_map
