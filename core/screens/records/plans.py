"""What somebody wrote becomes a plan: parsed values by field, lines and extensions within, every fault with its path.

A plan changes nothing yet; all its faults are known at once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from sqlalchemy.orm import Session

from core.custom.initial import initial_of, is_added
from core.db import Base, Line, Model
from core.errors import FieldError
from core.i18n import _
from core.screens.fields.field import Field, aspects_of, fields_of
from core.screens.fields.parsing import Reading, Reference, Unreadable, parse
from core.screens.fields.rights import enabled, rights

IGNORED_IN_LINES = frozenset({"id", "position", "title"})


@dataclass
class Plan:
    """What is to be set on one record (None: a new one), its lines and extensions; `faults` is shared by all parts."""

    model: type[Base]
    record: Any | None
    how: Reading
    path: str = ""
    row: int | None = None
    sets: dict[str, tuple[Field, Any]] = field(default_factory=dict)
    lines: dict[str, list["Plan"]] = field(default_factory=dict)
    aspects: dict[str, "Plan"] = field(default_factory=dict)
    faults: list[FieldError] = field(default_factory=list)

    def blame(self, name: str, reason: Any, label: Any = "") -> None:
        """Note a fault of a field; the sentence names the field and, within lines, the line."""
        told = label or name
        if self.row is not None:
            sentence = _("{label}, line {row}: {reason}", label=told, row=self.row, reason=reason)
        else:
            sentence = _("{label}: {reason}", label=told, reason=reason)
        self.faults.append(FieldError(f"{self.path}{name}", sentence))

    def parts(self) -> Iterable["Plan"]:
        """This plan and all within it."""
        yield self
        for within in (*self.aspects.values(), *(line for lines in self.lines.values() for line in lines)):
            yield from within.parts()


def planned(
    session: Session,
    model: type[Base],
    record: Any | None,
    values: Mapping[str, Any],
    how: Reading,
    needed: frozenset[str] = frozenset(),
) -> Plan:
    """The plan that sets these values; `needed` are fields that this form wants filled besides those of the model."""
    plan = Plan(model, record, how)
    fill(session, plan, values, needed)
    return plan


def fill(session: Session, plan: Plan, values: Mapping[str, Any], needed: frozenset[str] = frozenset()) -> None:
    """Read values into a plan."""
    fields, aspects, may = fields_of(plan.model), _aspects(session, plan.model), rights(session, plan.model)
    beside: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        aspect, dot, rest = name.partition(".")
        if dot and aspect in aspects:
            beside.setdefault(aspect, {})[rest] = value
        elif name in aspects and isinstance(value, Mapping):
            beside.setdefault(name, {}).update(value)
        elif (known := fields.get(name)) is None:
            if not (issubclass(plan.model, Line) and name in IGNORED_IN_LINES):
                plan.blame(name, unknown(name, [*fields, *aspects]))
        elif known.kernel:
            if not (issubclass(plan.model, Line) and name in IGNORED_IN_LINES):
                plan.blame(name, _("is kept by the system: leave it out"), known.label)
        elif not may.writes(known):
            plan.blame(name, _("your roles may not change it"), known.label)
        else:
            _put(session, plan, known, value)
    for aspect, part in beside.items():
        _put_beside(session, plan, aspect, aspects[aspect], part)
    demand_filled(plan, needed)


def _aspects(session: Session, model: type[Base]) -> dict[str, Any]:
    return aspects_of(model, enabled(session))


def unknown(name: str, names: list[str]) -> Any:
    """The sentence for a field that is not there, with what was probably meant."""
    close = get_close_matches(name.removesuffix("_id"), names, 1, 0.6)
    if close:
        return _("there is no such field. Did you mean {name}?", name=close[0])
    return _("there is no such field. There are: {names}", names=", ".join(sorted(names)))


def _put(session: Session, plan: Plan, known: Field, value: Any) -> None:
    try:
        parsed = parse(known, value, plan.how)
    except Unreadable as error:
        plan.blame(known.name, error.message, known.label)
        return
    if known.kind == "lines":
        plan.lines[known.name] = _line_plans(session, plan, known, parsed or [])
    elif not _is_unchanged_reference(plan.record, known, parsed):
        plan.sets[known.name] = (known, parsed)


def _is_unchanged_reference(record: Any, known: Field, parsed: Any) -> bool:
    """What already stands there may stay, even if this user may not see it."""
    is_number = isinstance(parsed, Reference) and parsed.by == "id" and known.kind == "relation"
    return record is not None and is_number and getattr(record, known.key) == parsed.value


def _line_plans(session: Session, plan: Plan, known: Field, entries: list[Mapping[str, Any]]) -> list[Plan]:
    there = {} if plan.record is None else {line.id: line for line in getattr(plan.record, known.name)}
    assert known.target is not None
    made, seen = [], set[Any]()
    for index, entry in enumerate(entries):
        place = entry.get("__row__", index)
        path = f"{plan.path}{known.name}.{place}."
        line = Plan(known.target, None, plan.how, path, place + 1, faults=plan.faults)
        number = _line_number(entry.get("id"))
        if number is not None and (number not in there or number in seen):
            line.blame("id", _("this line does not belong to the document: leave the number out to add it"))
        seen.add(number)
        line.record = there.get(number) if number is not None else None
        fill(session, line, {name: value for name, value in entry.items() if name not in ("id", "__row__")})
        made.append(line)
    return made


def _line_number(value: Any) -> int | None:
    if isinstance(value, str) and value.isdigit():
        return int(value)
    return value if value not in ("", None) else None


def _put_beside(session: Session, plan: Plan, aspect: str, extension: Any, values: Mapping[str, Any]) -> None:
    kept = session.get(extension, plan.record.id) if plan.record is not None else None
    part = Plan(extension, kept, plan.how, f"{plan.path}{aspect}.", plan.row, faults=plan.faults)
    plan.aspects[aspect] = part
    fill(session, part, values)


def demand_filled(plan: Plan, needed: frozenset[str]) -> None:
    """Note every field that must be filled and is not."""
    told = {fault.field for fault in plan.faults}
    for name, known in fields_of(plan.model).items():
        if not (known.required or name in needed) or known.kernel or f"{plan.path}{name}" in told:
            continue
        blank = name in plan.sets and plan.sets[name][1] in (None, [])
        missing = plan.record is None and name not in plan.sets and not plan.lines.get(name)
        if blank or missing:
            plan.blame(name, _("is needed: fill it in"), known.label)


def with_defaults(session: Session, model: type[Base], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a new record with those that its model, or a field added by hand, gives where nothing was said."""
    return begun(session, model, values)[0]


def begun(session: Session, model: type[Base], values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The same, and what the model gives for the fields that the system keeps."""
    open_fields, kept = given_defaults(session, model)
    given = {**open_fields, **values}
    for aspect, extension in _aspects(session, model).items():
        if is_added(extension):
            said = values.get(aspect)
            first = initial_values(session, extension)
            given = {aspect: {**first, **said} if isinstance(said, Mapping) else said or first, **_without(given, aspect)}
    return given, kept


def _without(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}


def initial_values(session: Session, extension: Any) -> dict[str, Any]:
    """What the fields added by hand hold in a new record; what the user may not write stays open."""
    may, fields = rights(session, extension), fields_of(extension)
    return {name: value for name, value in initial_of(session, extension).items() if may.writes(fields[name])}


def given_defaults(session: Session, model: type[Base]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a model's `defaults(session)` gives: for the fields that people write, and for those that the system keeps."""
    given = getattr(model, "defaults", None)
    open_fields, kept = dict[str, Any](), dict[str, Any]()
    if given is not None and issubclass(model, Model):
        fields = fields_of(model)
        for name, value in given(session).items():
            if value is not None:
                (kept if name in fields and fields[name].kernel else open_fields)[name] = value
    return open_fields, kept
