"""What the API answers: JSON by orjson, records with their version as an ETag."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from flask import Response, request

from core.db import Model
from core.errors import Invalid
from core.i18n import _
from core.screens.records.reading import plain

JSON = "application/json"
LARGEST = 16 << 20


@dataclass(frozen=True)
class Answer:
    """A status, a body and its headers; kept as they are for commands that may be repeated."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """As an HTTP response."""
        content = b"" if self.body is None else dumps(self.body)
        made = Response(content, self.status, content_type=JSON if self.body is not None else None)
        made.headers.extend(self.headers)
        made.headers.setdefault("Cache-Control", "no-store")
        return made


def dumps(body: Any) -> bytes:
    """JSON; amounts as text, what else it does not know as text, too."""
    return orjson.dumps(body, default=_plain)


def _plain(value: Any) -> Any:
    return plain(value) if not isinstance(plain(value), type(value)) else str(value)


def etag(record: Any) -> dict[str, str]:
    """The header that names the version of a record."""
    return {"ETag": f'"{record.version}"'} if isinstance(record, Model) else {}


def asked_version() -> int | None:
    """The version that `If-Match` demands; None if it demands none. Invalid if it is no version of ours."""
    text = request.headers.get("If-Match", "").strip()
    if text in ("", "*"):
        return None
    number = text.removeprefix("W/").strip('"')
    if not number.isdigit() or len(number) > 9:
        raise Invalid(_("If-Match must be the ETag of the record, such as {example}", example='"3"'))
    return int(number)


def json_body() -> dict[str, Any]:
    """The JSON object of the request; Invalid if it is none."""
    content = request.get_data(cache=True)
    if not content.strip():
        return {}
    if len(content) > LARGEST:
        raise Invalid(_("The body is larger than {limit} MB: send less at once", limit=LARGEST >> 20))
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise Invalid(_("The body is not JSON: {reason}", reason=str(error))) from None
    if not isinstance(body, dict):
        raise Invalid(_("The body must be a JSON object, such as {example}", example='{"name": "Ana"}'))
    return body
