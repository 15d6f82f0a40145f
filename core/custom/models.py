"""What is known of each field that was added in the browser."""

from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Archivable, Document, Model


class CustomField(Archivable, Model):
    """One field of this installation. Its values live under `key` in the JSON beside each record of `model`.

    `labels` and `helps` map a language to a text, `words` lists the words of a choice with their labels, `initial` is
    `{"value": ...}` as JSON writes it.
    """

    __table_args__ = (UniqueConstraint("model", "name"), {"sqlite_autoincrement": True})
    model: Mapped[str]
    name: Mapped[str]
    key: Mapped[str] = mapped_column(default="")
    kind: Mapped[str]
    labels: Mapped[dict[str, str]] = mapped_column(Document, default=dict)
    helps: Mapped[dict[str, str]] = mapped_column(Document, default=dict)
    words: Mapped[list[dict[str, Any]]] = mapped_column(Document, default=list)
    target: Mapped[str | None]
    required: Mapped[bool] = mapped_column(default=False)
    initial: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    place: Mapped[str] = mapped_column(default="")
    after: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
    in_list: Mapped[bool] = mapped_column(default=False)
    in_search: Mapped[bool] = mapped_column(default=False)
    indexed: Mapped[bool] = mapped_column(default=False)
    seen_by: Mapped[list[str]] = mapped_column(Document, default=list)
    changed_by: Mapped[list[str]] = mapped_column(Document, default=list)
