"""The saved views that a person may see, and their addresses."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from core.access.saved import SavedView
from core.db import actor
from core.screens.fields.rights import rights
from core.screens.fields.sight import policy_of

UNSAVED = ("saved", "open", "after", "part", "date")  # a calendar opens on the day on which it is opened
PUBLISHER = "core.publisher"
ORDER = {"private": 0, "team": 1, "all": 2}


@dataclass(frozen=True)
class SavedLink:
    """A saved view as others show it: its name, the list it is of, and the address that opens it."""

    id: int
    name: str
    model: str
    share: str
    url: str
    team: str = ""
    owner: str = ""
    is_mine: bool = False
    is_changeable: bool = False


def saved_links(session: Session, models: Iterable[type[Any]]) -> list[SavedLink]:
    """The saved views of these models that the session's user may see: his own, those of his teams, those for all."""
    known = {model.label(): model for model in models if rights(session, model).may("read")}
    if not known or not rights(session, SavedView).may("read"):
        return []
    mine = actor(session).user_id
    seen = or_(SavedView.owner_id == mine, SavedView.share != "private")  # an administrator is not shown everybody's own
    query = select(SavedView).where(SavedView.model.in_(sorted(known)), seen).order_by(SavedView.name, SavedView.id)
    found = session.scalars(query.options(selectinload(SavedView.team), selectinload(SavedView.owner))).all()
    links = [link_to(session, each, known[each.model]) for each in found]
    return sorted(links, key=lambda link: ORDER[link.share])


def link_to(session: Session, saved: SavedView, model: type[Any]) -> SavedLink:
    """A saved view as a link."""
    url = f"/{model.__addon__}/{model.__slug__}/{query_of(saved)}"
    team = saved.team.name if saved.share == "team" and saved.team else ""
    is_mine, is_changeable = saved.owner_id == actor(session).user_id, may_change(session, saved)
    return SavedLink(saved.id, saved.name, saved.model, saved.share, url, team, saved.owner.name, is_mine, is_changeable)


def may_publish(session: Session) -> bool:
    """Whether the user may share with everybody and choose what roles open with."""
    policy = policy_of(session)
    return policy is None or policy.is_admin or PUBLISHER in policy.roles


def may_change(session: Session, saved: SavedView) -> bool:
    """Whether the user may change a saved view: its owner and administrators."""
    policy = policy_of(session)
    if policy is None or policy.is_admin:
        return True
    return saved.owner_id == actor(session).user_id and (saved.share != "all" or may_publish(session))


def query_of(saved: SavedView) -> str:
    """The whole state of a saved view, so that its address alone reproduces it."""
    return f"?{urlencode({**saved.state, 'saved': saved.id})}"


def state_of(values: Mapping[str, Any]) -> dict[str, str]:
    """What is kept of an address: all that it says of the list, and nothing of the page."""
    return {"filter": "", **{name: str(value) for name, value in values.items() if name not in UNSAVED}}
