"""Whose widgets are whose: a person's own, or those that an administrator gave to a role of his."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core.db import actor, trusted
from core.errors import FieldError, Invalid, Missing
from core.i18n import _
from core.screens.fields.rights import demand
from core.screens.lists.asked import read_args
from core.web.models import SIZES, Widget

MOST = 24
PARTS = ("after", "part", "export", "open")  # of an address, what is about one look at it only


def widgets_of(session: Session, roles: Sequence[str]) -> list[Widget]:
    """The widgets of the person who looks, in their order; those of his roles while he has none of his own."""
    with trusted(session):
        mine = session.scalars(select(Widget).where(Widget.user_id == actor(session).user_id).order_by(*in_order())).all()
        if mine or not roles:
            return list(mine)
        given = select(Widget).where(Widget.user_id.is_(None), Widget.role.in_(roles)).order_by(*in_order())
        unique = {(each.model, each.query): each for each in reversed(session.scalars(given).all())}
        return list(reversed(unique.values()))


def in_order() -> tuple[Any, ...]:
    """As they stand."""
    return Widget.position, Widget.id


def view_asked(composition: Any, address: str) -> tuple[Any, str]:
    """The screen and the query of a view's address; Missing if there is no such view."""
    split = urlsplit(address)
    words = split.path.strip("/").split("/")
    model = composition.by_slug.get(tuple(words)) if len(words) == 2 else None
    if model is None or model not in composition.screens or model.__addon__ == "core":
        raise Missing(_("There is no such view"))
    kept = [(name, value) for name, value in parse_qsl(split.query, keep_blank_values=True) if name not in PARTS]
    return composition.screens[model], urlencode(kept)


def args_of(query: str) -> dict[str, str]:
    """The arguments of a kept query; several of one name are one."""
    found: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        found[name] = f"{found[name]},{value}" if name in found else value
    return found


def own(session: Session, roles: Sequence[str]) -> list[Widget]:
    """The person's own widgets; those of his roles become his as soon as he changes one."""
    shown, me = widgets_of(session, roles), actor(session).user_id
    if shown and shown[0].user_id is None:
        given = [(each.name, each.model, each.query, each.size) for each in shown]
        with trusted(session):
            shown = [
                Widget(user_id=me, name=name, model=model, query=query, size=size, position=at)
                for at, (name, model, query, size) in enumerate(given)
            ]
            session.add_all(shown)
            session.flush()
    return shown


def add(session: Session, roles: Sequence[str], screen: Any, query: str, name: str, size: str) -> Widget:
    """One more, at the end; Invalid if the view cannot be read or there are too many."""
    demand(session, screen.model, "read")
    read_args(screen.view, args_of(query))
    if size not in SIZES:
        size = SIZES[0]
    mine = own(session, roles)
    if len(mine) >= MOST:
        message = _("A day has at most {count} widgets: remove one first", count=MOST)
        raise Invalid(message, [FieldError("name", message)])
    with trusted(session):
        last = max((each.position for each in mine), default=-1)
        made = Widget(user_id=actor(session).user_id, model=screen.model.label(), query=query, size=size)
        made.name, made.position = name.strip()[:80], last + 1
        session.add(made)
        session.flush()
    return made


def change(session: Session, roles: Sequence[str], key: int, what: str) -> None:
    """Move, widen, narrow or remove one widget; one of a role is named by its key and becomes the person's own."""
    before = [each.id for each in widgets_of(session, roles)]
    if key not in before:
        raise Missing(_("There is no such widget in your day"))
    at, mine = before.index(key), own(session, roles)
    with trusted(session):
        if what in SIZES:
            mine[at].size = what
        elif what == "remove":
            session.delete(mine[at])
        elif what in ("up", "down"):
            to = max(0, min(len(mine) - 1, at + (1 if what == "down" else -1)))
            mine.insert(to, mine.pop(at))
        for position, each in enumerate(mine):
            each.position = position
        session.flush()


def arrange(session: Session, roles: Sequence[str], keys: Sequence[int]) -> None:
    """Put the widgets in this order; those that are not named come last."""
    before = [each.id for each in widgets_of(session, roles)]
    mine = dict(zip(before, own(session, roles), strict=True))
    named = [key for key in dict.fromkeys(keys) if key in mine]
    with trusted(session):
        for position, key in enumerate([*named, *(key for key in before if key not in named)]):
            mine[key].position = position
        session.flush()


def give_to_role(session: Session, role: str) -> int:
    """What stands in the administrator's day stands from now on in that of everybody with a role who chose none himself."""
    me = actor(session).user_id
    with trusted(session):
        session.execute(delete(Widget).where(Widget.role == role))
        mine = session.scalars(select(Widget).where(Widget.user_id == me).order_by(*in_order())).all()
        for each in mine:
            copy = Widget(role=role, model=each.model, query=each.query, name=each.name, size=each.size)
            copy.position = each.position
            session.add(copy)
        session.flush()
    return len(mine)


def forget(session: Session) -> None:
    """The day is again what the roles give."""
    with trusted(session):
        session.execute(delete(Widget).where(Widget.user_id == actor(session).user_id))


def is_own(session: Session) -> bool:
    """Whether the person has chosen widgets himself."""
    with trusted(session):
        counted = select(func.count(Widget.id)).where(Widget.user_id == actor(session).user_id)
        return bool(session.scalar(counted))
