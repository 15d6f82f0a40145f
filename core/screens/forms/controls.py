"""The controls of a form as WTForms fields that draw themselves quickly: a form has dozens, and some lists are long."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import wtforms
from markupsafe import Markup, escape
from wtforms import Field as Box
from wtforms import FieldList, Form

from core.i18n import _, current_language
from core.screens.fields.field import Field
from core.screens.fields.formats import before

TYPED = "__typed"
Option = tuple[str, str]
BLANK: Option = ("", "")
USUAL_MINUTES = (0, 5, 10, 15, 30, 60, 120, 24 * 60, 2 * 24 * 60, 7 * 24 * 60)


def drawn(attributes: Iterable[tuple[str, Any]]) -> str:
    """The attributes of a tag: true ones by their name alone, false and missing ones not at all."""
    said = ((name.removesuffix("_"), value) for name, value in attributes if value not in (None, False))
    return "".join(f" {name}" if value is True else f' {name}="{escape(value)}"' for name, value in said)


class Control(Box):
    """One box; `data` is what stands in it, as text."""

    data: Any

    def process_data(self, value: Any) -> None:
        """From a record, where values are text already."""
        self.data = "" if value is None else value

    def process_formdata(self, valuelist: list[Any]) -> None:
        """From what was typed."""
        if valuelist:
            self.data = valuelist[0]

    def __call__(self, **attributes: Any) -> Markup:
        """The markup of the control."""
        told = {"id": self.id, "name": self.name, **(self.render_kw or {}), **attributes}
        return Markup(self.draw(told))  # noqa: S704 (every value is escaped by `drawn`)

    def draw(self, attributes: dict[str, Any]) -> str:
        """The tag, with these attributes."""
        raise NotImplementedError


class TextControl(Control):
    """A line of text, a number, a date."""

    def draw(self, attributes: dict[str, Any]) -> str:
        """An input."""
        return f"<input{drawn({'type': 'text', **attributes, 'value': self.data or ''}.items())}>"


class HiddenControl(TextControl):
    """What the page keeps for itself."""

    def draw(self, attributes: dict[str, Any]) -> str:
        """An input that is not shown."""
        return super().draw({**attributes, "type": "hidden"})


class AreaControl(Control):
    """Several lines of text."""

    def draw(self, attributes: dict[str, Any]) -> str:
        """A textarea; the line break after its tag is none of the text's."""
        return f"<textarea{drawn(attributes.items())}>\n{escape(self.data or '')}</textarea>"


class ChoiceControl(Control):
    """One word of a choice."""

    def __init__(self, *arguments: Any, field: Field, blank: bool, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.field, self.blank = field, blank

    def draw(self, attributes: dict[str, Any]) -> str:
        """A select; its options are drawn once for each language."""
        words, options = options_of(self.field, self.blank, current_language())
        value = self.data or ""
        if value in words:
            at = words.index(value)
            options = (*options[:at], options[at].replace("<option", "<option selected", 1), *options[at + 1 :])
        elif value:
            options = (option(value, value, True), *options)
        return f"<select{drawn(attributes.items())}>{''.join(options)}</select>"


@lru_cache(1024)
def options_of(field: Field, blank: bool, language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of a choice, and their options in a language."""
    words = ("", *field.choices) if blank else field.choices
    return words, tuple(option(word, field.label_of(word) if word else "", False) for word in words)


def option(value: str, text: str, selected: bool) -> str:
    """One option of a select."""
    return f'<option{" selected" if selected else ""} value="{escape(value)}">{escape(text)}</option>'


class BooleanField(wtforms.BooleanField):
    """A tick."""

    def __call__(self, **attributes: Any) -> Markup:
        """The markup of the control; its name tells the macros that its label stands beside it."""
        told = {"id": self.id, "name": self.name, "type": "checkbox", "value": "y", "checked": bool(self.data)}
        return Markup(f"<input{drawn({**told, **(self.render_kw or {}), **attributes}.items())}>")  # noqa: S704 (as above)


class RelationControl(Control):
    """A box that finds records of another model; its one option is the record that is chosen.

    A browser without JavaScript shows a line for a name or a code beside it, which counts more than what the box says.
    """

    choices: Sequence[Option] = (BLANK,)

    def process(self, formdata: Any, *arguments: Any, **options: Any) -> None:
        """Take what was typed beside the box, if anything was."""
        super().process(formdata, *arguments, **options)
        if formdata is not None and (typed := (formdata.get(f"{self.name}{TYPED}") or "").strip()):
            self.data = typed

    def draw(self, attributes: dict[str, Any]) -> str:
        """A select, and the line for browsers without JavaScript."""
        options = "".join(option(value, text, value == (self.data or "")) for value, text in self.choices)
        select = f"<select{drawn(attributes.items())}>{options}</select>"
        if "data-url" not in attributes:
            return select
        told = {"name": f"{self.name}{TYPED}", "aria-label": self.label.text, "placeholder": _("Name or code")}
        return f'{select}<noscript><input class="t-control"{drawn(told.items())}>{self.links(attributes)}</noscript>'

    def links(self, attributes: dict[str, Any]) -> str:
        """To the chosen record, and to the page that makes one; beside this one, so that nothing typed is lost."""
        made = {"href": attributes.get("data-new"), "target": "_blank", "rel": "noopener"}
        opened = {"href": f"{attributes.get('data-open')}{self.data}"}
        found = f" <a{drawn(opened.items())}>{escape(_('Open'))}</a>" if "data-open" in attributes and self.data else ""
        return f"{found} <a{drawn(made.items())}>{escape(_('New'))}</a>" if "data-new" in attributes else found


class TagsControl(Control):
    """Several records of another model; `data` is a list of their numbers as text."""

    choices: Sequence[Option] = ()

    def process_data(self, value: Any) -> None:
        """From a record."""
        self.data = [str(each) for each in value or ()]

    def process_formdata(self, valuelist: list[Any]) -> None:
        """From what was chosen; nothing chosen sends nothing."""
        self.data = list(valuelist)

    def draw(self, attributes: dict[str, Any]) -> str:
        """A select of several."""
        options = "".join(option(value, text, value in self.data) for value, text in self.choices)
        return f"<select{drawn({**attributes, 'multiple': True}.items())}>{options}</select>"


class RemindersControl(Control):
    """How long before something one wants to hear of it: several of the usual spans; `data` is a JSON list of minutes."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """From what was chosen, or from the list as programs write it."""
        self.data = valuelist[0] if len(valuelist) == 1 and valuelist[0].startswith("[") else f"[{','.join(valuelist)}]"

    def draw(self, attributes: dict[str, Any]) -> str:
        """A select of several, with the spans that stand in it although they are not usual."""
        chosen = {int(each) for each in re.findall(r"\d+", self.data or "")}
        spans = sorted(chosen | set(USUAL_MINUTES))
        options = "".join(option(str(minutes), before(minutes), minutes in chosen) for minutes in spans)
        return f"<select{drawn({**attributes, 'multiple': True}.items())}>{options}</select>"


class LineForm(Form):
    """One line of a document in a form; made per view."""

    id = HiddenControl()
    position = HiddenControl()


class Rows(FieldList):  # type: ignore[type-arg, unused-ignore]
    """The lines of a document in the order in which they stand on the page; each keeps the name it has there."""

    def _compact_indices(self) -> None:
        self.entries.sort(key=place_of)


def place_of(entry: Any) -> tuple[int, int]:
    """Where a line stands: its position if the page gave one, else the number in its name."""
    text = str(entry.form["position"].data or "")
    return (int(text) if text.isdigit() and len(text) < 9 else 1_000_000), entry.index
