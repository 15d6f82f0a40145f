"""The audit log of what is no change of a record: logins, failed ones, passwords, second steps, exports, letters."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, Document, Moment, actor, kernel_connection, now

KINDS = {
    "login": "Logged in",
    "login_failed": "Login failed",
    "logout": "Logged out",
    "reset_asked": "Asked for a new password",
    "password_changed": "Password changed",
    "two_step_on": "Second step set up",
    "two_step_off": "Second step removed",
    "sessions_ended": "Logged out by force",
    "export": "Exported",
    "mail": "E-mail sent",
    "settings": "Settings changed",
}


class AuditEntry(Base):
    """Something that somebody did or tried; `about` says with what."""

    __table_args__ = (Index("ix_core_audit_entry_user", "user_id", "id"),)
    __title__ = "kind"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    kind: Mapped[str]
    user_id: Mapped[int | None]
    login: Mapped[str] = mapped_column(default="")
    ip: Mapped[str] = mapped_column(default="")
    agent: Mapped[str] = mapped_column(default="")
    via: Mapped[str] = mapped_column(default="web")
    about: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)


def note(
    session: Session, kind: str, user_id: int | None = None, login: str = "", ip: str = "", agent: str = "", **about: Any
) -> None:
    """Write a line of the log in this transaction; the session's user did it unless another is named."""
    who = actor(session)
    row = {
        "at": now(),
        "kind": kind,
        "user_id": user_id if user_id is not None else who.user_id,
        "login": login[:200],
        "ip": ip,
        "agent": agent[:200],
        "via": who.via,
        "about": about,
    }
    kernel_connection(session).execute(insert(AuditEntry.__table__), row)  # type: ignore[arg-type]
