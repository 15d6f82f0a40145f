"""Half a year of appointments and tasks of Muebles del Plata, done and to come."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.crm_agenda.models import Event, Task
from addons.crm_agenda.operations import do_event
from addons.crm_contacts.models import Contact
from core.access.models import User
from core.db import actor, today

BACK, AHEAD = 120, 45
SUBJECTS = {
    "call": ("Call {name}", "Ask {name} about the order", "Prices for {name}"),
    "meeting": ("Meet {name}", "Measures with {name}", "New season with {name}"),
    "visit": ("Visit {name}", "See the rooms of {name}"),
    "delivery": ("Deliver to {name}",),
    "collection": ("Collect from {name}",),
}
OUTCOMES = ("wants a quote", "agreed", "call again next month", "not there", "happy with the chairs", "")
TASKS = ("Send the catalogue to {name}", "Check the price list of {name}", "Photos of the delivery to {name}")
SERIES = (
    ("Week plan", "meeting", 0, "09:00", 30, "FREQ=WEEKLY;BYDAY=MO"),
    ("Workshop round", "other", 2, "16:00", 45, "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE"),
    ("VAT return", "other", 0, "10:00", 60, "FREQ=MONTHLY;BYMONTHDAY=18"),
)


def load(session: Session) -> None:
    """Past events are done with an outcome, coming ones are planned; three of them repeat without end."""
    if session.scalar(select(Event.id).limit(1)) is not None:
        return
    random, zone, day = Random(7), ZoneInfo(actor(session).zone), today(session)
    users = list(session.scalars(select(User).where(User.active).order_by(User.id)))
    contacts = list(session.scalars(select(Contact).where(Contact.kind == "company").order_by(Contact.id)))
    if not contacts:
        return
    for offset in range(-BACK, AHEAD):
        when = day + timedelta(days=offset)
        if when.weekday() < 5:
            for _number in range(random.choice((0, 1, 1, 2, 3) if offset < 14 else (0, 0, 1))):
                _event(session, random, zone, when, users, random.choice(contacts), done=offset < 0)
    _series(session, zone, day, users)
    for offset in range(-5, 20, 2):
        contact = random.choice(contacts)
        session.add(
            Task(
                subject=random.choice(TASKS).format(name=contact.name),
                due=day + timedelta(days=offset),
                contact=contact,
                assigned_to=random.choice(users) if users else None,
                priority=random.choice(("low", "normal", "normal", "high")),
                state="done" if offset < -2 else "open",
            )
        )
    session.flush()


def _event(
    session: Session, random: Random, zone: ZoneInfo, when: date, users: list[User], contact: Contact, done: bool
) -> None:
    """One appointment with a contact."""
    kind = random.choice(("call", "call", "call", "meeting", "meeting", "visit", "delivery", "collection"))
    start = datetime.combine(when, time(random.randint(9, 17), random.choice((0, 15, 30))), zone)
    minutes = {"call": 15, "meeting": 60, "visit": 90, "delivery": 30, "collection": 30}[kind]
    event = Event(
        subject=random.choice(SUBJECTS[kind]).format(name=contact.name),
        type=kind,
        contact=contact,
        starts_at=start.astimezone(UTC),
        ends_at=(start + timedelta(minutes=minutes)).astimezone(UTC),
        zone=zone.key,
        assigned_to=random.choice(users) if users else None,
        location=contact.city if kind in ("visit", "meeting") else None,
        reminders=[15] if kind in ("meeting", "visit") else [],
    )
    session.add(event)
    session.flush()
    if done:
        do_event(session, event, outcome=random.choice(OUTCOMES))
        session.flush()


def _series(session: Session, zone: ZoneInfo, day: date, users: list[User]) -> None:
    """What comes round every week or month, without an end."""
    monday = day - timedelta(days=day.weekday() + 28)
    for subject, kind, weekday, at, minutes, rule in SERIES:
        start = datetime.combine(monday + timedelta(days=weekday), time.fromisoformat(at), zone)
        session.add(
            Event(
                subject=subject,
                type=kind,
                starts_at=start.astimezone(UTC),
                ends_at=(start + timedelta(minutes=minutes)).astimezone(UTC),
                zone=zone.key,
                rrule=rule,
                assigned_to=users[0] if users else None,
                users=users[:3],
                reminders=[10],
            )
        )
