"""Asking the database whether records lie within a record rule."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import inspect, select, tuple_
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


def confirm(session: Session, model: type, operation: str, keys: Iterable[Any]) -> None:
    """All these records lie within the record rule of the operation; asked of the database, 500 in a statement."""
    policy: Policy = session.info["policy"]
    predicate = policy.predicate(model, operation)
    if isinstance(predicate, True_):
        return
    mapper: Mapper[Any] = inspect(model)
    columns = [mapper.get_property_by_column(c).class_attribute for c in mapper.primary_key]
    key: Any = columns[0] if len(columns) == 1 else tuple_(*columns)
    asked = sorted(set(keys))
    connection = kernel_connection(session)
    inside: set[Any] = set()
    for start in range(0, len(asked), CHUNK):
        rows = connection.execute(select(*columns).where(key.in_(asked[start : start + CHUNK]), predicate))
        inside.update(row[0] if len(columns) == 1 else tuple(row) for row in rows)
    if missing := [k for k in asked if k not in inside]:
        raise outside(model, operation, missing)
