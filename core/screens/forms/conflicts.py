"""Two people at one record: the second is told who changed what, and nothing of either is lost."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import Base, Change, Model, kernel_connection
from core.errors import Conflict, FieldError
from core.i18n import _, humanised
from core.screens.fields.field import field_at, fields_of
from core.screens.fields.rights import rights

MOST = 200


@dataclass(frozen=True)
class ChangedSince:
    """Who changed a record after somebody had opened it, when, and which fields."""

    who: str
    at: datetime
    values: dict[str, Any]
    version: int


def demand_version(session: Session, record: Model, version: int | None) -> None:
    """Conflict unless the record still is the version that its writer saw."""
    if version is not None and record.version != version:
        raise conflict(session, type(record), record.id, record.title, version)


def conflict(session: Session, model: type[Base], record_id: int, title: str, version: int) -> Conflict:
    """The refusal that names who changed what since a version."""
    changes = changes_since(session, model, record_id, version)
    told = [(name, pair, change.who) for change in changes for name, pair in change.values.items()]
    faults = [FieldError(*_told(model, name, pair, who)) for name, pair, who in told]
    names = ", ".join(dict.fromkeys(label_of(model, name) for name, _pair, _who in told))
    who = ", ".join(dict.fromkeys(change.who for change in changes if change.who)) or str(_("Somebody"))
    if not names:
        sentence = "{who} changed {title} meanwhile. Load it again and repeat your change."
        return Conflict(_(sentence, who=who, title=title))
    sentence = "{who} changed {fields} of {title} meanwhile. Load it again and repeat your change."
    return Conflict(_(sentence, who=who, fields=names, title=title), faults)


def changes_since(session: Session, model: type[Base], record_id: int, version: int) -> list[ChangedSince]:
    """The changes of a record that came after a version, oldest first, without what this user may not see."""
    hidden = rights(session, model).hidden
    table: Any = Change.__table__
    query = select(table.c.at, table.c.by_id, table.c["values"], table.c.version).where(
        table.c.model == model.label(),
        table.c.record_id == record_id,
        table.c.version >= version,
        table.c.kind == "update",
    )
    rows = kernel_connection(session).execute(query.order_by(table.c.id).limit(MOST)).all()
    names = names_of(session, {row.by_id for row in rows if row.by_id})
    found = []
    for at, by_id, values, number in rows:
        seen = {name: pair for name, pair in values.items() if name.partition(".")[0] not in hidden}
        found.append(ChangedSince(names.get(by_id, ""), at, seen, number))
    return found


def names_of(session: Session, user_ids: set[int]) -> dict[int, str]:
    """What users are called, by their numbers."""
    users = Base.metadata.tables.get("core_user")
    if users is None or not user_ids:
        return {}
    shown = users.c.get("name", users.c.get("login"))
    if shown is None:
        return {}
    rows = kernel_connection(session).execute(select(users.c.id, shown).where(users.c.id.in_(sorted(user_ids))))
    return {number: str(name) for number, name in rows}


def _told(model: type[Base], name: str, pair: Any, who: str) -> tuple[str, Any]:
    old, new = (*pair, None, None)[:2]
    told = {"label": label_of(model, name), "who": who or "?", "new": shown(new), "old": shown(old)}
    return name_of(model, name), _("{label}: {who} set it to {new}; it was {old}", **told)


def shown(value: Any) -> str:
    """A kept value in a sentence."""
    return "–" if value in (None, "") else str(value)


def name_of(model: type[Base], key: str) -> str:
    """The field that a column of the history belongs to: `contact` for `contact_id`."""
    return next((f.name for f in fields_of(model).values() if f.key == key), key)


def label_of(model: type[Base], key: str) -> str:
    """What people call a column of the history; of a line, its field and its list."""
    name = name_of(model, key)
    parts = name.split(".")
    if len(parts) == 3 and (lines := fields_of(model).get(parts[0])) is not None and lines.target is not None:
        return f"{lines.label}: {label_of(lines.target, parts[2])}"
    if len(parts) == 2 and (lines := fields_of(model).get(parts[0])) is not None:
        return lines.label
    field = field_at(model, name)
    return field.label if field else humanised(parts[-1])
