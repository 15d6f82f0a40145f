"""What the agenda shows beside records: clashes of an event, a contact's agenda, the address of a feed."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import has_request_context, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.crm_agenda.models import CalendarFeed, Event, Task
from addons.crm_agenda.operations import clashes, next_free_slot, occurrences
from addons.crm_agenda.operations.planning import people_of
from addons.crm_contacts.models import Contact
from core.access.models import User
from core.db import actor, now
from core.screens.panels import panel

BACK, AHEAD = timedelta(days=30), timedelta(days=180)
SHOWN = 30


@panel(Event, "clashes", label="Clashes", order=20, icon="alert-triangle")
def clashes_of_event(session: Session, event: Event) -> dict[str, Any]:
    """Who is wanted elsewhere at that time, and when all are free next; what is not ours to see is only `busy`."""
    clock = ZoneInfo(actor(session).zone)
    found = clashes(session, event)
    ids = {clash.theirs.event.id for clash in found}
    visible = set(session.scalars(select(Event.id).where(Event.id.in_(ids)))) if ids else set()
    people = people_of(event)
    free = next_free_slot(session, people, event.length, event.starts_at, besides=event) if found else None
    rows = [
        {
            "url": f"/crm_agenda/event/{clash.theirs.event.id}" if clash.theirs.event.id in visible else "",
            "subject": clash.theirs.event.subject if clash.theirs.event.id in visible else "",
            "starts_at": clash.theirs.starts_at,
            "ends_at": clash.theirs.ends_at,
        }
        for clash in found
    ]
    names = list(session.scalars(select(User.name).where(User.id.in_(people)).order_by(User.name)))
    local = free[0].astimezone(clock).strftime("%Y-%m-%dT%H:%M") if free else ""
    return {"event": event, "clashes": rows, "free": free, "local": local, "people": names}


@panel(Contact, "agenda", label="Agenda", order=30, icon="calendar")
def agenda_of_contact(session: Session, contact: Contact) -> dict[str, Any]:
    """What was and is planned with a contact, and what is to be done for it."""
    planned = occurrences(session, now() - BACK, now() + AHEAD, contact_id=contact.id)
    tasks = select(Task).where(Task.contact_id == contact.id, Task.state == "open").order_by(Task.due, Task.id)
    return {"contact": contact, "planned": planned[:SHOWN], "tasks": list(session.scalars(tasks.limit(SHOWN)))}


@panel(CalendarFeed, "address", label="Address", order=10, icon="link", first=True)
def address_of_feed(session: Session, feed: CalendarFeed) -> dict[str, Any]:
    """What to paste into the calendar program."""
    host = request.host_url.rstrip("/") if has_request_context() else ""
    return {"feed": feed, "address": host + feed.address}
