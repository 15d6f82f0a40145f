"""What proves who somebody is besides a password: links for a new one, a second step, recovery codes."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.access.models import SEALED, User
from core.db import Base, Moment, sensitive


class PasswordReset(Base):
    """A link by which a user chooses a new password, once; only the hash of its token is kept."""

    __title__ = "created_at"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = sensitive(String(64), unique=True, info=SEALED)
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    made_by_id: Mapped[int | None]
    user: Mapped[User] = relationship()


class SecondFactor(Base):
    """A user's authenticator: its secret is sealed, and no code of a step that was accepted is taken again."""

    __title__ = "created_at"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"), unique=True)
    secret: Mapped[str] = sensitive(info=SEALED)
    created_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    last_step: Mapped[int] = mapped_column(default=0)


class RecoveryCode(Base):
    """A code for the day the authenticator is lost; good once, kept as a hash."""

    __title__ = "used_at"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = sensitive(String(64), info=SEALED)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
