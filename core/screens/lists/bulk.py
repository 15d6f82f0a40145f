"""What is done to many records at once from a list: archive, delete, verbs that ask nothing; all of it or none."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from core.db import Archivable, Line
from core.errors import Invalid
from core.i18n import Text, _, translated
from core.operations import Verb, perform
from core.screens.fields.rights import demand, rights
from core.screens.forms.arguments import asked_by
from core.screens.records.reading import load_record
from core.screens.records.refusals import told
from core.screens.records.writing import delete_record, write_record

MOST = 1000


@dataclass(frozen=True)
class Action:
    """One button of the selection bar."""

    name: str
    label: str
    icon: str
    confirm: str = ""


def needs_answers(verb: Verb) -> bool:
    """Whether a verb cannot be done without asking something first."""
    return any(field.required for field in asked_by(verb).values())


def bulk_actions(session: Session, screen: Any) -> list[Action]:
    """What this user may do to several records of a screen."""
    may = rights(session, screen.model)
    found = [
        Action(verb.name, translated(verb.label), icon=verb.icon or "player-play", confirm=translated(verb.confirm or ""))
        for verb in screen.composition.verbs(screen.model).values()
        if not verb.collection and may.may(verb.name) and not needs_answers(verb)
    ]
    if issubclass(screen.model, Archivable) and may.may("update"):
        found.append(Action("archive", str(_("Archive")), icon="archive"))
        found.append(Action("unarchive", str(_("Take out of the archive")), icon="archive-off"))
    if may.may("delete") and not issubclass(screen.model, Line):
        found.append(Action("delete", str(_("Delete")), icon="trash", confirm=str(_("Delete what is ticked?"))))
    return found


def act_on(session: Session, screen: Any, name: str, ids: list[int]) -> Text:
    """Do it to every ticked record, in the order of their numbers; one that refuses leaves all as they were."""
    known = {action.name for action in bulk_actions(session, screen)}
    if name not in known:
        raise Invalid(_("This cannot be done to several records at once: {name}", name=name))
    if not ids or len(ids) > MOST:
        raise Invalid(_("Tick at least one record and at most {most}", most=MOST))
    for number in sorted(set(ids)):
        record = load_record(session, screen.model, number)
        if name in ("archive", "unarchive"):
            write_record(session, screen.model, record, {"active": name == "unarchive"})
        elif name == "delete":
            demand(session, screen.model, "delete")
            delete_record(session, record, None)
        else:
            verb = screen.composition.verbs(screen.model)[name]
            with told(session, screen.model, record):
                perform(session, verb, record, {})
    return _("Done for {count} records.", count=len(set(ids)))
