"""What narrows and orders a list, said in labels that translate: one chip for each, each with its way out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
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
from core.screens.lists.adding import is_choice, node_at, replaced
from core.screens.lists.asked import Asked
from core.screens.lists.conditions import value_text
from core.screens.lists.heads import PERIODS
from core.screens.lists.periods import NAMES, path_of, period_of
from core.screens.queries.ordering import write_order

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
    """A label, an operator, a value, and the address without it.

    `edit` asks for it anew, `part` is what the form fetches; alternatives stand in one chip, each a chip itself, `more`
    adds one.
    """

    label: str
    sign: str
    value: str
    remove: str
    icon: str = ""
    edit: str = ""
    more: str = ""
    either: tuple["Chip", ...] = ()
    path: str = ""
    moves: tuple[tuple[str, Any, str], ...] = ()

    @property
    def words(self) -> str:
        """All of it as text."""
        if self.either:
            return f" {_('or')} ".join(each.words for each in self.either)
        return " ".join(filter(None, (self.label, self.sign, self.value)))


def filter_chips(session: Session, asked: Asked) -> list[Chip]:
    """Named filters, conditions, the search and the archive."""
    chips = [
        Chip("", "", translated(each.label), asked.url(filter=",".join(n for n in asked.filters if n != each.name)))
        for each in asked.view.filters
        if each.name in asked.filters
    ]
    titles = titles_in(session, asked.view.fields, asked.where)
    chips += [condition_chip(session, asked, at, titles) for at in range(len(asked.where))]
    if asked.q:
        chips.append(Chip(str(_("Search")), "", asked.q, asked.url(q=None), icon="search"))
    if asked.archived:
        chips.append(Chip("", "", str(_("Archived")), asked.url(archived=None), icon="archive"))
    return chips


def condition_chip(session: Session, asked: Asked, at: int, titles: dict[Any, str]) -> Chip:
    """One condition, or several of which one is enough."""
    where, fields = list(asked.where), asked.view.fields

    def plain(place: tuple[int, ...]) -> Chip:
        rest = replaced(where, place, None)
        words = told(session, fields, node_at(where, place), titles)
        edit = asked.url(ask=1, at=".".join(map(str, place)))
        return Chip(*words, asked.url(where=_json(rest) if rest else None), edit=edit)

    whole = plain((at,))
    if not is_choice(where[at]) or len(where[at]) < 3:
        return whole
    either = tuple(plain((at, inner)) for inner in range(len(where[at]) - 1))
    return replace(whole, edit="", either=either, more=asked.url(**{"ask": 1, "or": at}))


def _json(where: Any) -> str:
    return orjson.dumps(where).decode()


def group_chips(asked: Asked) -> list[Chip]:
    """The levels of the groups, in order; each may change places with its neighbour."""
    chips, groups = list[Chip](), list(asked.groups)
    for at, path in enumerate(groups):
        field = asked.view.fields[path]
        moves = []
        for icon_name, words, to in (
            ("arrow-left", _("Move left"), at - 1),  # icon
            ("arrow-right", _("Move right"), at + 1),  # icon
        ):
            if 0 <= to < len(groups):
                order = [each for each in groups if each != path]
                order.insert(to, path)
                moves.append((icon_name, words, asked.url(group=",".join(order))))
        bare = field.base.path if field.base else ""
        for period, words in PERIODS.items() if bare else ():
            if (other := f"{period}({bare})") not in groups:
                named = ",".join(other if each == path else each for each in groups)
                moves.append(("calendar", words, asked.url(group=named)))
        rest = ",".join(other for other in groups if other != path)
        icon_name = "" if chips else "stack-2"
        chips.append(Chip("", "", field.shown_label(), asked.url(group=rest), icon_name, path=path, moves=tuple(moves)))
    return chips


def sort_chips(asked: Asked) -> list[Chip]:
    """What the list is sorted by, each turned round by a click."""
    chips = list[Chip]()
    for path, down in asked.order:
        if path != "id":
            rest = write_order(tuple(key for key in asked.order if key[0] != path)) or None
            turned = write_order(tuple((p, not d if p == path else d) for p, d in asked.order))
            label = asked.view.fields[path].shown_label()
            remove = asked.query(order=rest) if asked.order != asked.view.order else ""
            arrow = "arrow-down" if down else "arrow-up"
            chips.append(Chip(label, "", "", remove, arrow, asked.query(order=turned)))
    return chips


def told(session: Session, fields: Resolver, node: Any, titles: dict[Any, str]) -> tuple[str, str, str]:
    """A condition as label, operator and value."""
    if not node or not isinstance(node[0], str):
        return "", "", both(session, fields, node, titles, str(_("and")))
    if node[0] == "and" and (found := spanned(session, fields, node, titles)):
        return found
    if node[0] in ("and", "or"):
        return "", "", both(session, fields, node[1:], titles, str(_("and") if node[0] == "and" else _("or")))
    if node[0] == "not":
        return str(_("not")), "", both(session, fields, node[1:], titles, str(_("and")))
    if named := period_of(node):
        return fields[named[0]].shown_label(), "", str(NAMES[named[1]])
    field, sign = fields[node[0]], node[1]
    value = node[2] if len(node) > 2 else True
    label = field.shown_label()
    if sign == "is-null" or value is None:
        empty = value in (True, "true", 1, "1", None)
        return label, "", str(_("empty") if empty and sign != "!=" else _("filled"))
    values = value if isinstance(value, list | tuple) else [value]
    return label, str(SIGNS.get(sign, sign)), ", ".join(written(session, field, each, titles) for each in values)


def spanned(session: Session, fields: Resolver, node: Any, titles: dict[Any, str]) -> tuple[str, str, str] | None:
    """From one value to another on the same field, or a named period; None for other conditions."""
    if named := period_of(node):
        return fields[named[0]].shown_label(), "", str(NAMES[named[1]])
    path = path_of(node)
    if path is None or [part[1] for part in node[1:]] != [">=", "<="]:
        return None
    ends = [written(session, fields[path], part[2], titles) for part in node[1:]]
    return fields[path].shown_label(), "", " – ".join(ends)


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
    if field.is_number and not field.bucket:
        return value_text(field, str(value), who)
    if field.kind in ("date", "moment") and not field.bucket and isinstance(value, str) and "T" not in value:
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
