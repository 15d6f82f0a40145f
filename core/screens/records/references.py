"""The records that a plan points at, fetched through the user's session: one statement for each kind of record."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, inspect, or_, select
from sqlalchemy.orm import Session

from core.db import Base, CompanyScoped, actor
from core.i18n import _, humanised
from core.screens.fields.field import Field, unique_keys
from core.screens.fields.parsing import Reference
from core.screens.records.plans import Plan

Found = dict[tuple[type[Base], str, Any], Any]


@dataclass(frozen=True)
class Wanted:
    """One reference where it stands."""

    plan: Plan
    field: Field
    reference: Reference

    @property
    def key(self) -> tuple[Any, str, Any]:
        """Which record is meant."""
        return self.field.target, self.reference.by, self.reference.value


def resolve(session: Session, plan: Plan) -> None:
    """Put records in the place of references; what is not there, or not visible, is noted as a fault."""
    wanted = list(_wanted(plan))
    if not wanted:
        return
    found = _fetch(session, wanted)
    for part in plan.parts():
        for name, (field, value) in list(part.sets.items()):
            if field.kind in ("relation", "tags") and value is not None:
                part.sets[name] = (field, _resolved(session, part, field, value, found))


def _wanted(plan: Plan) -> Iterable[Wanted]:
    for part in plan.parts():
        for field, value in part.sets.values():
            if field.kind in ("relation", "tags"):
                for each in value if isinstance(value, list) else [value]:
                    if isinstance(each, Reference):
                        yield Wanted(part, field, each)


def _fetch(session: Session, wanted: list[Wanted]) -> Found:
    by_target: dict[type[Base], dict[str, set[Any]]] = defaultdict(lambda: defaultdict(set))
    for each in wanted:
        target, by, value = each.key
        if by == "id" or by in unique_keys(target) or by == "title":
            by_target[target][by].add(value)
    found: Found = {}
    with session.no_autoflush:
        for target, keys in by_target.items():
            for by, values in keys.items():
                found |= _fetch_by(session, target, by, values)
    return found


def _fetch_by(session: Session, target: Any, by: str, values: set[Any]) -> Found:
    if by == "title":
        return {(target, by, text): _titled(session, target, text) for text in values}
    column = getattr(target, by)
    usable = [v for v in values if isinstance(v, column.type.python_type) and not isinstance(v, bool)]
    given = {"values": sorted(usable), "company": actor(session).company_id}
    return {(target, by, getattr(record, by)): record for record in session.scalars(named_by(target, by), given).unique()}


@cache
def named_by(target: Any, by: str) -> Select[Any]:
    """The statement that fetches records by a key; built and vetted once."""
    query = select(target).where(getattr(target, by).in_(bindparam("values", expanding=True)))
    if by != "id" and issubclass(target, CompanyScoped):
        query = query.where(target.company_id == bindparam("company"))
    return query.execution_options(kept=True)


def _titled(session: Session, target: Any, text: str) -> Any:
    """The one record that is called so, or has this code; None if there is none or more than one."""
    columns = inspect(target).column_attrs
    names = [n for n in sorted({target.__title__, *unique_keys(target)}) if n in columns]
    open_names = [n for n in names if not columns[n].columns[0].info.get("sensitive")]
    textual = [getattr(target, n) for n in open_names if getattr(target, n).type.python_type is str]
    if not textual:
        return None
    same = or_(*(func.lower(column) == text.lower() for column in textual))
    records = session.scalars(select(target).where(same).limit(2)).unique().all()
    return records[0] if len(records) == 1 else None


def _resolved(session: Session, plan: Plan, field: Field, value: Any, found: Found) -> Any:
    if isinstance(value, list):
        kept = [_resolved(session, plan, field, each, found) for each in value]
        return list(dict.fromkeys(each for each in kept if each is not None))
    if not isinstance(value, Reference):
        return value
    record: Any = found.get((field.target, value.by, value.value)) if field.target else None
    if record is None:
        plan.blame(field.name, _absent(field, value), field.label)
    elif issubclass(type(record), CompanyScoped) and record.company_id != _company(session, plan):
        plan.blame(field.name, _("“{title}” belongs to another company", title=record.title), field.label)
    return record


def _company(session: Session, plan: Plan) -> int | None:
    own: int | None = getattr(plan.record, "company_id", None)
    return own or actor(session).company_id


def _absent(field: Field, reference: Reference) -> Any:
    assert field.target is not None
    kind = _(humanised(field.target.__slug__))
    if reference.by not in ("id", "title") and reference.by not in unique_keys(field.target):
        names = ", ".join(["id", *sorted(unique_keys(field.target))])
        return _("{kind} is not found by {by}: use one of {names}", kind=kind, by=reference.by, names=names)
    shown = f"“{reference.value}”" if reference.by != "id" else reference.value
    return _("there is no {kind} {value} that you may see: choose one from the list", kind=kind, value=shown)
