"""Taking over what a calendar file holds: what is known by its UID is brought up to date, never doubled."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.crm_agenda.models import Event, Task, new_uid
from addons.crm_agenda.operations.ics_reading import ReadEntry, read_calendar
from addons.crm_agenda.writing import key_of
from addons.crm_contacts.models import Contact
from core.db import actor, trusted
from core.errors import TandemError
from core.i18n import _


@dataclass(frozen=True)
class Skipped:
    """An entry that was not taken, and why."""

    uid: str
    subject: str
    reason: str


@dataclass
class CalendarReport:
    """What came of a calendar file."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: list[Skipped] = field(default_factory=list)


def import_calendar(session: Session, data: bytes, zone: str = "") -> CalendarReport:
    """Take over the events and tasks of an iCalendar file, in the caller's transaction.

    The same file again changes nothing; an older revision of an event does not overwrite a newer one. Nobody is written
    to: taking over a calendar sends no invitation.
    """
    entries = read_calendar(data, zone or actor(session).zone)
    report = CalendarReport(read=len(entries))
    contacts = _contacts(session, entries)
    for entry in sorted(entries, key=lambda entry: entry.recurrence_at is not None):
        if entry.problem:
            report.skipped.append(Skipped(entry.uid, entry.subject, entry.problem))
            continue
        try:
            with session.begin_nested():
                outcome = _take(session, entry, contacts)
        except TandemError as error:
            report.skipped.append(Skipped(entry.uid, entry.subject, str(error)))
            continue
        setattr(report, outcome, getattr(report, outcome) + 1)
    return report


def _contacts(session: Session, entries: Sequence[ReadEntry]) -> dict[str, int]:
    """The contacts among who was invited, by mail address."""
    addresses = sorted({address for entry in entries for address in entry.attendees})
    rows = session.execute(select(Contact.email_key, Contact.id).where(Contact.email_key.in_(addresses), Contact.active))
    return {str(address): contact_id for address, contact_id in rows}


def _take(session: Session, entry: ReadEntry, contacts: dict[str, int]) -> str:
    """One entry; answers `created`, `updated` or `unchanged`."""
    return _take_event(session, entry, contacts) if entry.kind == "event" else _take_task(session, entry)


def _take_event(session: Session, entry: ReadEntry, contacts: dict[str, int]) -> str:
    """An event of the file."""
    uid = entry.uid or new_uid()
    values = dict(entry.values, subject=entry.subject or str(_("No subject")))
    known = _known(session, Event, key_of(uid, entry.recurrence_at))
    if known is None:
        event = Event(uid=uid, recurrence_at=entry.recurrence_at, **values)
        event.contact_id = next((contacts[a] for a in entry.attendees if a in contacts), None)
        if entry.recurrence_at is not None:
            series = _known(session, Event, uid)
            event.series_id = series.id if series is not None else None
        session.add(event)
        session.flush()
        return "created"
    if known.revision > values["revision"] or not _differs(known, values):
        return "unchanged"
    _bring_up(session, known, values)
    return "updated"


def _take_task(session: Session, entry: ReadEntry) -> str:
    """A task of the file."""
    values = dict(entry.values, subject=entry.subject or str(_("No subject")))
    key = f"ics:{entry.uid}" if entry.uid else None
    known = _known(session, Task, key) if key else None
    if known is None:
        session.add(Task(uid=entry.uid or new_uid(), key=key, **values))
        session.flush()
        return "created"
    if not _differs(known, values):
        return "unchanged"
    _bring_up(session, known, values)
    return "updated"


def _known(session: Session, model: Any, key: str) -> Any:
    """The row with this key, whoever's it is: the flush refuses to change another's, with a reason."""
    with trusted(session):
        wanted = select(model).where(model.company_id == actor(session).company_id, model.key == key)
        return session.scalar(wanted)


def _differs(record: Any, values: dict[str, Any]) -> bool:
    """Whether the file says something else."""
    return any(getattr(record, name) != value for name, value in values.items())


def _bring_up(session: Session, record: Any, values: dict[str, Any]) -> None:
    """Write what the file says."""
    for name, value in values.items():
        setattr(record, name, value)
    session.flush()
