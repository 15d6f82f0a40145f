"""Places in braces that a letter is filled in at: `{name}`, `{contact.city}`; which there are, and which are wrong."""

import difflib
import re
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy.orm import Session

from core.access.policy import closed_fields
from core.errors import FieldError
from core.i18n import Text, _
from core.screens.fields.addressed import holder_path
from core.screens.fields.field import Field, aspects_of, fields_of
from core.screens.fields.rights import enabled, rights
from core.screens.views.derived import is_offered

PLACE = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}|[{}]")
UNSAID = ("lines", "json")
DEPTH = 4


def places_in(text: str) -> list[str]:
    """The paths that a text names, each once."""
    return list(dict.fromkeys(found[1].strip() for found in PLACE.finditer(text) if found[1] and found[1].strip()))


def filled(text: str, value_of: Callable[[str], str]) -> str:
    """A text with its places filled in; doubled braces are braces."""

    def put(found: re.Match[str]) -> str:
        return value_of(found[1].strip()) if found[1] is not None else found[0][0]

    return PLACE.sub(put, text)


def place_faults(session: Session, view: Any, name: str, text: str) -> Iterator[FieldError]:
    """What is wrong with the places of a text; `name` is the box that it was typed into."""
    if any(found[0] in ("{", "}") or (found[1] is not None and not found[1].strip()) for found in PLACE.finditer(text)):
        sentence = (
            "A brace stands alone: what is to be filled in has one on either side, and a brace itself is written twice"
        )
        yield FieldError(name, _(sentence))
    known = [path for _label, places in offered(session, view) for path, _word in places]
    for path in places_in(text):
        if not is_place(session, view.model, path):
            near = difflib.get_close_matches(path, known, 1)
            yield FieldError(name, unknown(path, near[0] if near else ""))


def unknown(path: str, near: str) -> Text:
    """There is no such place."""
    if near:
        return _("There is nothing called {place} to fill in; did you mean {near}?", place=f"{{{path}}}", near=f"{{{near}}}")
    return _("There is nothing called {place} to fill in", place=f"{{{path}}}")


def is_place(session: Session, model: Any, path: str) -> bool:
    """Whether a path leads to something that the user may read and a letter may say."""
    steps = path.split(".")
    if len(steps) > DEPTH:
        return False
    for at, step in enumerate(steps):
        is_last = at == len(steps) - 1
        aspect = None if is_last else aspects_of(model, enabled(session)).get(step)
        if not rights(session, model).may("read"):
            return False
        if aspect is not None:
            model = aspect
            continue
        field = fields_of(model).get(step)
        if field is None or not is_sayable(session, field):
            return False
        if is_last:
            return rights(session, field.target).may("read") if field.kind in ("relation", "tags") and field.target else True
        if field.kind != "relation" or not field.related or field.target is None:
            return False
        model = field.target
    return False


def is_sayable(session: Session, field: Field) -> bool:
    """Whether a letter may say a field; never what is hidden from some role, as others may read what was written."""
    is_guarded = field.sensitive or field.name in closed_fields(field.model, frozenset())[0]
    return field.kind not in UNSAID and not is_guarded and is_offered(field) and rights(session, field.model).sees(field)


def offered(session: Session, view: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a menu offers to put into a text: for the record, and for whom it is about, paths with their labels."""
    groups = [(view.label, _own(session, view.model, ""))]
    relation = holder_path(view.mail_path)
    own = fields_of(view.model).get(relation) if relation else None
    if own is not None and own.target is not None and is_place(session, view.model, relation):
        groups.append((own.label, _own(session, own.target, f"{relation}.")))
    return [(label, places) for label, places in groups if places]


def _own(session: Session, model: Any, prefix: str) -> list[tuple[str, str]]:
    """The fields of a model, then those of its extensions."""
    if not rights(session, model).may("read"):
        return []
    found = [(f"{prefix}{name}", each.label) for name, each in fields_of(model).items() if is_sayable(session, each)]
    for aspect, extension in aspects_of(model, enabled(session)).items():
        found += _own(session, extension, f"{prefix}{aspect}.")
    return found
