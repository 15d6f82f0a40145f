"""What was deleted lies here for a while: the record's row and all rows that went with it, as they were."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Document, Moment

KEPT_DAYS = 30


class Trashed(Base):
    """A deleted record: which, whose, since when; `rows` are the rows of it, `loosened` the keys that were emptied."""

    __title__ = "title"
    __table_args__ = (
        Index("ix_core_trashed_by", "by_id", "id"),
        Index("ix_core_trashed_at", "at"),
        Index("ix_core_trashed_record", "model", "record_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    model: Mapped[str]
    record_id: Mapped[int]
    title: Mapped[str]
    version: Mapped[int]
    company_id: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(Moment)
    by_id: Mapped[int | None]
    via: Mapped[str]
    rows: Mapped[list[Any]] = mapped_column(Document)
    loosened: Mapped[list[Any]] = mapped_column(Document)
