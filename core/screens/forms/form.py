"""Forms made from a model and its view: WTForms fields that show a record, keep what was typed, and carry its faults.

What is typed is handed on as text; `write_record` reads it, as it reads the API's values.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import FormField
from wtforms.form import BaseForm

from core.errors import FieldError
from core.screens.fields.texts import Texts
from core.screens.fields.titles import Titles
from core.screens.forms.boxes import Entry, Ways, is_filled, unbound
from core.screens.forms.controls import BLANK, LineForm, Rows

MOST_LINES = 1000


class RecordForm:
    """The form of one record: the fields that may be edited; the rest of the view is shown as text."""

    def __init__(
        self,
        entries: Sequence[Entry],
        lines: Mapping[str, Sequence[Entry]],
        url_of: Callable[[Any], str],
        ways: Ways | None = None,
    ) -> None:
        self.entries = {entry.name: entry for entry in entries}
        self.lines = {name: {entry.name: entry for entry in columns} for name, columns in lines.items()}
        made: dict[str, Any] = {entry.name: unbound(entry, url_of, ways) for entry in entries}
        for name, columns in self.lines.items():
            line = type("Line", (LineForm,), {each.name: unbound(each, url_of, ways) for each in columns.values()})
            made[name] = Rows(FormField(line), max_entries=MOST_LINES)
        self.form: Any = BaseForm(made)
        self.form_errors: list[str] = []
        for name, entry in self.entries.items():
            self.form[name].flags.required = entry.required

    # what the templates ask for
    def __getitem__(self, name: str) -> Any:
        return self.form[name]

    def __contains__(self, name: str) -> bool:
        return name in self.form._fields

    @property
    def errors(self) -> dict[str, Any]:
        """The faults by field; a fault of the whole under an empty name."""
        found = {name: field.errors for name, field in self.form._fields.items() if field.errors}
        return {**found, "": self.form_errors} if self.form_errors else found

    def blank(self, name: str) -> Any:
        """The form from which the browser makes a new line."""
        lines = self.form[name]
        made = lines.unbound_field.bind(form=None, name=f"{name}-__index__", prefix="", _meta=self.form.meta)
        made.process(None, None)
        return self._dressed(name, made.form)

    def show(self, record: Any, texts: Texts, titles: Titles) -> None:
        """Fill the form from a record."""
        data = {name: self._data(entry, record, texts, titles) for name, entry in self.entries.items()}
        for name, columns in self.lines.items():
            rows = getattr(record, name)
            data[name] = [self._line(columns, line, texts, titles, place) for place, line in enumerate(rows, 1)]
        self.form.process(None, data=data)
        self._dress(titles)

    def _line(self, columns: Mapping[str, Entry], line: Any, texts: Texts, titles: Titles, place: int) -> dict[str, Any]:
        cells = {name: self._data(entry, line, texts, titles) for name, entry in columns.items()}
        return {"id": str(line.id or ""), "position": str(place), **cells}

    def _data(self, entry: Entry, record: Any, texts: Texts, titles: Titles) -> Any:
        holder = record if "." not in entry.name else titles.beside(entry.field.model)
        field = entry.field
        if field.kind == "relation":
            other = getattr(holder, field.name) if field.related else None
            return titles.note(field, getattr(holder, field.key) or getattr(other, "id", None), other)
        if field.kind == "tags":
            return [titles.note(field, each.id, each) for each in getattr(holder, field.name)]
        value = getattr(holder, field.key)
        return bool(value) if field.kind == "boolean" else texts.edited(field, value)

    def lay_out(self, name: str, rows: Iterable[Mapping[str, str]]) -> None:
        """Let lines stand there before anybody typed, beside what the single boxes hold."""
        self.form.process(None, data={**{each: self.form[each].data for each in self.entries}, name: list(rows)})

    def is_keyed(self, name: str) -> bool:
        """Whether the lines are those of a document, each with its key: only their numbers change here."""
        return "line" in self.lines[name]

    def take(self, typed: MultiDict[str, str]) -> None:
        """Fill the form with what somebody typed."""
        self.form.process(typed)

    def keep(self, titles: Titles) -> None:
        """Let the boxes name the records that were chosen in what was typed."""
        titles.learn(self.boxes())
        self._dress(titles)

    def _dress(self, titles: Titles) -> None:
        """Give each box of records its options."""
        for name, entry in self.entries.items():
            self._options(self.form[name], entry, titles)
        for name in self.lines:
            for row in self.form[name]:
                self._dressed(name, row.form, titles)

    def _dressed(self, name: str, row: Any, titles: Titles | None = None) -> Any:
        for column, entry in self.lines[name].items():
            row[column].flags.required = entry.required
            if titles is not None:
                self._options(row[column], entry, titles)
            elif entry.field.kind == "relation":
                row[column].choices = [BLANK]
        return row

    def _options(self, box: Any, entry: Entry, titles: Titles) -> None:
        if entry.field.kind not in ("relation", "tags"):
            return
        chosen = box.data if isinstance(box.data, list) else [box.data] if box.data else []
        named = [(each, titles.of(entry.field, each)) for each in chosen]
        offered = titles.offered(entry.field) if entry.widget == "select" else ()
        kept = [each for each in offered if each[0] not in chosen]
        box.choices = [*([BLANK] if entry.field.kind == "relation" else []), *named, *kept]

    def typed(self) -> dict[str, Any]:
        """What stands in the form, as text by field; lines that were left empty are left out."""
        values: dict[str, Any] = {name: self._typed(entry, self.form[name]) for name, entry in self.entries.items()}
        for name, columns in self.lines.items():
            rows = []
            for index, row in enumerate(self.form[name]):
                cells = {column: self._typed(entry, row.form[column]) for column, entry in columns.items()}
                if row.form["id"].data or any(is_filled(entry, cells[column]) for column, entry in columns.items()):
                    rows.append({"id": row.form["id"].data or "", **cells, "__row__": index})
            values[name] = rows
        return values

    def _typed(self, entry: Entry, box: Any) -> Any:
        if entry.field.kind == "boolean":
            return bool(box.data)
        return box.data if box.data is not None else ""

    def blame(self, faults: Iterable[FieldError], message: str = "") -> None:
        """Put each fault beside its field; those of fields that are not here stand above the form."""
        above = []
        for fault in faults:
            box = self._box(fault.field)
            if box is None:
                above.append(str(fault.message))
            else:
                box.errors = [*box.errors, str(fault.message)]
                self._mark(fault.field)
        told = [message] if message and not above and not self.errors else []
        self.form_errors = [*self.form_errors, *told, *above]

    def _box(self, path: str) -> Any:
        name, _dot, rest = path.partition(".")
        if path in self.form._fields and path not in self.lines:
            return self.form[path]
        index, _dot, column = rest.partition(".")
        if name in self.lines and index.isdigit() and int(index) < len(self.form[name].entries):
            row = self.form[name].entries[int(index)].form
            return row._fields.get(column)
        return None

    def _mark(self, path: str) -> None:
        name = path.partition(".")[0]
        if name in self.lines:
            self.form[name].errors = [{"": path}]

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Every fault beside a box as (id of the control, sentence), in the order of the page."""
        boxes = []
        for name, box in self.form._fields.items():
            boxes += [each for row in box for each in row.form] if name in self.lines else [box]
        return [(str(box.id), str(error)) for box in boxes for error in box.errors if isinstance(error, str)]

    def change_lines(self, asked: str) -> None:
        """`add:<lines>` or `remove:<lines>:<index>`, from a browser without JavaScript."""
        deed, _colon, rest = asked.partition(":")
        name, _colon, index = rest.partition(":")
        if name not in self.lines:
            return
        if deed == "add":
            self.form[name].append_entry()
        elif deed == "remove":
            self.form[name].entries = [e for e in self.form[name].entries if e.name != f"{name}-{index}"]

    def columns(self, name: str) -> list[dict[str, Any]]:
        """The columns of lines that stand by themselves, as in the form of a verb."""
        keyed = self.is_keyed(name)
        return [
            {
                "name": c,
                "label": e.label,
                "number": e.field.is_number,
                "kind": "wide" if keyed and e.field.kind == "text" else "middle" if e.field.kind == "relation" else "",
                "readonly": keyed and e.field.kind == "text",
            }
            for c, e in self.lines[name].items()
            if c != "line"
        ]

    def filled(self, name: str) -> list[Any]:
        """The rows of lines into which somebody typed, in order."""
        return [self.form[name].entries[line["__row__"]].form for line in self.typed()[name]]

    def reckoned(self, name: str, rows: Sequence[Mapping[str, Any]]) -> Iterable[tuple[str, Any]]:
        """The cells of lines that are not typed, as (id, value); `rows` are in the order of the lines that are filled."""
        for form, row in zip(self.filled(name), rows, strict=False):
            yield from ((f"{form['id'].id[:-2]}{column}", value) for column, value in row.items())

    def completed(self, name: str, lines: Sequence[Any], texts: Texts, titles: Titles) -> Iterable[tuple[Any, str]]:
        """The boxes of lines that were left open and that the model fills (a product has its price), with their labels."""
        for form, line in zip(self.filled(name), lines, strict=False):
            for column, entry in self.lines[name].items():
                box = form[column]
                if box.data or entry.field.kind in ("boolean", "tags"):
                    continue
                box.data = self._data(entry, line, texts, titles)
                if box.data:
                    self._options(box, entry, titles)
                    yield box, entry.label

    def boxes(self) -> Iterable[tuple[Entry, Any]]:
        """The boxes that choose records."""
        for name, entry in self.entries.items():
            if entry.field.kind in ("relation", "tags"):
                yield entry, self.form[name]
        for name, columns in self.lines.items():
            for row in self.form[name]:
                yield from ((e, row.form[c]) for c, e in columns.items() if e.field.kind in ("relation", "tags"))
