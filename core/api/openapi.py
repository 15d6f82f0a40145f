"""The OpenAPI 3.1 document of the API, made from models, views and verbs: as much of it as the asker may do."""

from collections.abc import Iterator
from typing import Any

from core.access.policy import Policy
from core.api.openapi_files import FILE, file_paths
from core.api.schemas import (
    NUMBER,
    body_schema,
    component,
    record_schema,
    rights_of,
    verb_schema,
)
from core.db import Base, Extension, Line, Model
from core.operations import Verb
from core.registry.composition import Composition
from core.screens.fields.rights import Rights

VERSION = "1.0"
FORMATS = ("xlsx", "csv", "ods", "html", "pdf", "txt")
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {"type": "object", "properties": {"field": {"type": "string"}, "message": {"type": "string"}}},
        },
    },
}
MEANINGS = {
    "400": "The request cannot be understood.",
    "401": "No key, or none that is known.",
    "403": "The roles do not allow this.",
    "404": "There is no such record, or it may not be seen.",
    "409": "A rule of the business says no; nothing was changed.",
    "412": "The record is no longer the one that If-Match names.",
    "413": "Too large.",
    "415": "Not JSON.",
    "422": "Fields cannot be taken as they are; `errors` names each.",
    "429": "Too many requests.",
}
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 255},
    "description": "A key of your own: the same request under the same key is done once and answered alike.",
}
MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
    "description": "The ETag that you read: refuses the change if somebody else made one since.",
}
NUMBER_IN_PATH = {"name": "id", "in": "path", "required": True, "schema": NUMBER}


def document(composition: Composition, policy: Policy) -> dict[str, Any]:
    """The whole document."""
    models = [model for model in composition.models.values() if has_address(model) and policy.may(model, "read")]
    models_enabled = frozenset(composition.models.values())
    may = rights_of(policy, models_enabled)
    schemas: dict[str, Any] = {"Problem": PROBLEM, "Attachment": FILE}
    paths: dict[str, Any] = {"/api/v1/find": {"get": FIND}}
    for model in models:
        name = component(model)
        schemas[name] = record_schema(model, may, models_enabled)
        schemas[f"{name}.new"] = body_schema(model, may, new=True, enabled=models_enabled)
        schemas[f"{name}.change"] = body_schema(model, may, new=False, enabled=models_enabled)
        paths |= dict(paths_of(composition, model, may[model]))
    for model in composition.parts.get("screens", {}):
        if issubclass(model, Line) and policy.may(model, "read"):
            schemas[component(model)] = record_schema(model, may, models_enabled)
            paths |= dict(lists_of(composition, model, may[model]))
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tandem", "version": VERSION, "description": ABOUT},
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "tags": [{"name": addon.name, "description": addon.manifest.summary} for addon in composition.addons],
        "paths": paths | TRASH,
        "components": {"schemas": schemas, "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
    }


FIND = {
    "operationId": "find",
    "summary": "Records of all models, the nearest first: faults forgiven, numbers in any grouping",
    "parameters": [
        {"name": "q", "in": "query", "required": True, "schema": {"type": "string", "maxLength": 200}},
        {
            "name": "kind",
            "in": "query",
            "schema": {"type": "string"},
            "description": "One model: its addon, a dot and its name",
        },
    ],
    "responses": {"200": {"description": "Groups of hits", "content": {"application/json": {"schema": {"type": "object"}}}}},
}
ANY = {"description": "Done.", "content": {"application/json": {"schema": {"type": "object"}}}}
TRASH: dict[str, Any] = {
    "/api/v1/trash": {"get": {"summary": "What was deleted", "tags": ["trash"], "responses": {"200": ANY}}},
    "/api/v1/trash/{id}": {
        "parameters": [NUMBER_IN_PATH],
        "delete": {"summary": "Let go of it", "tags": ["trash"], "responses": {"204": {"description": "Gone for good"}}},
    },
    "/api/v1/trash/{id}/restore": {
        "parameters": [NUMBER_IN_PATH],
        "post": {"summary": "Bring it back", "tags": ["trash"], "responses": {"201": ANY}},
    },
}
ABOUT = (
    "Everything that the pages can do, through the same code and the same rights. Amounts and quantities are text, dates "
    "ISO 8601, times carry their zone; errors are RFC 9457 problem documents, and a refused command changes nothing."
)


def has_address(model: type[Base]) -> bool:
    """Whether a model's records have addresses of their own."""
    return issubclass(model, Model) and not issubclass(model, Line | Extension)


def paths_of(composition: Composition, model: type[Base], may: Rights) -> Iterator[tuple[str, Any]]:
    """The addresses of one model."""
    base = f"/api/v1/{model.__addon__}/{model.__slug__}"
    for address, methods in lists_of(composition, model, may):
        makes = address == base and may.may("create")
        yield address, {**methods, "post": creating(composition, model, may)} if makes else methods
    one = {"get": reading(model), "patch": changing(model), "delete": removing(model)}
    allowed = {"get": True, "patch": may.may("update"), "delete": may.may("delete")}
    open_methods = {method: one[method] for method, is_open in allowed.items() if is_open}
    yield f"{base}/{{id}}", {"parameters": [NUMBER_IN_PATH], **open_methods}
    history = operation(model, "history", "Who changed what", {"200": ANY})
    yield f"{base}/{{id}}/history", {"parameters": [NUMBER_IN_PATH], "get": history}
    yield from file_paths(model, base, NUMBER_IN_PATH, may.may("update"), operation)
    for verb in composition.verbs(model).values():
        if may.may(verb.name):
            yield verb_path(model, base, verb)


def lists_of(composition: Composition, model: type[Base], may: Rights) -> Iterator[tuple[str, Any]]:
    """The addresses of a list, its files and its cube."""
    base, view = f"/api/v1/{model.__addon__}/{model.__slug__}", composition.views.of(model)
    yield base, {"get": listing(model, view)}
    if may.may("export"):
        yield f"{base}/export", {"get": file_of(model, view)}
    yield f"{base}/pivot", {"get": cube_of(model, view)}


def operation(model: type[Base], name: str, summary: str, answers: dict[str, Any], **more: Any) -> dict[str, Any]:
    """One operation, with the refusals that any may meet."""
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    refusals = {status: {"description": meaning, "content": problem} for status, meaning in MEANINGS.items()}
    return {
        "operationId": f"{model.__addon__}.{model.__slug__}.{name}",
        "tags": [model.__addon__],
        "summary": summary,
        "responses": {**answers, **refusals},
        **more,
    }


def answer(model: type[Base], description: str, status: str = "200") -> dict[str, Any]:
    """A record as an answer."""
    schema = {"$ref": f"#/components/schemas/{component(model)}"}
    headers = {"ETag": {"schema": {"type": "string"}, "description": "The record's version."}}
    if status == "201":
        headers["Location"] = {"schema": {"type": "string"}, "description": "Where it is."}
    return {status: {"description": description, "content": {"application/json": {"schema": schema}}, "headers": headers}}


def body(model: type[Base], kind: str) -> dict[str, Any]:
    """A record as a request."""
    schema = {"$ref": f"#/components/schemas/{component(model)}.{kind}"}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def query(name: str, description: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    """A parameter of an address."""
    said = {"name": name, "in": "query", "required": False, "description": description}
    return {**said, "schema": schema or {"type": "string"}}


WHERE = query(
    "where",
    'Conditions as JSON: [["name","contains","garc"],["city","=","Rosario"]]; '
    "operators = != < <= > >= contains startswith in is-null",
)
TYPED = query("q", "Words to search for.")


def listing(model: type[Base], view: Any) -> dict[str, Any]:
    """A page of records, or groups."""
    items = {"type": "array", "items": {"$ref": f"#/components/schemas/{component(model)}"}}
    page = {
        "type": "object",
        "properties": {
            "items": items,
            "total": {"type": "integer"},
            "next": {"type": ["string", "null"]},
            "groups": {"type": "array", "items": {"type": "object"}},
        },
    }
    parameters = [
        WHERE,
        TYPED,
        query("order", f"Fields, - for descending: {', '.join(view.listing_spec.order) or '-id'}"),
        query("fields", "The fields to answer: name,contact.name"),
        query("after", "The cursor `next` of the page before."),
        query("limit", "How many, 80 unless told.", {"type": "integer", "minimum": 1, "maximum": 1000}),
        query("group", "Fields to group by; answers `groups` with count and sums."),
        query("sums", "Fields to add up in groups."),
    ]
    answers = {"200": {"description": "A page, or groups.", "content": {"application/json": {"schema": page}}}}
    return operation(model, "list", f"List: {model.__slug__}", answers, parameters=parameters)


def creating(composition: Composition, model: type[Base], may: Rights) -> dict[str, Any]:
    """A new record."""
    answers = answer(model, "It was made.", "201")
    verbs = [v.name for v in composition.verbs(model).values() if may.may(v.name) and not v.collection]
    then = query("then", "A verb that is done to it at once: both, or neither.", {"type": "string", "enum": verbs})
    parameters = [KEY, then] if verbs else [KEY]
    return operation(
        model, "create", f"Create: {model.__slug__}", answers, requestBody=body(model, "new"), parameters=parameters
    )


def reading(model: type[Base]) -> dict[str, Any]:
    """One record."""
    parameters = [query("fields", "The fields to answer."), query("figures", "Names of figures, or `all`.")]
    return operation(model, "read", f"Read: {model.__slug__}", answer(model, "The record."), parameters=parameters)


def changing(model: type[Base]) -> dict[str, Any]:
    """Some fields of a record."""
    answers, asked = answer(model, "The record as it became."), body(model, "change")
    return operation(model, "change", f"Change: {model.__slug__}", answers, requestBody=asked, parameters=[MATCH])


def removing(model: type[Base]) -> dict[str, Any]:
    """A record that goes."""
    gone = {"204": {"description": "It is gone."}}
    return operation(model, "delete", f"Delete: {model.__slug__}", gone, parameters=[MATCH])


def file_of(model: type[Base], view: Any) -> dict[str, Any]:
    """The list as a file."""
    parameters = [
        query("format", "The kind of file.", {"type": "string", "enum": list(FORMATS)}),
        WHERE,
        TYPED,
        query("order", "As in the list."),
        query("group", "As in the list."),
        query("columns", "The columns, as paths."),
    ]
    files = {"200": {"description": "The file.", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}}
    return operation(model, "export", f"Export: {model.__slug__}", files, parameters=parameters)


def cube_of(model: type[Base], view: Any) -> dict[str, Any]:
    """The cube of the list."""
    parameters = [
        WHERE,
        TYPED,
        query("rows", "Fields of the rows."),
        query("columns", "Fields of the columns."),
        query("measures", "sum:amount,count"),
    ]
    return operation(model, "pivot", f"Cube: {model.__slug__}", {"200": ANY}, parameters=parameters)


def verb_path(model: type[Base], base: str, verb: Verb) -> tuple[str, Any]:
    """The address of a verb."""
    content = {"required": False, "content": {"application/json": {"schema": verb_schema(verb)}}}
    done = {"200": {**ANY, "description": "Done; the record that it leads to."}}
    parameters = [KEY] if verb.collection else [KEY, MATCH]
    told = operation(model, verb.name, verb.label, done, requestBody=content, parameters=parameters)
    if verb.collection:
        return f"{base}/{verb.name}", {"post": told}
    return f"{base}/{{id}}/{verb.name}", {"parameters": [NUMBER_IN_PATH], "post": told}
