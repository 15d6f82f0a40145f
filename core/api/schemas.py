"""Fields as JSON Schema 2020-12: what a record looks like, and what may be written."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from core.access.policy import Policy
from core.db import Base
from core.operations import Verb
from core.operations.perform import schema_of
from core.screens.fields.field import DECIMALS, INTEGERS, Field, aspects_of, fields_of
from core.screens.fields.rights import Rights
from core.screens.records.reading import STAMPS, is_shown

WHOLE_DIGITS = {"money": 14, "price": 12, "quantity": 12, "percent": 14}
REFERENCE = {
    "type": "object",
    "properties": {"id": {"type": "integer"}, "title": {"type": ["string", "null"]}},
    "required": ["id"],
}
NUMBER = {"type": "integer", "minimum": 1, "maximum": INTEGERS - 1}
UNIQUE = {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": {"type": ["string", "integer"]}}


def decimals(field: Field) -> dict[str, Any]:
    """A number as text, with as many decimals as its column keeps."""
    whole = WHOLE_DIGITS.get(field.kind, 12)
    pattern = f"^-?[0-9]{{1,{whole}}}(\\.[0-9]{{1,{field.digits or 4}}})?$"
    return {"type": "string", "pattern": pattern, "examples": ["1234.56"]}


def value_schema(field: Field) -> dict[str, Any]:
    """What a field holds when it holds something."""
    if field.kind in DECIMALS:
        return decimals(field)
    if field.kind == "choice":
        return {"type": "string", "enum": list(field.choices)}
    if field.kind in ("text", "prose"):
        return {"type": "string", "maxLength": field.longest}
    return dict(SIMPLE[field.kind])


SIMPLE: Mapping[str, Mapping[str, Any]] = {
    "integer": {"type": "integer", "minimum": -INTEGERS, "maximum": INTEGERS - 1},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "time": {"type": "string", "format": "time"},
    "json": {},
}


def or_null(schema: dict[str, Any]) -> dict[str, Any]:
    """The same, or null."""
    if not schema:
        return schema
    return {"oneOf": [schema, {"type": "null"}]}


def read_schema(field: Field, may: Mapping[type, Rights]) -> dict[str, Any]:
    """A field as it is read."""
    if field.kind == "relation":
        schema: dict[str, Any] = or_null(dict(REFERENCE))
    elif field.kind == "tags":
        schema = {"type": "array", "items": dict(REFERENCE)}
    elif field.kind == "lines" and field.target is not None:
        line = {"id": {"type": "integer"}, **read_properties(field.target, may)}
        schema = {"type": "array", "items": {"type": "object", "properties": line}}
    elif field.kind in (*DECIMALS, "text", "prose"):
        schema = {"type": ["string", "null"]}
    else:
        schema = or_null(value_schema(field))
    return {"title": field.text, **schema}


def read_properties(model: type[Base], may: Mapping[type, Rights]) -> dict[str, Any]:
    """The fields of a model as they are read."""
    return {n: read_schema(f, may) for n, f in fields_of(model).items() if is_shown(f) and rights_on(model, may).sees(f)}


def rights_on(model: type[Base], may: Mapping[type, Rights]) -> Rights:
    """The asker's rights on a model."""
    return may.get(model) or Rights(model, next(iter(may.values())).policy if may else None)


def write_schema(field: Field, may: Mapping[type, Rights]) -> dict[str, Any]:
    """A field as it is written."""
    if field.kind == "relation":
        by_id = {"type": "object", "properties": {"id": NUMBER}, "required": ["id"]}
        schema: dict[str, Any] = {"anyOf": [NUMBER, by_id, UNIQUE]}
    elif field.kind == "tags":
        return {"title": field.text, "type": "array", "items": {"anyOf": [NUMBER, UNIQUE]}}
    elif field.kind == "lines" and field.target is not None:
        return {"title": field.text, "type": "array", "items": body_schema(field.target, may, new=False, line=True)}
    else:
        schema = value_schema(field)
    empty_text = field.kind in ("text", "prose") and not field.required
    if field.required and field.kind == "text":
        schema = {**schema, "minLength": 1, "pattern": "\\S"}
    return {"title": field.text, **(or_null(schema) if field.nullable or empty_text or not field.required else schema)}


def body_schema(
    model: type[Base], may: Mapping[type, Rights], *, new: bool, line: bool = False, enabled: Collection[Any] = ()
) -> dict[str, Any]:
    """What may be sent to make a record, or to change one."""
    mine = rights_on(model, may)
    fields = {name: field for name, field in fields_of(model).items() if mine.writes(field) and (is_shown(field))}
    properties = {name: write_schema(field, may) for name, field in fields.items()}
    if line:
        properties["id"] = NUMBER
    for aspect, extension in aspects_of(model, enabled).items() if enabled else ():
        if rights_on(extension, may).may("update"):
            properties[aspect] = body_schema(extension, may, new=False)
    schema: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    needed = [name for name, field in fields.items() if field.required and not given(model, name)]
    return {**schema, "required": needed} if new and needed else schema


def given(model: type[Base], name: str) -> bool:
    """Whether the model may fill a field by itself: what `defaults` answers is known in a session only."""
    return hasattr(model, "defaults")


def record_schema(model: type[Base], may: Mapping[type, Rights], enabled: Collection[Any]) -> dict[str, Any]:
    """A record as it is read."""
    properties: dict[str, Any] = {"id": {"type": "integer"}, "title": {"type": "string"}, **read_properties(model, may)}
    for aspect, extension in aspects_of(model, enabled).items():
        if rights_on(extension, may).may("read"):
            properties[aspect] = {"type": "object", "properties": read_properties(extension, may)}
    for name in STAMPS:
        if hasattr(model, name):
            properties[name] = STAMP_KINDS.get(name, {"type": ["integer", "null"]})
    return {"type": "object", "properties": properties, "required": ["id"]}


STAMP_KINDS = {name: {"type": "string", "format": "date-time"} for name in ("created_at", "updated_at")}


def verb_schema(verb: Verb) -> dict[str, Any]:
    """The arguments of a verb, as pydantic reads them, without references out of the schema."""
    try:
        made: dict[str, Any] = schema_of(verb).model_json_schema()
    except Exception:  # a type that JSON Schema cannot say: the verb itself still refuses what it cannot take
        return {"type": "object"}
    flat: dict[str, Any] = inlined(made, made.pop("$defs", {}))
    return flat


def inlined(schema: Any, definitions: Mapping[str, Any]) -> Any:
    """A schema with the definitions that it refers to put in their places."""
    if isinstance(schema, list):
        return [inlined(each, definitions) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return inlined(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    return {key: inlined(value, definitions) for key, value in schema.items()}


def component(model: type[Base]) -> str:
    """The name of a model's schema: `crm_contacts.Contact`."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", model.label())


def rights_of(policy: Policy, models: Collection[type[Base]]) -> dict[type, Rights]:
    """What a policy allows on each model."""
    return {model: Rights(model, policy) for model in models}
