"""Rows as JSON and back: every value says what it is, so that a table needs no class to get its rows back."""

import base64
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

PACK: tuple[tuple[type, str, Any], ...] = (
    (bool, "", None),
    (Decimal, "number", str),
    (datetime, "moment", datetime.isoformat),
    (date, "date", date.isoformat),
    (time, "time", time.isoformat),
    (bytes, "bytes", lambda value: base64.b64encode(value).decode()),
    (dict, "json", None),
    (list, "json", None),
)
UNPACK = {
    "number": Decimal,
    "moment": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "bytes": base64.b64decode,
    "json": lambda value: value,
}


def packed(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the database as JSON keeps it."""
    return {str(name): _packed(value) for name, value in row.items()}


def _packed(value: Any) -> Any:
    for kind, word, write in PACK:
        if isinstance(value, kind):
            return {word: write(value) if write else value} if word else value
    return value


def unpacked(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row again."""
    return {name: _unpacked(value) for name, value in row.items()}


def _unpacked(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((word, kept),) = value.items()
    return UNPACK[word](kept)  # type: ignore[operator]
