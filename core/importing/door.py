"""The one way to write many records at once in a user's session.

Every verb is one savepoint: it is done wholly and confirmed against the user's grants and record rule, or nothing of it is
left, even if the caller swallows the refusal. A session without a policy (the command line) is confirmed against nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Date, delete, inspect, select, true, tuple_
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import True_

from core.access.guard import UserSession
from core.access.policy import Policy
from core.access.rules import set_viewer
from core.access.vet import references
from core.access.words import not_allowed
from core.access.words import outside as refused_outside
from core.db import Change, CompanyScoped, Model, Moment, Scaled, actor, change_row, kernel_connection, now
from core.db.writes import derived_columns
from core.errors import Denied
from core.i18n import _
from core.importing.beside import Beside, split
from core.importing.dialects import among, as_table, insert_rows, next_ids, update_rows

KEPT = frozenset({"id", "version", "created_at", "created_by_id", "updated_at", "updated_by_id"})
Record = dict[str, Any]
Pair = tuple[Any, Any]


def policy_of(session: Session) -> Policy | None:
    """What the session's user may do; None for the kernel itself, and where it acts for the user."""
    policy: Policy | None = None if session.info.get("trusted") else session.info.get("policy")
    if policy is not None and isinstance(session, UserSession):
        set_viewer(session.viewer)
    return policy


def predicate(session: Session, model: Any, operation: str) -> ColumnElement[bool]:
    """Which records of a model the session's user may do this to; all without a user."""
    policy = policy_of(session)
    return true() if policy is None else policy.predicate(model, operation)


@dataclass(frozen=True)
class Door:
    """Writes records of one model for the user of the session."""

    session: Session
    model: type[Model]

    @property
    def table(self) -> Any:
        """The model's table."""
        return self.model.__table__

    @property
    def connection(self) -> Connection:
        """The session's transaction."""
        return kernel_connection(self.session)

    @property
    def beside(self) -> Beside:
        """The fields that were added to the model."""
        return Beside(self.session, self.model)

    def create(self, records: Sequence[Record], remember: bool = True) -> list[int]:
        """Make records; their keys, in order. An import that remembers later calls `made` itself."""
        records = [initial | r for r in records] if (initial := self.beside.initial()) else records
        with self._whole("create", records) as connection:
            ids = next_ids(connection, self.table, len(records))
            names = [c.key for c in self.table.columns]
            defaults = self._defaults()
            complete = [self._derived(defaults | r | {"id": i}) for i, r in zip(ids, records, strict=True)]
            insert_rows(connection, self.table, names, [[r.get(n) for n in names] for r in complete])
            added = {i: told for i, r in zip(ids, records, strict=True) if (told := split(r)[1])}
            self.beside.write(connection, added)
            self._confirm(ids, "create")
            if remember and self.session.info.get("import_id"):
                self.made(ids, {})
        return ids

    def made(self, ids: Sequence[int], uses: Mapping[int, Mapping[str, int]]) -> None:
        """Write into the history that an import made these records, and how many rows of which tables followed."""
        counted = {i: {table: (0, n) for table, n in uses.get(i, {}).items()} for i in ids}
        self._remember("create", [(i, 1, counted[i]) for i in ids])

    def update(self, records: Sequence[Record]) -> None:
        """Each record names its `id` and the fields to set; records with the same fields go together."""
        if not records:
            return
        with self._whole("update", records, key="id") as connection:
            before = self.stored([r["id"] for r in records], "update")
            stamps = {"updated_at": now(), "updated_by_id": actor(self.session).user_id}
            whole = [self._rederived(before[r["id"]], split(r)[0]) | stamps for r in records]
            for names, group in groupby(sorted(whole, key=field_names), key=field_names):
                update_rows(connection, self.table, names, [[*(r[n] for n in names), r["id"]] for r in group])
            added = {r["id"]: told for r in records if (told := split(r)[1])}
            there = self.beside.stored(connection, list(added)) if added else {}
            self.beside.write(connection, added)
            before = {i: {**dict.fromkeys(added.get(i, ())), **was, **there.get(i, {})} for i, was in before.items()}
            own = [(r["id"], before[r["id"]], {n: v for n, v in r.items() if n != "id"}) for r in records]
            self._remember("update", [(i, b["version"], {n: (b[n], v) for n, v in r.items()}) for i, b, r in own])
            self._confirm([r["id"] for r in records], "update")
        self._forget({r["id"] for r in records})

    def delete(self, ids: Sequence[int]) -> None:
        """Remove records."""
        if not ids:
            return
        with self._whole("delete", []) as connection:
            before = self.stored(ids, "delete")
            connection.execute(delete(self.table).where(among(connection, self.table.c.id, list(ids))))
            hidden = self._policy_fields("hidden")
            rows = [(i, b["version"], {n: (v, None) for n, v in b.items() if n not in hidden}) for i, b in before.items()]
            self._remember("delete", rows)
        self._forget(set(ids))

    def link(self, relation: str, pairs: Iterable[tuple[int, int]]) -> None:
        """Add what is not there yet to a many-to-many relation; the record's version counts up."""
        with self._whole("update", [{relation: None}]) as connection:
            links, near, far, other_model = self._links(relation)
            wanted = set(pairs)
            ids = sorted({record for record, _other in wanted})
            before = self.stored(ids, "update")
            self._readable(other_model, {other for _record, other in wanted})
            present = connection.execute(select(links.c[near], links.c[far]).where(among(connection, links.c[near], ids)))
            wanted -= {(a, b) for a, b in present}
            insert_rows(connection, links, [near, far], sorted(wanted))
            self._relinked(connection, before, relation, sorted(wanted), added=True)
        self._forget(set(ids))

    def unlink(self, relation: str, pairs: Iterable[tuple[int, int]]) -> None:
        """Take links away."""
        with self._whole("update", [{relation: None}]) as connection:
            links, near, far, _other = self._links(relation)
            gone = sorted(set(pairs))
            before = self.stored([record for record, _o in gone], "update")
            connection.execute(delete(links).where(tuple_(links.c[near], links.c[far]).in_(gone)))
            self._relinked(connection, before, relation, gone, added=False)
        self._forget({record for record, _o in gone})

    def would_refuse(self, records: Sequence[Record], operation: str) -> set[int]:
        """Which of the records, as they would become, the record rule leaves out; nothing is written."""
        rule = predicate(self.session, self.model, operation)
        if isinstance(rule, True_) or not records:
            return set()
        asked: list[Column[Any]] = list(
            {e.key: e for e in visitors.iterate(rule) if isinstance(e, Column) and e.table is self.table}.values()
        )
        asked = [self.table.c[c.key] for c in asked] or [self.table.c.id]
        defaults = self._defaults()
        become = [self._derived(defaults | r) for r in records]
        proposed = as_table(self.connection, asked, [[r.get(c.key) for c in asked] for r in become])
        alias = aliased(self.model, proposed, adapt_on_names=True)
        inside = self.connection.scalars(select(proposed.c.n).where(predicate(self.session, alias, operation)))
        return set(range(len(records))) - set(inside)

    def stored(self, ids: Sequence[int], operation: str) -> dict[int, Record]:
        """The records as they are, locked in the order of their keys; all must lie within the rule."""
        ids, key = sorted(set(ids)), self.table.c.id
        own = select(self.table).where(among(self.connection, key, ids), predicate(self.session, self.model, operation))
        rows = self.connection.execute(own.order_by(key).with_for_update(of=self.table)).mappings()
        found = {r["id"]: dict(r) for r in rows}
        self._inside(ids, found, operation)
        return found

    @contextmanager
    def _whole(self, operation: str, records: Sequence[Record], key: str = "") -> Iterator[Connection]:
        """The grant, the fields and the keys to other records are vetted before anything is written."""
        self.session.flush()
        name, fields = self.model.__name__, set().union(*records) - {key}
        policy = policy_of(self.session)
        if policy is not None and not policy.may(self.model, operation):
            raise not_allowed(self.model, operation)
        kernel = KEPT | {column for column, _sources, _compute in derived_columns(self.model)}
        kernel |= {"company_id"} if issubclass(self.model, CompanyScoped) else frozenset()
        if closed := fields & (self._policy_fields("unwritable") | kernel):
            raise Denied(_("You may not write {fields} of {model}", fields=", ".join(sorted(closed)), model=name))
        if unknown := fields - {c.key for c in inspect(self.model).attrs} - self.beside.columns.keys():
            raise Denied(_("{model} has no field {fields}", fields=", ".join(sorted(unknown)), model=name))
        for reference, target in (*references(self.model), *self.beside.references.items()):
            if reference in fields:
                self._readable(target, {r[reference] for r in records if r.get(reference) is not None})
        with self.connection.begin_nested():
            yield self.connection

    def _policy_fields(self, kind: str) -> frozenset[str]:
        policy = policy_of(self.session)
        found: frozenset[str] = getattr(policy, kind)(self.model) if policy is not None else frozenset()
        return found | self.beside.closed(policy, kind)

    def _links(self, relation: str) -> tuple[Any, str, str, Any]:
        """The table between, its column for this model and for the other, and the other."""
        attribute: Any = inspect(self.model).relationships[relation]
        near, far = attribute.synchronize_pairs[0][1], attribute.secondary_synchronize_pairs[0][1]
        return attribute.secondary, near.key, far.key, attribute.mapper.class_

    def _readable(self, model: Any, ids: set[int]) -> None:
        """Nobody points at a record that he may not see."""
        if not ids:
            return
        seen = select(model.id).where(among(self.connection, model.id, sorted(ids)), predicate(self.session, model, "read"))
        if unseen := ids - set(self.connection.scalars(seen)):
            raise Denied(_("There is no {model} {ids} that you may see", model=model.__name__, ids=sorted(unseen)[:10]))

    def _confirm(self, ids: Sequence[int], operation: str) -> None:
        """The records as they have become, in one statement for all of them."""
        rule = predicate(self.session, self.model, operation)
        if not isinstance(rule, True_):
            inside = select(self.table.c.id).where(among(self.connection, self.table.c.id, list(ids)), rule)
            self._inside(ids, set(self.connection.scalars(inside)), operation)

    def _inside(self, ids: Iterable[int], inside: Any, operation: str) -> None:
        if outside := [i for i in ids if i not in inside]:
            raise refused_outside(self.model, operation, list(outside))

    def _defaults(self) -> Record:
        who, moment = actor(self.session), now()
        plain = {c.key: c.default.arg for c in self.table.columns if c.default is not None and c.default.is_scalar}
        stamps = {"created_at": moment, "updated_at": moment, "created_by_id": who.user_id, "updated_by_id": who.user_id}
        scoped = {"company_id": who.company_id} if issubclass(self.model, CompanyScoped) else {}
        return plain | stamps | {"version": 1} | scoped

    def _derived(self, record: Record) -> Record:
        for name, sources, compute in derived_columns(self.model):
            record[name] = compute(*(record.get(s) for s in sources))
        return record

    def _rederived(self, before: Mapping[str, Any], record: Record) -> Record:
        """The record with those derived columns whose sources it sets."""
        become = {**before, **record}
        for name, sources, compute in derived_columns(self.model):
            if set(sources) & record.keys():
                record = record | {name: compute(*(become.get(s) for s in sources))}
        return record

    def _relinked(
        self,
        connection: Connection,
        before: Mapping[int, Record],
        relation: str,
        pairs: Sequence[tuple[int, int]],
        added: bool,
    ) -> None:
        """Versions and history of records whose links changed."""
        changed = [(i, [other for _i, other in group]) for i, group in groupby(pairs, key=lambda pair: pair[0])]
        update_rows(connection, self.table, [], [[i] for i, _others in changed])
        self._confirm([i for i, _others in changed], "update")
        sides = [(i, before[i]["version"], {relation: ([], others) if added else (others, [])}) for i, others in changed]
        self._remember("link" if added else "unlink", sides)

    def _remember(self, kind: str, changes: Iterable[tuple[int, int, Mapping[str, Pair]]]) -> None:
        if self.model.__history__:
            rows = [change_row(self.session, self.model, i, kind, version, v) for i, version, v in changes]
            names, table = list(rows[0]) if rows else [], Change.__table__
            insert_rows(self.connection, table, names, [list(row.values()) for row in rows])

    def _forget(self, ids: set[int]) -> None:
        for record in list(self.session.identity_map.values()):
            if isinstance(record, self.model) and record.id in ids:
                self.session.expire(record)


def field_names(record: Record) -> tuple[str, ...]:
    """The fields that a record sets, as a key to group by."""
    return tuple(sorted(record.keys() - {"id"}))


def revived(column: Column[Any], value: Any) -> Any:
    """A value of the history as its column keeps it."""
    from datetime import date, datetime
    from decimal import Decimal

    if not isinstance(value, str):
        return value
    if isinstance(column.type, Scaled):
        return Decimal(value)
    if isinstance(column.type, Moment):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(column.type, Date) else value
