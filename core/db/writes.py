"""What happens at every write of a record: stamps, the company, derived columns; for flushes and for rows alike."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import event, insert, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstanceState, Mapper, Session, object_session

from core.db.base import Base
from core.db.inside import declared
from core.db.model import CompanyScoped, Model
from core.db.session import TandemSession, actor, kernel_connection, now


@lru_cache(512)
def derived_columns(model: type[Base]) -> tuple[tuple[str, tuple[str, ...], Any], ...]:
    """The columns of a model that the kernel computes: (name, from which, by what)."""
    columns = [declared(attribute) for attribute in inspect(model).column_attrs]
    return tuple((c.key, c.info["derived_from"], c.info["compute"]) for c in columns if "derived_from" in c.info)


@event.listens_for(Base, "before_insert", propagate=True)
def stamp_new(mapper: Mapper[Any], connection: Any, record: Any) -> None:
    """Who made it and when, for which company; derived columns."""
    session = object_session(record)
    if not isinstance(session, TandemSession):
        return
    if isinstance(record, Model):
        who, moment = actor(session), now()
        record.created_at = record.created_at or moment
        record.updated_at = moment
        record.created_by_id = record.created_by_id or who.user_id
        record.updated_by_id = who.user_id
    if isinstance(record, CompanyScoped) and getattr(record, "company_id", None) is None:
        record.company_id = actor(session).company_id
    derive(record)


@event.listens_for(Base, "before_update", propagate=True)
def stamp_changed(mapper: Mapper[Any], connection: Any, record: Any) -> None:
    """Who changed it and when; only if something did change."""
    session = object_session(record)
    if not isinstance(session, TandemSession) or not session.is_modified(record, include_collections=False):
        return
    if isinstance(record, Model):
        record.updated_at, record.updated_by_id = now(), actor(session).user_id
    derive(record)


def derive(record: Base) -> None:
    """Fill the derived columns of a record from its others, touching only those that change."""
    for name, sources, compute in derived_columns(type(record)):
        value = compute(*(getattr(record, s) for s in sources))
        if getattr(record, name) != value:
            setattr(record, name, value)


def completed(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows with what the kernel adds: stamps, company, version, derived columns, defaults that are plain values."""
    who, moment = actor(session), now()
    added: dict[str, Any] = {}
    if issubclass(model, Model):
        added = {
            "created_at": moment,
            "updated_at": moment,
            "created_by_id": who.user_id,
            "updated_by_id": who.user_id,
            "version": 1,
        }
    if issubclass(model, CompanyScoped):
        added["company_id"] = who.company_id
    full = [added | dict(row) for row in rows]
    for name, sources, compute in derived_columns(model):
        for row in full:
            row[name] = compute(*(row.get(s) for s in sources))
    return full


def insert_rows(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> Sequence[int]:
    """Insert rows of one kind in one statement and answer their keys, in order.

    For the kernel and for operations whose right was vetted before; flush events do not run, stamps and derived columns do.
    """
    if not rows:
        return []
    made = kernel_connection(session).execute(_keyed(model), completed(session, model, rows))
    return list(made.scalars())


@lru_cache(512)
def _keyed(model: type[Base]) -> Any:
    table: Any = model.__table__
    return insert(table).returning(table.c.id, sort_by_parameter_order=True)


def insert_missing(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """The same, but leave out what is there, also if another session is writing it at this moment: then wait for it."""
    connection = kernel_connection(session)
    connection.execute(_missing(connection.dialect.name, model), completed(session, model, rows))


def insert_once(session: Session, model: type[Base], row: Mapping[str, Any]) -> int | None:
    """The same for one row: its key, or None where it is there already."""
    connection = kernel_connection(session)
    statement = _missing(connection.dialect.name, model, keyed=True)
    made: int | None = connection.scalar(statement, completed(session, model, [row])[0])
    return made


@lru_cache(512)
def _missing(dialect: str, model: type[Base], keyed: bool = False) -> Any:
    made: Any = (postgresql if dialect == "postgresql" else sqlite).insert(model.__table__).on_conflict_do_nothing()
    return made.returning(model.__table__.c.id) if keyed else made


def changed_columns(record: Base) -> dict[str, tuple[Any, Any]]:
    """The columns of a record that its next flush changes: name to (old, new)."""
    state: InstanceState[Any] = inspect(record)
    changes: dict[str, tuple[Any, Any]] = {}
    for attribute in state.mapper.column_attrs:
        history = state.attrs[attribute.key].history
        info = declared(attribute).info
        if history.has_changes() and (not info.get("kernel") or info.get("shown")):
            old = history.deleted[0] if history.deleted else None
            new = history.added[0] if history.added else None
            if old != new:
                changes[attribute.key] = (old, new)
    return changes
