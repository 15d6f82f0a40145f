"""The arguments of a verb as fields of a form: their kinds come from the annotations of its function."""

import inspect
import types
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from typing_extensions import is_typeddict  # typing's does not know those of typing_extensions, which pydantic asks for

from core.db import Base, Money
from core.errors import FieldError, Invalid
from core.i18n import _, humanised
from core.operations import Verb, arguments_of
from core.screens.fields.field import WIDGETS, Field
from core.screens.fields.parsing import Reading, Reference, Unreadable, parse
from core.screens.forms.boxes import Entry
from core.screens.views.schemas import Slot

SIMPLE: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (int, "integer"),
    (Decimal, "price"),
    (datetime, "moment"),
    (date, "date"),
    (str, "text"),
)
ROWS = 5


class Asked(Base):
    """What a verb asks; it has no table."""

    __abstract__ = True


def plain_type(kind: Any) -> tuple[Any, bool]:
    """A type without `| None`, and whether it may be nothing."""
    if get_origin(kind) in (Union, types.UnionType):
        rest = [each for each in get_args(kind) if each is not type(None)]
        return rest[0], len(rest) < len(get_args(kind))
    return kind, False


def field_of(name: str, kind: Any, default: Any, label: str = "") -> Field:
    """One argument as a field."""
    plain, optional = plain_type(kind)
    required = default is inspect.Parameter.empty and not optional
    value = None if default is inspect.Parameter.empty else default
    common: dict[str, Any] = {
        "name": name,
        "model": Asked,
        "key": name,
        "text": label or humanised(name),
        "required": required,
        "default": value,
        "nullable": not required,
    }
    if isinstance(plain, type) and issubclass(plain, Base):
        return Field(kind="relation", widget="combobox", target=plain, **common)
    if get_origin(plain) is Literal:
        return Field(kind="choice", widget="select", choices=tuple(map(str, get_args(plain))), **common)
    if isinstance(plain, type) and issubclass(plain, Enum):
        return Field(kind="choice", widget="select", choices=tuple(str(each.value) for each in plain), **common)
    if get_origin(plain) is list:
        return Field(kind="lines" if is_typeddict(get_args(plain)[0]) else "json", widget="lines", **common)
    word = next((word for each, word in SIMPLE if isinstance(plain, type) and issubclass(plain, each)), "json")
    widget = "textarea" if name in ("reason", "note", "text", "notes", "comment") else WIDGETS[word]
    digits = 6 if word == "price" else Money.digits
    return Field(kind=word, widget=widget, digits=digits, **{**common, "required": required and word != "boolean"})


@cache
def asked_by(verb: Verb) -> Mapping[str, Field]:
    """The arguments of a verb by name."""
    return {name: field_of(name, kind, default) for name, (kind, default) in arguments_of(verb).items()}


@cache
def row_fields(verb: Verb, name: str) -> Mapping[str, Field]:
    """The columns of an argument that is a list of rows."""
    kind, _default = arguments_of(verb)[name]
    row = get_args(plain_type(kind)[0])[0]
    hints, needed = get_type_hints(row), row.__required_keys__
    return {each: field_of(each, hints[each], inspect.Parameter.empty if each in needed else None) for each in hints}


def entries_for(verb: Verb) -> tuple[list[Entry], dict[str, list[Entry]]]:
    """The boxes of a verb's form: single ones, and those of each list of rows."""
    asked = asked_by(verb)
    single = [Entry(Slot(field=name), field) for name, field in asked.items() if field.kind != "lines"]
    rows = {
        name: [Entry(Slot(field=each), column) for each, column in row_fields(verb, name).items()]
        for name, field in asked.items()
        if field.kind == "lines"
    }
    return single, rows


def read_arguments(verb: Verb, typed: Mapping[str, Any], how: Reading) -> dict[str, Any]:
    """What was typed as the values that the verb is given; Invalid names every fault.

    Empty boxes are left out, so that the function's own defaults hold.
    """
    faults: list[FieldError] = []
    values: dict[str, Any] = {}
    for name, field in asked_by(verb).items():
        if field.kind == "lines":
            columns = row_fields(verb, name)
            rows = typed.get(name) or []
            read = [_read(columns, row, how, f"{name}.{row.get('__row__', i)}.", faults) for i, row in enumerate(rows)]
            if read:
                values[name] = read
        else:
            values |= _read({name: field}, typed, how, "", faults)
    if faults:
        raise Invalid(_("Nothing was done: some answers cannot be taken as they are."), faults)
    return values


def _read(
    fields: Mapping[str, Field], typed: Mapping[str, Any], how: Reading, path: str, faults: list[FieldError]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, field in fields.items():
        try:
            value = parse(field, typed.get(name), how)
        except Unreadable as error:
            faults.append(FieldError(f"{path}{name}", _("{label}: {reason}", label=field.label, reason=error.message)))
            continue
        if isinstance(value, Reference):
            value = value.value
        if value is not None:
            values[name] = value
        elif field.required:
            sentence = _("{label}: {reason}", label=field.label, reason=_("is needed: fill it in"))
            faults.append(FieldError(f"{path}{name}", sentence))
    return values


def needs_answers(verb: Verb) -> bool:
    """Whether a verb cannot be done without asking something first."""
    return any(field.required for field in asked_by(verb).values())
