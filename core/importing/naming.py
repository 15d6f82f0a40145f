"""Records that a file names by their title: countries, tags, the company that somebody works at."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from core.db import Archivable, CompanyScoped, actor, kernel_connection
from core.db.writes import derived_columns
from core.importing.checking import Planned
from core.importing.dialects import among, on_postgresql
from core.importing.door import Door, predicate
from core.importing.importer import Importer
from core.screens.fields.field import unique_keys
from core.values import fold


@dataclass
class Namer:
    """Finds the records that relations of one importer name, and makes those that it says are made."""

    importer: Importer
    found: dict[tuple[str, str], int] = field(default_factory=dict)
    asked: set[tuple[str, str]] = field(default_factory=set)

    def look(self, session: Session, chunk: Sequence[Planned]) -> None:
        """Look up all names of a chunk that were not looked up before: one statement for each relation."""
        wanted: dict[str, dict[str, str]] = defaultdict(dict)
        for one in chunk:
            for name, texts in (*((n, (t,)) for n, t in one.texts.items()), *one.tags.items()):
                for text in texts:
                    if (name, key := fold(text)) not in self.asked:
                        wanted[name][key] = text
        for name, named in wanted.items():
            self.asked |= {(name, key) for key in named}
            self.found |= {(name, key): record for key, record in self._stored(session, name, named).items()}

    def record(self, name: str, text: str) -> int | None:
        """The record that this text names, if there is one that the user may see."""
        return self.found.get((name, fold(text)))

    def makes(self, name: str) -> bool:
        """Whether records that are missing are made."""
        return name in self.importer.makes

    def make(self, session: Session, wanted: Mapping[str, Iterable[str]]) -> None:
        """Make the records that are named and missing, in the session's transaction."""
        for name, texts in wanted.items():
            missing = {fold(text): text for text in sorted(texts) if self.record(name, text) is None}
            if missing:
                target: Any = self.importer.fields[name].target
                values = dict(self.importer.makes[name])
                records = [values | {self._title(name): text} for text in missing.values()]
                made = Door(session, target).create(records, remember=target is not self.importer.model)
                self.found |= {(name, key): record for key, record in zip(missing, made, strict=True)}

    def linked(self, session: Session, name: str, ids: Sequence[int]) -> dict[int, set[int]]:
        """The records that these are linked with already."""
        linked: dict[int, set[int]] = defaultdict(set)
        attribute: Any = inspect(self.importer.model).relationships[name]
        near, far = attribute.synchronize_pairs[0][1], attribute.secondary_synchronize_pairs[0][1]
        if ids:
            connection = kernel_connection(session)
            pairs = select(near, far).where(among(connection, near, list(ids)))
            for record, other in connection.execute(pairs):
                linked[record].add(other)
        return linked

    def _title(self, name: str) -> str:
        target: Any = self.importer.fields[name].target
        return self.importer.lookups.get(name, str(target.__title__))

    def _stored(self, session: Session, name: str, texts: Mapping[str, str]) -> dict[str, int]:
        """By title, or as the importer says; what is not found so is looked up by the codes of the other model."""
        target: Any = self.importer.fields[name].target
        codes = () if name in self.importer.lookups else sorted(unique_keys(target) - {self._title(name)})
        found: dict[str, int] = {}
        for by in (self._title(name), *(code for code in codes if target.__table__.c[code].type.python_type is str)):
            left = {key: text for key, text in texts.items() if key not in found}
            found |= self._stored_by(session, name, by, left) if left else {}
        return found

    def _stored_by(self, session: Session, name: str, by: str, texts: Mapping[str, str]) -> dict[str, int]:
        target: Any = self.importer.fields[name].target
        table, connection = target.__table__, kernel_connection(session)
        column, keys = comparable(session, target, by, texts)
        query = select(column, func.min(table.c.id)).where(among(connection, column, sorted(keys)))
        query = query.where(predicate(session, target, "read")).group_by(column)
        for key, value in self.importer.makes.get(name, {}).items():
            query = query.where(table.c[key] == value)
        if issubclass(target, CompanyScoped):
            query = query.where(table.c.company_id == actor(session).company_id)
        if issubclass(target, Archivable):
            query = query.where(table.c.active)
        return {keys[key]: record for key, record in connection.execute(query)}


def comparable(session: Session, target: Any, title: str, texts: Mapping[str, str]) -> tuple[Any, dict[str, str]]:
    """What to compare names by in SQL, and the names so written, each with its fold: a folded twin where there is one."""
    table = target.__table__
    for twin, sources, compute in derived_columns(target):
        if sources == (title,):
            return table.c[twin], {str(compute(text)): key for key, text in texts.items()}
    lower: Callable[[str], str] = str.lower if on_postgresql(kernel_connection(session)) else ascii_lower
    return func.lower(table.c[title], type_=table.c[title].type), {lower(text): key for key, text in texts.items()}


def ascii_lower(text: str) -> str:
    """As SQLite's lower() does it."""
    return "".join(c.lower() if c.isascii() else c for c in text)
