"""The change history of records: who, when, from where, old and new."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Index, Integer, String, event, insert, inspect, text
from sqlalchemy.orm import Mapped, Mapper, Session, mapped_column, object_session

from core.db.base import Base
from core.db.columns import Document, Moment
from core.db.model import Model
from core.db.session import TandemSession, actor, kernel_connection, now
from core.db.writes import changed_columns
from core.values import EXACT

IMPORTED = text("import_id is not null and not undone")


class Change(Base):
    """One change of one record; `values` maps a field to [old, new], for a deletion to [old, null]."""

    __table_args__ = (
        Index("ix_core_change_record", "model", "record_id", "id"),
        Index("ix_core_change_import", "import_id", "id", postgresql_where=IMPORTED, sqlite_where=IMPORTED),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    model: Mapped[str]
    record_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String)
    version: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Moment)
    by_id: Mapped[int | None]
    via: Mapped[str]
    import_id: Mapped[int | None]
    undone: Mapped[bool] = mapped_column(default=False)
    values: Mapped[dict[str, Any]] = mapped_column(Document)


INSERT = insert(Change.__table__)  # type: ignore[arg-type]


def plain(value: Any) -> Any:
    """A value as the history keeps it: amounts and dates as text."""
    if isinstance(value, Decimal):
        return format(value.normalize(EXACT), "f")
    return value.isoformat() if isinstance(value, date | datetime) else value


def change_row(
    session: Session,
    record: type[Base] | Base,
    record_id: int,
    kind: str,
    version: int,
    values: Mapping[str, Sequence[Any]],
) -> dict[str, Any]:
    """One row of the history."""
    who = actor(session)
    return {
        "model": record.label(),
        "record_id": record_id,
        "kind": kind,
        "version": version,
        "at": now(),
        "by_id": who.user_id,
        "via": who.via,
        "import_id": session.info.get("import_id"),
        "undone": False,
        "values": {name: [plain(v) for v in pair] for name, pair in values.items()},
    }


def record_changes(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows of `change_row` for commands that go around the flush."""
    if rows:
        kernel_connection(session).execute(INSERT, list(rows))


def _keeps_history(record: Any) -> TandemSession | None:
    session = object_session(record)
    kept = isinstance(record, Base) and record.__history__ and isinstance(session, TandemSession)
    return session if kept else None  # type: ignore[return-value]


@event.listens_for(Model, "before_update", propagate=True)
def remember_change(mapper: Mapper[Any], connection: Connection, record: Any) -> None:
    """Old and new values of the changed columns, with the version that was left behind."""
    session = _keeps_history(record)
    if session and (changes := changed_columns(record)):
        row = change_row(session, record, record.id, "update", record.version, changes)
        connection.execute(INSERT, row)


@event.listens_for(Model, "before_delete", propagate=True)
def remember_deletion(mapper: Mapper[Any], connection: Connection, record: Any) -> None:
    """All values of a record that goes."""
    session = _keeps_history(record)
    if session:
        attributes = [a for a in inspect(type(record)).column_attrs if not a.columns[0].info.get("sensitive")]
        values = {a.key: (getattr(record, a.key), None) for a in attributes}
        row = change_row(session, record, record.id, "delete", record.version, values)
        connection.execute(INSERT, row)
