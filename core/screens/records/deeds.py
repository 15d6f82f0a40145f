"""What is done to a record besides filling in its form: its verbs, archiving, deleting, looking back and taking back."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from flask import flash, g, redirect, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from core.db import Archivable, Model
from core.errors import Conflict, Invalid, Refused
from core.i18n import Text, _, translated
from core.operations import Verb, perform
from core.screens.fields.field import Field
from core.screens.fields.rights import demand
from core.screens.fields.texts import Texts
from core.screens.forms.arguments import asked_by, entries_for, read_arguments
from core.screens.forms.form import RecordForm
from core.screens.pages import committed, render
from core.screens.records.histories import SHOWN, begun, by_day, history_of, stored_value
from core.screens.records.reading import load_record
from core.screens.records.refusals import told
from core.screens.records.writing import delete_record, write_record
from core.screens.undo.telling import flash_act, remembered

if TYPE_CHECKING:
    from core.registry.composition import Composition
    from core.screens.fields.shown import Looking
    from core.screens.fields.titles import Titles
    from core.screens.views.view import View

OFTEN = (Invalid, Conflict, Refused)


class Deeds:
    """The part of a screen that acts on records."""

    model: ClassVar[type[Any]]

    if TYPE_CHECKING:

        @property
        def view(self) -> View: ...

        composition: Composition

        def titles(self, session: Session, record: Any, looking: Looking | None = None) -> Titles: ...
        def options_url(self, model: Any) -> str: ...
        def ways(self, model: Any) -> Mapping[str, str]: ...

    def perform(self, id: int, name: str) -> Response:
        """Do a verb, or ask what it needs to know."""
        return self._verb(self.verb(name), id)

    def collect(self, name: str) -> Response:
        """Do a verb that is about no single record."""
        return self._verb(self.verb(name, collection=True), None)

    def verb(self, name: str, collection: bool = False) -> Verb:
        """A verb of the model; 404 if there is none."""
        found = self.composition.verbs(self.model).get(name)
        if found is None or found.collection is not collection:
            raise NotFound
        return found

    def _verb(self, verb: Verb, id: int | None) -> Response:
        session: Session = g.session
        demand(session, self.model, verb.name)
        form = RecordForm(*entries_for(verb), self.options_url, self.ways)
        if request.method == "GET":
            self._prefill(session, verb, form)
            return self._ask(verb, id, form)
        form.take(request.form)
        if "line" in request.form and lines_of(verb):  # a button of its lines; else it is an argument of this name
            form.change_lines(request.form["line"])
            return self._ask(verb, id, form)
        how, typed = Texts(session).reading, form.typed()

        def work(session: Session) -> Any:
            record = load_record(session, self.model, id) if id else None
            with told(session, self.model, record):
                return record, perform(session, verb, record, read_arguments(verb, typed, how))

        try:
            record, result = committed(work)
        except OFTEN as error:
            form.blame(error.errors, str(error))
            return self._ask(verb, id, form, 422 if isinstance(error, Invalid) else 409)
        goal = result if isinstance(result, Model) else record
        flash(f"{translated(verb.label)}: {goal.title}" if goal is not None else translated(verb.label), "good")
        return redirect(self._url_of(goal) if goal is not None else self.view.url, 303)

    def _prefill(self, session: Session, verb: Verb, form: RecordForm) -> None:
        defaults = {name: field.default for name, field in asked_by(verb).items() if field.default is not None}
        texts = Texts(session)
        told = {name: texts.edited(asked_by(verb)[name], value) for name, value in defaults.items() if name in form.entries}
        form.form.process(None, data={**told, **{k: v for k, v in request.args.items() if k in form.entries}})

    def _ask(self, verb: Verb, id: int | None, form: RecordForm, status: int = 200) -> Response:
        session: Session = g.session
        record = load_record(session, self.model, id) if id else None
        form.keep(self.titles(session, record))
        back = self._url_of(record) if record is not None else self.view.url
        label = translated(verb.label)
        tables = [(field.name, field.label, form.columns(field.name)) for field in lines_of(verb)]
        return render(
            "verb.html",
            status,
            view=self.view,
            record=record,
            verb=verb,
            form=form,
            label=label,
            back=back,
            tables=tables,
            question=translated(verb.confirm) if verb.confirm else "",
        )

    def _url_of(self, record: Any) -> str:
        return f"/{record.__addon__}/{record.__slug__}/{record.id}"

    def delete(self, id: int) -> Response:
        """Ask first, then delete."""
        session: Session = g.session
        demand(session, self.model, "delete")
        if request.method == "GET":
            record = load_record(session, self.model, id)
            return render("delete.html", view=self.view, record=record, may_archive=self._may_archive(record))
        said = _("{title} was deleted.", title=load_record(session, self.model, id).title)

        def work(session: Session) -> Any:
            record = load_record(session, self.model, id)
            return remembered(session, self.model, lambda: delete_record(session, record, _version()), lambda _none: said)

        try:
            _nothing, act_id = committed(work)
        except (Refused, Conflict) as error:
            record = load_record(session, self.model, id)
            values = {"notice": error.message, "may_archive": self._may_archive(record)}
            return render("delete.html", 409, view=self.view, record=record, **values)
        flash_act(said, act_id)
        return redirect(self.view.url, 303)

    def _may_archive(self, record: Any) -> bool:
        return isinstance(record, Archivable) and record.active

    def mail(self, id: int) -> Response:
        """Write a letter about one record."""
        from core.screens.lists.bulk import Chosen
        from core.screens.mailing.page import Mailing

        session: Session = g.session
        demand(session, self.model, "mail")
        record = load_record(session, self.model, id)
        if not self.view.mail_path:
            raise NotFound
        session.demand(record, "mail")  # type: ignore[attr-defined]
        return Mailing(session, self, Chosen((id,)), record).response()

    def archive(self, id: int, active: bool = False) -> Response:
        """Put a record away, or take it out again."""
        if not issubclass(self.model, Archivable):
            raise NotFound

        def work(session: Session) -> Any:
            record = load_record(session, self.model, id)
            return remembered(
                session, self.model, lambda: write_record(session, self.model, record, {"active": active}), said
            )

        def said(record: Any) -> Text:
            return _("{title} is back.", title=record.title) if active else _("{title} was archived.", title=record.title)

        record, act_id = committed(work)
        flash_act(said(record), act_id)
        return redirect(f"{self.view.url}{id}", 303)

    def unarchive(self, id: int) -> Response:
        """Take a record out again."""
        return self.archive(id, active=True)

    def cell(self, id: int, path: str) -> Response:
        """The box of one cell of the list, or what was typed into it."""
        from core.screens.lists.cells import cell

        return cell(self, id, path)

    def duplicate(self, id: int) -> Response:
        """The form of a new record that begins as a copy of this one."""
        demand(g.session, self.model, "create")
        return redirect(f"{self.view.url}new?copy={id}", 303)

    def history(self, id: int) -> Response:
        """Who changed what, and from where."""
        session: Session = g.session
        record = load_record(session, self.model, id)
        before = request.args.get("before", type=int)
        changes = history_of(session, record, before)
        told: dict[str, Any] = {
            "days": by_day(session, changes),
            "begun": begun(session, record),
            "later": before is not None,
        }
        more = changes[-1].id if len(changes) == SHOWN else None
        return render("history.html", view=self.view, record=record, more=more, **told)

    def restore(self, id: int, change: int) -> Response:
        """Set one field back to what a change says it was."""
        path = request.form.get("field", "")

        def work(session: Session) -> Any:
            record = load_record(session, self.model, id)
            values: Mapping[str, Any] = stored_value(session, record, change, path)
            told = _("The old value is back.")
            return remembered(
                session, self.model, lambda: write_record(session, self.model, record, values), lambda _r: told
            )

        try:
            _record, act_id = committed(work)
            flash_act(_("The old value is back."), act_id)
        except OFTEN as error:
            flash(" ".join([str(error), *(str(fault.message) for fault in error.errors)]), "bad")
        return redirect(f"{self.view.url}{id}/history", 303)


def lines_of(verb: Verb) -> list[Field]:
    """The arguments of a verb that are tables of lines."""
    return [field for field in asked_by(verb).values() if field.kind == "lines"]


def _version() -> int | None:
    return request.form.get("version", type=int)
