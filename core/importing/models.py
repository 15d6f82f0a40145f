"""One run over one file, kept so that it can go on, be shown and be taken back; mappings that were saved."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Choice, Document, Moment

STATES = ("uploaded", "checking", "checked", "running", "done", "cancelled", "failed", "undoing", "undone")


class Import(Base):
    """An import: whose, of what, how far it came, what became of its rows.

    `mapping` assigns heads to fields ("" leaves a column out); `about` keeps what the last run found in the file: the
    header and its row, the columns used, those left out, how many records undo removed, restored and kept. `key` is the
    field by which records are found again, `decisions` what somebody decided of single rows: see `choosing`.
    """

    __title__ = "filename"
    __table_args__ = (Index("ix_core_import_user", "user_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None]
    company_id: Mapped[int | None]
    model: Mapped[str]
    filename: Mapped[str]
    path: Mapped[str]
    encoding: Mapped[str] = mapped_column(default="")
    sheet: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="en")
    at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(Choice(*STATES), default="uploaded")
    mapping: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    about: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    done_rows: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, int]] = mapped_column(Document, default=dict)
    error: Mapped[str | None] = mapped_column(Text)
    job_id: Mapped[int | None]
    key: Mapped[str | None]
    decisions: Mapped[dict[str, str] | None] = mapped_column(Document)


class ImportRow(Base):
    """A row of a file that somebody may want to see: refused or a duplicate, or among the first of its verdict.

    `cells` is the row as the file has it; `file` and `here` are field to text, as it would become and as it is; `fits`
    are the records that it may mean, number to title.
    """

    __tablename__ = "core_import_row"
    __title__ = "row"
    __table_args__ = (Index("ix_core_import_row_verdict", "import_id", "verdict", "row"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("core_import.id", ondelete="CASCADE"))
    row: Mapped[int]
    verdict: Mapped[str]
    record_id: Mapped[int | None]
    why: Mapped[str] = mapped_column(Text, default="")
    cells: Mapped[list[Any]] = mapped_column(Document, default=list)
    file: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    here: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    fits: Mapped[dict[str, str] | None] = mapped_column(Document)


class Mapping(Base):
    """How a user assigned the columns of a file with these heads; used again when he or a colleague brings such a file."""

    __tablename__ = "core_import_mapping"
    __table_args__ = (UniqueConstraint("user_id", "model", "heads"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None]
    model: Mapped[str]
    heads: Mapped[str]
    columns: Mapped[dict[str, str]] = mapped_column(Document)
