"""What narrows and orders a list, said in labels that translate: one chip for each, each with its way out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import today
from core.i18n import _, translated
from core.screens.fields.attributes import title_of
from core.screens.fields.formats import formats, label_of_choice
from core.screens.fields.paths import PathField, Resolver
from core.screens.fields.typed import PERIOD, day_of
from core.screens.lists.asked import Asked

SIGNS = {
    "=": "",
    "!=": _("not"),
    "<": "<",
    "<=": "≤",
    ">": ">",
    ">=": "≥",
    "contains": _("contains"),
    "startswith": _("begins with"),
    "in": _("one of"),
}


@dataclass(frozen=True)
class Chip:
    """A label, an operator, a value, and the address without it."""

    label: str
    sign: str
    value: str
    remove: str
    icon: str = ""


def filter_chips(session: Session, asked: Asked) -> list[Chip]:
    """Named filters, conditions, the search and the archive."""
    chips = [
        Chip("", "", translated(each.label), asked.url(filter=",".join(n for n in asked.filters if n != each.name)))
        for each in asked.view.filters
        if each.name in asked.filters
    ]
    titles = titles_in(session, asked.view.fields, asked.where)
    for index, node in enumerate(asked.where):
        rest = asked.without(index)
        remove = asked.url(where=None if not rest else _json(rest))
        chips.append(Chip(*told(session, asked.view.fields, node, titles), remove))
    if asked.q:
        chips.append(Chip(str(_("Search")), "", asked.q, asked.url(q=None), icon="search"))
    if asked.archived:
        chips.append(Chip("", "", str(_("Archived")), asked.url(archived=None), icon="archive"))
    return chips


def _json(where: Any) -> str:
    return orjson.dumps(where).decode()


def group_chips(asked: Asked) -> list[Chip]:
    """The levels of the groups, in order."""
    chips: list[Chip] = []
    for path in asked.groups:
        rest = ",".join(other for other in asked.groups if other != path)
        label = asked.view.fields[path].shown_label()
        chips.append(Chip("", "", label, asked.url(group=rest), icon="" if chips else "stack-2"))
    return chips


def told(session: Session, fields: Resolver, node: Any, titles: dict[Any, str]) -> tuple[str, str, str]:
    """A condition as label, operator and value."""
    if not node or not isinstance(node[0], str):
        return "", "", both(session, fields, node, titles, str(_("and")))
    if node[0] in ("and", "or"):
        return "", "", both(session, fields, node[1:], titles, str(_("and") if node[0] == "and" else _("or")))
    if node[0] == "not":
        return str(_("not")), "", both(session, fields, node[1:], titles, str(_("and")))
    field, sign = fields[node[0]], node[1]
    value = node[2] if len(node) > 2 else True
    label = field.shown_label()
    if sign == "is-null" or value is None:
        empty = value in (True, "true", 1, "1", None)
        return label, "", str(_("empty") if empty and sign != "!=" else _("filled"))
    values = value if isinstance(value, list | tuple) else [value]
    return label, str(SIGNS.get(sign, sign)), ", ".join(written(session, field, each, titles) for each in values)


def both(session: Session, fields: Resolver, nodes: Iterable[Any], titles: dict[Any, str], word: str) -> str:
    """Several conditions in one chip."""
    parts = [" ".join(filter(None, told(session, fields, node, titles))) for node in nodes]
    return f" {word} ".join(parts)


def written(session: Session, field: PathField, value: Any, titles: dict[Any, str]) -> str:
    """The value of a condition as people read it."""
    who = formats(today(session).year)
    if field.target is not None:
        return titles.get((field.path, str(value)), str(_("me")) if value == "me" else str(value))
    if field.kind == "choice":
        return label_of_choice(field.info, str(value))
    if field.kind == "boolean":
        return str(_("Yes") if value in (True, "true", "1") else _("No"))
    if field.bucket and field.kind == "integer" and not PERIOD.fullmatch(str(value)):
        return who.period(field.bucket, int(str(value).replace("-Q", "").replace("-", "")))
    if field.kind == "date" and isinstance(value, str):
        return str(who.day(day_of(value, today(session))))
    return str(value)


def titles_in(session: Session, fields: Resolver, where: Any) -> dict[Any, str]:
    """What the records are called whose numbers a where-list names: one statement for each relation."""
    wanted: dict[str, set[int]] = {}
    for path, value in leaves(where):
        if path in fields and fields[path].target is not None and str(value).isdigit() and len(str(value)) < 10:
            wanted.setdefault(path, set()).add(int(value))
    found: dict[Any, str] = {}
    for path, numbers in wanted.items():
        target: Any = fields[path].target
        titles = select(target.id, title_of(target, target)).where(target.id.in_(numbers))
        found |= {(path, str(number)): str(title or f"#{number}") for number, title in session.execute(titles)}
    return found


def leaves(node: Any) -> Iterable[tuple[str, Any]]:
    """Paths and single values of a where-list."""
    if not isinstance(node, list | tuple) or not node:
        return
    if isinstance(node[0], str) and node[0] not in ("and", "or", "not"):
        values = node[2] if len(node) > 2 else None
        for value in values if isinstance(values, list | tuple) else [values]:
            yield node[0], value
        return
    for part in node:
        yield from leaves(part)
