"""Asking the database whether records lie within a record rule."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, bindparam, inspect, select, tuple_
from sqlalchemy.orm import InstanceState, Mapper, Session
from sqlalchemy.sql.elements import True_

from core.access.policy import Policy
from core.access.words import outside
from core.db import kernel_connection

CHUNK = 500


def identity(record: Any) -> Any:
    """The key of a record: a value, or a tuple if it has several."""
    state: InstanceState[Any] = inspect(record)
    key = state.identity or state.mapper.primary_key_from_instance(record)
    return key[0] if len(key) == 1 else tuple(key)


def question(policy: Policy, model: type, operation: str) -> Select[Any] | None:
    """Which of some keys lie within the rule; None where all do."""
    predicate = policy.predicate(model, operation)
    if isinstance(predicate, True_):
        return None
    mapper: Mapper[Any] = inspect(model)
    columns = [mapper.get_property_by_column(c).class_attribute for c in mapper.primary_key]
    key: Any = columns[0] if len(columns) == 1 else tuple_(*columns)
    return select(*columns).where(key.in_(bindparam("keys", expanding=True)), predicate)


def confirm(session: Session, model: type, operation: str, keys: Iterable[Any]) -> None:
    """All these records lie within the record rule of the operation; asked of the database, 500 in a statement."""
    policy: Policy = session.info["policy"]
    if (model, operation) not in policy.questions:
        policy.questions[model, operation] = question(policy, model, operation)
    query = policy.questions[model, operation]
    if query is None:
        return
    asked = sorted(set(keys))
    connection = kernel_connection(session)
    inside: set[Any] = set()
    for start in range(0, len(asked), CHUNK):
        rows = connection.execute(query, {"keys": asked[start : start + CHUNK]})
        inside.update(row[0] if len(row) == 1 else tuple(row) for row in rows)
    if missing := [k for k in asked if k not in inside]:
        raise outside(model, operation, missing)
