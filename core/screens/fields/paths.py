"""From a path of a view to SQL: `name`, `contact.name`, `billing.credit_limit`, `month(date)`.

A `Resolver` belongs to one model and one set of enabled models. What is reached through a relation or an extension is
joined once per prefix, by outer joins, so that a record is never lost because something beside it is missing. What is
reached through a collection (`tags`, `lines.product`) can be asked for but not shown in order: it is an EXISTS.
"""

import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import BigInteger, Integer, Select, bindparam, inspect, type_coerce
from sqlalchemy.orm import RelationshipProperty, aliased

from core.custom.definition import ASPECT
from core.db import Extension, Scaled, declared
from core.errors import Invalid
from core.i18n import _, humanised, translated
from core.screens.fields.attributes import (
    NUMBERS,
    attributes_of,
    is_private,
    key_of,
    keys_of,
    kind_of,
    label_of_key,
    title_of,
)
from core.screens.fields.buckets import BUCKETS, Local, bucket

WRAPPED = re.compile(r"(\w+)\(([\w.]+)\)")
DEPTH = 5
MINUTES_EAST = "minutes_east"  # how far the company's clock is ahead of UTC, bound at each run
Wrap = Callable[[Any], Any]


class UnknownField(Invalid):
    """A path that leads nowhere; `word` is the part that nothing has, `among` what would have been right."""

    def __init__(self, path: str, model: str, word: str, among: list[str]) -> None:
        super().__init__(_("{model} has no field {path}", model=model, path=repr(path)))
        self.word, self.among = word, among


@dataclass(frozen=True)
class Spot:
    """Where a path has come to: an entity of the statement, and how it is reached."""

    entity: Any
    model: Any
    joins: tuple[str, ...] = ()
    wrap: Wrap | None = None
    owned: tuple[tuple[type, str], ...] = ()


@dataclass(frozen=True)
class Join:
    """One outer join: to an alias, or along a relation to it."""

    alias: Any
    to: tuple[Any, ...]


@dataclass(frozen=True)
class PathField:
    """One path, resolved.

    `expression` is what is shown, `key` what is compared and grouped by (for a relation the foreign key), `sort` what an
    order compares. `wrap` puts a comparison inside an EXISTS when the path leads through a collection. `owned` are the
    columns that somebody must be allowed to see.
    """

    path: str
    label: str
    kind: str
    expression: Any
    key: Any
    sort: Any
    spot: Spot
    nullable: bool = False
    target: Any = None
    bucket: str = ""
    base: "PathField | None" = None
    info: dict[str, Any] = field(default_factory=dict, compare=False, hash=False)

    @property
    def wrap(self) -> Wrap | None:
        """What puts a comparison into an EXISTS."""
        return self.spot.wrap

    @property
    def added(self) -> str:
        """The attribute of a field that was added by hand to the model that the path starts at; nothing for others."""
        own = self.path.count(".") == 1 and self.spot.joins[:1] == (ASPECT,) and not self.bucket
        return next((name for model, name in self.spot.owned if model is self.spot.model), "") if own else ""

    @property
    def is_number(self) -> bool:
        """Whether it can be added up and stands at the end of its column."""
        return self.kind in NUMBERS and not self.bucket

    @property
    def choices(self) -> tuple[str, ...]:
        """The words of a choice."""
        return tuple(self.expression.type.choices) if self.kind == "choice" else ()

    @property
    def digits(self) -> int:
        """How many decimals the stored whole number has."""
        return self.expression.type.digits if isinstance(self.expression.type, Scaled) else 0

    @property
    def units(self) -> Any:
        """What a statement fetches: scaled numbers stay whole units, as only the page reads them."""
        return type_coerce(self.expression, BigInteger) if isinstance(self.expression.type, Scaled) else self.expression

    def shown_label(self) -> str:
        """The label in the reader's language."""
        text = translated(self.label)
        return f"{text} ({translated(self.bucket)})" if self.bucket else text


class Resolver:
    """The paths that start at one model; `models` are all those of the enabled addons (none given: any)."""

    def __init__(self, model: Any, models: Iterable[Any] = ()) -> None:
        self.model, self.models = model, frozenset(models)
        self.joins: dict[str, Join] = {}
        self.known: dict[str, PathField] = {}
        self.lock = threading.RLock()

    def __getitem__(self, path: str) -> PathField:
        """The field at a path; UnknownField if there is none."""
        found = self.known.get(path)
        if found is None:
            with self.lock:
                found = self.known.setdefault(path, self._resolve(path))
        return found

    def __contains__(self, path: str) -> bool:
        try:
            return bool(self[path])
        except Invalid:
            return False

    def names(self) -> list[str]:
        """The paths that a person may choose from: own fields, relations, fields of extensions."""
        beside = (f"{aspect}.{name}" for aspect, e in self.extensions(self.model).items() for name in attributes_of(e))
        return [*attributes_of(self.model), *beside]

    def joined(self, statement: Select[Any], fields: Iterable[PathField]) -> Select[Any]:
        """The statement with the outer joins that these fields need."""
        for name in dict.fromkeys(name for each in fields for name in each.spot.joins):
            statement = statement.outerjoin(*self.joins[name].to)
        return statement

    def extensions(self, model: Any) -> dict[str, Any]:
        """The enabled extensions of a model, by aspect."""
        enabled = (e for e in Extension.registered if not self.models or e in self.models)
        return {e.__aspect__: e for e in enabled if e.__owner__ is model}

    def _resolve(self, path: str) -> PathField:
        wrapped = WRAPPED.fullmatch(path)
        if wrapped:
            return self._bucketed(path, wrapped[1], self[wrapped[2]])
        steps, spot = path.split("."), Spot(self.model, self.model)
        if len(steps) > DEPTH:
            raise Invalid(_("{path}: a path has at most {depth} parts", path=path, depth=DEPTH))
        for depth, step in enumerate(steps[:-1], 1):
            spot = self._step(path, ".".join(steps[:depth]), step, spot)
        return self._leaf(path, steps[-1], spot)

    def _step(self, path: str, prefix: str, step: str, spot: Spot) -> Spot:
        """One part of a path before the last: into an extension, a relation or a collection."""
        extension = self.extensions(spot.model).get(step)
        relation = inspect(spot.model).relationships.get(step)
        if extension is not None and spot.wrap is None:
            alias = self._join(prefix, extension, lambda alias: (alias, alias.id == spot.entity.id))
            return Spot(alias, extension, (*spot.joins, prefix), None, spot.owned)
        if relation is None or (self.models and relation.mapper.class_ not in self.models):
            raise self._unknown(path, step, spot)
        target, owned = relation.mapper.class_, (*spot.owned, *keys_of(spot.model, relation))
        attribute = getattr(spot.entity, step)
        if relation.uselist or spot.wrap is not None:
            alias = aliased(target)
            return Spot(alias, target, spot.joins, inside(attribute.of_type(alias), relation, spot.wrap), owned)
        alias = self._join(prefix, target, lambda alias: (attribute.of_type(alias),))
        return Spot(alias, target, (*spot.joins, prefix), None, owned)

    def _join(self, prefix: str, target: Any, connect: Callable[[Any], tuple[Any, ...]]) -> Any:
        """The alias behind a prefix, made once."""
        if prefix not in self.joins:
            alias = aliased(target)
            self.joins[prefix] = Join(alias, connect(alias))
        return self.joins[prefix].alias

    def _leaf(self, path: str, name: str, spot: Spot) -> PathField:
        mapper = inspect(spot.model)
        if name in mapper.relationships:
            return self._relation(path, name, spot)
        twin = name.removesuffix("_folded")
        if twin != name and twin in mapper.column_attrs and name in mapper.column_attrs:
            return self[f"{path.removesuffix('_folded')}"]  # `name_folded` in an order means `name`
        if name not in mapper.column_attrs or is_private(name):
            raise self._unknown(path, name, spot)
        column, shown = declared(mapper.column_attrs[name]), getattr(spot.entity, name)
        folded = getattr(spot.entity, f"{name}_folded", None)
        info = dict(getattr(column, "info", {}))
        label = info.get("label") or humanised(name)
        beside = path.rpartition(".")[0]
        if name == spot.model.__title__ and beside in self:
            label = self[beside].label
        spot = replace(spot, owned=(*spot.owned, (spot.model, name)))
        nullable = bool(spot.joins) or bool(getattr(column, "nullable", True))
        kind = kind_of(shown.type)
        return PathField(path, label, kind, shown, shown, shown if folded is None else folded, spot, nullable, info=info)

    def _relation(self, path: str, name: str, spot: Spot) -> PathField:
        """A relation shows the title of what it leads to and is compared by its key."""
        relation, attribute = inspect(spot.model).relationships[name], getattr(spot.entity, name)
        target = relation.mapper.class_
        kind = ("tags" if relation.secondary is not None else "lines") if relation.uselist else "relation"
        label = relation.info.get("label") or label_of_key(relation) or humanised(name)
        owned = (*spot.owned, *keys_of(spot.model, relation))
        if relation.uselist or spot.wrap is not None:
            alias = aliased(target)
            wrap = inside(attribute.of_type(alias), relation, spot.wrap)
            key, spot = alias.id, replace(spot, wrap=wrap, owned=owned)
        else:
            alias = self._join(path, target, lambda alias: (attribute.of_type(alias),))
            key = getattr(spot.entity, key_of(spot.model, relation))
            spot = replace(spot, joins=(*spot.joins, path), owned=(*owned, (target, target.__title__)))
        title, folded = title_of(alias, target), getattr(alias, f"{target.__title__}_folded", None)
        sort = title if folded is None else folded
        return PathField(path, label, kind, title, key, sort, spot, True, target, info=dict(relation.info))

    def _bucketed(self, path: str, name: str, base: PathField) -> PathField:
        if name not in BUCKETS:
            raise UnknownField(path, self.model.__name__, name, list(BUCKETS))
        if base.kind not in ("date", "moment") or base.wrap or base.bucket:
            raise Invalid(_("{path}: only a date or a moment has a {period}", path=path, period=name))
        column = base.expression
        if base.kind == "moment":
            column = Local(column, bindparam(MINUTES_EAST, type_=Integer))
        stored = self._stored_month(base) if name == "month" else None
        period = bucket(name, column) if stored is None else stored
        kind = "date" if name in ("day", "week") else "integer"
        return replace(base, path=path, kind=kind, expression=period, key=period, sort=period, bucket=name, base=base)

    def _stored_month(self, base: PathField) -> Any:
        """The column that already holds the month, so that a cube is answered by an index."""
        for name in ("month", f"{base.path}_month") if "." not in base.path else ():
            column = inspect(self.model).columns.get(name)
            whole = column is not None and isinstance(column.type, Integer)
            if whole and (column.info.get("derived_from") == (base.path,) or column.info.get("month_of") == base.path):
                return getattr(self.model, name)
        return None

    def _unknown(self, path: str, word: str, spot: Spot) -> UnknownField:
        among = [*attributes_of(spot.model), *self.extensions(spot.model)]
        return UnknownField(path, spot.model.__name__, word, among)


def inside(attribute: Any, relation: RelationshipProperty[Any], outer: Wrap | None) -> Wrap:
    """Wraps a comparison of the far side into an EXISTS, and that into those around it."""

    def wrap(clause: Any) -> Any:
        inner = attribute.any(clause) if relation.uselist else attribute.has(clause)
        return outer(inner) if outer else inner

    return wrap
