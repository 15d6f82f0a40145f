"""What lies in the trash, for whoever deleted it; administrators see what everybody did."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.db import actor, kernel_connection
from core.screens.fields.rights import rights
from core.screens.trash.models import Trashed

KEPT: Any = Trashed.__table__
SHOWN = ("id", "model", "record_id", "title", "at", "by_id", "via")


def visible(session: Session) -> list[Any]:
    """The conditions of what a person may see: his own, of models that he may read, of the company that he works in."""
    composition, who = session.info["composition"], actor(session)
    mine = [] if session.info["policy"].is_admin else [KEPT.c.by_id == who.user_id]
    readable = [label for label, model in composition.models.items() if rights(session, model).may("read")]
    here = KEPT.c.company_id.is_(None) | (KEPT.c.company_id == who.company_id)
    return [*mine, KEPT.c.model.in_(readable), here]


def page_of(session: Session, limit: int, before: int = 0, label: str = "") -> list[Any]:
    """The newest, and one more than `limit` if there are; `before` goes on below one."""
    asked = select(*(KEPT.c[name] for name in SHOWN)).where(*visible(session)).order_by(KEPT.c.id.desc()).limit(limit + 1)
    asked = asked.where(KEPT.c.model == label) if label else asked
    asked = asked.where(KEPT.c.id < before) if before else asked
    return list(kernel_connection(session).execute(asked).mappings())


def counts(session: Session) -> dict[str, int]:
    """How many there are of each model."""
    asked = select(KEPT.c.model, func.count()).where(*visible(session)).group_by(KEPT.c.model)
    return {label: count for label, count in kernel_connection(session).execute(asked)}


def lying(session: Session, ids: Sequence[int]) -> list[int]:
    """Those of these that the person may see, latest first."""
    asked = select(KEPT.c.id).where(KEPT.c.id.in_(list(ids)), *visible(session)).order_by(KEPT.c.id.desc())
    return list(kernel_connection(session).scalars(asked))
