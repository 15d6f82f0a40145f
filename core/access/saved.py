"""Lists as people keep them: saved views of a list, and what a list opens with for a person or a role."""

from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.access.models import Team, User
from core.db import Base, Choice, Document, Model

SHARES = ("private", "team", "all")


class SavedView(Model):
    """A list under a name: `state` is what its address says, by name; `model` is named as addons write it."""

    __title__ = "name"
    __table_args__ = (Index("ix_core_saved_view_model", "model", "owner_id"), {"sqlite_autoincrement": True})
    name: Mapped[str]
    model: Mapped[str] = mapped_column(info={"label": "List"})
    state: Mapped[dict[str, str]] = mapped_column(Document, default=dict)
    share: Mapped[str] = mapped_column(Choice(*SHARES), default="private")
    owner_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("core_team.id", ondelete="SET NULL"), index=True)
    owner: Mapped[User] = relationship(foreign_keys=[owner_id])
    team: Mapped[Team | None] = relationship()


class ListChoice(Base):
    """What a list opens with: for a person his columns and perhaps a saved view, for a role a saved view."""

    __title__ = "model"
    __table_args__ = (UniqueConstraint("model", "user_id"), UniqueConstraint("model", "role"))
    id: Mapped[int] = mapped_column(primary_key=True)
    model: Mapped[str] = mapped_column(info={"label": "List"})
    user_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"), index=True)
    role: Mapped[str | None]
    view_id: Mapped[int | None] = mapped_column(ForeignKey("core_saved_view.id", ondelete="SET NULL"), index=True)
    columns: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    view: Mapped[SavedView | None] = relationship()
