"""What customers ask: tickets with their messages, the hours they took, and until when they must be answered."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from addons.crm_contacts.models import Contact, said
from addons.crm_tickets.clock import WEEKDAYS, checked_hour
from core.access.models import Team, User
from core.db import Archivable, Choice, CompanyScoped, Line, Model, Moment, Numbered, Quantity, Searchable, numbered_once
from core.i18n import _

KEYS_ONCE = {"sqlite_autoincrement": True}
PRIORITIES = {"low": "Low", "normal": "Normal", "high": "High", "urgent": "Urgent"}
STATES = {"new": "New", "open": "Open", "waiting": "Waiting", "solved": "Solved", "closed": "Closed"}
LIVE = ("new", "open", "waiting")
ZERO = Decimal(0)


class SlaPolicy(CompanyScoped, Archivable, Model):
    """Until when tickets of one priority are answered and solved."""

    name: Mapped[str]
    priority: Mapped[str] = mapped_column(Choice(*PRIORITIES), info={"labels": PRIORITIES})
    answer_minutes: Mapped[int] = mapped_column(info={"label": "Answer within, minutes"})
    solve_minutes: Mapped[int] = mapped_column(info={"label": "Solve within, minutes"})
    working_time_only: Mapped[bool] = mapped_column(default=True, info={"label": "Counts working times only"})

    __table_args__ = (
        UniqueConstraint("company_id", "priority"),
        CheckConstraint("answer_minutes > 0 AND solve_minutes >= answer_minutes", name="solved_after_answered"),
        KEYS_ONCE,
    )


class WorkingTime(CompanyScoped, Model):
    """One stretch of a weekday in which the company works; a lunch break parts two of them."""

    __title__ = "weekday"

    weekday: Mapped[str] = mapped_column(Choice(*WEEKDAYS), info={"labels": WEEKDAYS})
    opens: Mapped[str] = mapped_column(String(5), info={"label": "From"})
    closes: Mapped[str] = mapped_column(String(5), info={"label": "To"})

    __table_args__ = (CheckConstraint("opens < closes", name="opens_before_closes"), KEYS_ONCE)

    @validates("opens", "closes")
    def _is_an_hour(self, key: str, hour: str) -> str:
        return checked_hour(key, hour)


class Ticket(CompanyScoped, Numbered, Searchable, Model):
    """One request of a contact, from its first word to its closing."""

    __series__ = "T"
    __title__ = "subject"
    __search__ = ("number", "subject", "description", "product")

    subject: Mapped[str] = mapped_column(info={"label": "Title"})
    contact_id: Mapped[int] = mapped_column(ForeignKey("crm_contacts_contact.id"), index=True)
    contact: Mapped[Contact] = relationship()
    product: Mapped[str | None] = mapped_column(info={"label": "About which product"})
    description: Mapped[str | None] = mapped_column(Text)
    priority: Mapped[str] = mapped_column(
        Choice(*PRIORITIES),
        default="normal",
        info={"labels": PRIORITIES, "marks": {"low": "draft", "normal": "open", "high": "wait", "urgent": "late"}},
    )
    state: Mapped[str] = mapped_column(
        Choice(*STATES),
        default="new",
        info={
            "labels": STATES,
            "marks": {"new": "draft", "open": "open", "waiting": "wait", "solved": "done", "closed": "done"},
            "kernel": True,
            "shown": True,
        },
    )
    channel: Mapped[str] = mapped_column(
        Choice("mail", "phone", "web", "visit", "other"),
        default="phone",
        info={"labels": {"mail": "Mail", "phone": "Phone", "web": "Web", "visit": "Visit", "other": "Other"}},
    )
    assigned_to_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"), index=True)
    assigned_to: Mapped[User | None] = relationship()
    team_id: Mapped[int | None] = mapped_column(ForeignKey("core_team.id", ondelete="SET NULL"), index=True)
    team: Mapped[Team | None] = relationship()
    opened_at: Mapped[datetime | None] = mapped_column(Moment, info={"kernel": True, "shown": True, "label": "Opened"})
    answer_by: Mapped[datetime | None] = mapped_column(Moment, info={"kernel": True, "shown": True})
    solve_by: Mapped[datetime | None] = mapped_column(Moment, info={"kernel": True, "shown": True})
    answered_at: Mapped[datetime | None] = mapped_column(Moment, info={"kernel": True, "shown": True, "label": "Answered"})
    solved_at: Mapped[datetime | None] = mapped_column(Moment, info={"kernel": True, "shown": True, "label": "Solved"})
    closed_at: Mapped[datetime | None] = mapped_column(Moment, info={"kernel": True, "shown": True, "label": "Closed"})
    waiting_since: Mapped[datetime | None] = mapped_column(Moment, info={"kernel": True, "shown": True})
    wait_until: Mapped[date | None] = mapped_column(info={"label": "Waits until"})
    solution: Mapped[str | None] = mapped_column(Text)
    messages: Mapped[list["TicketMessage"]] = relationship(
        cascade="all, delete-orphan", order_by="TicketMessage.position", back_populates="ticket"
    )
    work: Mapped[list["WorkLog"]] = relationship(
        cascade="all, delete-orphan",
        order_by="WorkLog.position",
        back_populates="ticket",
        info={"label": "Hours worked"},
    )

    __table_args__ = (numbered_once(), Index("ix_crm_tickets_ticket_live", "company_id", "state", "solve_by"), KEYS_ONCE)

    @property
    def title(self) -> str:
        """Its number and what it is about."""
        return f"{self.number} {self.subject}" if self.number else self.subject

    @property
    def is_live(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.state in LIVE

    @property
    def due(self) -> datetime | None:
        """The next moment that must not be missed: the first answer, then the solution; none while it waits."""
        if self.state not in ("new", "open"):
            return None
        return self.solve_by if self.answered_at else self.answer_by

    @property
    def hours(self) -> Decimal:
        """How long it took so far."""
        return sum((line.hours for line in self.work), ZERO)

    @property
    def billable_hours(self) -> Decimal:
        """The part of it that the customer pays."""
        return sum((line.hours for line in self.work if line.billable), ZERO)

    @validates("subject")
    def _is_said(self, key: str, subject: str) -> str:
        return said(key, subject, _("A ticket needs a title: write in a few words what is asked."))


class TicketMessage(Line):
    """One thing that was said: by the customer, to the customer, or among us."""

    __parent__ = "ticket"
    __title__ = "text"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("crm_tickets_ticket.id", ondelete="CASCADE"), index=True)
    ticket: Mapped[Ticket] = relationship(back_populates="messages")
    kind: Mapped[str] = mapped_column(
        Choice("received", "sent", "internal"),
        default="sent",
        info={"labels": {"received": "Received", "sent": "Sent", "internal": "Internal"}},
    )
    at: Mapped[datetime] = mapped_column(Moment, info={"label": "When"})
    author_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"))
    author: Mapped[User | None] = relationship()
    text: Mapped[str] = mapped_column(Text)


class WorkLog(Line):
    """Hours that somebody worked on a ticket on a day, and whether the customer pays them."""

    __parent__ = "ticket"
    __title__ = "note"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("crm_tickets_ticket.id", ondelete="CASCADE"), index=True)
    ticket: Mapped[Ticket] = relationship(back_populates="work")
    day: Mapped[date]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"))
    user: Mapped[User | None] = relationship(info={"label": "Who"})
    hours: Mapped[Decimal] = mapped_column(Quantity)
    billable: Mapped[bool] = mapped_column(default=True)
    note: Mapped[str | None]

    __table_args__ = (CheckConstraint("hours > 0", name="hours_positive"),)
