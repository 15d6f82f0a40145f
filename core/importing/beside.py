"""The custom fields of a model in a file: columns as others, written in bulk beside the records that they describe."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, select
from sqlalchemy.orm import Session

from core.custom.definition import ASPECT
from core.custom.initial import initial_of
from core.custom.mapping import packed
from core.db import declared, extensions_of
from core.importing.dialects import among
from core.screens.fields.field import Field, fields_of
from core.screens.fields.parsing import JSON_VALUES, parse
from core.screens.fields.rights import enabled

MARK = f"{ASPECT}."
FOLDED = "_folded"


@lru_cache(256)
def fields_with(model: Any, added: Any) -> Mapping[str, Field]:
    """The fields of a model, and those that were added to it under their paths: `custom.colour`."""
    beside = fields_of(added).items() if added is not None else ()
    marked = {MARK + n: replace(each, name=MARK + n, key=MARK + each.key) for n, each in beside}
    return {**fields_of(model), **marked}


def added_to(model: Any, models: Iterable[Any] | None) -> Any:
    """The class of the fields that were added to a model, among those of the enabled addons; None if there are none."""
    return None if models is None else extensions_of(model, set(models)).get(ASPECT)


@dataclass(frozen=True)
class Beside:
    """Reads and writes the custom fields of many records of one model; values by path, `custom.colour`."""

    session: Session
    model: Any

    @cached_property
    def added(self) -> Any:
        """The class of the fields, if there are any."""
        return added_to(self.model, enabled(self.session))

    @cached_property
    def columns(self) -> dict[str, Any]:
        """The attributes by path, as columns that say their type."""
        if self.added is None:
            return {}
        return {
            MARK + attribute.key: declared(attribute)
            for attribute in self.added.__mapper__.column_attrs
            if "declared" in attribute.info and not attribute.key.endswith(FOLDED)
        }

    @cached_property
    def references(self) -> dict[str, Any]:
        """The paths that name a record of another model by its number."""
        fields = fields_of(self.added).values() if self.added is not None else ()
        return {MARK + field.key: field.target for field in fields if field.kind == "relation"}

    def closed(self, policy: Any, kind: str) -> frozenset[str]:
        """The paths that a policy hides (`hidden`) or does not let be written (`unwritable`)."""
        if policy is None or self.added is None:
            return frozenset()
        return frozenset(MARK + name for name in getattr(policy, kind)(self.added))

    def initial(self) -> dict[str, Any]:
        """What a new record holds where nothing is said."""
        first = initial_of(self.session, self.added) if self.added is not None else {}
        fields = fields_of(self.added) if first else {}
        return {MARK + fields[name].key: parse(fields[name], value, JSON_VALUES) for name, value in first.items()}

    def stored(self, connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
        """The values of these records by path; nothing for those that have none."""
        if not self.columns or not ids:
            return {}
        table = self.added.__table__
        shown = [getattr(self.added, path.removeprefix(MARK)).label(path) for path in self.columns]
        rows = connection.execute(select(table.c.id, *shown).where(among(connection, table.c.id, list(ids)))).mappings()
        return {row["id"]: {path: row[path] for path in self.columns} for row in rows}

    def compared(self, path: str) -> Any:
        """What records are found by: of a text its fold."""
        name = path.removeprefix(MARK)
        twin = f"{name}{FOLDED}"
        return getattr(self.added, twin if hasattr(self.added, twin) else name)

    def labelled(self, paths: Sequence[str]) -> list[Any]:
        """The values of these paths as columns of a statement over `joined`."""
        return [getattr(self.added, path.removeprefix(MARK)).label(path) for path in paths]

    def joined(self, table: Any, paths: Sequence[str]) -> Any:
        """The model's table, with what was added to its records where any of these paths is asked for."""
        if not paths:
            return table
        beside = self.added.__table__
        return table.outerjoin(beside, beside.c.id == table.c.id)

    def write(self, connection: Connection, records: Mapping[int, Mapping[str, Any]]) -> None:
        """Set values of records by path, whether they had some or none; two statements."""
        if not records:
            return
        table = self.added.__table__
        rows = select(table.c.id, table.c["values"]).where(among(connection, table.c.id, list(records)))
        there = {key: values for key, values in connection.execute(rows)}
        bare = {i: {path.removeprefix(MARK): value for path, value in told.items()} for i, told in records.items()}
        new = [{"id": i, "values": packed(self.added, {}, told)} for i, told in bare.items() if i not in there]
        old = [{"at": i, "now": packed(self.added, there[i], told)} for i, told in bare.items() if i in there]
        if new:
            connection.execute(table.insert(), new)
        if old:
            changed = table.update().where(table.c.id == bindparam("at", type_=Integer))
            connection.execute(changed.values({"values": bindparam("now", type_=table.c["values"].type)}), old)


def split(record: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a record sets of its own, and what beside it."""
    own = {name: value for name, value in record.items() if not name.startswith(MARK)}
    return own, {name: value for name, value in record.items() if name.startswith(MARK)}
