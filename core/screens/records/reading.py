"""A record as programs see it: amounts and quantities as text, dates as ISO 8601, lines and extensions nested.

Everything that one record needs is fetched by a handful of statements, however many lines it has.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Integer, Select, bindparam, inspect, select
from sqlalchemy.orm import Session, aliased, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from core.db import Base, Model, declared
from core.errors import Invalid, Missing
from core.i18n import _, humanised
from core.screens.fields.field import INTEGERS, Field, aspects_of, field_at, fields_of
from core.screens.fields.rights import demand, enabled, rights

M = TypeVar("M", bound=Model)
STAMPS = ("version", "created_at", "created_by_id", "updated_at", "updated_by_id", "company_id")


def load_record(session: Session, model: type[M], record_id: int, *, lists: bool = True) -> M:
    """The record with this number, with its relations and lines; Missing if there is none that the user may see.

    Without `lists`, its tags and lines are fetched only when somebody looks at them.
    """
    demand(session, model, "read")
    found: M | None = None
    if 0 < record_id < INTEGERS:
        found = session.scalars(one_of(model), {"number": record_id}).unique().first()
    if found is None:
        sentence = "There is no {kind} {number}, or you may not see it."
        raise Missing(_(sentence, kind=_(humanised(model.__slug__)), number=record_id))
    if lists:
        load_lists(session, model, found)
    return found


def load_lists(session: Session, model: type[Model], record: Model) -> None:
    """Fetch the tags and lines of a record that are not there yet, by one statement each."""
    absent = inspect(record).unloaded
    for name, query in lists_of(model).items():
        if name in absent:
            found = session.scalars(query, {"number": record.id}).unique().all()
            set_committed_value(record, name, list(found))


@cache
def one_of(model: type[Model]) -> Select[Any]:
    """The statement that fetches one record with its relations; built and vetted once."""
    query = select(model).where(model.id == bindparam("number", type_=Integer)).options(*joins(model))
    return query.execution_options(kept=True)


@cache
def lists_of(model: type[Model]) -> dict[str, Select[Any]]:
    """The statements that fetch the tags and lines of one record; SQLAlchemy's own loaders make theirs each time anew."""
    found: dict[str, Select[Any]] = {}
    for field in fields_of(model).values():
        if field.kind not in ("tags", "lines") or field.target is None:
            continue
        relation, far = inspect(model).relationships[field.name], field.target
        owner: Any = aliased(model) if issubclass(far, model) else model
        query = select(far).select_from(owner).join(getattr(owner, field.name)).where(owner.id == bindparam("number"))
        if field.kind == "lines":
            query = select(far).where(next(iter(relation.remote_side)) == bindparam("number")).options(*joins(far))
        found[field.name] = query.order_by(*(relation.order_by or ())).execution_options(kept=True)
    return found


@cache
def joins(model: type[Base]) -> tuple[Any, ...]:
    """Loader options that fetch a record with what its relations lead to."""
    relations = [field for field in fields_of(model).values() if field.kind == "relation" and field.related]
    return tuple(joinedload(getattr(model, field.name)) for field in relations)


def read_record(session: Session, record: Model, fields: Iterable[str] | None = None) -> dict[str, Any]:
    """A record by its fields, without those that the user may not see.

    Without `fields` all of them, `{"id", "title", ..., "version"}`, extensions under their aspect; with them just
    these, each under the path that was asked for (`contact.name`, `billing.credit_limit`).
    """
    if fields is not None:
        return {"id": record.id, **{path: read_path(session, record, path) for path in fields}}
    read: dict[str, Any] = {"id": record.id, "title": record.title, **read_fields(session, record)}
    for aspect, extension in aspects_of(type(record), enabled(session)).items():
        if rights(session, extension).may("read"):
            beside = session.get(extension, record.id)
            read[aspect] = read_fields(session, beside if beside is not None else blank_extension(extension))
    read |= {name: plain(getattr(record, name)) for name in STAMPS if hasattr(type(record), name)}
    return read


def blank_extension(extension: Any) -> Any:
    """An extension as it will be when it is first written: with its defaults."""
    blank = extension()
    for field in fields_of(extension).values():
        if field.default is not None:
            setattr(blank, field.key, field.default)
    return blank


def read_fields(session: Session, record: Base) -> dict[str, Any]:
    """The own fields of a record, line or extension."""
    may = rights(session, type(record))
    return {
        name: read_field(session, record, field)
        for name, field in fields_of(type(record)).items()
        if may.sees(field) and is_shown(field)
    }


@cache
def is_shown(field: Field) -> bool:
    """Whether a field is part of what programs see; folded twins and stamps are not."""
    column = inspect(field.model).column_attrs.get(field.key)
    info: Mapping[str, Any] = declared(column).info if column is not None else {}
    is_inner = field.kernel and not info.get("shown")
    return field.name not in (*STAMPS, "id", "search_text") and not is_inner and not field.sealed


def read_field(session: Session, record: Any, field: Field) -> Any:
    """One field of a record."""
    if field.kind == "relation":
        return _related(record, field)
    if field.kind == "tags":
        return [{"id": each.id, "title": each.title} for each in getattr(record, field.name)]
    if field.kind == "lines":
        lines = list(getattr(record, field.name))
        beside = fetch_related(session, lines)
        read = [{"id": line.id, **read_fields(session, line)} for line in lines]
        del beside
        return read
    value = getattr(record, field.key)
    return written(value, 2 if field.kind in ("money", "price") else 0) if isinstance(value, Decimal) else plain(value)


def fetch_related(session: Session, lines: Sequence[Base]) -> list[Base]:
    """What the relations of lines lead to and nobody fetched yet, one statement a model; alive while the caller holds it."""
    found: list[Base] = []
    for field in fields_of(type(lines[0])).values() if lines else ():
        if field.kind == "relation" and field.related and field.target is not None:
            left = {getattr(line, field.key) for line in lines if field.name in inspect(line).unloaded} - {None}
            if len(left) > 1:
                target: Any = field.target
                found += session.scalars(select(target).where(target.id.in_(left)))
    return found


def _related(record: Any, field: Field) -> Any:
    number = getattr(record, field.key)
    if number is None:
        return None
    other = getattr(record, field.name) if field.related else None
    if not field.related:
        return {"id": number}
    return {"id": number, "title": other.title if other is not None else None}


def read_path(session: Session, record: Any, path: str) -> Any:
    """What a dotted path leads to from a record; Invalid if it leads nowhere, None behind a relation that is empty."""
    first, _dot, rest = path.partition(".")
    if path in ("title", *STAMPS) and hasattr(type(record), path):
        return plain(getattr(record, path))
    aspect = aspects_of(type(record), enabled(session)).get(first)
    if rest and aspect is not None:
        beside = session.get(aspect, record.id)
        return None if beside is None else read_path(session, beside, rest)
    field = field_at(type(record), first)
    if field is None or not rights(session, type(record)).sees(field) or (rest and field.target is None):
        raise Invalid(_("{path}: there is no such field", path=path))
    if not rest:
        return read_field(session, record, field)
    step = getattr(record, field.name)
    if field.kind in ("tags", "lines"):
        return [read_path(session, each, rest) for each in step]
    return None if step is None else read_path(session, step, rest)


def plain(value: Any) -> Any:
    """A value as JSON writes it: amounts as text without an exponent, times with their zone."""
    if isinstance(value, Decimal):
        return written(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value


def written(number: Decimal, least: int = 2) -> str:
    """A number without needless zeros but with at least so many decimals: `1500.00`, `0.0375`; with none `6`, `7.5`."""
    before, _point, decimals = format(number, "f").partition(".")
    kept = decimals.rstrip("0").ljust(least, "0")
    return f"{before}.{kept}" if kept else before
