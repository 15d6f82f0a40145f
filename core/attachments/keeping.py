"""Notes and files of a record are written, renamed, removed and put back by whoever may change the record.

Whoever may see the record sees them: it was loaded through the guard, and only then are they asked for.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.attachments.kinds import media_type_of
from core.attachments.models import PAPERS, Attachment, Note, Paper
from core.attachments.store import Blob, BlobStore
from core.db import Model, TandemSession, actor, kernel_connection, now, trusted
from core.errors import FieldError, Invalid, Missing
from core.i18n import _
from core.registry.settings import Settings

P = TypeVar("P", bound=Paper)
LONGEST_NAME = 200
LONGEST_NOTE = 20_000
REMOVED_DAYS = 30


def store_of(session: Session) -> BlobStore:
    """The store of the installation that a session belongs to."""
    settings: Settings = session.info["composition"].parts["settings"]
    return BlobStore(settings.home, settings.attachment_mb << 20)


def files_of(session: Session, record: Model, removed: bool = False) -> Sequence[Attachment]:
    """The files of a record, the newest first; those that were removed and can still be put back."""
    return _papers(session, Attachment, record, removed)


def notes_of(session: Session, record: Model, removed: bool = False) -> Sequence[Note]:
    """The notes of a record, the newest first; those that were removed and can still be put back."""
    return _papers(session, Note, record, removed)


def _papers(session: Session, kind: type[P], record: Model, removed: bool) -> Sequence[P]:
    query = select(kind).where(kind.model == record.label(), kind.record_id == record.id)
    state = kind.removed_at > _since() if removed else kind.removed_at.is_(None)
    with trusted(session):
        return session.scalars(query.where(state).order_by(kind.id.desc())).all()


def _since() -> datetime:
    return now() - timedelta(days=REMOVED_DAYS)


def count_of(session: Session, record: Model, *also: Any) -> int:
    """How many notes and files a record has; `also` are further counts that are added, as scalar subqueries."""
    counts = [
        select(func.count(kind.id))
        .where(kind.model == record.label(), kind.record_id == record.id, kind.removed_at.is_(None))
        .scalar_subquery()
        for kind in PAPERS
    ]
    return int(kernel_connection(session).scalar(select(sum([*counts[1:], *also], counts[0]))) or 0)


def file_of(session: Session, record: Model, number: int) -> Attachment:
    """One file of a record; Missing if it has none of this number."""
    return _paper(session, Attachment, record, number)


def _paper(session: Session, kind: type[P], record: Model, number: int) -> P:
    with trusted(session):
        found = session.get(kind, number) if 0 < number < 2**31 else None
    if found is None or (found.model, found.record_id) != (record.label(), record.id):
        raise Missing(_("{title} has no such note or file", title=record.title))
    return found


def write_note(session: Session, record: Model, text: str) -> Note:
    """Write something down about a record."""
    demand_papers(session, record)
    said = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not said or len(said) > LONGEST_NOTE:
        sentence = _("Write a note of at most {longest} characters", longest=LONGEST_NOTE)
        raise Invalid(sentence, [FieldError("text", sentence)])
    return _added(session, Note(**_stamped(session, record), text=said))


def attach(session: Session, record: Model, name: str, blob: Blob) -> Attachment:
    """Let a record have a file whose content is in the store already.

    Invalid if it is not what its name claims; the same file under the same name is not added twice.
    """
    demand_papers(session, record)
    called = clean_name(name)
    kind = media_type_of(called, blob)
    if not blob.size:
        sentence = _("{name} is empty", name=called)
        raise Invalid(sentence, [FieldError("file", sentence)])
    for known in files_of(session, record):
        if (known.sha256, known.name) == (blob.sha256, called):
            return known
    made = Attachment(**_stamped(session, record), name=called, media_type=kind, size=blob.size, sha256=blob.sha256)
    return _added(session, made)


def rename(session: Session, record: Model, number: int, name: str) -> Attachment:
    """Call a file something else; what it claims to be must still be true."""
    demand_papers(session, record)
    file, called = file_of(session, record, number), clean_name(name)
    kind = media_type_of(called, store_of(session).blob(file.sha256))
    with trusted(session):
        file.name, file.media_type = called, kind
    return file


def remove(session: Session, record: Model, kind: type[P], number: int, back: bool = False) -> P:
    """Remove a note or a file, or put it back: for a month it is kept for that."""
    demand_papers(session, record)
    paper = _paper(session, kind, record, number)
    with trusted(session):
        paper.removed_at = None if back else now()
        paper.removed_by_id = None if back else actor(session).user_id
    return paper


def move_papers(session: Session, model: type[Model], numbers: Iterable[int], kept: int) -> list[tuple[str, list[int]]]:
    """Let a record have the notes and files of others that became one with it; which ones moved, by table."""
    moved: list[tuple[str, list[int]]] = []
    for kind in PAPERS:
        query = select(kind).where(kind.model == model.label(), kind.record_id.in_(list(numbers)))
        with trusted(session):
            papers = session.scalars(query).all()
            for paper in papers:
                paper.record_id = kept
        moved.append((str(kind.__tablename__), [paper.id for paper in papers]))
    return moved


def demand_papers(session: Session, record: Model) -> None:
    """Denied unless the user may change the record; that it is posted matters not: papers are filed with it later."""
    if isinstance(session, TandemSession):
        session.demand(record, "update")


def clean_name(name: str) -> str:
    """The name of a file without folders, and without what a screen would not show or would show in disguise."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(letter for letter in last if not unicodedata.category(letter).startswith("C")).strip(" .")
    if len(seen) > LONGEST_NAME:
        stem, dot, ending = seen.rpartition(".")
        seen = f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}" if dot and len(ending) < 20 else seen[:LONGEST_NAME]
    return seen or "file"


def _stamped(session: Session, record: Model) -> dict[str, Any]:
    who = actor(session)
    return {"model": record.label(), "record_id": record.id, "at": now(), "by_id": who.user_id, "via": who.via}


def _added(session: Session, paper: P) -> P:
    with trusted(session):
        session.add(paper)
        session.flush()
    return paper
