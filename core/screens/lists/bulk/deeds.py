"""What is done to each of many records, by name; the same functions as on the record's own page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from core.errors import Invalid
from core.i18n import Text, _, translated
from core.operations import perform
from core.screens.fields.field import field_at
from core.screens.fields.parsing import JSON_VALUES
from core.screens.mailing.draft import Draft
from core.screens.mailing.sending import MAIL, mail_about
from core.screens.records.refusals import told
from core.screens.records.writing import delete_record, write_record

Values = Mapping[str, Any]
Doing = Callable[[Session, Any], None]


@dataclass(frozen=True)
class Deed:
    """One thing that is done to many records: how, whether it can be taken back, and how it is told."""

    name: str
    do: Doing
    can_undo: bool
    sentence: str
    about: Mapping[str, Any]

    def told(self, count: int, view: Any) -> Text:
        """The deed in a sentence, once it is done."""
        word = view.label if count == 1 else view.plural
        return _(self.sentence, count=count, plural=word.lower(), **self.about)


def deed_of(screen: Any, name: str, values: Values) -> Deed:
    """The deed of that name; `values` are what was asked before, as JSON."""
    if name in ("edit", "assign", "tag", "untag"):
        return _writing(screen, name, values)
    if name in ("archive", "unarchive"):
        given = {"active": name == "unarchive"}
        sentence = "{count} {plural} are back from the archive" if given["active"] else "{count} {plural} archived"
        return Deed(name, lambda session, record: _write(session, screen, record, given), True, sentence, {})
    if name == "delete":
        return Deed(name, lambda session, record: delete_record(session, record), True, "{count} {plural} deleted", {})
    if name == MAIL:
        draft = Draft.kept(values)
        about = {"subject": draft.subject}
        return Deed(
            name, lambda s, record: mail_about(s, screen, record, draft), False, "“{subject}” to {count} {plural}", about
        )
    verb = screen.composition.verbs(screen.model).get(name)
    if verb is None or verb.collection:
        raise Invalid(_("This cannot be done to several records at once: {name}", name=name))

    def do(session: Session, record: Any) -> None:
        with told(session, screen.model, record):
            perform(session, verb, record, values.get("arguments", {}))

    return Deed(name, do, False, "{verb}: {count} {plural}", {"verb": translated(verb.label)})


def _write(session: Session, screen: Any, record: Any, values: Values) -> None:
    write_record(session, screen.model, record, values)


def _writing(screen: Any, name: str, values: Values) -> Deed:
    path, value = values["field"], values["value"]
    field = field_at(screen.model, path)
    about = {"field": field.label if field is not None else path}

    def do(session: Session, record: Any) -> None:
        given = value
        if name in ("tag", "untag"):
            there = [each.id for each in getattr(record, path)]
            given = [*there, *value] if name == "tag" else [n for n in there if n not in value]
        screen.save(session, record, {path: given}, JSON_VALUES, None)

    sentences = {
        "assign": "{count} {plural} assigned",
        "tag": "{count} {plural} tagged",
        "untag": "Tags taken off {count} {plural}",
    }
    return Deed(name, do, True, sentences.get(name, "{field} of {count} {plural} changed"), about)
