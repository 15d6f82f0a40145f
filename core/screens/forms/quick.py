"""A record made or corrected without leaving the form that needs it: a short form in a dialog answers with the record."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from flask import flash, g, jsonify, redirect, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from core.db import Model
from core.errors import Conflict, Invalid, Refused
from core.i18n import _
from core.screens.fields.field import fields_of
from core.screens.fields.rights import demand, rights
from core.screens.fields.texts import Texts
from core.screens.forms.boxes import Entry
from core.screens.forms.form import RecordForm
from core.screens.pages import committed, render, wants_json
from core.screens.records.reading import load_record

if TYPE_CHECKING:
    from core.registry.composition import Composition
    from core.screens.fields.parsing import Reading
    from core.screens.fields.shown import Looking
    from core.screens.fields.titles import Titles
    from core.screens.views.view import View

SHORT = 6
PLAIN = ("text", "choice", "relation", "money", "price", "integer", "date", "boolean")


class Quick:
    """The part of a screen that other forms reach into."""

    model: ClassVar[type[Any]]
    composition: "Composition"

    if TYPE_CHECKING:

        @property
        def view(self) -> View: ...

        def entries(self) -> list[Entry]: ...
        def may_write(self, session: Session, entry: Entry, right: str = "update") -> bool: ...
        def may_edit(self, session: Session, record: Any) -> bool: ...
        def makes(self, session: Session) -> bool: ...
        def note(self, session: Session, record: Any) -> str: ...
        def options_url(self, model: Any) -> str: ...
        def prefilled(self, session: Session) -> Any: ...
        def titles(self, session: Session, record: Any, looking: Looking | None = None) -> Titles: ...
        def save(
            self, session: Session, record: Any, values: Mapping[str, Any], how: Reading, version: int | None
        ) -> Any: ...

    def quick(self, id: int | None = None) -> Response:
        """The short form of a record or of a new one; what was typed into it, saved."""
        session: Session = g.session
        demand(session, self.model, "update" if id else "create")
        record = load_record(session, self.model, id) if id else self.prefilled(session)
        if not self.is_quick() or (id and not self.may_edit(session, record)):
            raise NotFound
        form = RecordForm(self.quick_entries(session), {}, self.options_url, self.ways)
        if request.method == "GET":
            form.show(record, Texts(session), self.titles(session, record))
            self._begin(form, request.args.get("text", ""))
            return self._drawn(form, id, record)
        form.take(request.form)
        typed, how, version = form.typed(), Texts(session).reading, request.form.get("version", type=int)

        def work(session: Session) -> Any:
            stored = load_record(session, self.model, id) if id else None
            return self.save(session, stored, typed, how, version)

        try:
            written = committed(work)
        except (Invalid, Conflict, Refused) as error:
            form.blame(error.errors, str(error))
            form.keep(self.titles(session, record))
            return self._drawn(form, id, record, 422)
        if wants_json():
            return jsonify({"value": written.id, "text": written.title, "note": self.note(session, written)})
        flash(str(_("{title} was saved.", title=written.title)), "good")
        return redirect(f"{self.view.url}{written.id}", 303)

    def _drawn(self, form: RecordForm, id: int | None, record: Any, status: int = 200) -> Response:
        title = record.title if id else _("New {kind}", kind=self.view.label.lower())
        more = f"{self.view.url}{id}?panel=details" if id else f"{self.view.url}new"
        action = f"{self.view.url}{id}/quick" if id else f"{self.view.url}quick"
        version = getattr(record, "version", None) if id else None
        return render(
            "quick.html", status, view=self.view, form=form, title=title, more=more, action=action, version=version
        )

    def _begin(self, form: RecordForm, text: str) -> None:
        """Put what was looked for where the record is called by it."""
        if not text:
            return
        named = [entry for entry in form.entries.values() if entry.field.name == self.model.__title__]
        wanted = [entry for entry in form.entries.values() if entry.field.kind == "text" and entry.required]
        for entry in (named or wanted)[:1]:
            form[entry.name].data = text[: entry.field.longest]

    def quick_entries(self, session: Session) -> list[Entry]:
        """What is needed and what the record is called by, then the first few of its form."""
        known = [
            entry for entry in self.entries() if any(self.may_write(session, entry, right) for right in ("create", "update"))
        ]
        first = [e for e in known if e.required or e.field.name == self.model.__title__]
        more = [e for e in known if e not in first and e.field.kind in PLAIN and "." not in e.name]
        chosen = [*first, *more[: max(0, SHORT - len(first))]]
        return [entry for entry in known if entry in chosen]

    def is_quick(self) -> bool:
        """Whether a record can be made by a few fields: a document that needs lines cannot."""
        model: Any = self.model
        return not any(field.kind == "lines" and field.required for field in fields_of(model).values())

    def ways(self, model: Any) -> Mapping[str, str]:
        """What a box that finds records of a model can do besides: open the chosen one, correct it, make one."""
        screen = self.composition.parts.get("screens", {}).get(model)
        if screen is None or model.__addon__ == "core" or not issubclass(model, Model):
            return {}
        session: Session = g.session
        base, may = f"/{model.__addon__}/{model.__slug__}/", rights(session, model)
        found = {"data-open": base} if may.may("read") else {}
        if screen.makes(session):
            found["data-new"] = f"{base}new"
        if found and screen.is_quick():
            found["data-quick"] = " ".join(word for word, right in QUICK if may.may(right))
        return found


QUICK: Sequence[tuple[str, str]] = (("make", "create"), ("edit", "update"))
