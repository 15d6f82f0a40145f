"""What the fields of a model are, read from its mapped class: kind, label, widget, need, what it points at.

Forms, the API, its OpenAPI document and imports describe records by these and nothing else.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import Boolean, Column, Date, Integer, String, Text, Time, inspect
from sqlalchemy.orm import ColumnProperty, Mapper, RelationshipDirection, RelationshipProperty

from core.db import (
    Base,
    Choice,
    Document,
    Extension,
    Line,
    Model,
    Moment,
    Money,
    Percent,
    Quantity,
    UnitPrice,
    declared,
    extensions_of,
    mapped_models,
)
from core.i18n import humanised, translated

INTEGERS = 2**31
LONGEST = 1_000
LONGEST_PROSE = 100_000
DECIMALS = ("money", "price", "quantity", "percent")
NESTED = ("lines", "tags")
WIDGETS = {
    "text": "text",
    "prose": "textarea",
    "integer": "number",
    "money": "money",
    "price": "money",
    "quantity": "quantity",
    "percent": "percent",
    "boolean": "checkbox",
    "choice": "select",
    "date": "date",
    "time": "text",
    "moment": "moment",
    "json": "textarea",
    "relation": "combobox",
    "tags": "tags",
    "lines": "lines",
}
KINDS: tuple[tuple[type, str], ...] = (
    (Money, "money"),
    (UnitPrice, "price"),
    (Quantity, "quantity"),
    (Percent, "percent"),
    (Choice, "choice"),
    (Moment, "moment"),
    (Document, "json"),
    (Boolean, "boolean"),
    (Integer, "integer"),
    (Date, "date"),
    (Time, "time"),
    (Text, "prose"),
    (String, "text"),
)


@dataclass(frozen=True, eq=False)
class Field:
    """One field of a model.

    `kind`: text prose integer money price quantity percent boolean choice date time moment json relation tags lines.
    `key` is the attribute that keeps the number of the record a relation points at; for other kinds the name itself.
    `kernel` fields are written by the kernel alone; `sensitive` ones may be hidden from a role, `sealed` ones are never
    shown to anybody.
    """

    name: str
    model: type[Base]
    kind: str
    key: str
    text: str
    widget: str
    required: bool = False
    nullable: bool = True
    kernel: bool = False
    sensitive: bool = False
    sealed: bool = False
    choices: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    target: type[Base] | None = None
    related: bool = False
    longest: int = LONGEST
    digits: int = 0
    default: Any = None
    make_default: Callable[[Any], Any] | None = None
    hint: str = ""

    @property
    def label(self) -> str:
        """What people call it, in the current language."""
        return translated(self.text)

    def label_of(self, choice: str) -> str:
        """What people call one word of a choice."""
        return translated(self.labels.get(choice) or humanised(choice))

    @property
    def is_number(self) -> bool:
        """Whether its values stand end-aligned."""
        return self.kind in DECIMALS or self.kind == "integer"


@lru_cache(1024)
def fields_of(model: type[Base]) -> Mapping[str, Field]:
    """The fields of a model by name, in the order of its class; those of its extensions are not among them."""
    mapper: Mapper[Any] = inspect(model)
    pointing = {
        r.info.get("key") or r.local_remote_pairs[0][0].key: r
        for r in mapper.relationships
        if r.direction is RelationshipDirection.MANYTOONE
        and (not r.viewonly or "key" in r.info)
        and len(r.local_remote_pairs or ()) == 1
    }
    found: dict[str, Field] = {}
    for attribute in mapper.column_attrs:
        column = declared(attribute)
        if not isinstance(column, Column):
            continue
        relation = pointing.get(column.key)
        if relation is not None and relation.key == _skipped(model):
            continue
        made = _relation(model, attribute, column, relation) if relation else _column(model, attribute, column)
        found[made.name] = made
    for relation in mapper.relationships:
        if relation.uselist and not relation.viewonly and (made_list := _list(model, relation)):
            found[made_list.name] = made_list
    return MappingProxyType(found)


def _skipped(model: type[Base]) -> str:
    """The relation to what a record belongs to: a line's parent, an extension's owner."""
    if issubclass(model, Line):
        return model.__parent__
    return "owner" if issubclass(model, Extension) else ""


def _common(model: type[Base], attribute: ColumnProperty[Any], column: Column[Any], name: str) -> dict[str, Any]:
    info = {**column.info, **attribute.info}
    default: Any = column.default
    scalar = default.arg if default is not None and default.is_scalar else None
    made = default.arg if default is not None and default.is_callable else None
    kernel = bool(info.get("kernel")) or attribute.key == "id"
    filled = default is not None or column.server_default is not None or kernel
    return {
        "model": model,
        "name": name,
        "key": attribute.key,
        "text": info.get("label") or humanised(name.removesuffix("_id")),
        "nullable": bool(column.nullable),
        "required": not column.nullable and not filled,
        "kernel": kernel,
        "sensitive": bool(info.get("sensitive")),
        "sealed": bool(info.get("sealed")),
        "hint": info.get("hint", ""),
        "default": scalar,
        "make_default": made,
    }


def _column(model: type[Base], attribute: ColumnProperty[Any], column: Column[Any]) -> Field:
    info = {**column.info, **attribute.info}
    kind = next((k for t, k in KINDS if isinstance(column.type, t)), "text")
    if kind == "text" and info.get("widget") == "textarea":
        kind = "prose"
    longest = getattr(column.type, "length", None) or (LONGEST_PROSE if kind == "prose" else LONGEST)
    common = _common(model, attribute, column, attribute.key)
    target = _referred(column) if column.foreign_keys and not common["kernel"] else None
    if kind == "boolean" or (kind in ("text", "prose") and common["default"] == ""):
        common["required"] = False
    if target is not None and attribute.key != "id":
        return Field(kind="relation", widget=info.get("widget", "combobox"), target=target, **common)
    return Field(
        kind=kind,
        widget=info.get("widget") or WIDGETS[kind],
        choices=getattr(column.type, "choices", ()),
        labels=info.get("labels", {}),
        marks=info.get("marks", {}),
        longest=longest,
        digits=getattr(column.type, "digits", 0),
        **common,
    )


def _relation(
    model: type[Base], attribute: ColumnProperty[Any], column: Column[Any], relation: RelationshipProperty[Any]
) -> Field:
    info = {**column.info, **relation.info}
    common = _common(model, attribute, column, relation.key)
    common["text"] = info.get("label") or humanised(relation.key)
    common["kernel"] = bool(info.get("kernel"))
    widget = info.get("widget", "combobox")
    return Field(kind="relation", widget=widget, target=relation.mapper.class_, related=True, **common)


def _list(model: type[Base], relation: RelationshipProperty[Any]) -> Field | None:
    target, info = relation.mapper.class_, relation.info
    owned = relation.direction is RelationshipDirection.ONETOMANY and relation.cascade.delete_orphan
    if not owned and relation.direction is not RelationshipDirection.MANYTOMANY:
        return None
    kind = "lines" if owned else "tags"
    return Field(
        name=relation.key,
        model=model,
        kind=kind,
        key=relation.key,
        text=info.get("label") or humanised(relation.key),
        widget=info.get("widget", WIDGETS[kind]),
        target=target,
        related=True,
        kernel=bool(info.get("kernel")),
    )


def _referred(column: Column[Any]) -> type[Base] | None:
    """The class whose table a foreign key without a relationship points at."""
    table = next(iter(column.foreign_keys)).column.table
    return next((m for m in mapped_models() if m.__table__ is table), None)


@lru_cache(1024)
def unique_keys(model: type[Base]) -> frozenset[str]:
    """The fields by one of which a record can be named instead of its number, such as a product's code."""
    mapper: Mapper[Any] = inspect(model)
    table: Any = mapper.local_table
    single = {c.key for c in table.columns if c.unique and not c.primary_key}
    for constraint in table.constraints | table.indexes:
        columns = {c.key for c in getattr(constraint, "columns", ()) if c.key != "company_id"}
        distinct = getattr(constraint, "unique", None) is True or type(constraint).__name__ == "UniqueConstraint"
        if distinct and len(columns) == 1:
            single |= columns
    fields = fields_of(model).values()
    plain = {f.name for f in fields if f.kind in ("text", "choice", "integer") and not f.sensitive}
    twins = [a.columns[0] for a in mapper.column_attrs if _is_unique_twin(a.columns[0], single)]
    folded = {twin.info["derived_from"][0] for twin in twins}
    return frozenset((single | folded) & plain - {"id"})


def _is_unique_twin(column: Any, single: set[str]) -> bool:
    return column.key in single and len(column.info.get("derived_from", ())) == 1


def aspects_of(model: type[Base], among: Collection[Any] | None = None) -> dict[str, type[Extension[Any]]]:
    """The extensions of a model by aspect; with `among`, only those of these models: the enabled ones."""
    if not issubclass(model, Model):
        return {}
    return extensions_of(model, among)


def field_at(model: type[Base], path: str, among: Collection[Any] | None = None) -> Field | None:
    """The field that a path names: `name`, `billing.credit_limit`, `contact.name`; None where there is none."""
    first, _, rest = path.partition(".")
    if not rest:
        return fields_of(model).get(first)
    if aspect := aspects_of(model, among).get(first):
        return field_at(aspect, rest, among)
    step = fields_of(model).get(first)
    return field_at(step.target, rest, among) if step and step.target else None
