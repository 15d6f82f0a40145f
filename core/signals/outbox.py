"""Deliveries, jobs and schedules are rows of one table, written with the business change that asks for them."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Float, Index, Integer, Text, insert, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, actor, kernel_connection

WAITING = text("state = 'waiting'")
CLOCK = {"sqlite": "((julianday('now') - 2440587.5) * 86400.0)", "postgresql": "extract(epoch from clock_timestamp())"}


class Delivery(Base):
    """Something to be done after the commit: a signal for a receiver, or a job; done at least once, in order of its key."""

    __table_args__ = (
        Index("ix_core_delivery_due", "due", "id", postgresql_where=WAITING, sqlite_where=WAITING),
        Index("ix_core_delivery_key", "key", "id", postgresql_where=WAITING, sqlite_where=WAITING),
        Index("ix_core_delivery_kind", "kind", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    key: Mapped[str]
    receiver: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(default="waiting")
    due: Mapped[float] = mapped_column(Float, default=0.0)
    tries: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None]
    error: Mapped[str | None] = mapped_column(Text)
    user_id: Mapped[int | None]
    company_id: Mapped[int | None]
    created: Mapped[float] = mapped_column(Float)
    finished: Mapped[float | None] = mapped_column(Float)
    done: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int] = mapped_column(Integer, default=0)
    note: Mapped[str | None] = mapped_column(Text)
    result: Mapped[str | None] = mapped_column(Text)


def clock(session: Session) -> float:
    """The database's own time in seconds since 1970: the one clock that all workers share."""
    connection = kernel_connection(session)
    return float(connection.scalar(text(f"select {CLOCK[connection.dialect.name]}")) or 0)


def put(session: Session, kind: str, receiver: str, body: Mapping[str, Any] | str, key: str = "", due: float = 0.0) -> int:
    """Ask for something after this transaction's commit; `kind` is `signal`, `job` or `schedule`.

    Rows of one key are done in order; without a key each stands alone. `due` is seconds since 1970. Answers the row's id.
    """
    connection, who = kernel_connection(session), actor(session)
    values = {
        "kind": kind,
        "key": key,
        "receiver": receiver,
        "body": body if isinstance(body, str) else json.dumps(body, default=str),
        "state": "waiting",
        "due": due,
        "tries": 0,
        "user_id": who.user_id,
        "company_id": who.company_id,
        "created": clock(session),
        "done": 0,
        "total": 0,
    }
    table = Delivery.__table__
    made = connection.scalar(insert(table).returning(table.c.id), values)  # type: ignore[arg-type]
    assert made is not None
    return int(made)
