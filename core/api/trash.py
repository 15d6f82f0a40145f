"""The trash for programs: what was deleted, and its way back."""

from typing import Any

from flask import g, request
from sqlalchemy.orm import Session

from core.api.answers import Answer, etag
from core.api.records import url_of
from core.errors import Missing
from core.i18n import _
from core.screens.pages import committed
from core.screens.records.reading import read_record
from core.screens.trash.lying import lying, page_of
from core.screens.trash.restoring import forget, restore

LISTED = 80


def trashed() -> Answer:
    """What the asker deleted, newest first; `before` is the `next` of the page before."""
    rows = page_of(g.session, LISTED, before=request.args.get("before", 0, type=int), label=request.args.get("model", ""))
    items = [
        {
            "id": row["id"],
            "model": row["model"],
            "record_id": row["record_id"],
            "title": row["title"],
            "deleted_at": row["at"],
            "deleted_by": row["by_id"],
        }
        for row in rows[:LISTED]
    ]
    return Answer({"items": items, "next": rows[LISTED - 1]["id"] if len(rows) > LISTED else None})


def brought_back(id: int) -> Answer:
    """Bring one back under its number; 201 with what it is."""

    def work(session: Session) -> Answer:
        record = restore(session, one(session, id))
        if record is None:
            return Answer(status=204)
        body: dict[str, Any] = read_record(session, record)
        return Answer(body, 201, {"Location": url_of(record), **etag(record)})

    return committed(work)


def let_go(id: int) -> Answer:
    """One is gone for good."""
    committed(lambda session: forget(session, [one(session, id)]))
    return Answer(status=204)


def one(session: Session, id: int) -> int:
    """The number of something in the trash that the asker may see; Missing else."""
    if not lying(session, [id]):
        raise Missing(_("This does not lie in the trash any more."))
    return id
