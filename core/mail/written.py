"""Letters that people write to whom their records are about, one row for each, and the texts that they keep for that."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.access.models import User
from core.db import Base, Choice, Model, Moment

STATES = ("waiting", "sent", "failed", "dropped")


class Letter(Base):
    """One letter about one record, as it leaves.

    `batch` is one click on the button that sends, `key` what makes a letter the only one in it.
    `holder` is the record whose address it is: an invoice's contact. One that waits may have an `error` of its last try.
    """

    __table_args__ = (UniqueConstraint("batch", "key"), Index("ix_core_letter_record", "model", "record_id"))
    __title__ = "subject"
    id: Mapped[int] = mapped_column(primary_key=True)
    batch: Mapped[str]
    key: Mapped[str]
    model: Mapped[str]
    record_id: Mapped[int]
    holder_model: Mapped[str]
    holder_id: Mapped[int]
    to_many: Mapped[bool]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("core_mail_account.id", ondelete="SET NULL"))
    address: Mapped[str]
    reply_to: Mapped[str] = mapped_column(default="")
    subject: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Choice(*STATES), default="waiting")
    error: Mapped[str | None] = mapped_column(Text)
    delivery_id: Mapped[int | None] = mapped_column(index=True)
    company_id: Mapped[int | None]
    by_id: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)


class LetterTemplate(Model):
    """A subject and a text with places in braces, kept under a name for the records of one model."""

    __title__ = "name"
    __history__ = False
    __table_args__ = (Index("ix_core_letter_template_model", "model", "owner_id"), {"sqlite_autoincrement": True})
    name: Mapped[str]
    model: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    shared: Mapped[bool] = mapped_column(default=False)
    owner_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"))
    owner: Mapped[User] = relationship(foreign_keys=[owner_id])
