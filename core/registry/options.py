"""What an administrator chose for the whole installation; read once when an app value is built, so it costs no request."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, Database, Document, kernel_connection
from core.registry.state import advance_generation

#: name: what holds until something else is chosen
DEFAULTS: dict[str, Any] = {
    "address": "",  # where people reach this installation: links in mails begin with it
    "languages": ["en", "es", "ru"],
    "two_step_roles": [],
}


class Option(Base):
    """One choice."""

    __title__ = "name"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(Document)


def read_options(database: Database) -> dict[str, Any]:
    """All choices, with the defaults; those alone in a database that is not migrated yet."""
    if not inspect(database.engine).has_table("core_option"):
        return dict(DEFAULTS)
    with database.read() as session:
        return options_in(session)


def options_in(session: Session) -> dict[str, Any]:
    """All choices as a session sees them."""
    table = Option.__table__
    rows = kernel_connection(session).execute(select(table.c.name, table.c.value)).all()
    return DEFAULTS | {row.name: row.value for row in rows}


def choose(session: Session, chosen: Mapping[str, Any]) -> None:
    """Keep choices in this transaction; they hold from the next generation on, for everybody at once."""
    table: Any = Option.__table__
    connection = kernel_connection(session)
    if unknown := chosen.keys() - DEFAULTS.keys():
        raise KeyError(f"there is no option {', '.join(sorted(unknown))}")
    connection.execute(table.delete().where(table.c.name.in_(list(chosen))))
    connection.execute(table.insert(), [{"name": name, "value": value} for name, value in chosen.items()])
    advance_generation(connection)
