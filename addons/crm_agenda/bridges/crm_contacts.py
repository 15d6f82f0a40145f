"""The agenda writes the history of contacts, and follows their notes and merges."""

from sqlalchemy.orm import Session

from addons.crm_agenda.models import ICONS, TALKS, Event, Task
from addons.crm_agenda.operations import remind
from addons.crm_agenda.signals import EventDone, TaskDone
from addons.crm_contacts.operations import log, relink
from addons.crm_contacts.signals import ContactMerged, TalkLogged
from core.db import trusted
from core.signals import hears

TEXTS = {
    "call": "Call, {minutes} min: {subject}",
    "meeting": "Meeting, {minutes} min: {subject}",
    "visit": "Visit, {minutes} min: {subject}",
    "delivery": "Delivery, {minutes} min: {subject}",
    "collection": "Collection, {minutes} min: {subject}",
    "other": "Event, {minutes} min: {subject}",
}


@hears(EventDone)
def write_event(session: Session, signal: EventDone) -> None:
    """Calls, meetings and visits are talks and move the last contact; the rest is noted."""
    if signal.contact_id is None:
        return
    subject = f"{signal.subject} ({signal.outcome})" if signal.outcome else signal.subject
    log(
        session,
        signal.contact_id,
        kind="talk" if signal.type in TALKS else "note",
        icon=ICONS[signal.type],
        text=TEXTS[signal.type],
        parameters={"minutes": signal.minutes, "subject": subject},
        model="crm_agenda.event",
        record_id=signal.event_id,
        at=signal.starts_at,
        key=f"crm_agenda.event:{signal.event_id}:done",
    )


@hears(TaskDone)
def write_task(session: Session, signal: TaskDone) -> None:
    """A task that was done for a contact."""
    if signal.contact_id is not None:
        log(
            session,
            signal.contact_id,
            kind="note",
            icon="checkbox",
            text="Task done: {subject}",
            parameters={"subject": signal.subject},
            model="crm_agenda.task",
            record_id=signal.task_id,
            key=f"crm_agenda.task:{signal.task_id}:done",
        )


@hears(TalkLogged)
def plan_follow_up(session: Session, signal: TalkLogged) -> None:
    """A note that asks to come back to it becomes a task for that day."""
    if signal.follow_up is not None:
        remind(
            session,
            f"crm_contacts.timeline_entry:{signal.entry_id}",
            subject=signal.text[:200],
            due=signal.follow_up,
            contact_id=signal.contact_id,
            origin_model="crm_contacts.timeline_entry",
            origin_id=signal.entry_id,
        )


@hears(ContactMerged)
def move_agenda(session: Session, signal: ContactMerged) -> None:
    """Events and tasks of a merged card go to the one that was kept."""
    with trusted(session):
        for column in (Event.contact_id, Task.contact_id):
            relink(session, signal.merge_id, column)
