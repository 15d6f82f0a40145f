"""Commands that a client may send again."""

from datetime import datetime

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Moment


class Command(Base):
    """What a client asked for under a key of its own, and what it was answered; `request` is a digest."""

    __table_args__ = (UniqueConstraint("user_id", "key"),)
    __title__ = "key"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    key: Mapped[str]
    request: Mapped[str]
    status: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    headers: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
