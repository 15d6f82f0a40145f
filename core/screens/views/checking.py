"""Every name in a composed view must lead somewhere: fields, widgets, orders, filters, measures, figures, panels."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.errors import Invalid
from core.operations import verbs_of
from core.screens.fields.field import fields_of
from core.screens.fields.paths import PathField, Resolver, UnknownField
from core.screens.fields.typed import Asking
from core.screens.queries.groups import readable
from core.screens.queries.measures import measure_of
from core.screens.queries.ordering import read_order
from core.screens.queries.where import read
from core.screens.views.schemas import Filter, FormSpec, KanbanSpec, Lines, Slot
from core.screens.views.view import View
from core.yaml_reader import Place, Problem, problem_at

SUITS = {
    "status": ("choice",),
    "select": ("choice", "relation", "boolean"),
    "combobox": ("relation", "tags"),
    "tags": ("tags",),
    "checkbox": ("boolean",),
    "money": ("money", "price", "integer"),
    "quantity": ("quantity", "integer"),
    "percent": ("percent", "integer"),
    "date": ("date",),
    "moment": ("moment",),
}
TEXTS = ("text", "textarea", "email", "phone", "url", "color", "password", "code")


@dataclass(frozen=True)
class Known:
    """The figures and panels that enabled addons declare by model; not `complete`: their names are not checked."""

    figures: dict[Any, set[str]] = field(default_factory=dict)
    panels: dict[Any, set[str]] = field(default_factory=dict)
    complete: bool = False


def check_view(view: View, known: Known) -> list[Problem]:
    """Everything that is wrong with the names of one view."""
    return [*_list(view), *_search(view), *_form(view, known), *_kanban(view), *_kinds(view), *_mail(view)]


def told(place: Place, error: Invalid) -> Problem:
    """A refusal as a problem of a file, with a hint where a word was nearly right."""
    word, among = (error.word, error.among) if isinstance(error, UnknownField) else ("", [])
    return problem_at(place, str(error), word, among)


def _slot(fields: Resolver, slot: Slot) -> Iterator[Problem]:
    try:
        each = fields[slot.field]
    except Invalid as error:
        yield told(slot.place_of("field"), error)
        return
    if slot.widget and not suits(slot.widget, each):
        yield slot.problem(f"the widget {slot.widget} does not suit {slot.field}, which is {each.kind}", "widget")
    if slot.sum and not each.is_number:
        yield slot.problem(f"{slot.field} cannot be added up", "sum")


def suits(widget: str, each: PathField) -> bool:
    """Whether a widget can show this kind of field."""
    if widget in TEXTS:
        return each.kind in ("text", "choice", "json", "integer", "relation")
    return widget not in SUITS or each.kind in SUITS[widget]


def _column(fields: Resolver, slot: Slot) -> Iterator[Problem]:
    """A column shows one value, or the tags of the record itself."""
    faults = list(_slot(fields, slot))
    yield from faults
    if not faults:
        each = fields[slot.field]
        own_tags = each.kind == "tags" and "." not in slot.field
        if (each.wrap and not own_tags) or each.kind in ("json", "lines"):
            yield slot.problem(f"{slot.field} cannot be a column: a record may have several")


def _tried(place: Place, attempt: Callable[[], Any]) -> Iterator[Problem]:
    try:
        attempt()
    except Invalid as error:
        yield told(place, error)


def _filters(fields: Resolver, filters: Sequence[Filter]) -> Iterator[Problem]:
    who = Asking(date(2026, 1, 1), user_id=1)
    seen: set[str] = set()
    for each in filters:
        yield from _tried(each.place_of("where"), lambda where=each.where: read(where, fields, who))  # type: ignore[misc]
        if each.name in seen:
            yield each.problem(f"there are two filters named {each.name!r}", "name")
        seen.add(each.name)


def _list(view: View) -> Iterator[Problem]:
    spec, fields = view.listing_spec, view.fields
    for slot in spec.columns:
        yield from _column(fields, slot)
    for index, path in enumerate(spec.order):
        yield from _tried(spec.place_of("order", index), lambda path=path: read_order([path], fields))  # type: ignore[misc]
    for index, path in enumerate(spec.group_by):
        yield from _tried(spec.place_of("group_by", index), lambda path=path: readable(fields[path]))  # type: ignore[misc]
    names = [each.name for each in view.filters]
    for index, name in enumerate(spec.default_filters):
        if name not in names:
            place = spec.place_of("default_filters", index)
            yield problem_at(place, f"there is no filter named {name!r}", name, names)
    yield from _filters(fields, view.filters)


def _search(view: View) -> Iterator[Problem]:
    for slot in view.search.fields:
        faults = list(_slot(view.fields, slot))
        yield from faults
        if not faults and view.fields[slot.field].kind not in ("text", "choice", "relation"):
            yield slot.problem(f"{slot.field} is no text that can be searched")
    for slot in view.search.group_by:
        yield from _tried(slot.place_of("field"), lambda path=slot.field: readable(view.fields[path]))  # type: ignore[misc]


def _form(view: View, known: Known) -> Iterator[Problem]:
    form = view.form
    for slot in [*(slot for group in form.groups for slot in group.fields), *form.totals]:
        yield from _slot(view.fields, slot)
    for lines in form.lines:
        yield from _lines(view, lines)
    if form.status:
        yield from _status(view, form, form.status)
    for kind, slots, names in (("figure", form.figures, known.figures), ("panel", form.panels, known.panels)):
        declared = names.get(view.model, set())
        for slot in slots if known.complete else ():
            if slot.field not in declared:
                message = f"no enabled addon declares a {kind} {slot.field!r} of {view.spec.model}"
                yield problem_at(slot.place_of("field"), message, slot.field, declared)


def _status(view: View, form: FormSpec, path: str) -> Iterator[Problem]:
    faults = list(_tried(form.place_of("status"), lambda: view.fields[path]))
    yield from faults
    if not faults and view.fields[path].kind != "choice":
        yield form.problem(f"{path} is no choice, so it has no status chain", "status")


def _lines(view: View, lines: Lines) -> Iterator[Problem]:
    own = fields_of(view.model).get(lines.field)
    if own is None or own.kind != "lines" or own.target is None:
        among = [name for name, each in fields_of(view.model).items() if each.kind == "lines"]
        yield problem_at(lines.place_of("field"), f"{view.spec.model} has no lines {lines.field!r}", lines.field, among)
        return
    fields = Resolver(own.target, view.fields.models)
    for slot in lines.columns:
        yield from _slot(fields, slot)
    names = [slot.field for slot in lines.columns]
    for index, name in enumerate(lines.readonly):
        if name not in names:
            yield problem_at(lines.place_of("readonly", index), f"no column is named {name!r}", name, names)


def _kanban(view: View) -> Iterator[Problem]:
    spec: KanbanSpec | None = view.spec.kanban
    if spec is None:
        return
    faults = list(_tried(spec.place_of("column"), lambda: readable(view.fields[spec.column])))
    yield from faults
    if not faults and view.fields[spec.column].kind not in ("choice", "relation", "boolean"):
        yield spec.problem(f"{spec.column} is neither a choice nor a relation, so it makes no columns", "column")
    for slot in spec.card:
        yield from _column(view.fields, slot)
    for slot in spec.quick:
        yield from _slot(view.fields, slot)
    if not faults:
        yield from _moves(view, spec)
    yield from _board_extras(view, spec)
    if spec.sum:
        yield from _tried(spec.place_of("sum"), lambda: measure_of(view.fields, f"sum:{spec.sum}"))


def _board_extras(view: View, spec: KanbanSpec) -> Iterator[Problem]:
    """Other columns are choices or relations, a due date is one, and a position is a whole number of the model."""
    for index, path in enumerate(spec.by):
        faults = list(_tried(spec.place_of("by", index), lambda path=path: readable(view.fields[path])))  # type: ignore[misc]
        yield from faults
        if not faults and view.fields[path].kind not in ("choice", "relation", "boolean"):
            message = f"{path} is neither a choice nor a relation, so it makes no columns"
            yield problem_at(spec.place_of("by", index), message)
    for key, kinds in (("due", ("date", "moment")), ("position", ("integer",))):
        path = getattr(spec, key)
        faults = list(_tried(spec.place_of(key), lambda path=path: view.fields[path])) if path else []  # type: ignore[misc]
        yield from faults
        if path and not faults and (view.fields[path].kind not in kinds or (key == "position" and "." in path)):
            yield spec.problem(f"{path} is no {' or '.join(kinds)} of the model", key)


def _moves(view: View, spec: KanbanSpec) -> Iterator[Problem]:
    """A column that a verb leads to is a word of the choice, and the verb is one of the model's."""
    words, verbs = view.fields[spec.column].choices, verbs_of(view.model)
    for word, verb in spec.moves.items():
        if words and word not in words:
            yield problem_at(spec.place_of("moves", word), f"{spec.column} has no word {word!r}", word, words)
        if verb not in verbs:
            yield problem_at(spec.place_of("moves", word), f"{view.spec.model} has no verb {verb!r}", verb, verbs)


def _kinds(view: View) -> Iterator[Problem]:
    """Calendar, cube and graph."""
    fields = view.fields
    if calendar := view.spec.calendar:
        for slot in calendar.quick:
            yield from _slot(fields, slot)
        for key in ("start", "end", "title", "kind", "all_day"):
            path = getattr(calendar, key)
            faults = list(_tried(calendar.place_of(key), lambda path=path: readable(fields[path]))) if path else []  # type: ignore[misc]
            yield from faults
            if path and not faults and key in ("start", "end") and fields[path].kind not in ("date", "moment"):
                yield calendar.problem(f"{path} is neither a date nor a moment", key)
    if pivot := view.spec.pivot:
        for key in ("rows", "columns"):
            for index, path in enumerate(getattr(pivot, key)):
                yield from _tried(pivot.place_of(key, index), lambda path=path: readable(fields[path]))  # type: ignore[misc]
        for index, name in enumerate(pivot.measures):
            yield from _tried(pivot.place_of("measures", index), lambda name=name: measure_of(fields, name))  # type: ignore[misc]
    if graph := view.spec.graph:
        for key in ("dimension", "stack"):
            if path := getattr(graph, key):
                yield from _tried(graph.place_of(key), lambda path=path: readable(fields[path]))  # type: ignore[misc]
        yield from _tried(graph.place_of("measure"), lambda: measure_of(fields, graph.measure))


def _mail(view: View) -> Iterator[Problem]:
    """The address is one text of the record, or of one record that it leads to."""
    path = view.spec.mail
    if not path:
        return
    faults = list(_tried(view.spec.place_of("mail"), lambda: view.fields[path]))
    yield from faults
    if not faults and (view.fields[path].kind != "text" or view.fields[path].wrap):
        yield view.spec.problem(f"{path} is no e-mail address: name one text of the record or of what it leads to", "mail")
