"""What the web client keeps of a person: the records he was at lately, and the widgets of his day."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Choice, Moment

SIZES = ("small", "wide")


class Recent(Base):
    """A record that a user had before him, and when last: searches show it before others."""

    __tablename__ = "core_recent"
    __title__ = "model"
    __table_args__ = (UniqueConstraint("user_id", "model", "record_id"), Index("ix_core_recent_user", "user_id", "at"))
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"))
    model: Mapped[str]
    record_id: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment)


class Widget(Base):
    """A view that stands in somebody's day, or, with a role, in the day of all who hold it and chose none themselves.

    `query` is the address of the view without its path: filters, groups, mode.
    """

    __tablename__ = "core_widget"
    __table_args__ = (Index("ix_core_widget_user", "user_id", "position"), Index("ix_core_widget_role", "role", "position"))
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"))
    role: Mapped[str | None]
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(default="")
    model: Mapped[str]
    query: Mapped[str] = mapped_column(default="")
    size: Mapped[str] = mapped_column(Choice(*SIZES), default="small")
