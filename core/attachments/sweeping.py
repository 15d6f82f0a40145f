"""What is no longer wanted goes: papers removed a month ago or whose record is gone, then contents that nobody names."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, distinct, exists, select
from sqlalchemy.orm import Session

from core.attachments.keeping import REMOVED_DAYS, store_of
from core.attachments.models import PAPERS, Attachment, Paper
from core.attachments.store import BlobStore
from core.db import Change, check, now
from core.jobs import job

DAY_S = 24 * 3600
LOST_DAYS = 90


@job("core.sweep_attachments", label="Files that nobody needs", every_s=DAY_S)
def sweep_attachments(context: Any) -> dict[str, int]:
    """Remove papers whose time is over, and contents that no paper names any more."""
    with context.sessions(None, None, True) as session:
        gone = sweep_papers(session)
        session.commit()
    with context.sessions(None, None, False) as session:
        return {"papers": gone, "contents": sweep_contents(session, store_of(session))}


def sweep_papers(session: Session) -> int:
    """Removed for a month, or of a record that was deleted longer ago than anybody could bring it back; how many."""
    store, count = store_of(session), 0
    removed, lost = now() - timedelta(days=REMOVED_DAYS), now() - timedelta(days=LOST_DAYS)
    for kind in PAPERS:
        deletion = exists().where(
            Change.model == kind.model, Change.record_id == kind.record_id, Change.kind == "delete", Change.at < lost
        )
        for paper in session.scalars(select(kind).where((kind.removed_at < removed) | deletion)).all():
            if paper.removed_at is None and _lives(session, paper):
                continue  # it was deleted once, and brought back
            if isinstance(paper, Attachment):
                store.touch(paper.sha256)  # its content stays for another day: a backup may just be read
            session.execute(delete(kind).where(kind.id == paper.id))
            count += 1
    return count


def _lives(session: Session, paper: Paper) -> bool:
    model = session.info["composition"].models.get(paper.model)
    return model is None or session.get(model, paper.record_id) is not None


def sweep_contents(session: Session, store: BlobStore) -> int:
    """Remove the contents that no file names and that nobody put for a day; how many."""
    store.clear_drafts(DAY_S)
    named = set(session.scalars(select(distinct(Attachment.sha256))))
    idle = [sha256 for sha256 in store.old(DAY_S) if sha256 not in named]
    for sha256 in idle:
        store.remove(sha256)
    return len(idle)


@check("A1 the content of every file is in the store, with its size and its hash")
def contents(session: Session) -> list[tuple[str, int, str, str]]:
    """Files whose content is missing or is not what was put there."""
    store = store_of(session)
    a = Attachment
    rows = session.execute(select(a.sha256, a.size, a.model, a.record_id, a.name).order_by(a.id))
    wrong: dict[tuple[str, int], str] = {}
    found = []
    for sha256, size, model, record_id, name in rows:
        if (sha256, size) not in wrong:
            wrong[sha256, size] = store.damage(sha256, size)
        if wrong[sha256, size]:
            found.append((model, record_id, name, wrong[sha256, size]))
    return found
