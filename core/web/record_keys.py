"""What one makes of a record by a single key: a note, a task, a meeting, a reply; as the enabled addons declare it."""

from typing import Any

from flask import current_app, g

from core.i18n import translated
from core.screens.fields.rights import rights

#: verbs by these names answer to these letters, where the page has no box of its own for it
VERBS = {"n": "note", "r": "reply"}


def record_keys(record: Any) -> dict[str, dict[str, str]]:
    """Letter → label and address of what the person may do with a record; a model says its letter in `__key__`."""
    composition, session, model = current_app.extensions["tandem"], g.session, type(record)
    screen, found = composition.screens.get(model), dict[str, dict[str, str]]()
    if screen is None or model.__addon__ == "core":
        return found
    may = rights(session, model)
    for letter, name in VERBS.items():
        verb = composition.verbs(model).get(name)
        if verb is not None and may.may(name) and verb.when(record):
            found[letter] = {"label": translated(verb.label).strip("…."), "url": f"{screen.view.url}{record.id}/{name}"}
    for other in composition.screens.values():
        letter = getattr(other.model, "__key__", "")
        if letter and (link := about(other, record)) and other.makes(session):
            found[letter] = {"label": other.view.label, "url": f"{other.view.url}new?{link}"}
    return found


def about(screen: Any, record: Any) -> str:
    """What the address of a new record says so that it is about this one or the same person; nothing if it cannot be."""
    for entry in screen.entries():
        target = entry.field.target
        if target is None or "." in entry.name:
            continue
        if isinstance(record, target):
            return f"{entry.name}={record.id}"
        if (key := getattr(record, f"{entry.name}_id", None)) and entry.name == "contact":
            return f"{entry.name}={key}"
    return ""
