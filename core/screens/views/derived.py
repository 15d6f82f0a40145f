"""The view of a model that nobody wrote one for: its fields in the order of its class."""

from typing import Any

from sqlalchemy import inspect

from core.db import Numbered, Searchable, declared
from core.i18n import humanised
from core.screens.fields.field import Field, fields_of
from core.screens.views.schemas import FormSpec, Group, Lines, ListSpec, SearchSpec, Slot, ViewSpec

COLUMNS = 7
UNLISTED = ("prose", "json", "lines", "tags")


def derived_view(model: Any) -> ViewSpec:
    """List, form and search of a model."""
    fields = [each for each in fields_of(model).values() if is_offered(each)]
    return ViewSpec(
        model=model.label(),
        label=humanised(model.__slug__),
        plural=plural(humanised(model.__slug__)),
        list=_list(model, fields),
        form=_form(fields),
        search=_search(model, fields),
    )


def is_offered(each: Field) -> bool:
    """Whether a person works with this field: not what the kernel keeps for itself, nor what nobody may read."""
    attributes = inspect(each.model).column_attrs
    info = declared(attributes[each.key]).info if each.key in attributes else {}
    return each.name != "id" and not each.sealed and (not each.kernel or bool(info.get("shown")))


def plural(word: str) -> str:
    """The plural of an English word, where a view does not say it."""
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "ch", "sh")) else f"{word}s"


def _list(model: Any, fields: list[Field]) -> ListSpec:
    names = [each.name for each in fields if each.kind not in UNLISTED]
    if model.__title__ in names:
        names = [model.__title__, *(name for name in names if name != model.__title__)]
    dated = issubclass(model, Numbered) and "date" in names
    order = ["-date", "-id"] if dated else [model.__title__] if model.__title__ in names else ["-id"]
    return ListSpec(columns=[Slot(field=name) for name in names[:COLUMNS] or ["id"]], order=order)


def _form(fields: list[Field]) -> FormSpec:
    general = [Slot(field=each.name) for each in fields if each.kind != "lines"]
    lines = [
        Lines(name=each.name, field=each.name, columns=[Slot(field=f.name) for f in line_fields(each)])
        for each in fields
        if each.kind == "lines" and each.target is not None
    ]
    return FormSpec(groups=[Group(name="general", fields=general)], lines=lines)


def line_fields(lines: Field) -> list[Field]:
    """The fields of a line that its table shows."""
    assert lines.target is not None
    return [each for each in fields_of(lines.target).values() if is_offered(each) and each.kind != "lines"]


def _search(model: Any, fields: list[Field]) -> SearchSpec:
    names = list(model.__search__) if issubclass(model, Searchable) else [model.__title__]
    known = [name for name in names if name in {each.name for each in fields if each.kind in ("text", "prose")}]
    groups = [each.name for each in fields if each.kind in ("choice", "relation", "boolean")]
    return SearchSpec(fields=[Slot(field=name) for name in known], group_by=[Slot(field=name) for name in groups])
