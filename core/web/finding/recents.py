"""The records that a person was at lately: kept for him, a few dozen, the newest first."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.db import actor, now, trusted
from core.web.models import Recent

KEPT = 40


def recent_keys(session: Session) -> dict[str, list[int]]:
    """Keys of records by model, the newest first."""
    mine = select(Recent.model, Recent.record_id).where(Recent.user_id == actor(session).user_id)
    found: dict[str, list[int]] = {}
    with trusted(session):
        for model, key in session.execute(mine.order_by(Recent.at.desc(), Recent.id.desc()).limit(KEPT)):
            found.setdefault(model, []).append(key)
    return found


def remember(session: Session, model: str, key: int) -> None:
    """The person is at this record now; what he was at long ago is forgotten."""
    me = actor(session).user_id
    with trusted(session):
        mine = select(Recent).where(Recent.user_id == me)
        row = session.scalars(mine.where(Recent.model == model, Recent.record_id == key)).one_or_none()
        if row is None:
            row = Recent(user_id=me, model=model, record_id=key)
            session.add(row)
        row.at = now()
        session.flush()
        old = select(Recent.id).where(Recent.user_id == me).order_by(Recent.at.desc(), Recent.id.desc()).offset(KEPT)
        if keys := session.scalars(old).all():
            session.execute(delete(Recent).where(Recent.id.in_(keys)))
