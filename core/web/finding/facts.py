"""What stands beside a hit: two facts, an amount and a status, as the model's list shows them, in one statement."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from core.db import actor, today
from core.screens.boards.board import text_of
from core.screens.fields.formats import formats
from core.screens.fields.typed import asking_of
from core.screens.queries.statements import Column
from core.screens.queries.where import read
from core.screens.views.view import View

FACTS = 2
PLAIN = ("text", "relation", "date", "moment", "choice")


class Facts(NamedTuple):
    """Of one record: a line of facts, an amount, and the mark of its state."""

    note: str = ""
    end: str = ""
    mark: str = ""


def facts_of(session: Session, view: View, ids: Sequence[int]) -> dict[int, Facts]:
    """The facts of some records by key."""
    listing = view.listing(tuple(path for path in view.paths(session) if path != view.model.__title__))
    asked = read([["id", "in", list(ids)]], view.fields, asking_of(session))
    page = listing.page(session, asked, (("id", False),), limit=len(ids))
    shape = formats(today(session).year, actor(session).zone)

    def says(column: Column, row: Any) -> str:
        return text_of(column, row, page.tags, shape)

    marked = [column for column in listing.columns if marks_of(column)]
    money = [column for column in listing.columns if column.field.kind == "money"]
    plain = [column for column in listing.columns if column.field.kind in PLAIN and column not in marked]
    found = {}
    for row in page.rows:
        notes = [text for column in plain if (text := says(column, row))]
        state = marked[0] if marked and row[marked[0].at] else None
        amount = says(money[0], row) if money else ""
        end = says(state, row) if state is not None else amount
        if state is not None and amount:
            notes.insert(FACTS - 1, amount)
        found[row[0]] = Facts(" · ".join(notes[:FACTS]), end, marks_of(state).get(row[state.at], "") if state else "")
    return found


def marks_of(column: Column | None) -> dict[str, str]:
    """The marks of a state's words; nothing for what is no state."""
    marks: dict[str, str] = column.field.info.get("marks", {}) if column is not None else {}
    return marks
