"""The change history of a record as people read it, and its old values as a form would set them again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import Base, Change, Model, kernel_connection
from core.errors import Missing
from core.i18n import _
from core.screens.fields.field import INTEGERS, Field, aspects_of, field_at
from core.screens.fields.rights import enabled, rights
from core.screens.fields.texts import Texts
from core.screens.forms.conflicts import label_of, name_of, names_of
from core.screens.forms.options import titles_of

SHOWN = 200
WAYS = {"web": "in the browser", "api": "by the API", "import": "by an import", "job": "by a job", "cli": "at the terminal"}


@dataclass(frozen=True)
class Step:
    """One field of one change."""

    path: str
    label: str
    old: str
    new: str
    restorable: bool


@dataclass(frozen=True)
class Shown:
    """One change of a record."""

    id: int
    who: str
    at: str
    moment: datetime
    way: Any
    steps: list[Step]


def history_of(session: Session, record: Model) -> list[Shown]:
    """The changes of a record, newest first, without the fields that the user may not see."""
    rows = changes_of(session, record)
    names, texts = names_of(session, {row.by_id for row in rows if row.by_id}), Texts(session)
    titles = related_titles(session, record, rows)
    found = []
    for row in rows:
        seen = [(key, pair) for key, pair in row.values.items() if sees(session, record, key)]
        steps = [_step(session, record, texts, titles, key, pair) for key, pair in seen]
        way = _(WAYS.get(row.via, row.via))
        found.append(Shown(row.id, names.get(row.by_id, ""), texts.plain("moment", row.at), row.at, way, steps))
    return found


def changes_of(session: Session, record: Model, change_id: int | None = None) -> list[Any]:
    """The rows of the history of a record."""
    table: Any = Change.__table__
    columns = table.c.id, table.c.at, table.c.by_id, table.c.via, table.c["values"]
    query = select(*columns).where(table.c.model == record.label(), table.c.record_id == record.id, table.c.kind == "update")
    if change_id is not None:
        query = query.where(table.c.id == change_id)
    rows = kernel_connection(session).execute(query.order_by(table.c.id.desc()).limit(SHOWN))
    return [_Row(*row) for row in rows]


@dataclass(frozen=True)
class _Row:
    id: int
    at: datetime
    by_id: int | None
    via: str
    values: dict[str, Any]


def field_of(session: Session, model: type[Base], key: str) -> Field | None:
    """The field that a key of the history is about: a column of the record or of one of its extensions."""
    first, dot, rest = key.partition(".")
    aspect = aspects_of(model, enabled(session)).get(first) if dot else None
    if aspect is not None:
        return field_at(aspect, name_of(aspect, rest))
    return None if dot else field_at(model, name_of(model, key))


def sees(session: Session, record: Model, key: str) -> bool:
    """Whether the user may see what a key of the history is about."""
    field = field_of(session, type(record), key)
    if field is not None:
        return rights(session, field.model).sees(field) and rights(session, field.model).may("read")
    lines = field_at(type(record), key.partition(".")[0])
    return lines is not None and rights(session, type(record)).sees(lines)


def related_titles(session: Session, record: Model, rows: list[Any]) -> Mapping[tuple[Any, int], str]:
    """What the records are called that old and new values point at: one question for each kind."""
    wanted: dict[Any, set[int]] = {}
    for row in rows:
        for key, pair in row.values.items():
            field = field_of(session, type(record), key)
            if field is not None and field.kind == "relation" and field.target is not None:
                wanted.setdefault(field.target, set()).update(v for v in pair if isinstance(v, int))
    return {(model, n): title for model, ns in wanted.items() for n, title in titles_of(session, model, ns).items()}


def _step(session: Session, record: Model, texts: Texts, titles: Mapping[tuple[Any, int], str], key: str, pair: Any) -> Step:
    field = field_of(session, type(record), key)
    old, new = (*pair, None, None)[:2]
    if field is not None and field.kind == "relation":
        told = [titles.get((field.target, v), str(v)) if v is not None else "–" for v in (old, new)]
    else:
        told = [texts.kept(field, old), texts.kept(field, new)]
    is_own = field is not None and field.kind != "tags" and rights(session, field.model).writes(field)
    return Step(key, label_of(type(record), key), told[0], told[1], is_own and not record.is_frozen)


def stored_value(session: Session, record: Model, change_id: int, key: str) -> dict[str, Any]:
    """What a change says that a field was before, as values that `write_record` takes."""
    rows = changes_of(session, record, change_id) if change_id < INTEGERS else []
    field = field_of(session, type(record), key)
    if not rows or field is None or key not in rows[0].values or not sees(session, record, key):
        raise Missing(_("There is no such change of {title}.", title=record.title))
    aspect = key.partition(".")[0] + "." if "." in key else ""
    return {f"{aspect}{field.name}": rows[0].values[key][0]}
