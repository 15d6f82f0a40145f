"""Notes and files as the page of a record shows them: by day, the newest first, with who and when."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.attachments import PICTURES, SHOWN, Attachment, Paper, count_of, files_of, notes_of, store_of
from core.db import Model, actor, today
from core.errors import Denied
from core.i18n import _
from core.screens.fields.texts import Texts
from core.screens.figures import shared
from core.screens.forms.conflicts import names_of
from core.screens.panels import panel

ICONS = {"image": "photo", "application/pdf": "file-type-pdf", "video": "video", "audio": "microphone"}
NOTES = "notes"


@dataclass(frozen=True)
class Shown:
    """One note or file on the page."""

    paper: Any
    who: str
    moment: Any
    at: str
    day: date

    @property
    def is_file(self) -> bool:
        """Whether it is a file."""
        return isinstance(self.paper, Attachment)

    @property
    def icon(self) -> str:
        """The icon of its kind."""
        if not self.is_file:
            return "note"
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


def size_of(size: int) -> str:
    """A number of bytes as people say it."""
    number, unit = float(size), "B"
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000 or unit == "GB":
            break
        number /= 1000
    return f"{number:.0f} {unit}" if unit == "B" or number >= 100 else f"{number:.1f} {unit}"


def paper_count(session: Session, record: Model) -> int:
    """How many notes and files a record has; asked once for its page."""
    return shared(session, ("papers", record.id), lambda: count_of(session, record))


@panel(
    Model, NOTES, label="Notes and files", order=95, count=paper_count, icon="paperclip", template="panels/core/notes.html"
)
def notes(session: Session, record: Model) -> dict[str, Any]:
    """What people wrote about a record and filed with it."""
    removed: list[Paper] = [*notes_of(session, record, removed=True), *files_of(session, record, removed=True)]
    kept: list[Paper] = [*notes_of(session, record), *files_of(session, record)]
    shown = _shown(session, sorted([*kept, *removed], key=lambda paper: (paper.at, paper.id), reverse=True))
    here = [each for each in shown if each.paper.removed_at is None]
    days = [Day(day_label(session, day), list(papers)) for day, papers in groupby(here, key=lambda each: each.day)]
    return {
        "days": days,
        "files": [each for each in here if each.is_file],
        "removed": [each for each in shown if each.paper.removed_at is not None],
        "may_write": may_write(session, record),
        "limit": store_of(session).limit,
    }


def _shown(session: Session, papers: Sequence[Paper]) -> list[Shown]:
    names, texts = names_of(session, {p.by_id for p in papers if p.by_id}), Texts(session)
    zone = ZoneInfo(actor(session).zone)
    return [
        Shown(p, names.get(p.by_id or 0, ""), p.at, p.at.astimezone(zone).strftime("%H:%M"), p.at.astimezone(zone).date())
        if p.removed_at is None
        else Shown(p, names.get(p.by_id or 0, ""), p.at, texts.plain("moment", p.at), p.at.astimezone(zone).date())
        for p in papers
    ]


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
