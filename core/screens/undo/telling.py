"""What was done is told in a toast that can take it back; the word travels with the flash, as it outlives a redirect."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import flash
from sqlalchemy.orm import Session

from core.db import Model
from core.screens.undo.memory import keep_act, remembering

T = TypeVar("T")
UNDO = " undo:"


def remembered(
    session: Session, model: type[Model], work: Callable[[], T], text: Callable[[T], Any]
) -> tuple[T, int | None]:
    """Do a piece of work and write it down as an act; its answer, and the act's number if it can be taken back."""
    with remembering(session) as memory:
        result = work()
    return result, keep_act(session, memory, model, text(result))


def flash_act(text: Any, act_id: int | None, kind: str = "good") -> None:
    """Say what was done on the next page, with a button that takes it back."""
    flash(str(text), f"{kind}{UNDO}{act_id}" if act_id else kind)
