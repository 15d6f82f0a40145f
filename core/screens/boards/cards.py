"""What is done to the cards of a board: moved to another column, put in order, made in a column; and the way back."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Missing, Refused
from core.i18n import _
from core.operations import Verb, perform
from core.screens.fields.field import fields_of
from core.screens.fields.rights import rights
from core.screens.fields.texts import Texts
from core.screens.forms.arguments import needs_answers
from core.screens.forms.boxes import Entry
from core.screens.forms.form import RecordForm
from core.screens.records.reading import load_record
from core.screens.records.refusals import told
from core.screens.records.writing import write_record
from core.screens.views.schemas import KanbanSpec

MOST = 1000
#: how far apart cards are numbered, so that one can be put between two others by changing itself alone
STEP = 1024


@dataclass(frozen=True)
class Moved:
    """A card that was moved, and the column that a move back leads to; None where there is no way back."""

    record: Any
    back: str | None


def column_path(spec: KanbanSpec, asked: str) -> str:
    """The field whose values are the columns: that of the view, or another that it allows."""
    return asked if asked in spec.by else spec.column


def is_movable(session: Session, screen: Any, path: str = "") -> bool:
    """Whether this user may put a card elsewhere by writing the field of the columns."""
    spec = screen.view.spec.kanban
    own = fields_of(screen.model).get(path or spec.column) if spec else None
    may = rights(session, screen.model)
    return own is not None and may.may("update") and may.writes(own)


def verb_to(screen: Any, path: str, column: str) -> Verb | None:
    """The verb that brings a card into a column, where that is more than writing a field."""
    spec = screen.view.spec.kanban
    name = spec.moves.get(column) if path == spec.column else None
    found: Verb | None = screen.composition.verbs(screen.model).get(name) if name else None
    return found


def move_card(
    session: Session, screen: Any, card: str, column: str | None, by: str = "", before: str | None = None
) -> Moved:
    """Put a card into another column, by its verb or by writing the field, or before another card of its column.

    `column` None leaves it where it is; `before` is the card that it stands before, empty for the end.
    """
    spec = screen.view.spec.kanban
    if spec is None or not card.isdigit() or len(card) > 9:
        raise Missing(_("There is no such card"))
    record, path, back = load_record(session, screen.model, int(card)), column_path(spec, by), None
    if column is not None:
        left = key_of_card(screen, record, path)
        if left != column:
            record = moved_to(session, screen, record, path, column)
            back = left if leads_back(session, screen, record, path, left) else None
    if before is not None and spec.position:
        put_before(session, screen, record, path, int(before) if before.isdigit() and len(before) < 10 else None)
    return Moved(record, back)


def moved_to(session: Session, screen: Any, record: Any, path: str, column: str) -> Any:
    """The record in its new column."""
    if path == screen.view.spec.kanban.column and column in screen.view.spec.kanban.moves:
        verb = verb_to(screen, path, column)
        if verb is None or needs_answers(verb):
            raise Refused(_("Open the record to do this: it asks for more than a column"))
        with told(session, screen.model, record):
            perform(session, verb, record, {})
        return record
    return write_record(session, screen.model, record, {path: value_of(screen, path, column)})


def value_of(screen: Any, path: str, column: str) -> Any:
    """What is written for a column: its key is text in addresses."""
    field = screen.view.fields[path]
    if field.kind == "boolean":
        return column == "True"
    if field.target is not None and column:
        return int(column) if column.isdigit() and len(column) < 10 else column
    return column or None


def key_of_card(screen: Any, record: Any, path: str) -> str:
    """The key of the column in which a record stands."""
    own = fields_of(screen.model).get(path)
    value = getattr(record, own.key) if own is not None else None
    return "" if value is None else str(value)


def leads_back(session: Session, screen: Any, record: Any, path: str, column: str) -> bool:
    """Whether a card can be moved to where it came from without being asked anything."""
    verb = verb_to(screen, path, column)
    if verb is None:
        return is_movable(session, screen, path)
    return rights(session, screen.model).may(verb.name) and not needs_answers(verb) and bool(verb.when(record))


def put_before(session: Session, screen: Any, record: Any, path: str, before: int | None) -> None:
    """Give a card its place in the column; its neighbours are renumbered only when no number is left between them."""
    model, name = screen.model, screen.view.spec.kanban.position
    position, own = getattr(model, name), fields_of(model)[path]
    column = getattr(model, own.key)
    wanted = select(model.id, position).where(column == getattr(record, own.key), model.id != record.id)
    among = session.execute(wanted.order_by(position.is_(None), position, model.id).limit(MOST)).all()
    ids = [each for each, _place in among]
    at = ids.index(before) if before in ids else len(ids)
    left = among[at - 1][1] if at else 0
    right = among[at][1] if at < len(among) else (left or 0) + 2 * STEP
    if left is not None and right is not None and right - left > 1:
        setattr(record, name, (left + right) // 2)
    else:
        ids.insert(at, record.id)
        places = {number: place * STEP for place, number in enumerate(ids, 1)}
        for each in session.scalars(select(model).where(model.id.in_(ids))):
            setattr(each, name, places[each.id])
    with told(session, model, record):
        session.flush()


# made in a column


def quick_entries(session: Session, screen: Any, path: str) -> list[Entry]:
    """What is asked of a new card: what the view says, or its title and what is required."""
    spec, title = screen.view.spec.kanban, screen.model.__title__
    named = {slot.field for slot in spec.quick}
    entries = [each for each in screen.entries() if screen.may_write(session, each, "create") and each.name != path]
    if named:
        return sorted((e for e in entries if e.name in named), key=lambda e: [s.field for s in spec.quick].index(e.name))
    asked = [e for e in entries if e.name == title or (e.required and e.field.default is None and not e.field.make_default)]
    return sorted(asked, key=lambda each: each.name != title)


def quick_form(session: Session, screen: Any, path: str) -> RecordForm:
    """The small form of a new card."""
    return RecordForm(quick_entries(session, screen, path), {}, screen.options_url)


def may_begin_in(session: Session, screen: Any, path: str, column: str) -> bool:
    """Whether a new card may stand in a column from the start."""
    if not screen.makes(session):
        return False
    own = fields_of(screen.model).get(path)
    default = "" if own is None or own.default is None else str(own.default)
    verb = verb_to(screen, path, column)
    return column == default or (verb is None and is_movable(session, screen, path))


def make_card(session: Session, screen: Any, typed: dict[str, Any], path: str, column: str) -> Any:
    """A new record in a column."""
    values = dict(typed)
    if is_movable(session, screen, path):
        values[path] = value_of(screen, path, column)
    return screen.save(session, None, values, Texts(session).reading, None)
