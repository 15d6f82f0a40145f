"""What people do, in steps that can be taken back: one act for each save, deletion and deed over many records."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Choice, Document, Moment

STATES = ("waiting", "running", "done", "cancelled", "failed", "undoing", "undone")
KEPT_DAYS = 30


class Act(Base):
    """One thing that somebody did: whose, when, in words; of a deed over many records also how far it came.

    `asked` is what a deed over many records does and to which; `last_id` the last record that it was tried on.
    """

    __title__ = "text"
    __table_args__ = (Index("ix_core_act_user", "user_id", "id"), Index("ix_core_act_at", "at"))
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None]
    company_id: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(Moment)
    model: Mapped[str]
    text: Mapped[str]
    state: Mapped[str] = mapped_column(Choice(*STATES))
    can_undo: Mapped[bool] = mapped_column(default=True)
    asked: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    last_id: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    job_id: Mapped[int | None]


class ActStep(Base):
    """What an act did to one record: `before` and `after` by field; of one that refused, `why`.

    `kind` is `create`, `update`, `delete`, `verb` (which cannot be taken back) or `refused`; `undone` says that it was
    taken back, with a `why` that it could not be.
    """

    __tablename__ = "core_act_step"
    __title__ = "title"
    __table_args__ = (Index("ix_core_act_step_act", "act_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    act_id: Mapped[int] = mapped_column(ForeignKey("core_act.id", ondelete="CASCADE"))
    model: Mapped[str]
    record_id: Mapped[int]
    title: Mapped[str]
    kind: Mapped[str]
    version: Mapped[int] = mapped_column(default=0)
    before: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    trashed_id: Mapped[int | None]
    why: Mapped[str] = mapped_column(Text, default="")
    undone: Mapped[bool] = mapped_column(default=False)
