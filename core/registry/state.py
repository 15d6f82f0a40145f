"""What the database remembers of addons: which are installed and enabled, the generation, and the live workers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Float,
    Integer,
    String,
    Table,
    func,
    literal_column,
    select,
    text,
    update,
)

from core.db import Base, Database
from core.signals import CLOCK

SILENT_S = 10
FORGOTTEN_S = 3600

addon_table = Table(
    "core_addon",
    Base.metadata,
    Column("name", String, primary_key=True),
    Column("version", String, nullable=False),
    Column("enabled", Boolean, nullable=False),
)
generation_table = Table(
    "core_generation",
    Base.metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("value", Integer, nullable=False),
)
worker_table = Table(
    "core_worker",
    Base.metadata,
    Column("name", String, primary_key=True),
    Column("generation", Integer, nullable=False),
    Column("seen", Float, nullable=False),
)


@dataclass(frozen=True)
class State:
    """One moment: the generation, and the installed addons with their versions; `enabled` are some of these."""

    generation: int = 0
    installed: dict[str, str] = field(default_factory=dict)
    enabled: tuple[str, ...] = ()


def read_state(database: Database) -> State:
    """Generation and addons in one statement, and so of one moment."""
    columns = addon_table.c
    both = select(generation_table.c.value, columns.name, columns.version, columns.enabled)
    with database.reader.connect() as connection:
        rows = connection.execute(both.outerjoin_from(generation_table, addon_table, text("true"))).all()
    installed = {row.name: row.version for row in rows if row.name}
    enabled = sorted(row.name for row in rows if row.enabled)
    return State(rows[0].value if rows else 0, installed, tuple(enabled))


def read_generation(engine: Engine) -> int:
    """One bare read: no transaction is opened for it (on PostgreSQL that would be three round trips)."""
    pooled = engine.raw_connection()
    postgresql = engine.dialect.name == "postgresql"
    try:
        connection: Any = pooled.driver_connection  # the pool's proxy would swallow `autocommit = True`
        if postgresql:
            connection.autocommit = True
        row = connection.execute("select value from core_generation").fetchone()
        if postgresql:
            connection.autocommit = False
    except Exception as error:
        pooled.invalidate(error)
        raise
    finally:
        pooled.close()
    return int(row[0]) if row else 0


def acknowledge(connection: Connection, name: str, generation: int) -> None:
    """This worker lives, and the oldest app that it still serves is of this generation."""
    now: ColumnElement[float] = literal_column(CLOCK[connection.dialect.name], Float)
    mine = worker_table.c.name == name
    told = update(worker_table).where(mine).values(generation=generation, seen=now)
    if not connection.execute(told).rowcount:
        connection.execute(worker_table.delete().where(worker_table.c.seen < now - FORGOTTEN_S))
        connection.execute(worker_table.insert().values(name=name, generation=generation, seen=now))


def forget_worker(connection: Connection, name: str) -> None:
    """This worker serves nothing any more."""
    connection.execute(worker_table.delete().where(worker_table.c.name == name))


def workers_behind(connection: Connection) -> int:
    """How many live workers still serve requests of an older generation."""
    alive = worker_table.c.seen > text(f"{CLOCK[connection.dialect.name]} - {SILENT_S}")
    behind = worker_table.c.generation < select(generation_table.c.value).scalar_subquery()
    return int(connection.scalar(select(func.count()).select_from(worker_table).where(alive, behind)) or 0)


def flag(connection: Connection, name: str, version: str, enabled: bool) -> None:
    """Write that an addon is installed in this version, and whether it is on."""
    connection.execute(addon_table.delete().where(addon_table.c.name == name))
    connection.execute(addon_table.insert().values(name=name, version=version, enabled=enabled))


def turn_off(connection: Connection, names: Sequence[str]) -> None:
    """Disable addons; what they installed stays."""
    connection.execute(addon_table.update().where(addon_table.c.name.in_(names)).values(enabled=False))


def advance_generation(connection: Connection) -> None:
    """Let every worker build its app anew from its next request on; the caller commits."""
    connection.execute(update(generation_table).values(value=generation_table.c.value + 1))
