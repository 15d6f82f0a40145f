"""Fields that an administrator adds, changes, puts away and removes: rows, tables and generation in one transaction.

Whoever calls sees to the right to do so. What is changed holds for every worker from its next request on.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from core.custom.definition import KINDS, name_for
from core.custom.models import CustomField
from core.custom.storing import count_values, drop_values, make_table, set_index
from core.db import Extension, Model, kernel_connection
from core.errors import FieldError, Invalid, Missing, Refused
from core.i18n import LANGUAGES, _
from core.registry.composition import Composition
from core.registry.kernel import Kernel
from core.registry.lifecycle import change

MOST = 200


@dataclass(frozen=True)
class Asked:
    """What an administrator asks of a field. `words` are (word or "", labels by language), in order."""

    labels: Mapping[str, str]
    kind: str = "text"
    helps: Mapping[str, str] = field(default_factory=dict)
    words: Sequence[tuple[str, Mapping[str, str]]] = ()
    target: str = ""
    required: bool = False
    initial: Any = None
    place: str = ""
    after: str = ""
    in_list: bool = False
    in_search: bool = False
    indexed: bool = False
    seen_by: Sequence[str] = ()
    changed_by: Sequence[str] = ()


def owners(composition: Composition) -> dict[str, type[Model]]:
    """The models that fields can be added to, by label."""
    kinds = {label: kind for label, kind in composition.models.items() if kind.__addon__ != "core"}
    return {n: k for n, k in kinds.items() if issubclass(k, Model) and not issubclass(k, Extension)}


def owner_of(composition: Composition, label: str) -> type[Model]:
    """A model that fields can be added to; Missing if it is none."""
    found = owners(composition).get(label)
    if found is None:
        raise Missing(_("There is no model {label}", label=label))
    return found


def add_field(kernel: Kernel, composition: Composition, model: str, asked: Asked, **who: Any) -> int:
    """Add a field to a model; answers its number. Invalid, field by field, for what cannot be."""
    owner = owner_of(composition, model)
    demand_sound(composition, owner, asked)

    def step(session: Session) -> int:
        there = list(session.scalars(select(CustomField).where(CustomField.model == model)))
        if len(there) >= MOST:
            raise Refused(_("A model has at most {count} added fields", count=MOST))
        made = CustomField(model=model, name=name_for(first(asked.labels), [f.name for f in there]), kind=asked.kind)
        made.position = max((f.position for f in there), default=0) + 1
        made.target = asked.target if asked.kind == "relation" else None
        session.add(made)
        fill(made, asked)
        session.flush()
        made.key = f"{made.name}_{made.id}"
        session.flush()
        make_table(kernel_connection(session), owner)
        if made.indexed:
            set_index(kernel_connection(session), owner, made, True)
        return made.id

    number: int = changed(kernel, step, **who)
    return number


def change_field(kernel: Kernel, composition: Composition, number: int, asked: Asked, **who: Any) -> None:
    """Change what a field says of itself; its kind and where it leads stay, as values were written by them."""

    def step(session: Session) -> None:
        kept = stored(session, number)
        owner = owner_of(composition, kept.model)
        demand_sound(composition, owner, asked, kept)
        was_indexed = kept.indexed
        fill(kept, asked)
        session.flush()
        if was_indexed != kept.indexed:
            set_index(kernel_connection(session), owner, kept, kept.indexed)

    changed(kernel, step, **who)


def set_active(kernel: Kernel, number: int, active: bool, **who: Any) -> None:
    """Put a field away, or take it out again; its values are kept."""

    def step(session: Session) -> None:
        stored(session, number).active = active
        session.flush()

    changed(kernel, step, **who)


def move_field(kernel: Kernel, number: int, up: bool, **who: Any) -> None:
    """Let a field change places with its neighbour."""

    def step(session: Session) -> None:
        moved = stored(session, number)
        order = (CustomField.position, CustomField.id)
        row = list(session.scalars(select(CustomField).where(CustomField.model == moved.model).order_by(*order)))
        at = row.index(moved)
        to = at - 1 if up else at + 1
        if 0 <= to < len(row):
            row[at], row[to] = row[to], row[at]
        for position, each in enumerate(row, 1):
            each.position = position
        session.flush()

    changed(kernel, step, **who)


def remove_field(kernel: Kernel, composition: Composition, number: int, **who: Any) -> None:
    """Remove a field with all its values."""

    def step(session: Session) -> None:
        gone = stored(session, number)
        drop_values(kernel_connection(session), owner_of(composition, gone.model), gone.key)
        session.delete(gone)
        session.flush()

    changed(kernel, step, **who)


def values_of(connection: Connection, composition: Composition, kept: CustomField) -> int:
    """How many records have a value of a field."""
    owner = owners(composition).get(kept.model)
    return 0 if owner is None else count_values(connection, owner, kept)


def stored(session: Session, number: int) -> CustomField:
    """The definition with this number; Missing if there is none."""
    found = session.get(CustomField, number)
    if found is None:
        raise Missing(_("There is no such field"))
    return found


def changed(kernel: Kernel, step: Callable[[Session], Any], **who: Any) -> Any:
    """Do it as one change of the installation, and answer what it answers."""
    answers: list[Any] = []
    change(kernel, lambda session: answers.append(step(session)), **who)
    return answers[-1]


def fill(made: CustomField, asked: Asked) -> None:
    """Write down what was asked."""
    made.labels, made.helps = given(asked.labels), given(asked.helps)
    made.words = worded(asked) if made.kind == "choice" else []
    made.required, made.initial = asked.required, {} if asked.initial is None else {"value": asked.initial}
    made.place, made.after = asked.place, asked.after
    made.in_list, made.in_search, made.indexed = asked.in_list, asked.in_search, asked.indexed
    made.seen_by, made.changed_by = list(asked.seen_by), list(asked.changed_by)


def worded(asked: Asked) -> list[dict[str, Any]]:
    """The words of a choice; a new one is named after its label."""
    known = [word for word, _labels in asked.words if word]
    made = []
    for word, labels in asked.words:
        named = word or name_for(first(labels), known)
        known.append(named)
        made.append({"word": named, "labels": given(labels)})
    return made


def given(texts: Mapping[str, str]) -> dict[str, str]:
    """The texts that were given, by language."""
    return {language: texts[language].strip() for language in LANGUAGES if texts.get(language, "").strip()}


def first(texts: Mapping[str, str]) -> str:
    """The text in the first language that has one."""
    return next(iter(given(texts).values()), "")


def demand_sound(composition: Composition, owner: type[Model], asked: Asked, kept: CustomField | None = None) -> None:
    """Invalid, with each fault at its field, for a definition that cannot be."""
    faults: list[FieldError] = []
    kind = kept.kind if kept is not None else asked.kind
    if not first(asked.labels):
        faults.append(FieldError("label_en", _("Give the field a name in one language at least")))
    if kind not in KINDS:
        faults.append(FieldError("kind", _("There is no such kind of field")))
    if kind == "choice" and not any(first(labels) for _word, labels in asked.words):
        faults.append(FieldError("words", _("A choice needs its words, one in each line")))
    if kind == "relation" and kept is None and not is_target(composition, asked.target):
        faults.append(FieldError("target", _("Choose the records that the field leads to")))
    roles = composition.permissions.roles
    for name in ("seen_by", "changed_by"):
        if unknown := [role for role in getattr(asked, name) if role not in roles]:
            faults.append(FieldError(name, _("There is no role {role}", role=", ".join(unknown))))
    if faults:
        raise Invalid(_("The field cannot be taken as it is."), faults)


def is_target(composition: Composition, label: str) -> bool:
    """Whether a field can lead to the records of a model."""
    return label in owners(composition) or label in ("core.User", "core.Team", "core.Company")
