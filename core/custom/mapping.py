"""The class behind the custom fields of a model: an extension like an addon's, with one JSON column for all of them.

Each field is an attribute that reads its value out of the JSON as the database computes it, and is packed into it again
before a row is written. A class is made once for the same definitions and used by every app value that knows them.
"""

import threading
import types
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, Column, Date, Integer, MetaData, String, Text, event, inspect
from sqlalchemy.orm import column_property, foreign, mapped_column, registry, relationship, remote

from core.custom.definition import ASPECT, Definition
from core.db import Base, Choice, Document, Extension, Inside, Model, Moment, Money, Percent, Quantity, Scaled
from core.i18n import Spoken
from core.values import fold

MODULE = "core.custom.made"
LONGEST = 1_000
KEPT = 8
FOLDED = ("text", "prose", "email", "phone", "url")
WIDGETS = {"email": "email", "phone": "phone", "url": "url"}
Made = type[Extension[Any]]
_made: dict[type[Model], list[tuple[Any, Made]]] = {}
_making = threading.Lock()


def table_name(owner: type[Base]) -> str:
    """Where the values of a model's custom fields are kept; named after its own table, as they go with it."""
    return f"{owner.__table__.name}_{ASPECT}"  # type: ignore[attr-defined]


def attribute_of(definition: Definition) -> str:
    """The attribute that keeps the value: the number of the record that a relation leads to."""
    return f"{definition.name}_id" if definition.kind == "relation" else definition.name


def type_of(definition: Definition) -> Any:
    """The column type that a field behaves like."""
    if definition.kind == "choice":
        return Choice(*(word for word, _labels in definition.words))
    return TYPES.get(definition.kind, String)()


TYPES: Mapping[str, Any] = {
    "prose": Text,
    "integer": Integer,
    "quantity": Quantity,
    "money": Money,
    "percent": Percent,
    "date": Date,
    "moment": Moment,
    "boolean": Boolean,
    "relation": Integer,
}


def column_of(definition: Definition) -> Column[Any]:
    """The column that the field would be."""
    info: dict[str, Any] = {"label": definition.label, "hint": Spoken.of(dict(definition.helps)) if definition.helps else ""}
    if definition.kind in WIDGETS:
        info["widget"] = WIDGETS[definition.kind]
    if definition.kind == "choice":
        info["labels"] = {word: Spoken.of(dict(labels), word) for word, labels in definition.words}
    made: Column[Any] = Column(attribute_of(definition), type_of(definition), nullable=not definition.required, info=info)
    return made


def custom_classes(
    definitions: Iterable[Definition], models: Mapping[str, type[Base]]
) -> dict[type[Model], tuple[Made, list[Definition]]]:
    """For each model that has custom fields their class and the fields; those that lead to a model that is off wait."""
    by_model: dict[type[Model], list[Definition]] = {}
    for each in definitions:
        owner, target = models.get(each.model), models.get(each.target)
        led = each.kind != "relation" or (target is not None and issubclass(target, Model))
        if owner is not None and issubclass(owner, Model) and not issubclass(owner, Extension) and led:
            by_model.setdefault(owner, []).append(each)
    return {owner: (custom_class(owner, fields, models), fields) for owner, fields in by_model.items()}


def custom_class(owner: type[Model], fields: list[Definition], models: Mapping[str, type[Base]]) -> Made:
    """The class of these fields; the last few of a model are kept, as a request may still run on an older app."""
    targets = tuple(models[each.target] for each in fields if each.kind == "relation")
    key = tuple(fields), targets
    with _making:
        known = _made.setdefault(owner, [])
        found = next((made for defined, made in known if defined == key), None)
        if found is None:
            found = make_class(owner, fields, models)
            known.append((key, found))
            for _old, made in known[:-KEPT]:
                Extension.registered.remove(made)
            del known[:-KEPT]
        return found


def make_class(owner: type[Model], fields: list[Definition], models: Mapping[str, type[Base]]) -> Made:
    """A mapped class with metadata and a registry of its own: no table of the product knows that it is there."""
    metadata = MetaData(naming_convention=Base.metadata.naming_convention)
    values = mapped_column("values", Document, nullable=False, default=dict, info={"kernel": True})
    body: dict[str, Any] = {
        "__module__": MODULE,
        "__doc__": f"The custom fields of {owner.label()}.",
        "__tablename__": table_name(owner),
        "__aspect__": ASPECT,
        "__definitions__": tuple(fields),
        "__closed__": staticmethod(lambda roles: closed(fields, roles)),
        "__registry__": registry(metadata=metadata, type_annotation_map=Base.type_annotation_map),
        "metadata": metadata,
        "values": values,
    }
    for each in fields:
        body |= attributes_of_field(each, values.column, models)
    name, bases = f"{owner.__addon__}_{owner.__name__}Custom", (Extension[owner],)  # type: ignore[valid-type]
    made: Made = types.new_class(name, bases, {}, lambda space: space.update(body))
    event.listen(made, "before_insert", pack)
    event.listen(made, "before_update", pack)
    inspect(made).registry.configure(cascade=True)
    return made


def closed(fields: Iterable[Definition], roles: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The attributes that people of these roles do not see, and those that they see and do not change."""
    fields = list(fields)
    hidden = frozenset(attribute_of(each) for each in fields if each.seen_by and not roles.intersection(each.seen_by))
    kept = frozenset(attribute_of(each) for each in fields if each.changed_by and not roles.intersection(each.changed_by))
    return hidden, kept


def attributes_of_field(each: Definition, values: Column[Any], models: Mapping[str, type[Base]]) -> dict[str, Any]:
    """The attribute of a field, and for a relation the one that leads to the other record."""
    name, column = attribute_of(each), column_of(each)
    inside = Inside(values, each.key, column.type)
    made: dict[str, Any] = {name: column_property(inside, expire_on_flush=False, info={"declared": column})}
    if each.kind in FOLDED:
        twin: Column[Any] = Column(f"{name}_folded", Text, info={"kernel": True})
        folded = Inside(values, f"{each.key}_folded", Text())
        made[twin.name] = column_property(folded, expire_on_flush=False, deferred=True, info={"declared": twin})
    if each.kind == "relation":
        target: Any = models[each.target]
        made[each.name] = relationship(
            target,
            primaryjoin=foreign(Inside(values, each.key, Integer())) == remote(target.__table__.c.id),
            viewonly=True,
            uselist=False,
            info={"label": each.label, "key": name, "hint": column.info["hint"]},
        )
    return made


def pack(_mapper: Any, _connection: Any, record: Any) -> None:
    """Write the attributes that somebody set into the JSON; values of fields that are put away stay in it."""
    state = inspect(record)
    kept = packed(type(record), state.dict.get("values") or {}, state.dict)
    if kept != state.dict.get("values"):
        record.values = kept


def packed(made: Any, before: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON with these values, by attribute, in it; what is not among them stays as it was."""
    kept = dict(before)
    for each in made.__definitions__:
        name = attribute_of(each)
        if name in values:
            kept[each.key] = plain(type_of(each), values[name])
            if each.kind in FOLDED:
                kept[f"{each.key}_folded"] = fold(values[name]) if values[name] else None
    return {key: value for key, value in kept.items() if value is not None}


def plain(type_: Any, value: Any) -> Any:
    """A value as the JSON keeps it, so that SQL compares it as it compares a column: amounts as whole units, UTC."""
    if isinstance(type_, Scaled):
        return None if value is None else type_.units(Decimal(value))
    if isinstance(type_, Choice):
        return type_.process_bind_param(value, None)  # type: ignore[arg-type]
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.isoformat() if isinstance(value, date) else value
