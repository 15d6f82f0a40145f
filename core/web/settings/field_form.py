"""The form of a field that an administrator adds, and what it asks for."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from wtforms import BooleanField, Form, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older

from core.custom.definition import KINDS, OWN_GROUP, Definition, definition_of
from core.custom.initial import NOW, TODAY
from core.custom.mapping import column_of
from core.custom.models import CustomField
from core.errors import FieldError, Invalid
from core.i18n import LANGUAGES
from core.i18n import _ as lazily
from core.registry.customs import Asked
from core.screens.fields.field import DECIMALS, Field
from core.screens.fields.parsing import Reading, Unreadable, parse
from core.screens.fields.texts import Texts
from core.screens.records.reading import plain
from core.values import fold
from core.web.settings.forms import NAMES, options, stripped

_: Callable[..., Any] = lazily  # WTForms asks for str; a Text becomes one when it is shown
KIND_NAMES = {
    "text": _("Text"),
    "prose": _("Long text"),
    "integer": _("Whole number"),
    "quantity": _("Number with decimals"),
    "money": _("Money"),
    "percent": _("Percentage"),
    "date": _("Date"),
    "moment": _("Date and time"),
    "boolean": _("Yes or no"),
    "choice": _("Choice"),
    "relation": _("Another record"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "url": _("Web address"),
}
BLANK_WORDS = 4
LONGEST_HEADING = 60
COMBOBOX = {"data-widget": "combobox"}
TICKED = {"1": True, "true": True, "yes": True, "sí": True, "si": True, "да": True, "0": False, "no": False, "нет": False}


class FieldForm(Form):
    """What an administrator says of a field; its kind is said once."""

    label_en = StringField(f"{_('Name')} · {NAMES['en']}", filters=[stripped])
    label_es = StringField(f"{_('Name')} · {NAMES['es']}", filters=[stripped])
    label_ru = StringField(f"{_('Name')} · {NAMES['ru']}", filters=[stripped])
    kind = SelectField(_("Kind"), default="text")
    target = SelectField(_("Leads to"), validate_choice=False, render_kw=COMBOBOX)
    required = BooleanField(_("Must be filled in"))
    initial = StringField(_("Begins with"), filters=[stripped])
    where = SelectField(_("Stands after"), validate_choice=False, render_kw=COMBOBOX)
    heading = StringField(_("Or in a new group called"), filters=[stripped])
    in_list = BooleanField(_("A column of the list"))
    in_search = BooleanField(_("Found by the search line"))
    indexed = BooleanField(_("Often filtered by"))
    seen_by = SelectMultipleField(_("Seen by"), render_kw=COMBOBOX)
    changed_by = SelectMultipleField(_("Changed by"), render_kw=COMBOBOX)
    help_en = TextAreaField(f"{_('Help')} · {NAMES['en']}", filters=[stripped], render_kw={"rows": "2"})
    help_es = TextAreaField(f"{_('Help')} · {NAMES['es']}", filters=[stripped], render_kw={"rows": "2"})
    help_ru = TextAreaField(f"{_('Help')} · {NAMES['ru']}", filters=[stripped], render_kw={"rows": "2"})

    def __init__(self, *arguments: Any, **given: Any) -> None:
        super().__init__(*arguments, **given)
        for language in LANGUAGES:
            self[f"label_{language}"].label.text = f"{_('Name')} · {NAMES[language]}"
            self[f"help_{language}"].label.text = f"{_('Help')} · {NAMES[language]}"
        self.kind.choices = [SelectChoice(kind, str(KIND_NAMES[kind])) for kind in KINDS]
        self.initial.description = str(_("What a new record holds. A date may be “today”, a moment “now”."))
        self.heading.description = str(_("A section of the form with this heading; other fields can stand in it, too."))
        self.in_search.description = str(_("Searching then reads every record: on a long list it takes longer."))
        self.indexed.description = str(_("Keeps an index, which makes filters quick and each save a little slower."))
        self.seen_by.description = str(_("Roles; nobody chosen means everybody who sees the record."))
        self.changed_by.description = str(_("Roles; nobody chosen means everybody who may change the record."))
        self.target.description = str(_("For a field of the kind “Another record”."))

    def offer(
        self, targets: Iterable[tuple[str, str]], places: list[tuple[str, str]], roles: list[tuple[str, str]]
    ) -> "FieldForm":
        """What may be chosen."""
        self.target.choices = [SelectChoice("", "–"), *options(targets)]
        self.where.choices = options(places)
        self.seen_by.choices, self.changed_by.choices = options(roles), options(roles)
        return self


def asked_in(form: FieldForm, words: list[tuple[str, dict[str, str]]], texts: Texts, kind: str) -> Asked:
    """What the form asks for; Invalid if the value that a new record begins with is none of its kind."""
    place, _bar, after = (form.where.data or "").partition("|")
    if heading := (form.heading.data or "").replace("|", "/")[:LONGEST_HEADING].strip():
        place, after = f"{OWN_GROUP}{heading}", ""
    labels = {language: form[f"label_{language}"].data or "" for language in LANGUAGES}
    return Asked(
        labels=labels,
        kind=kind,
        helps={language: form[f"help_{language}"].data or "" for language in LANGUAGES},
        words=words,
        target=form.target.data or "",
        required=bool(form.required.data),
        initial=initial_in(form.initial.data or "", kind, words, texts.reading),
        place=place,
        after=after,
        in_list=bool(form.in_list.data),
        in_search=bool(form.in_search.data),
        indexed=bool(form.indexed.data),
        seen_by=tuple(form.seen_by.data or ()),
        changed_by=tuple(form.changed_by.data or ()),
    )


def words_in(sent: Any) -> list[tuple[str, dict[str, str]]]:
    """The words of a choice, as a form sends them: `word` beside `word_en`, `word_es`, `word_ru`, in order."""
    columns = [sent.getlist(f"word_{language}") for language in LANGUAGES]
    rows = zip(sent.getlist("word"), *columns, strict=False)
    found = [(word, dict(zip(LANGUAGES, labels, strict=True))) for word, *labels in rows]
    return [(word, labels) for word, labels in found if any(label.strip() for label in labels.values())]


def initial_in(typed: str, kind: str, words: list[tuple[str, dict[str, str]]], how: Reading) -> Any:
    """What a new record begins with, as JSON writes it; None for nothing."""
    if not typed or kind == "relation":
        return None
    if (kind, typed.lower()) in (("date", TODAY), ("moment", NOW)):
        return typed.lower()
    if kind == "choice":
        same = (word or labels for word, labels in words if fold(typed) in map(fold, (word, *labels.values())))
        found = next(same, None)
        if found is None:
            raise unreadable(_("must be one of the words below"))
        return found if isinstance(found, str) else next(label for label in found.values() if label)
    if kind == "boolean":
        if fold(typed) not in TICKED and typed.lower() not in TICKED:
            raise unreadable(_("must be yes or no"))
        return TICKED.get(typed.lower(), TICKED.get(fold(typed)))
    try:
        return plain(parse(box_of(kind), typed, how))
    except Unreadable as error:
        raise unreadable(error.message) from error


def unreadable(message: Any) -> Invalid:
    """A first value that cannot be."""
    return Invalid(_("The field cannot be taken as it is."), [FieldError("initial", message)])


def box_of(kind: str) -> Field:
    """A field of this kind, to read what was typed."""
    column = column_of(Definition(0, "", "initial", "initial_0", kind, ()))
    plain_kind = "text" if kind in ("email", "phone", "url") else kind
    digits = getattr(column.type, "digits", 0)
    return Field("initial", CustomField, plain_kind, "initial", "", column.info.get("widget", "text"), digits=digits)


def data_of(kept: CustomField, texts: Texts) -> Mapping[str, Any]:
    """What the form of a stored field shows."""
    field = definition_of(kept)
    shown = {f"label_{language}": text for language, text in field.labels}
    shown |= {f"help_{language}": text for language, text in field.helps}
    names = ("kind", "required", "in_list", "in_search", "seen_by", "changed_by")
    return {
        **shown,
        **{name: getattr(kept, name) for name in names},
        "indexed": kept.indexed,
        "target": kept.target or "",
        "where": f"{kept.place}|{kept.after}",
        "initial": shown_initial(field, texts),
    }


def shown_initial(field: Definition, texts: Texts) -> str:
    """What a new record begins with, as it would be typed."""
    value = field.initial
    if value is None or value in (TODAY, NOW):
        return value or ""
    if field.kind == "choice":
        return next((dict(labels).get(texts.reading.language) or word for word, labels in field.words if word == value), "")
    if field.kind == "boolean":
        return str(_("Yes") if value else _("No")).lower()
    if field.kind in DECIMALS:
        return texts.edited(box_of(field.kind), parse(box_of(field.kind), value, Reading()))
    return str(value)
