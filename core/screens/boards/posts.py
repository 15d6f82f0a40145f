"""What a board posts: a card that was moved, or a new one from the small form of its column."""

from typing import Any

from flask import g, redirect, request
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid, Refused
from core.i18n import _
from core.screens.boards.board import Board, BoardColumn
from core.screens.boards.cards import Moved, column_path, make_card, may_begin_in, move_card, quick_form
from core.screens.fields.rights import demand
from core.screens.pages import committed, wants_json
from core.screens.undo.telling import flash_act, remembered


def board_changed(screen: Any, session: Session, page_of: Any) -> Any:
    """A card was moved, or one is to be made."""
    form, by_script = request.form, wants_json() or request.headers.get("X-Requested-With") == "fetch"
    back = redirect(f"{screen.view.url}?{request.query_string.decode() or 'view=kanban'}", 303)
    if "quick" in form:
        return made(screen, session, page_of, back if not by_script else None)
    moved, act_id = committed(lambda own: moved_by(own, screen))
    if not by_script:
        flash_act(_("{title} was moved.", title=moved.record.title), act_id)
        return back
    undo = f"/undo/{act_id}" if act_id else None
    return {"moved": moved.record.id, "back": moved.back, "undo": undo, "title": moved.record.title}


def moved_by(session: Session, screen: Any) -> tuple[Moved, int | None]:
    """Move what was posted; the number of the act that takes it back, where one was written down.

    A place in the column is given after the act, so that a card that has one goes back by another move.
    """
    form = request.form
    card, column, by, before = form.get("card", ""), form.get("column"), form.get("by", ""), form.get("before")

    def work() -> Moved:
        return move_card(session, screen, card, column, by, before)

    def text(moved: Moved) -> Any:
        return _("{title} was moved.", title=moved.record.title)

    return (work(), None) if before is not None else remembered(session, screen.model, work, text)


def made(screen: Any, session: Session, page_of: Any, back: Any) -> Any:
    """Make a card from its small form; the form again, with its faults, where it cannot be taken."""
    demand(session, screen.model, "create")
    path, key = column_path(screen.view.spec.kanban, request.form.get("by", "")), request.form.get("quick", "")
    form = quick_form(session, screen, path)
    form.take(request.form)
    typed = form.typed()
    try:
        if not may_begin_in(session, screen, path, key):
            raise Refused(_("A new card cannot begin in this column"))
        record = committed(lambda s: make_card(s, screen, typed, path, key))
    except (Invalid, Conflict, Refused) as error:
        form.blame(error.errors, str(error))
        board = Board(page_of(screen, g.session))
        column = next((each for each in board.heads() if each.key == key), BoardColumn(key, "", "", 0, ""))
        return board.ask(form, column, 422)
    return back or {"made": record.id, "title": record.title}
