"""What a statement touches: its models, the hidden fields it names, and what cannot be vetted at all."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Column, Table, TextClause, inspect
from sqlalchemy.orm import FromStatement, Mapper, RelationshipProperty
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ColumnClause, Label
from sqlalchemy.sql.selectable import TextualSelect

from core.access.policy import Policy
from core.db import mapped_models
from core.errors import Denied

F = TypeVar("F", bound=Callable[..., Any])
SHAPES_KEPT = 4000
Find = Callable[[Any, Policy], frozenset[type]]


def once(function: F) -> F:
    """Computed once per argument; typed as the function itself, as classes are hashable whatever mypy says."""
    return cache(function)  # type: ignore[return-value]


def models_of(statement: Any, policy: Policy) -> frozenset[type]:
    """The models that a statement reads, itself or by joined loading; Denied if it cannot be vetted.

    Remembered by the statement's shape, which is what SQLAlchemy remembers compiled statements by.
    """
    return _remembered(statement, policy, "asked", vet)


def models_loaded(statement: Any, policy: Policy) -> frozenset[type]:
    """The models in a statement that SQLAlchemy made to load a relationship."""
    return _remembered(statement, policy, "loaded", _loaded)


def _remembered(statement: Any, policy: Policy, kind: str, find: Find) -> frozenset[type]:
    shape = statement._generate_cache_key()
    if shape is None:
        return find(statement, policy)
    key = kind, shape.key
    found: frozenset[type] | None = policy.shapes.get(key)
    if found is None:
        found = find(statement, policy)
        if len(policy.shapes) >= SHAPES_KEPT:
            policy.shapes.clear()
        policy.shapes[key] = found
    return found


def vet(statement: Any, policy: Policy) -> frozenset[type]:
    """Denied for raw SQL, tables of other models and hidden fields; else the models to narrow."""
    named, raw, aliases = walk(statement, lambda element: refuse(element, policy))
    named = related(named, raw)
    known = frozenset[Any]().union(*map(tables_of, named))
    if unvetted := raw - known:
        tables = ", ".join(sorted(str(t) for t in unvetted))
        raise Denied(f"no Table in a user's session, name its model: {tables}")
    if nameless := aliases & frozenset(inspect(model).local_table for model in named):
        tables = ", ".join(sorted(str(t) for t in nameless))
        raise Denied(f"has() or any() of {tables} with itself is not narrowed: say of_type(aliased(...))")
    loads = reachable if getattr(statement, "_with_options", ()) else joined
    return named.union(*map(loads, named))


def _loaded(statement: Any, policy: Policy) -> frozenset[type]:
    named, raw, _aliases = walk(statement, lambda element: None)
    named = related(named, raw)
    return named.union(*map(joined, named))


def related(named: frozenset[type], raw: frozenset[Any]) -> frozenset[type]:
    """The models, and those that a relation of them brings in by its table: `join(Order.labels)`, `Order.labels.any()`."""
    while True:
        found = frozenset(other for model in named for table, other in neighbours(model) if table in raw)
        if found <= named:
            return named
        named |= found


def walk(statement: Any, check: Callable[[Any], None]) -> tuple[frozenset[type], frozenset[Any], frozenset[Any]]:
    """The models, the raw tables, and the tables under a name that no model has, in a statement.

    Columns of aliases and subqueries are followed down to what they are made of.
    """
    named, raw, seen, queue = set[type](), set[Any](), set[int](), [statement]
    entities, nameless = set[Any](), list[Any]()
    while queue:
        for element in visitors.iterate(queue.pop()):
            check(element)
            for aliased in joined_aliases(element):
                named.add(aliased.mapper.class_)
                entities.add(aliased.selectable)
            mapper: Any = element._annotations.get("parentmapper")
            table: Any = None
            if isinstance(element, Column | Table):
                table = element.table if isinstance(element, Column) else element
            if mapper is not None:
                named.add(mapper.class_)
                entity = element._annotations.get("parententity")
                if entity is not None and entity.is_aliased_class:
                    entities.add(entity.selectable)
            elif isinstance(table, Table):
                raw.add(table)
            elif table is not None and id(table) not in seen:
                seen.add(id(table))
                queue.append(table.element)
                if isinstance(table.element, Table):
                    nameless.append(table)
    aliases = frozenset(alias.element for alias in nameless if not entities.intersection(alias._cloned_set))
    return frozenset(named), frozenset(raw), aliases


def joined_aliases(element: Any) -> list[Any]:
    """The aliases that a SELECT joins by `relation.of_type(alias)`; in its join condition they have lost their name."""
    targets = (getattr(join[0], "_of_type", None) for join in getattr(element, "_setup_joins", ()))
    return [target for target in targets if target is not None and target.is_aliased_class]


def refuse(element: Any, policy: Policy) -> None:
    """Raw SQL, and hidden fields: they may not even be compared or sorted by, as that would tell what they are."""
    if is_raw_sql(element):
        raise Denied("no raw SQL in a user's session")
    mapper = element._annotations.get("parentmapper")
    if isinstance(element, Column | Label) and mapper is not None:
        key = element._annotations.get("proxy_key") or element.key
        if key in policy.hidden(mapper.class_):
            raise Denied(f"{mapper.class_.__name__}.{key} is hidden from you")


def is_raw_sql(element: Any) -> bool:
    """Text that nobody can vet; `*` and `1` are SQLAlchemy's own."""
    if isinstance(element, FromStatement | TextClause | TextualSelect):
        return True
    return isinstance(element, ColumnClause) and element.is_literal and element.name not in ("*", "1")


@once
def reachable(model: Any) -> frozenset[type]:
    """The models that a statement on this one may load through relationships."""
    return _closure(model, lambda relation: True)


@once
def joined(model: Any) -> frozenset[type]:
    """The models that are loaded in the very statement, as their relationship says `lazy="joined"`."""
    return _closure(model, lambda relation: relation.lazy in ("joined", False))


def _closure(model: type, follows: Any) -> frozenset[type]:
    found: set[type] = {model}
    queue: list[type] = [model]
    while queue:
        mapper: Mapper[Any] = inspect(queue.pop())
        for relation in mapper.relationships:
            if follows(relation) and relation.mapper.class_ not in found:
                found.add(relation.mapper.class_)
                queue.append(relation.mapper.class_)
    return frozenset(found)


@once
def tables_of(model: Any) -> frozenset[Any]:
    """A model's own table and those between it and others of a many-to-many relation."""
    mapper: Mapper[Any] = inspect(model)
    return frozenset((mapper.local_table, *(r.secondary for r in mapper.relationships if r.secondary is not None)))


@once
def neighbours(model: Any) -> tuple[tuple[Any, type], ...]:
    """The models that are one relation away, with their tables."""
    mapper: Mapper[Any] = inspect(model)
    return tuple((r.mapper.local_table, r.mapper.class_) for r in mapper.relationships)


@once
def references(model: Any) -> tuple[tuple[str, type], ...]:
    """The fields of a model that name a record of another by its key: (attribute, other model)."""
    mapper: Mapper[Any] = inspect(model)
    targets = {m.__table__: m for m in mapped_models()}
    found = []
    for column in mapper.local_table.columns:
        for key in column.foreign_keys:
            if key.column.table in targets and column in mapper.columns.values():
                found.append((mapper.get_property_by_column(column).key, targets[key.column.table]))
    return tuple(found)


@once
def collections(model: Any, between: bool) -> tuple[RelationshipProperty[Any], ...]:
    """The relations whose other end, or whose table between, a flush of this record may write."""
    mapper: Mapper[Any] = inspect(model)
    writing = [r for r in mapper.relationships if not r.viewonly and r.direction.name != "MANYTOONE"]
    return tuple(r for r in writing if (r.secondary is not None) is between)
