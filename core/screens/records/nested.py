"""What changed within a record besides its own columns: lines, tags and extensions, for its history and its version."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from core.db import Model, change_row, record_changes
from core.db.writes import changed_columns
from core.screens.fields.field import fields_of
from core.screens.records.plans import Plan

Pair = tuple[Any, Any]


@dataclass
class NestedChanges:
    """Old and new of what lies within a record; `added` are lines that have no number before the flush."""

    values: dict[str, Pair] = field(default_factory=dict)
    added: list[tuple[str, Any]] = field(default_factory=list)
    version: int = 1

    def __bool__(self) -> bool:
        return bool(self.values or self.added)

    @classmethod
    def of(cls, plan: Plan, record: Model) -> "NestedChanges":
        """What a plan, once applied and before it is flushed, changes within its record."""
        changes = cls(version=record.version)
        for name, known in fields_of(plan.model).items():
            if known.kind == "tags" and name in plan.sets:
                changes._tags(record, name)
            elif known.kind == "lines" and name in plan.lines:
                changes._lines(record, name)
        for aspect, part in plan.aspects.items():
            beside = part.record
            if beside is not None:
                changes.values |= {f"{aspect}.{k}": pair for k, pair in changed_columns(beside).items()}
            else:
                said = [(f.key, key_of(v)) for f, v in part.sets.values() if v is not None]
                changes.values |= {f"{aspect}.{key}": (None, value) for key, value in said}
        return changes

    def _tags(self, record: Any, name: str) -> None:
        history = inspect(record).attrs[name].history
        if history.added or history.deleted:
            before = [*(history.unchanged or ()), *(history.deleted or ())]
            after = [*(history.unchanged or ()), *(history.added or ())]
            self.values[name] = (titles(before), titles(after))

    def _lines(self, record: Any, name: str) -> None:
        history = inspect(record).attrs[name].history
        self.values |= {f"{name}.{line.id}": (line.title, None) for line in history.deleted or ()}
        self.added += [(name, line) for line in history.added or ()]
        for line in history.unchanged or ():
            self.values |= {f"{name}.{line.id}.{key}": pair for key, pair in changed_columns(line).items()}

    def remember(self, session: Session, record: Model) -> None:
        """Write them into the record's history, after the flush."""
        new = {f"{name}.{line.id}": (None, line.title) for name, line in self.added}
        row = change_row(session, record, record.id, "update", self.version, {**self.values, **new})
        record_changes(session, [row])


def titles(records: list[Any]) -> str:
    """Records by what they are called, in an order that says nothing."""
    return ", ".join(sorted(str(record.title) for record in records))


def key_of(value: Any) -> Any:
    """A record as its number."""
    return value.id if isinstance(value, Model) else value
