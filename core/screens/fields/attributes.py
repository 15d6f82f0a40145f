"""What people may name of a model: its fields, relations and titles, without what only serves the database."""

from typing import Any

from sqlalchemy import Boolean, Date, Integer, inspect
from sqlalchemy.orm import RelationshipProperty

from core.db import Choice, Document, Extension, Moment, Money, Percent, Quantity, UnitPrice, declared

KINDS: tuple[tuple[type, str], ...] = (
    (Money, "money"),
    (UnitPrice, "price"),
    (Quantity, "quantity"),
    (Percent, "percent"),
    (Choice, "choice"),
    (Moment, "moment"),
    (Date, "date"),
    (Boolean, "boolean"),
    (Integer, "integer"),
    (Document, "json"),
)
NUMBERS = ("money", "price", "quantity", "percent", "integer")


def kind_of(column_type: Any) -> str:
    """The word of a column type that widgets, formats and exports go by."""
    return next((word for kind, word in KINDS if isinstance(column_type, kind)), "text")


def attributes_of(model: Any) -> list[str]:
    """The fields of a model by the names that people use: relations instead of their keys, nothing of the kernel's."""
    mapper = inspect(model)
    back = "owner" if issubclass(model, Extension) else getattr(model, "__parent__", "")
    relations = [r.key for r in mapper.relationships if r.key != back or not issubclass(model, Extension)]
    keys = {key_of(model, r) for r in mapper.relationships if not r.uselist}
    columns = [a.key for a in mapper.column_attrs if a.key not in keys and _is_shown(a)]
    return [*(name for name in columns if name != "id" or not issubclass(model, Extension)), *relations]


def _is_shown(attribute: Any) -> bool:
    info = getattr(declared(attribute), "info", {})
    return not is_private(attribute.key) and (not info.get("kernel") or bool(info.get("shown")))


def is_private(name: str) -> bool:
    """Whether a column serves the database and is never shown."""
    return name == "search_text" or name.endswith("_folded")


def keys_of(model: Any, relation: RelationshipProperty[Any]) -> list[tuple[type, str]]:
    """The columns of the model that a relation reads, which a role may not be allowed to see."""
    return [] if relation.uselist else [(model, key_of(model, relation))]


def key_of(model: Any, relation: RelationshipProperty[Any]) -> str:
    """The attribute with the number of the record that a relation leads to."""
    if told := relation.info.get("key"):
        return str(told)
    return str(inspect(model).get_property_by_column(next(iter(relation.local_columns))).key)


def label_of_key(relation: RelationshipProperty[Any]) -> str:
    """The label that a foreign key gives to its relation."""
    return "" if relation.uselist else next(iter(relation.local_columns)).info.get("label", "")


def title_of(entity: Any, model: Any) -> Any:
    """The column that names a record; its key where a model names its records in Python only."""
    return getattr(entity, model.__title__) if model.__title__ in inspect(model).column_attrs else entity.id
