"""What one person may do to several records of a list."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from core.access.models import User
from core.db import Archivable, Line
from core.i18n import _, translated
from core.operations import Verb
from core.screens.fields.field import unique_keys
from core.screens.fields.rights import rights
from core.screens.forms.arguments import asked_by
from core.screens.forms.boxes import Entry
from core.screens.mailing.rights import may_mail

ALIKE = ("lines", "json")  # what no two records have alike


@dataclass(frozen=True)
class Action:
    """One button of the selection bar; one that `asks` leads to a form first, on a page of its own if it `fills_page`."""

    name: str
    label: str
    icon: str
    confirm: str = ""
    asks: bool = False
    fills_page: bool = False


def bulk_actions(session: Session, screen: Any) -> list[Action]:
    """What this user may do to several records of a screen, what is done most often first."""
    if issubclass(screen.model, Line):
        return []
    may, verbs = rights(session, screen.model), verb_actions(session, screen)
    archives = issubclass(screen.model, Archivable) and may.may("update")
    found = [*verbs[0], *writing_actions(session, screen)]
    if may_mail(session, screen.view):
        found.append(Action("mail", str(_("E-mail…")), icon="mail", asks=True, fills_page=True))
    if archives:
        found.append(Action("archive", str(_("Archive")), icon="archive"))
    if may.may("delete"):
        found.append(Action("delete", str(_("Delete")), icon="trash"))
    found += verbs[1]
    if archives:
        found.append(Action("unarchive", str(_("Take out of the archive")), icon="archive-off"))
    return [*found, *verbs[2]]


def verb_actions(session: Session, screen: Any) -> tuple[list[Action], list[Action], list[Action]]:
    """The verbs that this user may do and whose answers many records may share: main ones, others, those that ask."""
    may = rights(session, screen.model)
    main, others, asking = found = list[Action](), list[Action](), list[Action]()
    for verb in screen.composition.verbs(screen.model).values():
        if not verb.collection and may.may(verb.name) and is_doable(verb):
            asks = any(field.required for field in asked_by(verb).values())
            label, question = translated(verb.label), translated(verb.confirm or "")
            name = f"{label}…" if asks else label
            action = Action(verb.name, name, icon=verb.icon or "player-play", confirm=question, asks=asks)
            (asking if asks else main if verb.primary else others).append(action)
    return found


def writing_actions(session: Session, screen: Any) -> list[Action]:
    """Setting a field, handing over, tags; each where the form has a field for it."""
    entries = alike_entries(session, screen)
    found = [Action("edit", str(_("Edit…")), icon="pencil", asks=True)] if entries else []
    if any(is_person(entry) for entry in entries):
        found.append(Action("assign", str(_("Assign…")), icon="user", asks=True))
    if any(entry.field.kind == "tags" for entry in entries):
        found.append(Action("tag", str(_("Add tags…")), icon="tag", asks=True))
        found.append(Action("untag", str(_("Remove tags…")), icon="tag-off", asks=True))
    return found


def alike_entries(session: Session, screen: Any, action: str = "edit") -> list[Entry]:
    """The boxes of the form whose value several records may share; of an action, those that it is about."""
    once = unique_keys(screen.model)
    own: list[Entry] = [
        entry
        for entry in screen.entries()
        if screen.may_write(session, entry) and entry.field.kind not in ALIKE and entry.name not in once
    ]
    if action == "assign":
        return [entry for entry in own if is_person(entry)]
    if action in ("tag", "untag"):
        return [entry for entry in own if entry.field.kind == "tags"]
    return own


def is_person(entry: Entry) -> bool:
    """Whether a box names one user."""
    return entry.field.kind == "relation" and entry.field.target is User


def is_doable(verb: Verb) -> bool:
    """Whether what a verb asks can be answered once for many records."""
    return all(field.kind != "lines" or not field.required for field in asked_by(verb).values())
