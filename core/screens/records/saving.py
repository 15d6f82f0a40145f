"""What was typed into a form enters its record; what two people typed at the same time is merged, or asked about."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from flask import g, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from core.errors import Conflict, Invalid, Refused, TandemError
from core.i18n import _
from core.screens.fields.rights import rights
from core.screens.fields.texts import Texts
from core.screens.forms.form import RecordForm
from core.screens.forms.merging import Clashing, Merge, Typed, chosen, merged
from core.screens.pages import committed, render
from core.screens.records.reading import load_record
from core.screens.undo.telling import flash_act, remembered

if TYPE_CHECKING:
    from core.screens.fields.parsing import Reading
    from core.screens.fields.shown import Looking
    from core.screens.fields.titles import Titles
    from core.screens.forms.record_page import RecordPage
    from core.screens.views.view import View


class Saving:
    """The part of a screen that saves forms."""

    model: ClassVar[type[Any]]
    template: ClassVar[str]

    if TYPE_CHECKING:

        @property
        def view(self) -> View: ...

        def form(self, session: Session, record: Any) -> RecordForm: ...
        def page(self, session: Session, record: Any, form: RecordForm | None) -> RecordPage: ...
        def prefilled(self, session: Session) -> Any: ...
        def titles(self, session: Session, record: Any, looking: Looking | None = None) -> Titles: ...
        def save(
            self, session: Session, record: Any, values: Mapping[str, Any], how: Reading, version: int | None
        ) -> Any: ...

    def saved(self, id: int | None) -> Response:
        """Write the form; back to it, with everything that was typed, when it cannot be taken."""
        session: Session = g.session
        record = load_record(session, self.model, id) if id else None
        form = self.form(session, record if record is not None else self.model())
        form.take(request.form)

        def work(session: Session) -> tuple[tuple[Any, Merge | None], int | None]:
            return remembered(session, self.model, lambda: self.written(session, id, form), lambda done: saying(*done))

        try:
            (written, merge), act_id = committed(work)
        except (Invalid, Conflict, Refused) as error:
            return self.refused(id, form, error)
        flash_act(saying(written, merge), act_id if id or rights(session, self.model).may("delete") else None)
        return redirect(f"{self.view.url}{written.id}", 303)

    def written(self, session: Session, id: int | None, form: RecordForm) -> tuple[Any, Merge | None]:
        """The record as the form leaves it, with what others changed meanwhile; Clashing where somebody must choose."""
        stored = load_record(session, self.model, id) if id else None
        version, merge = request.form.get("version", type=int), None
        typed: Typed = request.form
        if stored is not None and "resolve" in typed:
            form.take(typed := chosen(self.as_stored(session, stored), typed))
        if stored is not None and stored.is_frozen:
            version = None  # that it can no longer be changed counts for more than who changed it
        if stored is not None and version is not None and version != stored.version:
            merge = self.merged(session, stored, form, version, typed)
            if merge is not None:
                version = stored.version
        return self.save(session, stored, form.typed(), Texts(session).reading, version), merge

    def merged(self, session: Session, stored: Any, form: RecordForm, version: int, typed: Typed) -> Merge | None:
        """The form with what others changed meanwhile; None if nobody knows what that was."""
        titles = self.titles(session, stored)
        form.keep(titles)
        merge = merged(session, form, self.as_stored(session, stored), stored, version, typed)
        if merge is not None:
            form.take(merge.typed)
            if merge.clashes:
                raise Clashing(merge, stored.title)
        return merge

    def as_stored(self, session: Session, stored: Any) -> RecordForm:
        """A form that shows a record as it is now."""
        form = self.form(session, stored)
        form.show(stored, Texts(session), self.titles(session, stored))
        return form

    def refused(self, id: int | None, form: RecordForm, error: TandemError) -> Response:
        """The form as it was typed, with what is wrong with it."""
        session: Session = g.session
        record = load_record(session, self.model, id) if id else self.prefilled(session)
        if not isinstance(error, Conflict):
            form.blame(error.errors, str(error))
        form.keep(self.titles(session, record))
        page = self.page(session, record, form)
        if isinstance(error, Conflict):
            clashes = error.merge.clashes if isinstance(error, Clashing) else ()
            page.notice = {"message": error.message, "faults": () if clashes else error.errors, "clashes": clashes}
        return render(self.template, 422 if isinstance(error, Invalid) else 409, **page.values())

    def with_lines(self, session: Session, record: Any, form: RecordForm) -> Response:
        """The form with a line more or less, for browsers without JavaScript."""
        form.take(request.form)
        form.change_lines(request.form["line"])
        form.keep(self.titles(session, record))
        return render(self.template, **self.page(session, record, form).values())


def saying(written: Any, merge: Merge | None) -> str:
    """What is said of a record that was saved."""
    if merge is None or not merge.fields:
        return str(_("{title} was saved.", title=written.title))
    who = merge.who or _("Somebody")
    sentence = "{title} was saved, and so is what {who} changed meanwhile: {fields}."
    return str(_(sentence, title=written.title, who=who, fields=merge.fields))
