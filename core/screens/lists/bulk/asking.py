"""What has to be known before something is done to many records: a field and its new value, tags, a verb's answers."""

from dataclasses import dataclass
from typing import Any

from flask import g, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from core.db import Model
from core.errors import FieldError, Invalid
from core.i18n import _
from core.screens.fields.field import Field
from core.screens.fields.parsing import Reference
from core.screens.fields.texts import Texts
from core.screens.forms.arguments import entries_for, read_arguments
from core.screens.forms.form import RecordForm
from core.screens.lists.bulk.chosen import Chosen
from core.screens.lists.bulk.deeds import Values
from core.screens.lists.bulk.offered import Action, alike_entries
from core.screens.pages import render
from core.screens.records.plans import Plan, planned
from core.screens.records.reading import plain
from core.screens.records.references import resolve

WRITING = ("edit", "assign", "tag", "untag")


@dataclass
class Asking:
    """The form of one deed over many records, as one request fills it."""

    session: Session
    screen: Any
    action: Action
    chosen: Chosen

    def __post_init__(self) -> None:
        self.writes = self.action.name in WRITING
        self.entries = alike_entries(self.session, self.screen, self.action.name) if self.writes else []
        asked = request.form.get("field", "")
        self.entry = next((e for e in self.entries if e.name == asked), self.entries[0] if self.entries else None)
        if self.entry is not None:
            self.form = RecordForm([self.entry], {}, self.screen.options_url)
            self.form[self.entry.name].flags.required = self.action.name != "edit" or self.entry.required
        else:
            verb = self.screen.composition.verbs(self.screen.model)[self.action.name]
            single, _lines = entries_for(verb)
            self.form = RecordForm(single, {}, self.screen.options_url)
        if request.form.get("go"):
            self.form.take(request.form)
        else:
            self.prefill()

    def prefill(self) -> None:
        """What stands there before anybody typed: the defaults of a verb."""
        texts = Texts(self.session)
        given = (
            {} if self.writes else {n: e.field.default for n, e in self.form.entries.items() if e.field.default is not None}
        )
        self.form.form.process(None, data={n: texts.edited(self.form.entries[n].field, v) for n, v in given.items()})

    def values(self) -> Values:
        """The answers as JSON; Invalid with each fault."""
        how = Texts(self.session).reading
        if self.entry is None:
            verb = self.screen.composition.verbs(self.screen.model)[self.action.name]
            read = read_arguments(verb, self.form.typed(), how)
            return {"arguments": {name: canonical(value) for name, value in read.items()}}
        path, typed = self.entry.name, self.form.typed()
        with self.session.no_autoflush:
            plan = planned(self.session, self.screen.model, None, typed, how)
            resolve(self.session, plan)
        if faults := [fault for fault in plan.faults if fault.field == path]:
            raise Invalid(_("Nothing was done: some answers cannot be taken as they are."), faults)
        field, value = set_by(plan, path)
        if self.action.name != "edit" and value in (None, []):
            told = _("{label}: {reason}", label=self.entry.label, reason=_("is needed: fill it in"))
            raise Invalid(_("Nothing was done: some answers cannot be taken as they are."), [FieldError(path, told)])
        return {"field": path, "value": canonical(value), "kind": field.kind}

    def page(self, error: Invalid | None = None) -> Response:
        """The form, with what is wrong with it."""
        if error is not None:
            self.form.blame(error.errors, str(error))
        self.form.keep(self.screen.titles(self.session, self.screen.model()))
        count = self.chosen.count(self.session, self.screen)
        plural = self.screen.view.plural if count != 1 else self.screen.view.label
        return render(
            "bulk.html",
            200 if error is None else 422,
            view=self.screen.view,
            action=self.action,
            title=f"{self.action.label.rstrip('…')}: {g.formats.number('integer', count)} {plural.lower()}",
            entries=self.entries,
            chosen_field=self.entry.name if self.entry is not None else "",
            form=self.form,
            boxes=list(self.form.entries),
            chosen=self.chosen,
        )

    @property
    def is_answered(self) -> bool:
        """Whether somebody sent the form off, instead of choosing another field."""
        return bool(request.form.get("go"))


def set_by(plan: Plan, path: str) -> tuple[Field, Any]:
    """What a plan sets at a path: a field of the record or of one of its extensions."""
    aspect, dot, name = path.partition(".")
    found: tuple[Field, Any] = plan.aspects[aspect].sets[name] if dot else plan.sets[path]
    return found


def canonical(value: Any) -> Any:
    """A value as JSON: records by their numbers."""
    if isinstance(value, list):
        return [canonical(each) for each in value]
    if isinstance(value, Reference):
        return value.value
    return value.id if isinstance(value, Model) else plain(value)
