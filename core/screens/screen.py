"""One controller for the records of any model: its list, its form, its verbs.

An addon without Python screens gets all of it from YAML. To change one step, subclass and override one method: `rows`,
`form`, `save`, `actions`, `recompute`, `note`, `calendar`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar, get_args

from flask import flash, g, make_response, redirect, request
from sqlalchemy import inspect
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from core.db import Model
from core.i18n import _
from core.operations import Verb
from core.registry.composition import Composition
from core.screens.calendars.entries import Source
from core.screens.deciding import told_of
from core.screens.fields.parsing import Reading
from core.screens.fields.rights import demand, rights
from core.screens.fields.shown import Looking
from core.screens.fields.texts import Texts
from core.screens.fields.titles import Titles
from core.screens.forms.boxes import Entry, entries_of, line_slots
from core.screens.forms.form import RecordForm
from core.screens.forms.neighbours import neighbour
from core.screens.forms.options import options, short_list, titles_of
from core.screens.forms.quick import Quick
from core.screens.forms.record_page import RecordPage, addresses
from core.screens.pages import part, render
from core.screens.panels import opened, shown_panels
from core.screens.records import writing
from core.screens.records.deeds import Deeds
from core.screens.records.plans import with_defaults
from core.screens.records.reading import load_record
from core.screens.records.saving import Saving
from core.screens.records.writing import sketch_record, write_record
from core.screens.views.schemas import Slot
from core.screens.views.view import View

M = TypeVar("M", bound=Model)


class Screen(Saving, Quick, Deeds, Generic[M]):
    """How people see and change the records of one model: `class TicketScreen(Screen[Ticket])` changes some steps."""

    template: ClassVar[str] = "form.html"

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        for base in getattr(cls, "__orig_bases__", ()):
            named = get_args(base)
            if named and isinstance(named[0], type):
                cls.model = named[0]

    def __init__(self, composition: Composition, model: type[M] | None = None) -> None:
        if model is not None:
            self.model = model  # type: ignore[misc]  # the plain screen serves any model
        self.composition = composition

    @property
    def view(self) -> View:
        """The composed view of the model."""
        view: View = self.composition.views.of(self.model)
        return view

    # the steps that a subclass may change

    def rows(self, session: Session) -> list[Any]:
        """A where-list that narrows what the list shows; none unless it is overridden."""
        return []

    def form(self, session: Session, record: M) -> RecordForm:
        """The boxes that this user may fill in."""
        right = "create" if inspect(record).key is None else "update"
        entries = [entry for entry in self.entries() if self.may_write(session, entry, right)]
        lines = {}
        for spec in self.view.form.lines:
            own = entries_of(self.model, [Slot(field=spec.field)])
            if own and own[0].field.target is not None and self.may_write(session, own[0], right):
                columns = entries_of(own[0].field.target, line_slots(spec))
                lines[spec.field] = [e for e in columns if self.may_write(session, e, right)]
        return RecordForm(entries, lines, self.options_url, self.ways)

    def save(self, session: Session, record: M | None, values: Mapping[str, Any], how: Reading, version: int | None) -> M:
        """Write what was typed on the record, or a new one."""
        required = {e.name for e in self.entries() if e.required and not e.field.required}
        written: M = write_record(session, self.model, record, values, how=how, version=version, needed=frozenset(required))
        return written

    def actions(self, session: Session, record: M) -> Sequence[Verb]:
        """The verbs that suit the record now and that the user may do."""
        may, verbs = rights(session, self.model), self.composition.verbs(self.model).values()
        return [v for v in verbs if not v.collection and may.may(v.name) and v.when(record)]

    def recompute(self, session: Session, record: M) -> None:
        """Set what follows from the fields and lines of a record that is being typed."""
        writing.recompute(record)

    def note(self, session: Session, record: M) -> str:
        """The line below a record where one chooses from several."""
        return str(getattr(record, "note_line", ""))

    def offered(self) -> Sequence[Any]:
        """Conditions for the records that boxes offer, if one cannot choose from all."""
        return ()

    def calendar(self, page: Any) -> Source:
        """Where the entries of the calendar come from: the records of the list, unless the addon knows more of time."""
        from core.screens.calendars.records import Records

        return Records(page)

    # the pages

    def index(self) -> Any:
        """The list, and whatever is done to what is ticked in it."""
        from core.screens.lists.index import render_index

        demand(g.session, self.model, "read")
        return render_index(self)

    def new(self) -> Response:
        """An empty form, filled from the address (`?contact=5`, `?copy=7`), or what was typed into it."""
        session: Session = g.session
        demand(session, self.model, "create")
        if not self.makes(session):
            raise NotFound
        if request.method == "POST" and "line" not in request.form:
            return self.saved(None)
        form = self.form(session, record := self.prefilled(session))
        if request.method == "POST":
            return self.with_lines(session, record, form)
        form.show(record, Texts(session), self.titles(session, record))
        return render(self.template, **self.page(session, record, form).values())

    def show(self, id: int) -> Response:
        """A record; its form, where the user may change it."""
        session: Session = g.session
        panels = self.composition.panels.get(self.model, {})
        named = shown_panels(panels, [slot.field for slot in self.view.form.panels])
        fields_open = opened(named, request.args.get("panel", "")) is None
        record = load_record(session, self.model, id, lists=fields_open)
        form = self.form(session, record) if fields_open and self.may_edit(session, record) else None
        page = self.page(session, record, form)
        if form is not None:
            form.show(record, Texts(session), self.titles(session, record, page.looking))
        return render(self.template, **page.values())

    def edit(self, id: int) -> Response:
        """What was typed into the form of a record."""
        if "line" not in request.form:
            return self.saved(id)
        session: Session = g.session
        record = load_record(session, self.model, id)
        return self.with_lines(session, record, self.form(session, record))

    def next(self, id: int, back: bool = False) -> Response:
        """To the record that comes after this one in the order of the list; before it with `back`."""
        demand(g.session, self.model, "read")
        found = neighbour(g.session, self.view, id, back, self.rows(g.session))
        if found is None:
            flash(str(_("This is the first.") if back else _("This is the last.")), "")
        return redirect(f"{self.view.url}{found or id}")

    def previous(self, id: int) -> Response:
        """To the record that comes before this one."""
        return self.next(id, back=True)

    def compute(self, id: int | None = None) -> Response:
        """Totals and nets of what is being typed: elements that replace those of the page."""
        session: Session = g.session
        record = load_record(session, self.model, id) if id else None
        demand(session, self.model, "update" if id else "create")
        form = self.form(session, record or self.model())
        form.take(request.form)
        with session.no_autoflush:
            how, typed = Texts(session).reading, form.typed()
            sketched, _faults = sketch_record(
                session, self.model, record, typed, how, lambda each: self.recompute(session, each)
            )
            page = self.page(session, sketched, form, is_new=id is None)
            tables, texts, titles = [t for t in page.tables() if t.editable], Texts(session), self.titles(session, sketched)
            cells = [cell for table in tables for cell in form.reckoned(table.name, table.reckoned)]
            boxes = [b for t in tables for b in form.completed(t.name, getattr(sketched, t.name), texts, titles)]
            answer = part("parts/computed.html", cells=cells, boxes=boxes, totals=page.totals())
        session.rollback()
        return make_response(answer)

    def options(self) -> Any:
        """Records to choose from, as JSON: `q` is what was typed."""
        session: Session = g.session
        found = options(session, self.model, request.args.get("q", "")[:200], among=self.offered())
        told = told_of(self.composition.parts.get("deciding", {}), session, self.model, found)
        notes = {r.id: " · ".join(filter(None, (self.note(session, r), told.get(r.id)))) for r in found}
        return {"items": [{"value": r.id, "text": r.title, "note": notes[r.id]} for r in found]}

    # what the pages are made of

    def page(self, session: Session, record: M, form: RecordForm | None, is_new: bool | None = None) -> RecordPage:
        """What form.html shows."""
        fresh = record.id is None if is_new is None else is_new
        panel = "details" if request.method == "POST" else request.args.get("panel", "")
        return RecordPage(
            self.view,
            session,
            record,
            form,
            Looking(session, record, self.addresses(session)),
            fresh,
            self.composition.panels.get(self.model, {}),
            self.composition.figures,
            () if fresh else self.actions(session, record),
            panel,
        )

    def prefilled(self, session: Session) -> M:
        """A new record with the model's defaults, what the address says, and what is copied from another."""
        values: dict[str, Any] = {}
        if copied := request.args.get("copy", type=int):
            values |= self.copied(session, load_record(session, self.model, copied))
        given = {name: value for name, value in request.args.items() if name not in ("copy", "panel")}
        values |= {name: value for name, value in given.items() if self.may_prefill(name)}
        values = with_defaults(session, self.model, values)
        record: M = sketch_record(session, self.model, None, values, Texts(session).reading)[0]
        return record

    def copied(self, session: Session, record: M) -> dict[str, Any]:
        """The values of a record that a copy of it begins with."""
        return writing.copied(session, record)

    def may_prefill(self, name: str) -> bool:
        """Whether an address may name this field."""
        return any(entry.name == name for entry in self.entries())

    def slots(self) -> list[Any]:
        """The slots of the form's groups."""
        return [slot for group in self.view.form.groups for slot in group.fields]

    def entries(self) -> list[Entry]:
        """The fields that the form's groups show."""
        return entries_of(self.model, self.slots(), self.composition.views.models)

    def may_write(self, session: Session, entry: Entry, right: str = "update") -> bool:
        """Whether the user may fill in a box of a record, or of a new one; what lies behind a relation is only shown."""
        own = entry.field.model is self.model or "." not in entry.name or self.is_aspect(entry)
        may = rights(session, entry.field.model)
        return own and not entry.slot.readonly and may.writes(entry.field) and may.may(right)

    def makes(self, session: Session) -> bool:
        """Whether the user may make a record by hand: records with nothing to fill in are made by verbs alone."""
        return rights(session, self.model).may("create") and any(
            self.may_write(session, each, "create") for each in self.entries()
        )

    def is_aspect(self, entry: Entry) -> bool:
        """Whether a dotted name leads into an extension of the record itself."""
        return getattr(entry.field.model, "__owner__", None) is self.model

    def may_edit(self, session: Session, record: M) -> bool:
        """Whether the user may change this record at all."""
        return not record.is_frozen and rights(session, self.model).may("update") and writing.within_rule(session, record)

    def titles(self, session: Session, record: Any, looking: Looking | None = None) -> Titles:
        """What records are called in the boxes of the form."""
        seen = looking or Looking(session, record, {})
        return Titles(
            lambda model, numbers: titles_of(session, model, numbers), lambda field: short_list(session, field), seen.beside
        )

    def options_url(self, model: Any) -> str:
        """Where a box finds records of a model."""
        return f"/{model.__addon__}/{model.__slug__}/options"

    def addresses(self, session: Session) -> Mapping[Any, str]:
        """Where records have pages that the user may open."""
        mounted = self.composition.parts.get("screens", {})
        return addresses(model for model in mounted if rights(session, model).may("read"))
