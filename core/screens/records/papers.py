"""Notes, files and letters as the page of a record shows them: by day, the newest first, with who and when."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.attachments import PICTURES, SHOWN, Attachment, Paper, count_of, files_of, notes_of, store_of
from core.db import Model, actor, today, trusted
from core.errors import Denied
from core.i18n import _
from core.mail import Letter
from core.screens.fields.sight import policy_of
from core.screens.fields.texts import Texts
from core.screens.figures import shared
from core.screens.forms.conflicts import names_of
from core.screens.panels import panel

ICONS = {"image": "photo", "application/pdf": "file-type-pdf", "video": "video", "audio": "microphone"}
NOTES = "notes"
LETTERS = 100
#: how far a letter is: the shape of its mark, and its word
MARKS = {
    "waiting": ("wait", _("Waits")),
    "sent": ("done", _("Sent")),
    "failed": ("late", _("Failed")),
    "dropped": ("void", _("Not sent")),
}


@dataclass(frozen=True)
class Shown:
    """One note, file or letter on the page; the `text` of a letter is only for whoever wrote it."""

    paper: Any
    who: str
    moment: Any
    at: str
    day: date
    text: str = ""

    @property
    def is_letter(self) -> bool:
        """Whether it is a letter."""
        return isinstance(self.paper, Letter)

    @property
    def is_removed(self) -> bool:
        """Whether it is a note or a file that was removed."""
        return is_removed(self.paper)

    @property
    def mark(self) -> tuple[str, Any]:
        """How far a letter is."""
        return MARKS[self.paper.state]

    @property
    def is_file(self) -> bool:
        """Whether it is a file."""
        return isinstance(self.paper, Attachment)

    @property
    def icon(self) -> str:
        """The icon of its kind."""
        if not self.is_file:
            return "mail" if self.is_letter else "note"
        kind = self.paper.media_type
        return ICONS.get(kind) or ICONS.get(kind.partition("/")[0], "file")

    @property
    def is_picture(self) -> bool:
        """Whether it is a picture that a browser shows in place."""
        return self.is_file and self.paper.media_type in PICTURES

    @property
    def is_shown(self) -> bool:
        """Whether a browser can show it in place."""
        return self.is_file and self.paper.media_type in SHOWN

    @property
    def size(self) -> str:
        """How large the file is."""
        return size_of(self.paper.size)


@dataclass(frozen=True)
class Day:
    """What was written and filed on one day."""

    label: Any
    papers: list[Shown] = field(default_factory=list)


def is_removed(paper: Any) -> bool:
    """Whether a note or a file was removed; a letter stays."""
    return getattr(paper, "removed_at", None) is not None


def size_of(size: int) -> str:
    """A number of bytes as people say it."""
    number, unit = float(size), "B"
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000 or unit == "GB":
            break
        number /= 1000
    return f"{number:.0f} {unit}" if unit == "B" or number >= 100 else f"{number:.1f} {unit}"


def paper_count(session: Session, record: Model) -> int:
    """How many notes, files and letters a record has; asked once for its page."""
    letters = select(func.count(Letter.id)).where(*about(record)).scalar_subquery()
    return shared(session, ("papers", record.id), lambda: count_of(session, record, letters))


def about(record: Model) -> tuple[Any, ...]:
    """That letters are about a record."""
    return Letter.model == record.label(), Letter.record_id == record.id


def letters_of(session: Session, record: Model) -> Sequence[Letter]:
    """The letters about a record, the newest first."""
    with trusted(session):
        return session.scalars(select(Letter).where(*about(record)).order_by(Letter.id.desc()).limit(LETTERS)).all()


@panel(
    Model, NOTES, label="Notes and files", order=95, count=paper_count, icon="paperclip", template="panels/core/notes.html"
)
def notes(session: Session, record: Model) -> dict[str, Any]:
    """What people wrote about a record and filed with it."""
    removed: list[Any] = [*notes_of(session, record, removed=True), *files_of(session, record, removed=True)]
    kept: list[Paper] = [*notes_of(session, record), *files_of(session, record)]
    letters = letters_of(session, record)
    shown = _shown(session, sorted([*kept, *removed, *letters], key=lambda paper: (paper.at, paper.id), reverse=True))
    here = [each for each in shown if not each.is_removed]
    days = [Day(day_label(session, day), list(papers)) for day, papers in groupby(here, key=lambda each: each.day)]
    return {
        "days": days,
        "files": [each for each in here if each.is_file],
        "removed": [each for each in shown if each.is_removed],
        "may_write": may_write(session, record),
        "limit": store_of(session).limit,
    }


def _shown(session: Session, papers: Sequence[Any]) -> list[Shown]:
    names, texts = names_of(session, {p.by_id for p in papers if p.by_id}), Texts(session)
    zone, who, policy = ZoneInfo(actor(session).zone), actor(session).user_id, policy_of(session)
    found = []
    for paper in papers:
        local = paper.at.astimezone(zone)
        at = texts.plain("moment", paper.at) if is_removed(paper) else local.strftime("%H:%M")
        is_mine = isinstance(paper, Letter) and (paper.by_id == who or policy is None or policy.is_admin)
        text = paper.text if is_mine else ""
        found.append(Shown(paper, names.get(paper.by_id or 0, ""), paper.at, at, local.date(), text))
    return found


def may_write(session: Session, record: Model) -> bool:
    """Whether the user may add and remove papers of a record."""
    try:
        session.demand(record, "update")  # type: ignore[attr-defined]
    except Denied:
        return False
    return True


def day_label(session: Session, day: date) -> Any:
    """What a day is called: today, yesterday, or its date."""
    days = (today(session) - day).days
    if days in (0, 1):
        return _("Yesterday") if days else _("Today")
    return Texts(session).plain("date", day)
