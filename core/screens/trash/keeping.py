"""A record that is about to be deleted is kept first, with every row that goes with it.

Which rows those are is asked of the database: its cascades reach into tables of addons that are switched off.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, MetaData, Table, insert, inspect, select
from sqlalchemy.orm import Session

from core.db import Base, CompanyScoped, Model, actor, kernel_connection, mapped_models, now
from core.db.pointing import Pointers, keys_between_tables
from core.screens.fields.rights import enabled
from core.screens.trash.models import Trashed
from core.screens.trash.packing import packed

KNOWN = "tables"
CHUNK = 500


def put_in_trash(session: Session, record: Model) -> int:
    """Keep a record as it is stored now; the number of what was kept."""
    connection, who = kernel_connection(session), actor(session)
    found = Belongings(Tables.of(session)).of(type(record), record.id)
    values = {
        "model": record.label(),
        "record_id": record.id,
        "title": str(record.title)[:500],
        "version": record.version,
        "company_id": record.company_id if isinstance(record, CompanyScoped) else None,
        "at": now(),
        "by_id": who.user_id,
        "via": who.via,
        "rows": found.rows,
        "loosened": found.loosened,
    }
    kept: Any = Trashed.__table__
    return int(connection.execute(insert(kept).returning(kept.c.id), values).scalar_one())


@dataclass
class Tables:
    """The tables of the database and what points at what; those of disabled addons are there until they are dropped."""

    connection: Connection
    pointers: Pointers
    enabled: Mapping[str, Table]

    @classmethod
    def of(cls, session: Session) -> "Tables":
        """For a session; what points at what is asked once for each composition, as enabling an addon makes another."""
        connection, composition = kernel_connection(session), session.info.get("composition")
        if composition is None:
            return cls(connection, keys_between_tables(connection), {})
        if KNOWN not in composition.parts:
            composition.parts[KNOWN] = keys_between_tables(connection), tables_of(enabled(session) or ())
        return cls(connection, *composition.parts[KNOWN])

    def named(self, name: str) -> Table | None:
        """A table as its class says or, of an addon that is not here, as the database does; None if it was dropped."""
        if name in self.enabled:
            return self.enabled[name]
        if not inspect(self.connection).has_table(name):
            return None
        known = Base.metadata.tables.get(name)
        return known if known is not None else Table(name, MetaData(), autoload_with=self.connection, resolve_fks=False)


def tables_of(models: Iterable[type[Base]]) -> dict[str, Table]:
    """The tables of these models, and those between them, by name."""
    found: dict[str, Table] = {}
    for model in models:
        between = (each.secondary for each in inspect(model).relationships)
        tables: list[Any] = [model.__table__, *(each for each in between if each is not None)]
        found |= {table.name: table for table in tables}
    return found


@dataclass
class Belongings:
    """Finds what goes with a record, in the order in which it can come back."""

    tables: Tables
    rows: list[dict[str, Any]] = field(default_factory=list)
    loosened: list[dict[str, Any]] = field(default_factory=list)
    seen: set[tuple[str, str]] = field(default_factory=set)

    def of(self, model: type[Base], record_id: int) -> "Belongings":
        """The row of the record, then rows of it, then rows of those."""
        table: Any = model.__table__
        self._keep(table, "id", [record_id])
        return self

    def _keep(self, table: Table, key: str, values: Sequence[Any]) -> None:
        """Rows of one table that point at kept ones, and what points at them in turn."""
        ids = []
        for row in self._rows(table, key, values):
            one = table.name, repr([row[c.key] for c in table.primary_key.columns])
            if one not in self.seen:
                self.seen.add(one)
                self.rows.append({"table": table.name, "row": packed(row)})
                ids += [row["id"]] if "id" in row else []
        for pointer in self.tables.pointers.get(table.name, ()) if ids else ():
            if pointer.fate == "CASCADE" or (pointer.table, pointer.column) in owned_by(table.name):
                if (beside := self.tables.named(pointer.table)) is not None:
                    self._keep(beside, pointer.column, ids)
            elif pointer.fate == "SET NULL" and (beside := self.tables.named(pointer.table)) is not None:
                told = [[row["id"], row[pointer.column]] for row in self._rows(beside, pointer.column, ids) if "id" in row]
                if told:
                    self.loosened.append({"table": pointer.table, "column": pointer.column, "rows": told})

    def _rows(self, table: Table, key: str, values: Sequence[Any]) -> list[Any]:
        found: list[Any] = []
        for start in range(0, len(values), CHUNK):
            asked = select(table).where(table.c[key].in_(list(values[start : start + CHUNK])))
            found += self.tables.connection.execute(asked.order_by(*table.primary_key.columns)).mappings().all()
        return found


def owned_by(name: str) -> set[tuple[str, str]]:
    """The (table, column) pairs that the class of a table deletes itself: its lines, and links to others."""
    found: set[tuple[str, str]] = set()
    for model in mapped_models():
        table: Any = model.__table__
        for relation in inspect(model).relationships if table.name == name else ():
            near: Any = relation.secondary if relation.secondary is not None else relation.mapper.local_table
            if relation.secondary is not None and not relation.viewonly:
                found.add((near.name, str(relation.synchronize_pairs[0][1].key)))
            elif relation.uselist and relation.cascade.delete:
                found |= {(near.name, str(remote.key)) for _local, remote in relation.local_remote_pairs or ()}
    return found
