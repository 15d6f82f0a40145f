"""The tables and indexes behind custom fields: made when they are needed, gone with the addon whose records they keep."""

from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Integer, MetaData, String, Table, func, inspect, select, text

from core.custom.definition import ASPECT, Definition, definition_of
from core.custom.mapping import table_name, type_of
from core.custom.models import CustomField
from core.db import Base, Document, Inside, Model

UNINDEXED = ("date", "moment", "prose")


def values_table(owner: type[Model]) -> Table:
    """The table beside a model, apart from the metadata that migrations are compared with."""
    kept = MetaData(naming_convention=Base.metadata.naming_convention)
    key = ForeignKey(owner.__table__.c.id, ondelete="CASCADE")
    columns = Column("id", Integer, key, primary_key=True), Column("values", Document, nullable=False)
    return Table(table_name(owner), kept, *columns)


def make_table(connection: Connection, owner: type[Model]) -> None:
    """Make the table, with the first field of a model."""
    if not inspect(connection).has_table(table_name(owner)):
        values_table(owner).create(connection)


def index_name(owner: type[Model], key: str) -> str:
    """The index of one field."""
    return f"ix_{table_name(owner)}_{key}"


def set_index(connection: Connection, owner: type[Model], field: CustomField, wanted: bool) -> None:
    """Make or drop the index of one field; what a text is cast to a day by is none that PostgreSQL indexes."""
    name, table = index_name(owner, field.key), values_table(owner)
    connection.exec_driver_sql(f"DROP INDEX IF EXISTS {name}")
    if wanted and field.kind not in UNINDEXED:
        inside = Inside(table.c["values"], field.key, type_of(definition_of(field)))
        expression = inside.compile(dialect=connection.dialect, compile_kwargs={"include_table": False})
        connection.exec_driver_sql(f"CREATE INDEX {name} ON {table.name} (({expression}))".replace("%", "%%"))


def count_values(connection: Connection, owner: type[Model], field: Definition | CustomField) -> int:
    """How many records have a value of a field."""
    if not inspect(connection).has_table(table_name(owner)):
        return 0
    table = values_table(owner)
    filled = Inside(table.c["values"], field.key, String()).is_not(None)
    return connection.scalar(select(func.count()).select_from(table).where(filled)) or 0


def drop_values(connection: Connection, owner: type[Model], key: str) -> None:
    """Take the values of one field out of all records."""
    table = table_name(owner)
    connection.exec_driver_sql(f"DROP INDEX IF EXISTS {index_name(owner, key)}")
    statement = {  # names of ours, no text of anybody's
        "sqlite": f"""UPDATE {table} SET "values" = json_remove("values", '$.{key}', '$.{key}_folded')
            WHERE json_type("values", '$.{key}') IS NOT NULL""",  # noqa: S608
        "postgresql": f"""UPDATE {table} SET "values" = "values" - '{key}' - '{key}_folded'
            WHERE jsonb_exists("values", '{key}')""",  # noqa: S608
    }
    connection.execute(text(statement[connection.dialect.name]))


def forget_addon(connection: Connection, name: str, models: list[str]) -> None:
    """Drop what describes the records of an addon that is uninstalled, and what leads to them."""
    fields: Any = CustomField.__table__
    for table in models:
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}_{ASPECT}")
    mine = fields.c.model.startswith(f"{name}.", autoescape=True)
    there = fields.c.target.startswith(f"{name}.", autoescape=True)
    connection.execute(fields.delete().where(mine | there))
