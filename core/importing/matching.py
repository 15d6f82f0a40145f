"""By which keys two rows, or a row and a record, are the same party."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from core.db import CompanyScoped, actor, kernel_connection
from core.db.writes import derived_columns
from core.i18n import _
from core.importing.beside import MARK, Beside
from core.importing.checking import Planned
from core.importing.choosing import UNDECIDED, Decisions
from core.importing.dialects import among
from core.importing.door import predicate
from core.importing.importer import Importer
from core.screens.fields.field import unique_keys
from core.values import fold

Columns = tuple[str, ...]
Keys = dict[Columns, tuple[Any, ...]]
PLACES = 10


@dataclass
class Matcher:
    """Finds rows again: in the file so far, and among the records that the user may see; `hidden` fields find nothing."""

    importer: Importer
    hidden: frozenset[str] = frozenset()
    decisions: Decisions = UNDECIDED
    seen: dict[Any, list[tuple[int, Keys]]] = field(default_factory=dict)
    taken: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        computed = {name: (sources, compute) for name, sources, compute in derived_columns(self.importer.model)}
        usable = [k for k in map(as_columns, self.importer.keys) if not self._hides(k, computed)]
        self.keys: tuple[Columns, ...] = tuple(usable)
        lone = self.importer.lone
        self.lone: Columns = lone if not self._hides(lone, computed) else ()
        self.order = (*self.keys, *([self.lone] if self.lone else []))
        named = {n for k in self.order for n in k}
        self.computed = {n: computed[n] for n in named if n in computed}
        self.added = sorted(n for n in named if n.startswith(MARK))
        self.computed |= {n: ((n,), folded) for n in self.added}

    def _hides(self, columns: Columns, computed: Mapping[str, Any]) -> bool:
        sources = {s for c in columns for s in (computed[c][0] if c in computed else (c,))}
        return bool(sources & self.hidden)

    def keys_of(self, values: Mapping[str, Any]) -> Keys:
        """The keys that these values, or a stored record, have; the lone one only where there is no other."""
        parts = {name: compute(*map(values.get, sources)) for name, (sources, compute) in self.computed.items()}
        found: Keys = {}
        for columns in self.order:
            if columns is self.lone:
                if not found:
                    found[columns] = tuple(parts.get(n) or values.get(n) for n in columns)
            elif all(key := tuple(parts[n] if n in parts else values.get(n) for n in columns)):
                found[columns] = key
        return found

    def same(self, ours: Keys, theirs: Keys) -> bool:
        """The surest key that both have decides: colleagues share a telephone, not an e-mail address."""
        return next((ours[k] == theirs[k] for k in self.order if k in ours and k in theirs), False)

    def find_in_file(self, one: Planned) -> None:
        """A row that repeats an earlier one is a duplicate."""
        keys = one.keys = self.keys_of(one.values)
        for item in keys.items():
            for row, others in self.seen.get(item, ()):
                if one.verdict == "create" and self.same(keys, others) and not self.decisions.creates(one.row):
                    one.verdict, one.why = "duplicate", str(_("the same as row {row}", row=row))
        for item in keys.items():
            if len(places := self.seen.setdefault(item, [])) < PLACES:
                places.append((one.row, keys))

    def find_records(self, session: Session, asked: Sequence[Planned]) -> list[Planned]:
        """Give rows the records that they mean, with one query; it also says which of them may be seen and changed."""
        wanted = {k: sorted({one.keys[k] for one in asked if k in one.keys}, key=repr) for k in self.order}
        if not any(wanted.values()):
            return []
        connection, table, beside = kernel_connection(session), self.table, Beside(session, self.importer.model)
        columns = {k: beside.compared(k[0]) if k[0] in self.added else table.c[k[0]] for k, vs in wanted.items() if vs}
        hits = or_(*(among(connection, column, sorted({v[0] for v in wanted[k]})) for k, column in columns.items()))
        rules = [predicate(session, self.importer.model, o).label(f"may_{o}") for o in ("read", "update")]
        asking = select(table, *rules, *beside.labelled(self.added)).select_from(beside.joined(table, self.added))
        rows = connection.execute(asking.where(and_(hits, *self._candidates(session)))).mappings()
        by_key: dict[Any, list[tuple[Any, Keys]]] = {}
        for record in map(dict, rows):
            keys = self.keys_of(record)
            for item in keys.items():
                by_key.setdefault(item, []).append((record, keys))
        for one in asked:
            hits_of_row = {
                r["id"]: r for item in one.keys.items() for r, keys in by_key.get(item, ()) if self.same(one.keys, keys)
            }
            if hits_of_row:
                self._decide(one, hits_of_row)
        return [one for one in asked if one.stored is not None and one.verdict == "create"]

    @property
    def table(self) -> Any:
        """The model's table."""
        return self.importer.model.__table__

    def _candidates(self, session: Session) -> list[Any]:
        found = [self.importer.candidates(self.table.c)] if self.importer.candidates else []
        if issubclass(self.importer.model, CompanyScoped):
            found.append(self.table.c.company_id == actor(session).company_id)
        return found

    def _decide(self, one: Planned, hits: Mapping[int, Any]) -> None:
        seen = [r for r in hits.values() if r["may_read"]]
        named = self.importer.unique
        if any(r[k] == one.values.get(k) for r in hits.values() if not r["may_read"] for k in named if r[k]):
            one.refuse("", _("its number is taken by a record that you may not see"))
        elif (chosen := self.decisions.record(one.row)) is not None and any(r["id"] == chosen for r in seen):
            self._take(one, next(r for r in seen if r["id"] == chosen))
        elif seen and self.decisions.creates(one.row):
            if any(r[k] == one.values.get(k) for r in seen for k in unique_keys(self.importer.model) if r.get(k)):
                one.refuse("", _("a record with the same number or code is here already"))
        elif len(seen) > 1:
            one.verdict, one.why = "duplicate", str(_("it fits several records: {ids}", ids=sorted(hits)[:5]))
            one.fits = {str(r["id"]): str(r.get(self.importer.model.__title__) or r["id"]) for r in seen[:PLACES]}
        elif seen:
            self._take(one, seen[0])

    def _take(self, one: Planned, record: Any) -> None:
        first = self.taken.setdefault(record["id"], one.row)
        if first != one.row:
            one.verdict, one.why = "duplicate", str(_("the same as row {row}", row=first))
            return
        one.record_id, one.stored = record["id"], record
        if not record["may_update"]:
            one.refuse("", _("you may not change this record"))


def folded(value: Any) -> Any:
    """A text without case and accents; anything else as it is."""
    return fold(value) if isinstance(value, str) else value


def as_columns(key: str | tuple[str, ...]) -> Columns:
    """A key as the columns that it is made of."""
    return (key,) if isinstance(key, str) else key
