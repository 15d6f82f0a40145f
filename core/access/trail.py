"""The audit log as one reads it: changes of records and what else happened, together, newest first, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from core.access.audit import AuditEntry
from core.db import Change, kernel_connection

SLACK = 1000  # keys are given before the commit: rows that lie this near may be out of order
CHANGES, ENTRIES = "change", "entry"
CHANGE_KINDS = {"create": "Added", "update": "Changed", "delete": "Deleted"}
VIAS = {
    "web": "in the browser",
    "api": "by the API",
    "import": "by an import",
    "job": "by a job",
    "cli": "at the terminal",
    "demo": "of the demonstration",
}


@dataclass(frozen=True)
class Wanted:
    """Which lines are asked for; nothing said means all."""

    user_id: int | None = None
    model: str = ""
    kind: str = ""
    via: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Cursor:
    """Where a page ends: the last key of either kind that was shown."""

    change: int | None = None
    entry: int | None = None

    def __str__(self) -> str:
        return f"{self.change or ''}.{self.entry or ''}"

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """A cursor from an address; the beginning if it is none."""
        change, _dot, entry = text.partition(".")
        return cls(int(change) if change.isdigit() else None, int(entry) if entry.isdigit() else None)


@dataclass(frozen=True)
class Line:
    """One line of the log."""

    source: str
    id: int
    at: datetime
    user_id: int | None
    kind: str
    via: str
    model: str = ""
    record_id: int = 0
    login: str = ""
    ip: str = ""
    agent: str = ""
    about: dict[str, Any] = field(default_factory=dict)


def trail(session: Session, wanted: Wanted, cursor: Cursor, limit: int) -> tuple[list[Line], Cursor | None]:
    """A page of the log and where the next one begins, or None at its end."""
    connection = kernel_connection(session)
    both = [*_changes(connection, wanted, cursor.change, limit + 1), *_entries(connection, wanted, cursor.entry, limit + 1)]
    both.sort(key=lambda line: (line.at, line.source, line.id), reverse=True)
    page = both[:limit]
    if len(both) <= limit:
        return page, None
    for line in page:
        cursor = replace(cursor, **{line.source: line.id})
    return page, cursor


def _changes(connection: Connection, wanted: Wanted, before: int | None, limit: int) -> list[Line]:
    if wanted.kind and wanted.kind not in CHANGE_KINDS:
        return []
    table: Any = Change.__table__
    where = _common(connection, table, table.c.by_id, wanted, before)
    where += [table.c.model == wanted.model] if wanted.model else []
    rows = connection.execute(select(table).where(*where).order_by(table.c.id.desc()).limit(limit))
    return [
        Line(CHANGES, row.id, row.at, row.by_id, row.kind, row.via, row.model, row.record_id, about=row._mapping["values"])
        for row in rows
    ]


def _entries(connection: Connection, wanted: Wanted, before: int | None, limit: int) -> list[Line]:
    if wanted.model or wanted.kind in CHANGE_KINDS:
        return []
    table: Any = AuditEntry.__table__
    where = _common(connection, table, table.c.user_id, wanted, before)
    rows = connection.execute(select(table).where(*where).order_by(table.c.id.desc()).limit(limit))
    names = ("user_id", "kind", "via", "login", "ip", "agent", "about")
    return [Line(ENTRIES, row.id, row.at, **{name: getattr(row, name) for name in names}) for row in rows]


def _common(connection: Connection, table: Any, user: Any, wanted: Wanted, before: int | None) -> list[Any]:
    """What both kinds are narrowed by; a time is found by the key first, which has an index and grows with it."""
    where = [] if before is None else [table.c.id < before]
    where += [] if wanted.user_id is None else [user == wanted.user_id]
    where += [table.c.kind == wanted.kind] if wanted.kind else []
    where += [table.c.via == wanted.via] if wanted.via else []
    if wanted.since is not None:
        where += [table.c.at >= wanted.since, table.c.id >= first_since(connection, table, wanted.since) - SLACK]
    if wanted.until is not None:
        where += [table.c.at < wanted.until, table.c.id <= first_since(connection, table, wanted.until) + SLACK]
    return where


def first_since(connection: Connection, table: Any, moment: datetime) -> int:
    """About the first key of a moment, by halving: twenty looks at the primary key instead of an index on every write."""
    low, high = 1, (connection.scalar(select(func.max(table.c.id))) or 0) + 1
    while low < high:
        middle = (low + high) // 2
        near = select(table.c.id, table.c.at).where(table.c.id >= middle).order_by(table.c.id).limit(1)
        row = connection.execute(near).first()
        if row is None or row.at >= moment:
            high = middle
        else:
            low = row.id + 1
    return low


def models_in(session: Session) -> Sequence[str]:
    """The models that the log speaks of: a loose walk of the index, whatever its length."""
    connection, table, found = kernel_connection(session), Change.__table__, []
    last = connection.scalar(select(func.min(table.c.model)))
    while last is not None:
        found.append(str(last))
        last = connection.scalar(select(func.min(table.c.model)).where(table.c.model > last))
    return found
