"""What is to happen when and with whom: events, which may repeat, and tasks."""

import secrets
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from addons.crm_agenda.rrules import checked_rule
from addons.crm_contacts.models import Contact, said
from core.access.models import User
from core.db import JSON, Base, Choice, CompanyScoped, Model, Moment, Originated, folds
from core.errors import FieldError, Invalid
from core.i18n import _

KEYS_ONCE = {"sqlite_autoincrement": True}
TYPES = {
    "call": "Call",
    "meeting": "Meeting",
    "visit": "Visit",
    "delivery": "Delivery",
    "collection": "Collection",
    "other": "Other",
}
ICONS = dict(zip(TYPES, ["phone", "users", "walk", "truck-delivery", "cash", "calendar-event"], strict=True))
COLOURS = {"call": 1, "delivery": 2, "meeting": 3, "collection": 4, "visit": 5, "other": 6}
EVERY = {
    "never": None,
    "daily": "FREQ=DAILY",
    "workdays": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "weekly": "FREQ=WEEKLY",
    "fortnightly": "FREQ=WEEKLY;INTERVAL=2",
    "monthly": "FREQ=MONTHLY",
    "yearly": "FREQ=YEARLY",
}
EVERY_LABELS = {
    "never": "Does not repeat",
    "daily": "Every day",
    "workdays": "Every workday",
    "weekly": "Every week",
    "fortnightly": "Every second week",
    "monthly": "Every month",
    "yearly": "Every year",
    "custom": "By rule",
}
TALKS = ("call", "meeting", "visit")
PRIORITIES = {"low": "Low", "normal": "Normal", "high": "High", "urgent": "Urgent"}
LONGEST_REMINDER = 366 * 24 * 60

event_user = Table(
    "crm_agenda_event_user",
    Base.metadata,
    Column("event_id", ForeignKey("crm_agenda_event.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", ForeignKey("core_user.id", ondelete="CASCADE"), primary_key=True, index=True),
)


def new_uid() -> str:
    """A name for an event that no other calendar gives."""
    return f"{secrets.token_hex(12)}@tandem"


class Event(CompanyScoped, Model):
    """An appointment; one row however often it repeats, and one row for each repetition that was changed.

    Times are moments; `zone` is the clock on whose wall the event keeps its hour when summer time comes. An event of
    whole days begins at midnight of that clock and ends at the midnight after its last day.
    """

    __title__ = "subject"
    __key__ = "m"
    __search__ = ("subject", "location")

    subject: Mapped[str]
    subject_folded: Mapped[str] = folds("subject")
    type: Mapped[str] = mapped_column(
        Choice(*TYPES), default="meeting", info={"labels": TYPES, "icons": ICONS, "colours": COLOURS}
    )
    state: Mapped[str] = mapped_column(
        Choice("planned", "done", "cancelled"),
        default="planned",
        info={
            "labels": {"planned": "Planned", "done": "Done", "cancelled": "Cancelled"},
            "marks": {"planned": "open", "done": "done", "cancelled": "void"},
        },
    )
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("crm_contacts_contact.id"), index=True)
    contact: Mapped[Contact | None] = relationship()
    starts_at: Mapped[datetime] = mapped_column(Moment, info={"label": "Begins"})
    ends_at: Mapped[datetime | None] = mapped_column(Moment, info={"label": "Ends"})
    all_day: Mapped[bool] = mapped_column(default=False, info={"label": "Whole day"})
    zone: Mapped[str | None] = mapped_column(info={"label": "Time zone"})
    repeats_every: Mapped[str] = mapped_column(
        Choice(*EVERY, "custom"), default="never", info={"label": "Repeats", "labels": EVERY_LABELS}
    )
    rrule: Mapped[str | None] = mapped_column(info={"label": "Repetition", "widget": "recurrence"})
    rdates: Mapped[list[str]] = mapped_column(JSON, default=list, info={"kernel": True})
    exdates: Mapped[list[str]] = mapped_column(JSON, default=list, info={"label": "Left out", "kernel": True, "shown": True})
    last_end_at: Mapped[datetime | None] = mapped_column(Moment, info={"kernel": True})
    series_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_agenda_event.id", ondelete="CASCADE"), index=True, info={"kernel": True}
    )
    series: Mapped["Event | None"] = relationship(remote_side="Event.id")
    recurrence_at: Mapped[datetime | None] = mapped_column(Moment, info={"kernel": True})
    assigned_to_id: Mapped[int | None] = mapped_column(
        ForeignKey("core_user.id", ondelete="SET NULL"), index=True, info={"label": "Organised by"}
    )
    assigned_to: Mapped[User | None] = relationship()
    users: Mapped[list[User]] = relationship(secondary=event_user, order_by=lambda: User.name, info={"label": "With"})
    reminders: Mapped[list[int]] = mapped_column(JSON, default=list, info={"label": "Reminders", "widget": "reminders"})
    location: Mapped[str | None]
    notes: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str | None]
    uid: Mapped[str] = mapped_column(default=new_uid, info={"kernel": True})
    key: Mapped[str] = mapped_column(default="", info={"kernel": True})
    revision: Mapped[int] = mapped_column(default=0, info={"kernel": True})

    __table_args__ = (
        UniqueConstraint("company_id", "key"),
        CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name="ends_after_it_begins"),
        Index("ix_crm_agenda_event_when", "company_id", "last_end_at"),
        KEYS_ONCE,
    )

    @property
    def repeats(self) -> bool:
        """Whether there is more than one of it."""
        return bool(self.rrule or self.rdates)

    @property
    def clock(self) -> ZoneInfo:
        """The clock that the event goes by."""
        return ZoneInfo(self.zone or "UTC")

    @property
    def length(self) -> timedelta:
        """How long it takes."""
        return (self.ends_at or self.starts_at) - self.starts_at

    @property
    def first_day(self) -> date:
        """The day it begins, on its own clock."""
        return self.starts_at.astimezone(self.clock).date()

    @property
    def icon(self) -> str:
        """The sign of its type."""
        return ICONS[self.type]

    @validates("subject")
    def _is_said(self, key: str, subject: str) -> str:
        return said(key, subject, _("An event needs a subject: write what it is about."))

    @validates("zone")
    def _zone_is_known(self, key: str, zone: str | None) -> str | None:
        if zone and zone not in available_timezones():
            message = _("{zone} is no time zone: write one such as America/Argentina/Buenos_Aires.", zone=zone)
            raise Invalid(message, [FieldError(key, message)])
        return zone or None

    @validates("rrule")
    def _rule_is_read(self, key: str, rule: str | None) -> str | None:
        return checked_rule(rule)

    @validates("reminders")
    def _reminders_are_minutes(self, key: str, reminders: Any) -> list[int]:
        minutes = reminders or []
        right = isinstance(minutes, list) and all(type(m) is int and 0 <= m <= LONGEST_REMINDER for m in minutes)
        if not right:
            message = _("Reminders are minutes before the event, such as [15, 1440].")
            raise Invalid(message, [FieldError(key, message)])
        return sorted(set(minutes))


class Task(Originated, CompanyScoped, Model):
    """Something to be done by a day, by somebody, perhaps for a contact."""

    __title__ = "subject"
    __key__ = "t"

    subject: Mapped[str]
    subject_folded: Mapped[str] = folds("subject")
    due: Mapped[date | None]
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("crm_contacts_contact.id"), index=True)
    contact: Mapped[Contact | None] = relationship()
    assigned_to_id: Mapped[int | None] = mapped_column(
        ForeignKey("core_user.id", ondelete="SET NULL"), index=True, info={"label": "For"}
    )
    assigned_to: Mapped[User | None] = relationship()
    priority: Mapped[str] = mapped_column(
        Choice(*PRIORITIES),
        default="normal",
        info={"labels": PRIORITIES, "marks": {"low": "draft", "normal": "open", "high": "wait", "urgent": "late"}},
    )
    state: Mapped[str] = mapped_column(
        Choice("open", "done", "dropped"),
        default="open",
        info={
            "labels": {"open": "Open", "done": "Done", "dropped": "Dropped"},
            "marks": {"open": "open", "done": "done", "dropped": "void"},
        },
    )
    done_at: Mapped[datetime | None] = mapped_column(Moment, info={"kernel": True, "shown": True})
    notes: Mapped[str | None] = mapped_column(Text)
    position: Mapped[int | None] = mapped_column(info={"label": "Place on the board", "kernel": True})
    uid: Mapped[str] = mapped_column(default=new_uid, info={"kernel": True})
    key: Mapped[str | None] = mapped_column(info={"kernel": True})

    __table_args__ = (
        UniqueConstraint("company_id", "key"),
        Index("ix_crm_agenda_task_due", "company_id", "state", "due"),
        KEYS_ONCE,
    )

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.state != "open"

    @validates("subject")
    def _is_said(self, key: str, subject: str) -> str:
        return said(key, subject, _("A task needs a subject: write what is to be done."))


class CalendarFeed(CompanyScoped, Model):
    """A private address under which a calendar program reads a user's agenda; whoever knows it may read it."""

    __title__ = "label_text"
    __history__ = False

    label_text: Mapped[str] = mapped_column(info={"label": "For which program"})
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("core_user.id", ondelete="CASCADE"), index=True, info={"kernel": True, "shown": True}
    )
    owner: Mapped[User | None] = relationship(info={"kernel": True})
    token: Mapped[str] = mapped_column(
        default=lambda: secrets.token_urlsafe(32), unique=True, info={"label": "Secret address", "kernel": True}
    )
    stopped: Mapped[bool] = mapped_column(default=False, info={"label": "Stopped"})
    last_read_at: Mapped[datetime | None] = mapped_column(Moment, info={"kernel": True, "shown": True})

    @property
    def address(self) -> str:
        """The path under which the calendar is read."""
        return f"/crm_agenda/feed/{self.token}.ics"
