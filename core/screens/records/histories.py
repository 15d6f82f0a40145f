"""The change history of a record as people read it, and its old values as a form would set them again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import Base, Change, Model, actor, kernel_connection
from core.errors import Missing, Refused
from core.i18n import _
from core.screens.fields.field import INTEGERS, Field, aspects_of, field_at
from core.screens.fields.rights import enabled, rights
from core.screens.fields.texts import Texts
from core.screens.forms.conflicts import label_of, name_of, names_of
from core.screens.forms.options import titles_of
from core.screens.records.papers import day_label

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
    day: date


@dataclass(frozen=True)
class HistoryDay:
    """What changed on one day."""

    label: Any
    changes: list[Shown]


def by_day(session: Session, changes: list[Shown]) -> list[HistoryDay]:
    """Changes under the days of the company's clock."""
    days = groupby(changes, key=lambda each: each.day)
    return [HistoryDay(day_label(session, day), list(found)) for day, found in days]


def history_of(session: Session, record: Model, before: int | None = None) -> list[Shown]:
    """The changes of a record, newest first, without the fields that the user may not see; `before` goes on from one."""
    rows = changes_of(session, record, before=before)
    names, texts = names_of(session, {row.by_id for row in rows if row.by_id}), Texts(session)
    titles = related_titles(session, record, rows)
    zone = ZoneInfo(actor(session).zone)
    found = []
    for row in rows:
        seen = [(key, pair) for key, pair in row.values.items() if sees(session, record, key)]
        steps = [_step(session, record, texts, titles, key, pair) for key, pair in seen]
        at = row.at.astimezone(zone)
        way = _(WAYS.get(row.via, row.via))
        who = names.get(row.by_id, "")
        found.append(Shown(row.id, who, f"{at:%H:%M}", row.at, way, steps, at.date()))
    return found


def begun(session: Session, record: Model) -> dict[str, Any]:
    """Who made a record, and when."""
    names = names_of(session, {record.created_by_id} if record.created_by_id else set())
    said = Texts(session).plain("moment", record.created_at)
    return {"who": names.get(record.created_by_id or 0, ""), "at": said, "moment": record.created_at}


def changes_of(session: Session, record: Model, change_id: int | None = None, before: int | None = None) -> list[Any]:
    """The rows of the history of a record."""
    table: Any = Change.__table__
    columns = table.c.id, table.c.at, table.c.by_id, table.c.via, table.c["values"]
    query = select(*columns).where(table.c.model == record.label(), table.c.record_id == record.id, table.c.kind == "update")
    if change_id is not None:
        query = query.where(table.c.id == change_id)
    if before is not None and before < INTEGERS:
        query = query.where(table.c.id < before)
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
    """The field that a key of the history is about: a column of the record, of an extension, or of one of its lines."""
    first, dot, rest = key.partition(".")
    if rest.count(".") == 1 and rest.partition(".")[0].isdigit():
        lines = field_at(model, first)
        column = rest.partition(".")[2]
        return field_at(lines.target, name_of(lines.target, column)) if lines is not None and lines.target else None
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
    restorable = not record.is_frozen and field is not None and may_restore(session, record, key, field)
    return Step(key, label_in(record, key), told[0], told[1], restorable)


def may_restore(session: Session, record: Model, key: str, field: Field) -> bool:
    """Whether the user may set a field back; a line must still be there."""
    if field.kind == "tags" or not rights(session, field.model).writes(field):
        return False
    line = line_of(record, key)
    if line is None:
        return "." not in key or not key.split(".")[1].isdigit()
    lines = field_at(type(record), key.partition(".")[0])
    return lines is not None and rights(session, type(record)).writes(lines)


def line_of(record: Any, key: str) -> Any:
    """The line of a record that a key of the history is about, if it is one and still there."""
    name, _dot, rest = key.partition(".")
    number = rest.partition(".")[0]
    if not number.isdigit():
        return None
    return next((line for line in getattr(record, name, ()) if line.id == int(number)), None)


def label_in(record: Model, key: str) -> str:
    """What people call a field of the history; of a line, which line it is."""
    label, line = label_of(type(record), key), line_of(record, key)
    if line is None or key.count(".") < 2:
        return label
    lines, _colon, column = label.partition(": ")
    return f"{lines} {line.title}: {column}"


def stored_value(session: Session, record: Model, change_id: int, key: str) -> dict[str, Any]:
    """What a change says that a field was before, as values that `write_record` takes."""
    rows = changes_of(session, record, change_id) if change_id < INTEGERS else []
    field = field_of(session, type(record), key)
    if not rows or field is None or key not in rows[0].values or not sees(session, record, key):
        raise Missing(_("There is no such change of {title}.", title=record.title))
    value = rows[0].values[key][0]
    first, dot, rest = key.partition(".")
    if rest.partition(".")[0].isdigit():
        return {first: restored_lines(record, key, field.name, value)}
    return {f"{first}{dot}{field.name}" if dot else field.name: value}


def restored_lines(record: Any, key: str, name: str, value: Any) -> list[dict[str, Any]]:
    """The lines of a record as they are, but for one value of one of them."""
    wanted = line_of(record, key)
    if wanted is None:
        raise Refused(_("This line of {title} is not there any more.", title=record.title))
    lines = getattr(record, key.partition(".")[0])
    return [{"id": line.id, **({name: value} if line is wanted else {})} for line in lines]
