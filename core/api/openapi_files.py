"""The addresses of a record's files in the OpenAPI document."""

from collections.abc import Callable, Iterator
from typing import Any

from core.db import Base

FILE: dict[str, Any] = {
    "type": "object",
    "required": ["id", "name", "media_type", "size", "sha256", "at", "url"],
    "properties": {
        "id": {"type": "integer"},
        "name": {"type": "string"},
        "media_type": {"type": "string"},
        "size": {"type": "integer"},
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "at": {"type": "string", "format": "date-time"},
        "by_id": {"type": ["integer", "null"]},
        "via": {"type": "string"},
        "url": {"type": "string"},
    },
}
ONE = {"$ref": "#/components/schemas/Attachment"}
MANY = {"type": "object", "required": ["items"], "properties": {"items": {"type": "array", "items": ONE}}}
BINARY = {"schema": {"type": "string", "format": "binary"}}
NUMBER = {"name": "number", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
NAME = {
    "name": "name",
    "in": "query",
    "required": False,
    "schema": {"type": "string"},
    "description": "What the file is called, if it is the body itself.",
}
PARTS = {"type": "object", "properties": {"file": {"type": "array", "items": {"type": "string", "format": "binary"}}}}
ADDED = {"required": True, "content": {"multipart/form-data": {"schema": PARTS}, "application/octet-stream": BINARY}}
NAMED = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}


def file_paths(
    model: type[Base], base: str, number: dict[str, Any], may_change: bool, operation: Callable[..., dict[str, Any]]
) -> Iterator[tuple[str, Any]]:
    """List and add; fetch, rename and remove."""

    def done(description: str, schema: Any, status: str = "200") -> dict[str, Any]:
        return {status: {"description": description, "content": {"application/json": {"schema": schema}}}}

    listed: dict[str, Any] = {
        "get": operation(model, "attachments", "Its files", done("The files, the newest first.", MANY))
    }
    content = {"200": {"description": "The content.", "content": {"*/*": BINARY}}}
    one: dict[str, Any] = {"get": operation(model, "attachment", "The content of a file", content)}
    if may_change:
        told = done("They were kept.", MANY, "201")
        listed["post"] = operation(model, "attach", "Add files", told, requestBody=ADDED, parameters=[NAME])
        asked = {"required": True, "content": {"application/json": {"schema": NAMED}}}
        one["patch"] = operation(model, "rename_attachment", "Rename a file", done("The file.", ONE), requestBody=asked)
        one["delete"] = operation(model, "remove_attachment", "Remove a file", {"204": {"description": "It is gone."}})
    yield f"{base}/{{id}}/attachments", {"parameters": [number], **listed}
    yield f"{base}/{{id}}/attachments/{{number}}", {"parameters": [number, NUMBER], **one}
