"""What a board posts: a card that was moved, or a new one from the small form of its column."""

from typing import Any

from flask import g, redirect, request
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid, Refused
from core.i18n import _
from core.screens.fields.rights import demand
from core.screens.lists.boards import Board, BoardColumn
from core.screens.lists.cards import column_path, make_card, may_begin_in, move_card, quick_form
from core.screens.pages import committed, wants_json


def board_changed(screen: Any, session: Session, page_of: Any) -> Any:
    """A card was moved, or one is to be made."""
    form, by_script = request.form, wants_json() or request.headers.get("X-Requested-With") == "fetch"
    back = redirect(f"{screen.view.url}?{request.query_string.decode() or 'view=kanban'}", 303)
    if "quick" in form:
        return made(screen, session, page_of, back if not by_script else None)
    column, before = form.get("column"), form.get("before")
    moved = committed(lambda s: move_card(s, screen, form.get("card", ""), column, form.get("by", ""), before))
    if not by_script:
        return back
    return {"moved": moved.record.id, "back": moved.back, "title": moved.record.title}


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
