"""What differs between SQLite and PostgreSQL when many rows are written; rows are tuples in column order."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    Integer,
    String,
    any_,
    bindparam,
    cast,
    column,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from core.db import Base, kernel_connection
from core.db.writes import completed

Rows = Sequence[Sequence[Any]]


def on_postgresql(connection: Connection) -> bool:
    """Whether this is PostgreSQL."""
    return connection.dialect.name == "postgresql"


def among(connection: Connection, key: Any, values: Sequence[Any]) -> ColumnElement[bool]:
    """`key` is one of the values, which travel as one parameter however many they are."""
    if on_postgresql(connection):
        one: ColumnElement[bool] = key == any_(bindparam(None, list(values), ARRAY(key.type), unique=True))
        return one
    told = [value for (value,) in bound(connection, [key], [[value] for value in values])]
    many: ColumnElement[bool] = key.in_(select(func.json_each(json.dumps(told)).table_valued("value").c.value))
    return many


def as_table(connection: Connection, columns: Sequence[Column[Any]], rows: Rows) -> Any:
    """The rows as a subquery with the columns `n` and those given; nothing is written for it."""
    names = ["n", *(c.key for c in columns)]
    told = enumerate(bound(connection, columns, rows))
    text = json.dumps([dict(zip(names, (n, *row), strict=True)) for n, row in told], default=str)
    if on_postgresql(connection):
        typed = [column("n", Integer), *(column(c.key, c.type) for c in columns)]
        values = func.jsonb_to_recordset(cast(literal(text, String), JSONB)).table_valued(*typed)
        return select(values.render_derived(with_types=True)).subquery()
    each = func.json_each(text).table_valued("value")
    picked = [func.json_extract(each.c.value, f"$.{c.key}", type_=c.type).label(c.key) for c in columns]
    return select(func.json_extract(each.c.value, "$.n", type_=Integer).label("n"), *picked).subquery()


def next_ids(connection: Connection, table: Any, count: int) -> list[int]:
    """Numbers for new rows, known before the rows are written, so that nothing has to come back."""
    if on_postgresql(connection):
        sequence = f"select nextval(pg_get_serial_sequence('{table.name}', 'id')) from generate_series(1, {count})"
        return [n for (n,) in connection.exec_driver_sql(sequence)]
    given = "coalesce((select seq from sqlite_sequence where name = ?), 0)"
    asked = f"select max((select coalesce(max(id), 0) from {table.name}), {given})"
    last = connection.exec_driver_sql(asked, (table.name,)).scalar_one()
    return list(range(last + 1, last + 1 + count))


def write_rows(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert thousands of rows of one kind and answer their keys, in order; stamps, defaults and derived columns are set.

    For the kernel and for operations whose right was vetted before, as `core.db.insert_rows` is for a few rows.
    """
    table: Any = model.__table__
    connection = kernel_connection(session)
    names = [column.key for column in table.columns]
    usual = {c.key: c.default.arg for c in table.columns if c.default is not None and c.default.is_scalar}
    keys = next_ids(connection, table, len(rows)) if rows else []
    whole = (usual | row | {"id": key} for key, row in zip(keys, completed(session, model, rows), strict=True))
    insert_rows(connection, table, names, [[row.get(n) for n in names] for row in whole])
    return keys


def insert_rows(connection: Connection, table: Any, names: Sequence[str], rows: Rows) -> None:
    """COPY on PostgreSQL, executemany on SQLite."""
    if not rows:
        return
    rows = bound(connection, [table.c[n] for n in names], rows)
    listed = ", ".join(f'"{n}"' for n in names)
    if on_postgresql(connection):
        copied = f"COPY {table.name} ({listed}) FROM STDIN"
        with connection.connection.cursor() as cursor, cursor.copy(copied) as copy:  # type: ignore[attr-defined]
            for row in rows:
                copy.write_row(row)
    else:
        places = ", ".join("?" for _name in names)
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({listed}) VALUES ({places})", rows)


def update_rows(connection: Connection, table: Any, names: Sequence[str], rows: Rows) -> None:
    """Sets the columns of each row and counts its version up; the key comes last in a row."""
    if not rows:
        return
    keyed = [*names, "id"]
    rows = bound(connection, [table.c[n] for n in keyed], rows)
    if on_postgresql(connection):
        types = ", ".join(f"%s::{table.c[n].type.compile(connection.dialect)}[]" for n in keyed)
        sets = "".join(f'"{n}" = v."{n}", ' for n in names)
        listed = ", ".join(f'"{n}"' for n in keyed)
        statement = (
            f"UPDATE {table.name} SET {sets}version = {table.name}.version + 1 FROM unnest({types}) AS v({listed})"
            f" WHERE {table.name}.id = v.id"
        )
        connection.exec_driver_sql(statement, tuple(list(values) for values in zip(*rows, strict=True)))
    else:
        sets = "".join(f'"{n}" = ?, ' for n in names)
        connection.exec_driver_sql(f"UPDATE {table.name} SET {sets}version = version + 1 WHERE id = ?", rows)


def bound(connection: Connection, columns: Sequence[Column[Any]], rows: Rows) -> list[tuple[Any, ...]]:
    """The rows as the driver wants them: what a column type does to a value is done here, too."""
    dialect = connection.dialect
    processors = [(n, p) for n, c in enumerate(columns) if (p := c.type.dialect_impl(dialect).bind_processor(dialect))]
    given = [list(row) for row in rows]
    for row in given:
        for n, process in processors:
            row[n] = process(row[n])
    return [tuple(row) for row in given]
