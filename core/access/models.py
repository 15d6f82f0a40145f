"""Users, what they may do, where they work, and the doors they come in by."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from core.db import Archivable, Base, Choice, Company, Document, Model, Moment, sensitive

SEALED = {"sealed": True, "kernel": True}
THEMES = ("auto", "light", "dark")
DENSITIES = ("auto", "comfortable", "compact")
CONTRASTS = ("normal", "more")
FIRST_DAYS = {1: "Monday", 0: "Sunday", 6: "Saturday"}  # that weeks begin on somewhere, as calendars count: Sunday is 0
#: the half hours at which a working day begins or ends, and the hours of whoever chose none
HALF_HOURS = tuple(f"{hour:02}:{minute}" for hour in range(24) for minute in ("00", "30"))
WORKS = ("09:00", "18:00")


def folded_login(login: str) -> str:
    """Logins are compared without case and outer blanks."""
    return login.strip().casefold()


class User(Archivable, Model):
    """Somebody who logs in."""

    __assignee__ = "id"

    login: Mapped[str] = mapped_column(unique=True, info={"label": "Login"})
    name: Mapped[str]
    email: Mapped[str | None]
    password_hash: Mapped[str | None] = sensitive(info=SEALED)
    must_change_password: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(Choice("en", "es", "ru"), default="en")
    zone: Mapped[str | None] = mapped_column(info={"label": "Time zone"})
    theme: Mapped[str] = mapped_column(Choice(*THEMES), default="auto")
    density: Mapped[str] = mapped_column(Choice(*DENSITIES), default="auto")
    contrast: Mapped[str] = mapped_column(Choice(*CONTRASTS), default="normal")
    single_keys: Mapped[bool] = mapped_column(default=True, info={"label": "Keys of one letter"})
    guided: Mapped[bool] = mapped_column(default=True, info={"label": "First steps"})
    region: Mapped[str | None] = mapped_column(info={"label": "Numbers and dates"})
    week_begins: Mapped[str | None] = mapped_column(info={"label": "Week begins on"})
    works_from: Mapped[str | None] = mapped_column(info={"label": "Works from"})
    works_until: Mapped[str | None] = mapped_column(info={"label": "Works until"})
    two_step: Mapped[bool] = mapped_column(default=False, info={"kernel": True, "label": "Second step"})

    roles: Mapped[list["RoleAssignment"]] = relationship(
        cascade="all, delete-orphan", back_populates="user", order_by="RoleAssignment.role"
    )
    companies: Mapped[list["UserCompany"]] = relationship(cascade="all, delete-orphan", back_populates="user")
    memberships: Mapped[list["TeamMember"]] = relationship(cascade="all, delete-orphan", back_populates="user")

    @validates("login")
    def fold_login(self, key: str, login: str) -> str:
        """`Ana ` and `ana` are one login."""
        return folded_login(login)


class RoleAssignment(Model):
    """A user holds a role: `crm_contacts.user`, or `admin`."""

    __table_args__ = (UniqueConstraint("user_id", "role"), {"sqlite_autoincrement": True})
    __title__ = "role"
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"))
    role: Mapped[str]
    user: Mapped[User] = relationship(back_populates="roles")


class Team(Archivable, Model):
    """People who see each other's records where a role says so."""

    name: Mapped[str] = mapped_column(unique=True)
    members: Mapped[list["TeamMember"]] = relationship(cascade="all, delete-orphan", back_populates="team")


class TeamMember(Base):
    """One member of a team."""

    __table_args__ = (UniqueConstraint("team_id", "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("core_team.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"), index=True)
    team: Mapped[Team] = relationship(back_populates="members")
    user: Mapped[User] = relationship(back_populates="memberships")


class UserCompany(Base):
    """A user works in a company; in one of them unless he says otherwise."""

    __table_args__ = (UniqueConstraint("user_id", "company_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"))
    company_id: Mapped[int] = mapped_column(ForeignKey("core_company.id", ondelete="CASCADE"), index=True)
    is_default: Mapped[bool] = mapped_column(default=False)
    user: Mapped[User] = relationship(back_populates="companies")
    company: Mapped[Company] = relationship()


class ApiKey(Base):
    """A key by which a program acts as a user; only its hash is kept."""

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(info={"label": "What for"})
    prefix: Mapped[str] = mapped_column(String(12))
    key_hash: Mapped[str] = sensitive(String(64), unique=True, info=SEALED)
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    user: Mapped[User] = relationship()


class LoginSession(Base):
    """One browser in which a user is logged in; only the hash of its token is kept."""

    __title__ = "agent"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"), index=True)
    company_id: Mapped[int | None] = mapped_column(ForeignKey("core_company.id", ondelete="SET NULL"))
    token_hash: Mapped[str] = sensitive(String(64), unique=True, info=SEALED)
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    last_used_at: Mapped[datetime | None] = mapped_column(Moment)
    ip: Mapped[str] = mapped_column(default="")
    agent: Mapped[str] = mapped_column(default="", info={"label": "Browser"})
    user: Mapped[User] = relationship()


class LoginAttempt(Base):
    """One failed try to log in; the rows slow down whoever guesses passwords, in every worker alike."""

    __table_args__ = (
        Index("ix_core_login_attempt_login", "login", "at"),
        Index("ix_core_login_attempt_ip", "ip", "at"),
    )
    __title__ = "login"
    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str]
    ip: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment)


class RecordShare(Base):
    """One record of any model is shown to a user besides those who see it anyway."""

    __table_args__ = (UniqueConstraint("model", "record_id", "user_id"),)
    __title__ = "model"
    id: Mapped[int] = mapped_column(primary_key=True)
    model: Mapped[str]
    record_id: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"), index=True)
    may_write: Mapped[bool] = mapped_column(default=False)
    until: Mapped[datetime | None] = mapped_column(Moment)
    user: Mapped[User] = relationship()


class RoleCustomisation(Model):
    """What an administrator changed in the browser of a role, or a role made there.

    `grants` maps a model's label to a grant of the shape of permissions.yaml, or to null: no grant at all.
    """

    __title__ = "role"
    role: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str | None]
    summary: Mapped[str | None]
    implies: Mapped[list[str]] = mapped_column(Document, default=list)
    made_here: Mapped[bool] = mapped_column(default=False)
    grants: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
