"""What a field that was added by hand holds in a new record."""

from typing import Any

from sqlalchemy.orm import Session

from core.custom.definition import Definition
from core.db import now, today

TODAY, NOW = "today", "now"


def is_added(extension: Any) -> bool:
    """Whether an extension is made of fields that were added by hand."""
    return hasattr(extension, "__definitions__")


def initial_of(session: Session, extension: Any) -> dict[str, Any]:
    """The values by field, as JSON writes them; `today` and `now` are those of the session."""
    fields: tuple[Definition, ...] = extension.__definitions__
    return {each.name: _initial(session, each) for each in fields if each.initial is not None}


def _initial(session: Session, each: Definition) -> Any:
    if each.kind == "date" and each.initial == TODAY:
        return today(session).isoformat()
    if each.kind == "moment" and each.initial == NOW:
        return now().isoformat()
    return each.initial
