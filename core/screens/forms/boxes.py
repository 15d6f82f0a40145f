"""The boxes of a form: which WTForms field edits which field of a record, and with which attributes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.i18n import translated
from core.screens.fields.field import Field, field_at
from core.screens.forms.controls import (
    AreaControl,
    BooleanField,
    ChoiceControl,
    RelationControl,
    RemindersControl,
    TagsControl,
    TextControl,
)
from core.screens.views.schemas import Lines, Slot

INPUTS = {
    "email": "email",
    "phone": "tel",
    "url": "url",
    "date": "date",
    "moment": "datetime-local",
    "password": "password",
}
NUMERIC = ("money", "price", "quantity", "percent", "integer")


@dataclass(frozen=True)
class Entry:
    """One field of a form: the slot of the view, the field, and where it stands."""

    slot: Slot
    field: Field

    @property
    def name(self) -> str:
        """Its name in the form: the path of the view."""
        return self.slot.field

    @property
    def widget(self) -> str:
        """How it is edited."""
        return self.slot.widget or self.field.widget

    @property
    def label(self) -> str:
        """What it is called here."""
        return translated(self.slot.label) if self.slot.label else self.field.label

    @property
    def required(self) -> bool:
        """Whether it must be filled in here."""
        return self.field.required if self.slot.required is None else self.slot.required or self.field.required


def entries_of(model: Any, slots: Iterable[Slot], among: Any = None) -> list[Entry]:
    """The entries of those slots that lead to fields; figures and what lies behind relations are only shown."""
    found = [(slot, field_at(model, slot.field, among)) for slot in slots]
    return [Entry(slot, field) for slot, field in found if field is not None]


Ways = Callable[[Any], Mapping[str, str]]


def unbound(entry: Entry, url_of: Callable[[Any], str], ways: Ways | None = None) -> Any:
    """The WTForms field of an entry."""
    field, keywords = entry.field, attributes(entry, url_of, ways)
    hint = translated(entry.slot.hint or field.hint)
    common: dict[str, Any] = {"label": entry.label, "render_kw": keywords, "description": hint}
    if field.kind == "choice":
        return ChoiceControl(**common, field=field, blank=field.nullable or field.default is None)
    return (BY_KIND.get(field.kind) or BY_WIDGET.get(entry.widget) or TextControl)(**common)


BY_KIND: dict[str, Any] = {"boolean": BooleanField, "relation": RelationControl, "tags": TagsControl}
BY_WIDGET: dict[str, Any] = {"textarea": AreaControl, "reminders": RemindersControl}


def attributes(entry: Entry, url_of: Callable[[Any], str], ways: Ways | None = None) -> dict[str, Any]:
    """The attributes of the control; `ways` are those of a box by which its records are opened and made."""
    field, widget = entry.field, entry.widget
    made: dict[str, Any] = {}
    if widget in INPUTS:
        made["type"] = INPUTS[widget]
    if field.kind in NUMERIC:
        made |= {"inputmode": "numeric" if field.kind == "integer" else "decimal", "autocomplete": "off"}
    elif field.kind in ("text", "prose"):
        made["maxlength"] = str(field.longest)
    if widget == "textarea":
        made["rows"] = "3"
    if widget == "reminders":
        made["data-widget"] = "combobox"
    if widget == "recurrence":
        made |= {"data-widget": "recurrence", "autocomplete": "off", "spellcheck": "false"}
    if field.kind in ("relation", "tags") and widget != "select":
        made |= {"data-widget": "combobox", "data-url": url_of(field.target), **(ways(field.target) if ways else {})}
    if entry.required:
        made["required"] = True
    return made


def is_filled(entry: Entry, value: Any) -> bool:
    """Whether somebody typed into a cell; the first word of a choice and an empty tick say nothing."""
    return bool(value) and entry.field.kind not in ("boolean", "choice")


def line_slots(lines: Lines) -> list[Slot]:
    """The columns of lines that may be edited."""
    return [slot for slot in lines.columns if slot.field not in lines.readonly and not slot.readonly]
