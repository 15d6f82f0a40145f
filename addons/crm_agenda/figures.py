"""What the card of a contact and the day of a user say of the agenda."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.crm_agenda.models import TYPES, Event, Task
from addons.crm_agenda.operations import Occurrence, next_of, occurrences, open_tasks
from addons.crm_contacts.models import Contact
from core.db import actor, now, today
from core.i18n import _, translated
from core.screens.day import DayItem, my_day
from core.screens.figures import Figure, figure, shared
from core.screens.first_steps import first_step, made_by_people

AHEAD = timedelta(days=180)


def coming_with(session: Session, contact: Contact) -> Occurrence | None:
    """The next appointment with a contact: what its figure and its next step are read from."""
    return shared(session, ("next event", contact.id), lambda: next_of(session, now(), now() + AHEAD, contact.id))


@figure(Contact, "next_event", label="Next appointment", order=80)
def next_event(session: Session, contact: Contact) -> Figure | None:
    """What is planned next with a contact."""
    coming = coming_with(session, contact)
    if coming is None:
        return Figure(None, kind="moment", note=_("nothing planned"), url=f"/crm_agenda/event/new?contact={contact.id}")
    note = _("{type}: {subject}", type=translated(TYPES[coming.event.type]), subject=coming.event.subject)
    return Figure(coming.starts_at, kind="moment", note=note, url=f"/crm_agenda/event/{coming.event.id}")


@figure(Contact, "next_step", label="Next step", order=85)
def next_step(session: Session, contact: Contact) -> Figure | None:
    """What is to be done next for a contact: its next task or its next appointment, whichever comes first."""
    coming = coming_with(session, contact)
    wanted = select(Task).where(Task.contact_id == contact.id, Task.state == "open", Task.due.is_not(None))
    task = session.scalars(wanted.order_by(Task.due, Task.id).limit(1)).first()
    if task is not None and task.due is not None and (coming is None or task.due <= coming.day):
        late = "bad" if task.due < today(session) else ""
        return Figure(task.subject, "text", task.due, f"/crm_agenda/task/{task.id}", late)
    if coming is None:
        return None
    return Figure(coming.event.subject, "text", coming.starts_at, f"/crm_agenda/event/{coming.event.id}")


@my_day("events", label="Agenda", order=10, icon="calendar", model=Event)
def events_of_the_day(session: Session, day: date) -> list[DayItem]:
    """The appointments of whoever looks."""
    clock, me = ZoneInfo(actor(session).zone), actor(session).user_id
    start = datetime.combine(day, time(), clock)
    return [
        DayItem(
            title=each.event.subject,
            at=None if each.event.all_day else each.starts_at,
            note=each.event.contact.name if each.event.contact else translated(TYPES[each.event.type]),
            icon=each.event.icon,
            url=f"/crm_agenda/event/{each.event.id}",
            mark="done" if each.event.state == "done" else "open",
        )
        for each in occurrences(session, start, start + timedelta(days=1), user_ids=[me] if me else [])
    ]


@my_day("tasks", label="Tasks", order=20, icon="checkbox", model=Task)
def tasks_of_the_day(session: Session, day: date) -> list[DayItem]:
    """What whoever looks has to do until today."""
    me = actor(session).user_id
    return [
        DayItem(
            title=task.subject,
            note=task.contact.name if task.contact else "",
            icon="checkbox",
            url=f"/crm_agenda/task/{task.id}",
            mark="late" if task.due and task.due < day else "open",
            late=bool(task.due and task.due < day),
        )
        for task in (open_tasks(session, me, until=day) if me else [])
    ]


@first_step("event", label="Plan an appointment", url="/crm_agenda/event/new", model=Event, order=30, icon="calendar-plus")
def has_event(session: Session) -> bool:
    """Somebody has done it."""
    return made_by_people(session, Event)
