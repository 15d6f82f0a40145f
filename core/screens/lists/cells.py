"""One cell of a list is filled in where it stands: a box on demand, the same write path as the form, the row drawn anew."""

from typing import Any

from flask import Response, flash, g, jsonify, redirect, request
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from core.access.guard import UserSession
from core.db import Line, Model
from core.errors import Conflict, Denied, Invalid, Missing, Refused, TandemError
from core.i18n import _
from core.screens.fields.rights import demand
from core.screens.fields.texts import Texts
from core.screens.fields.typed import asking_of
from core.screens.forms.boxes import Entry
from core.screens.forms.conflicts import ChangedSince, changes_since, name_of
from core.screens.forms.form import RecordForm
from core.screens.pages import committed, part
from core.screens.queries.statements import CAP, Listing
from core.screens.queries.where import read
from core.screens.records.reading import load_record
from core.screens.records.writing import demand_open
from core.screens.undo.telling import remembered
from core.screens.undo.undoing import said

OFTEN = (Invalid, Conflict, Refused, Denied, Missing)
BOXED = ("lines", "json")  # too large for a cell


def editable_paths(session: Session, screen: Any, listing: Listing) -> str:
    """The paths of the columns in order, those that this user may not fill in left empty: `name,,phone`."""
    if issubclass(screen.model, Line):
        return ""
    columns = tuple(column.path for column in listing.columns)

    def find() -> str:
        own = {each.name for each in screen.entries() if each.field.kind not in BOXED and screen.may_write(session, each)}
        return ",".join(path if path in own else "" for path in columns)

    found: str = screen.view.drawn(session, ("cells", columns), find)
    return found


class Cell:
    """One field of one record, as a list edits it."""

    def __init__(self, screen: Any, session: Session, id: int, path: str) -> None:
        self.screen, self.session, self.id, self.path = screen, session, id, path
        demand(session, screen.model, "update")
        self.record = load_record(session, screen.model, id)
        demand_open(self.record)
        if isinstance(session, UserSession):
            session.demand(self.record, "update")
        whole: RecordForm = screen.form(session, self.record)
        entry = whole.entries.get(path)
        if entry is None or entry.field.kind in BOXED:
            raise NotFound
        self.entry: Entry = entry
        self.form = RecordForm([entry], {}, screen.options_url)

    @property
    def title(self) -> str:
        """What the record is called."""
        return str(self.record.title)

    def box(self) -> Response:
        """The box with what stands in the cell, and the version that its writer sees."""
        titles = self.screen.titles(self.session, self.record)
        self.form.show(self.record, Texts(self.session), titles)
        label = _("{field} of {title}", field=self.entry.label, title=self.title)
        return Response(part("parts/cell.html", box=self.form[self.path], label=label, version=self.record.version))

    def save(self) -> AnyResponse:
        """Write what was typed; the row as it has become, or why it stays as it was."""
        self.form.take(request.form)
        how, typed = Texts(self.session).reading, self.form.typed()
        version = request.form.get("version", type=int)

        def work(session: Session) -> Any:
            record = load_record(session, self.screen.model, self.id)
            if version is not None and record.version != version:
                self.demand_untouched(session, record, version)
            return remembered(
                session,
                self.screen.model,
                lambda: self.screen.save(session, record, typed, how, None),
                lambda written: _("{field} of {title} changed", field=self.entry.label, title=written.title),
            )

        try:
            written, act_id = committed(work)
        except OFTEN as error:
            return self.refused(error)
        text = str(_("{field} of {title} changed", field=self.entry.label, title=written.title))
        undo = f"/undo/{act_id}" if act_id else ""
        return jsonify(row=self.row(), foot=self.foot(), version=written.version, text=text, undo=undo)

    def demand_untouched(self, session: Session, record: Model, version: int) -> None:
        """Conflict if somebody changed this very field since; other fields are no matter of this cell."""
        key = self.entry.field.key
        aspect, dot, _rest = self.path.partition(".")
        wanted = {f"{aspect}.{key}", self.path} if dot else {key, self.path}
        changes = changes_since(session, self.screen.model, record.id, version)
        theirs = [change for change in changes if wanted & {*change.values, *named(self.screen.model, change)}]
        if theirs:
            who = theirs[-1].who or _("Somebody")
            sentence = "{who} changed {field} meanwhile. Now: {value}"
            raise Conflict(_(sentence, who=who, field=self.entry.label, value=self.text_of(session, record)))

    def text_of(self, session: Session, record: Model) -> str:
        """What stands in the cell now, as text."""
        field: Any = self.entry.field
        holder = session.get(field.model, record.id) if "." in self.path else record
        shown = Texts(session).shown(field, holder) if holder is not None else ""
        return Markup(shown).striptags() or "–"  # noqa: S704 (its tags are taken away)

    def refused(self, error: TandemError) -> AnyResponse:
        """What is wrong, in words; with a conflict what stands there now, so that one may keep it or take it."""
        message = said(error)
        if request.headers.get("X-Requested-With") != "fetch":
            flash(message, "bad")
            return redirect(f"{self.screen.view.url}{self.id}", 303)
        told: dict[str, Any] = {"message": message}
        if isinstance(error, Conflict):
            fresh = load_record(self.session, self.screen.model, self.id)
            told |= {"conflict": True, "version": fresh.version, "row": self.row()}
        answer = jsonify(told)
        answer.status_code = error.status
        return answer

    def row(self) -> str:
        """The row of the record in the list that asked, whether or not it still matches."""
        page = self.list_page()
        page.condition = read([["id", "=", self.id]], self.screen.view.fields, asking_of(self.session))
        grid = page.grid()
        return str(grid.drawn(page.listing.page(self.session, page.condition, page.asked.order, "", 1)))

    def foot(self) -> str:
        """The sums below the list that asked, if it shows a sum of this column and of no more rows than are counted."""
        page = self.list_page()
        if page.asked.groups or self.path not in [column.path for column in page.listing.summed]:
            return ""
        count, _sums = page.listing.total(self.session, page.condition)
        return page.grid().sums_part() if count <= CAP else ""

    def list_page(self) -> Any:
        """The list that asked."""
        from core.screens.lists.index import ListPage, args_of

        return ListPage(self.screen, self.session, args_of(request.form.get("back", "")))


def named(model: Any, change: ChangedSince) -> set[str]:
    """The fields of a change by the names that views use."""
    return {name_of(model, key) for key in change.values}


def cell(screen: Any, id: int, path: str) -> AnyResponse:
    """The box of a cell, or what was typed into it."""
    found = Cell(screen, g.session, id, path)
    return found.save() if request.method == "POST" else found.box()
