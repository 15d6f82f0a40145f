"""While somebody acts, what he changes is remembered as steps that can be taken back."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from core.db import Model, actor, kernel_connection, now
from core.screens.fields.field import Field, aspects_of, fields_of
from core.screens.fields.rights import enabled, rights
from core.screens.records.plans import Plan
from core.screens.records.reading import plain
from core.screens.undo.models import Act, ActStep

Values = dict[str, Any]
MEMORY = "memory"
CHUNK_ROWS = 500


@dataclass
class Memory:
    """The steps of an act that is going on."""

    steps: list[Values] = field(default_factory=list)

    def step(self, record: Model, kind: str, **values: Any) -> None:
        """Remember what was done to a record."""
        step: Values = {"before": {}, "after": {}, "trashed_id": None, "why": "", "undone": False, "version": record.version}
        named = {"model": record.label(), "record_id": record.id, "title": str(record.title)[:500], "kind": kind}
        self.steps.append({**step, **named, **values})

    def wrote(self, session: Session, record: Model, before: Mapping[str, Any] | None) -> None:
        """A record was made, or changed from these values; what stayed the same is no part of it."""
        if before is None:
            self.step(record, "create")
            return
        after = kept_values(session, record, list(before))
        changed = [path for path in before if before[path] != after[path]]
        if changed:
            now_there = {path: after[path] for path in changed}
            self.step(record, "update", before={path: before[path] for path in changed}, after=now_there)

    @property
    def can_undo(self) -> bool:
        """Whether there is anything to take back."""
        return any(step["kind"] in ("create", "update", "delete") for step in self.steps)


@contextmanager
def remembering(session: Session) -> Iterator[Memory]:
    """Within, what is written and deleted in this session is remembered."""
    memory, outer = Memory(), session.info.get(MEMORY)
    session.info[MEMORY] = memory
    try:
        yield memory
    finally:
        session.info[MEMORY] = outer


def memory_of(session: Session) -> Memory | None:
    """What remembers in this session, if anything does."""
    found: Memory | None = session.info.get(MEMORY)
    return found


def keep_act(session: Session, memory: Memory, model: type[Model], text: Any, **values: Any) -> int | None:
    """Write an act and its steps; its number if it can be taken back."""
    if not memory.can_undo:
        return None
    act_id = begin_act(session, model, text, state="done", done=len(memory.steps), total=len(memory.steps), **values)
    keep_steps(session, act_id, memory)
    return act_id


def begin_act(session: Session, model: type[Model], text: Any, **values: Any) -> int:
    """Write an act without its steps."""
    who, table = actor(session), Act.__table__
    given: Values = {"can_undo": True, "asked": {}, "total": 0, "done": 0, "refused": 0, "last_id": 0}
    given |= {"user_id": who.user_id, "company_id": who.company_id, "at": now(), "model": model.label(), "text": str(text)}
    made = insert(table).returning(table.c.id)  # type: ignore[arg-type]
    return int(kernel_connection(session).execute(made, {**given, **values}).scalar_one())


def keep_steps(session: Session, act_id: int, memory: Memory) -> None:
    """Write the steps of an act."""
    rows = [{**step, "act_id": act_id} for step in memory.steps]
    for start in range(0, len(rows), CHUNK_ROWS):
        kernel_connection(session).execute(insert(ActStep.__table__), rows[start : start + CHUNK_ROWS])  # type: ignore[arg-type]


def note_act(session: Session, act_id: int, **values: Any) -> None:
    """Write how an act stands."""
    kernel_connection(session).execute(update(Act).where(Act.id == act_id).values(values))


def remember(session: Session, record: Model, before: Mapping[str, Any] | None) -> None:
    """If somebody remembers: a record was made (`before` is None), or changed from these values."""
    if (memory := memory_of(session)) is not None:
        memory.wrote(session, record, before)


def values_before(session: Session, record: Model | None, plan: Plan) -> Values | None:
    """The values that a plan is going to set, as they are; None for a new record, or where nobody remembers."""
    if record is None or memory_of(session) is None:
        return None
    paths = [*plan.sets, *plan.lines]
    paths += [f"{aspect}.{name}" for aspect, part in plan.aspects.items() for name in part.sets]
    return kept_values(session, record, paths)


def kept_values(session: Session, record: Any, paths: Sequence[str]) -> Values:
    """Some values of a record as `write_record` would take them."""
    model: Any = type(record)
    aspects = aspects_of(model, enabled(session))
    found: Values = {}
    with session.no_autoflush:
        for path in paths:
            aspect, dot, name = path.partition(".")
            if not dot:
                found[path] = kept_value(session, record, fields_of(model)[path])
            elif aspect in aspects:
                beside, own = session.get(aspects[aspect], record.id), fields_of(aspects[aspect])[name]
                found[path] = kept_value(session, beside, own) if beside is not None else plain(own.default)
    return found


def kept_value(session: Session, record: Any, known: Field) -> Any:
    """One value: a number for a relation, numbers for tags, lines with what one may write in them."""
    if known.kind == "tags":
        return sorted(each.id for each in getattr(record, known.name))
    if known.kind != "lines":
        return plain(getattr(record, known.key))
    assert known.target is not None
    inner = [f for f in fields_of(known.target).values() if rights(session, f.model).writes(f)]
    lines = getattr(record, known.name)
    return [{"id": line.id, **{f.name: kept_value(session, line, f) for f in inner}} for line in lines]
