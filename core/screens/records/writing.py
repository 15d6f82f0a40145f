"""The one way in which a person's values enter a record: parsed, vetted, set, and the history of its parts kept.

Forms, the API and imports all end here.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from core.custom.initial import is_added
from core.db import Base, Model, now
from core.errors import FieldError, Invalid, Refused
from core.i18n import _
from core.screens.fields.field import Field, aspects_of, fields_of, unique_keys
from core.screens.fields.parsing import JSON_VALUES, Reading, Reference
from core.screens.fields.rights import demand, enabled, rights
from core.screens.forms.conflicts import demand_version
from core.screens.records.lines import set_lines
from core.screens.records.nested import NestedChanges
from core.screens.records.plans import Plan, begun, planned
from core.screens.records.references import resolve
from core.screens.records.refusals import told
from core.screens.trash.keeping import put_in_trash
from core.screens.undo.memory import memory_of, remember, values_before

M = TypeVar("M", bound=Model)
SKETCHED = "sketched_beside"


def write_record(
    session: Session,
    model: type[M],
    record: M | None,
    values: Mapping[str, Any],
    *,
    how: Reading = JSON_VALUES,
    version: int | None = None,
    needed: frozenset[str] = frozenset(),
) -> M:
    """Set these values on a record, or make one, and flush.

    `version` is the one its writer saw. Invalid names every faulty field at once, Conflict who changed what meanwhile,
    Refused a record that can no longer change; Denied comes from the guard. Nothing is written in any of these cases.
    """
    demand(session, model, "create" if record is None else "update")
    values, kept = begun(session, model, values) if record is None else (values, {})
    if record is not None:
        demand_version(session, record, version)
        demand_open(record)
    with session.no_autoflush:
        plan = planned(session, model, record, values, how, needed)
        resolve(session, plan)
        before = values_before(session, record, plan)
        written: M = applied(session, plan)
        if plan.faults:
            raise Invalid(_("Nothing was saved: some fields cannot be taken as they are."), plan.faults)
        for name, value in kept.items():
            setattr(written, name, value)
        changes = NestedChanges.of(plan, written) if record is not None else None
        recompute(written)
        if record is None:
            session.add(written)
        elif changes:
            written.updated_at = now()  # the version of a document counts its lines, too
    _flush(session, written, changes, before)
    return written


def _flush(session: Session, written: Model, changes: NestedChanges | None, before: Mapping[str, Any] | None) -> None:
    with told(session, type(written), written):
        session.flush()
        if changes:
            changes.remember(session, written)
    remember(session, written, before)


def sketch_record(
    session: Session,
    model: type[M],
    record: M | None,
    values: Mapping[str, Any],
    how: Reading,
    compute: Callable[[Any], None] | None = None,
) -> tuple[M, Sequence[Any]]:
    """The record as it would become, with what can be read of the values, and the faults of the rest.

    Nothing is flushed, and the caller must not commit: it serves totals that are shown while somebody types.
    """
    with session.no_autoflush:
        plan = planned(session, model, record, values, how)
        resolve(session, plan)
        sketched: M = applied(session, plan, pending=False)
        with suppress(TypeError, ArithmeticError, AttributeError):  # a line that is not filled yet has no net
            (compute or recompute)(sketched)
    return sketched, plan.faults


def demand_open(record: Model) -> None:
    """Refused when a record can no longer be changed."""
    if record.is_frozen:
        sentence = "{title} can no longer be changed: what is posted stays. Reverse or credit it."
        raise Refused(_(sentence, title=record.title))


def recompute(record: Any) -> None:
    """Let a record set what follows from its fields and lines, if its model has a `recompute()`."""
    compute = getattr(record, "recompute", None)
    if callable(compute):
        compute()


def applied(session: Session, plan: Plan, pending: bool = True) -> Any:
    """Set a plan's values on its record; what the model itself refuses is noted as a fault.

    A new extension is `pending` in the session, or only known to the record that is sketched.
    """
    record = plan.record if plan.record is not None else plan.model()
    if plan.record is None:
        fill_defaults(record)
        begin_lists(record)
    for field, value in plan.sets.values():
        if is_open(value):
            continue
        try:
            assign(record, field, value)
        except Invalid as error:
            plan.faults += [FieldError(f"{plan.path}{fault.field}", fault.message) for fault in error.errors]
            if not error.errors:
                plan.blame(field.name, error.message, field.label)
        except (ValueError, TypeError) as error:
            plan.blame(field.name, str(error), field.label)
    for name, lines in plan.lines.items():
        set_lines(record, name, [(line.record, applied(session, line)) for line in lines])
    for part in plan.aspects.values():
        beside = applied(session, part)
        if part.record is None and pending:
            beside.owner = record
            session.add(beside)
        elif part.record is None:
            record.__dict__.setdefault(SKETCHED, {})[part.model] = beside
    return record


def delete_record(session: Session, record: Model, version: int | None = None) -> None:
    """Put a record into the trash and flush; Refused if it can no longer change or others point at it."""
    demand(session, type(record), "delete")
    demand_version(session, record, version)
    demand_open(record)
    trashed, memory = put_in_trash(session, record), memory_of(session)
    with told(session, type(record), record, deleting=True):
        session.delete(record)
        session.flush()
    if memory:
        memory.step(record, "delete", trashed_id=trashed)


def within_rule(session: Session, record: Model, operation: str = "update") -> bool:
    """Whether the record is among those that the user may change; asks the database only where some are not."""
    policy = session.info.get("policy")
    model = type(record)
    if policy is None or session.info.get("trusted") or policy.is_open(model, operation):
        return True
    found = session.scalar(select(model.id).where(model.id == record.id, policy.predicate(model, operation)))
    return found is not None


def fill_defaults(record: Base) -> None:
    """Let a record that is not stored yet hold what its columns will be filled with; nobody is said to have set it."""
    for field in fields_of(type(record)).values():
        if field.kind in ("relation", "tags", "lines") or field.name == "version":
            continue
        given = field.default
        if given is None and field.make_default is not None and not field.kernel:
            given = field.make_default(None)
        if given is not None:
            set_committed_value(record, field.key, given)


def begin_lists(record: Base) -> None:
    """A new record has no lines and no tags: nobody need ask the database."""
    for field in fields_of(type(record)).values():
        if field.kind in ("tags", "lines"):
            set_committed_value(record, field.name, [])


def copied(session: Session, record: Model) -> dict[str, Any]:
    """The values that a copy of a record begins with: what one may write, lines included, unique values left out."""
    model, once = type(record), unique_keys(type(record))
    own = {
        name: _copied(session, record, field)
        for name, field in fields_of(model).items()
        if rights(session, model).writes(field) and name not in once and name != "active"
    }
    for aspect, extension in aspects_of(model, enabled(session)).items():
        beside = session.get(extension, record.id) if is_added(extension) else None
        may = rights(session, extension)
        fields = fields_of(extension).items() if beside is not None and may.may("read") else ()
        own |= {f"{aspect}.{name}": _copied(session, beside, field) for name, field in fields if may.writes(field)}
    return own


def _copied(session: Session, record: Any, field: Field) -> Any:
    if field.kind == "relation":
        return getattr(record, field.key)
    if field.kind == "tags":
        return [each.id for each in getattr(record, field.name)]
    if field.kind == "lines":
        assert field.target is not None
        inner = [f for f in fields_of(field.target).values() if rights(session, f.model).writes(f)]
        return [{f.name: _copied(session, line, f) for f in inner} for line in getattr(record, field.name)]
    return getattr(record, field.key)


def is_open(value: Any) -> bool:
    """Whether a reference led to nothing."""
    return any(isinstance(each, Reference) for each in (value if isinstance(value, list) else [value]))


def assign(record: Any, field: Field, value: Any) -> None:
    """Set one field; nothing becomes its default where a field cannot be empty."""
    if field.kind == "relation":
        setattr(record, field.key, None if value is None else value.id)
        if field.related:
            setattr(record, field.name, value)
    elif field.kind == "tags":
        there = getattr(record, field.name)
        if set(there) != set(value or ()):
            setattr(record, field.name, list(value or ()))
    elif value is None and not field.nullable:
        setattr(record, field.name, blank(field))
    else:
        setattr(record, field.name, value)


def blank(field: Field) -> Any:
    """What stands in a field that was emptied and cannot hold nothing."""
    if field.default is not None:
        return field.default
    if field.make_default is not None:
        return field.make_default(None)
    return "" if field.kind in ("text", "prose") else None
