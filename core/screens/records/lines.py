"""The lines of a document as a person left them: kept, added, removed, in this order."""

from collections.abc import Sequence
from typing import Any


def set_lines(record: Any, name: str, lines: Sequence[tuple[Any | None, Any]]) -> None:
    """Make these the lines of a record; pairs of (the line as it was, the line as it is)."""
    kept = [line for _, line in lines]
    for position, line in enumerate(kept, 1):
        if hasattr(type(line), "position") and line.position != position:
            line.position = position
    if list(getattr(record, name)) != kept:
        setattr(record, name, kept)
