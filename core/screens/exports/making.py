"""Files made for somebody: of one moment of the database, and told in the log of changes: who took what, how many rows."""

from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

from sqlalchemy.orm import Session

from core.db import Change, Database, actor, today
from core.db.history import change_row, record_changes
from core.screens.exports.files import Export, known_format, write_into, write_sheet
from core.screens.exports.sheets import Sheet
from core.screens.exports.streams import steady

Make = Callable[[Session], Sheet]


def made_file(session: Session, database: Database, make: Make, kind: str, about: Any, paper: str = "auto") -> Export:
    """A finished file of a sheet that is made in a session of one moment; `about` is the model or the name of a report."""
    known_format(kind)
    with steady(session, database) as twin:
        sheet = make(twin)
        made = write_sheet(sheet, kind, today(twin).year, paper)
    note_export(session, database, about, kind, made.rows, sheet.notes)
    return made


def write_file(
    session: Session, database: Database, make: Make, kind: str, about: Any, paper: str, file: BinaryIO
) -> tuple[str, int]:
    """The same into a file that is kept; its title and how many rows it has."""
    with steady(session, database) as twin:
        sheet = make(twin)
        rows = write_into(file, sheet, kind, today(twin).year, paper)
    note_export(session, database, about, kind, rows, sheet.notes)
    return sheet.title, rows


def note_export(session: Session, database: Database, about: Any, kind: str, rows: int, notes: Sequence[str] = ()) -> None:
    """A line in the log of changes, in a transaction of its own: the file is made, whatever comes of the request."""
    who = actor(session)
    values = {"format": (None, kind), "rows": (None, rows), "of": (None, "; ".join(notes) or None)}
    with database.write(user_id=who.user_id, company_id=who.company_id, via=who.via) as own:
        row = change_row(own, Change, 0, "export", 0, values)
        record_changes(own, [row | {"model": about if isinstance(about, str) else about.label()}])
