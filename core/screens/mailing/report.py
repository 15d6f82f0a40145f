"""What became of the letters of one sending: which left, which wait and why, which the server refused."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, String, and_, func, select, type_coerce
from sqlalchemy.orm import Session

from core.db import kernel_connection
from core.i18n import _
from core.mail import Letter
from core.screens.mailing.sending import MAIL
from core.screens.undo.models import ActStep

STEPS: Any = ActStep.__table__
LETTERS: Any = Letter.__table__
#: the parts of the report, what is to be looked after first
TABS = {
    "failed": _("Failed"),
    "refused": _("No letter"),
    "waiting": _("In the outbox"),
    "dropped": _("Not sent"),
    "sent": _("Sent"),
}
RESULTS = {
    "failed": _("failed"),
    "refused": _("no letter"),
    "waiting": _("waits"),
    "dropped": _("not sent"),
    "sent": _("sent"),
}


def batch_of(act: Mapping[str, Any]) -> str:
    """The batch of letters that an act sent; empty for acts that are none."""
    asked = act["asked"]
    return str(asked["values"]["batch"]) if asked.get("name") == MAIL else ""


def steps_of(act: Mapping[str, Any]) -> Select[Any]:
    """Every record of the act with what became of its letter: `result`, and `why` it is not there yet or to whom it went."""
    mine = and_(LETTERS.c.model == STEPS.c.model, LETTERS.c.record_id == STEPS.c.record_id, LETTERS.c.batch == batch_of(act))
    result = func.coalesce(type_coerce(LETTERS.c.state, String), "refused")
    wanted = select(
        STEPS.c.id,
        STEPS.c.model,
        STEPS.c.record_id,
        STEPS.c.title,
        STEPS.c.undone,
        result.label("kind"),
        func.coalesce(LETTERS.c.error, STEPS.c.why).label("why"),
        func.coalesce(LETTERS.c.address, "").label("note"),
    )
    is_refused = STEPS.c.kind == "refused"
    joined = wanted.select_from(STEPS.outerjoin(LETTERS, and_(mine, ~is_refused)))
    return joined.where(STEPS.c.act_id == act["id"])


def rows_of(session: Session, act: Mapping[str, Any], tab: str, after: int, limit: int) -> list[Any]:
    """A page of one part of the report."""
    steps = steps_of(act).subquery()
    asked = select(steps).where(steps.c.id > after, *([steps.c.kind == tab] if tab else []))
    return list(kernel_connection(session).execute(asked.order_by(steps.c.id).limit(limit)).mappings())


def every_row(session: Session, act: Mapping[str, Any]) -> list[Any]:
    """The whole report."""
    asked = steps_of(act).order_by(STEPS.c.id)
    return list(kernel_connection(session).execute(asked).mappings())


def counts_of(session: Session, act: Mapping[str, Any]) -> dict[str, int]:
    """How many are in each part."""
    asked = select(LETTERS.c.state, func.count()).where(LETTERS.c.batch == batch_of(act)).group_by(LETTERS.c.state)
    counted = {state: int(count) for state, count in kernel_connection(session).execute(asked)}
    return counted | {"refused": act["refused"]}


def is_leaving(session: Session, act: Mapping[str, Any]) -> bool:
    """Whether letters wait that were not tried in vain: they leave within moments."""
    fresh = LETTERS.c.batch == batch_of(act), LETTERS.c.state == "waiting", LETTERS.c.error.is_(None)
    return kernel_connection(session).scalar(select(LETTERS.c.id).where(*fresh).limit(1)) is not None
