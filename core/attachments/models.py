"""Notes and files of records: of any record of any model, by its name and number."""

from datetime import datetime

from sqlalchemy import Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Moment


class Paper(Base):
    """What notes and files have in common: the record they belong to, who and when, and that they were removed."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-10)
    model: Mapped[str]
    record_id: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Moment)
    by_id: Mapped[int | None]
    via: Mapped[str]
    removed_at: Mapped[datetime | None] = mapped_column(Moment)
    removed_by_id: Mapped[int | None]


class Note(Paper):
    """What somebody wrote down about a record."""

    __table_args__ = (Index("ix_core_note_record", "model", "record_id", "id"),)
    text: Mapped[str] = mapped_column(Text)


class Attachment(Paper):
    """A file of a record; its content lies in the store under its SHA-256, once for however many records."""

    __table_args__ = (
        Index("ix_core_attachment_record", "model", "record_id", "id"),
        Index("ix_core_attachment_sha256", "sha256"),
    )
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))


PAPERS: tuple[type[Paper], ...] = (Note, Attachment)
