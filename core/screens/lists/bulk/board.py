"""Moving a card of a board: by the verb that the view names for its new column, else by writing the field."""

from typing import Any

from sqlalchemy.orm import Session

from core.errors import Missing, Refused
from core.i18n import _
from core.operations import Verb, perform
from core.screens.fields.field import fields_of
from core.screens.fields.rights import rights
from core.screens.forms.arguments import asked_by
from core.screens.records.reading import load_record
from core.screens.records.refusals import told
from core.screens.records.writing import write_record


def needs_answers(verb: Verb) -> bool:
    """Whether a verb cannot be done without asking something first."""
    return any(field.required for field in asked_by(verb).values())


def move_card(session: Session, screen: Any, card: str, column: str) -> Any:
    """Put a card of the board into another column: by the verb that the view names for it, else by writing the field."""
    spec = screen.view.spec.kanban
    if spec is None or not card.isdigit() or len(card) > 9:
        raise Missing(_("There is no such card"))
    record = load_record(session, screen.model, int(card))
    if column in spec.moves:
        verb = screen.composition.verbs(screen.model).get(spec.moves[column])
        if verb is None or needs_answers(verb):
            raise Refused(_("Open the record to do this: it asks for more than a column"))
        with told(session, screen.model, record):
            perform(session, verb, record, {})
        return record
    field = screen.view.fields[spec.column]
    value: Any = column or None
    if field.kind == "boolean":
        value = column == "True"
    elif field.target is not None and value is not None:
        value = int(column) if column.isdigit() else column
    return write_record(session, screen.model, record, {spec.column: value})


def is_movable(session: Session, screen: Any) -> bool:
    """Whether this user may put a card elsewhere by writing the field of the columns."""
    spec = screen.view.spec.kanban
    own = fields_of(screen.model).get(spec.column) if spec else None
    may = rights(session, screen.model)
    return own is not None and may.may("update") and may.writes(own)
