"""What one does with saved views: save, change, share, delete, choose as default; and one's own columns remembered."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.models import Team, TeamMember
from core.access.saved import SHARES, ListChoice, SavedView
from core.db import actor
from core.errors import Denied, FieldError, Invalid
from core.i18n import _
from core.screens.fields.sight import policy_of
from core.screens.lists.layout import PARTS
from core.screens.saved.listing import may_publish, state_of
from core.screens.saved.opening import PLAIN

LONGEST = 80


def save_view(session: Session, label: str, name: str, state: Mapping[str, Any], share: str, team: int | None) -> SavedView:
    """A list as it stands, under a name of one's own."""
    me = actor(session).user_id
    saved = SavedView(model=label, name=named(name), owner_id=me, state=state_of(state))
    shared(session, saved, share, team)
    session.add(saved)
    session.flush()
    return saved


def named(name: str) -> str:
    """A name that can be read in a menu."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST:
        message = _("A view needs a name of at most {count} letters", count=LONGEST)
        raise Invalid(message, [FieldError("name", message)])
    return name


def shared(session: Session, saved: SavedView, share: str, team: int | None) -> None:
    """For oneself, for a team that one is in, or for all, which takes a role."""
    if share not in SHARES:
        message = _("There is no such choice")
        raise Invalid(message, [FieldError("share", message)])
    if share == "all" and not may_publish(session):
        raise Denied(_("To share a view with everybody takes the role “Publishes views”"))
    if share == "team" and team not in [each.id for each in my_teams(session)]:
        message = _("Choose one of your teams")
        raise Invalid(message, [FieldError("team", message)])
    saved.share, saved.team_id = share, team if share == "team" else None


def my_teams(session: Session) -> list[Team]:
    """The teams that the user is in; for an administrator all."""
    policy = policy_of(session)
    query = select(Team).where(Team.active).order_by(Team.name)
    if policy is not None and not policy.is_admin:
        mine = select(TeamMember.team_id).where(TeamMember.user_id == actor(session).user_id)
        query = query.where(Team.id.in_(mine))
    return list(session.scalars(query))


def choose(session: Session, label: str, view_id: int | None, plain: bool = False) -> None:
    """What the list opens with for the user: a view, his roles' (None), or the list as it comes (`plain`)."""
    choice = my_choice(session, label)
    choice.view_id = view_id
    choice.columns = {**{n: v for n, v in choice.columns.items() if n != PLAIN}, **({PLAIN: "1"} if plain else {})}
    session.flush()


def choose_for_role(session: Session, label: str, role: str, view_id: int | None) -> None:
    """What the list opens with for everybody of a role who chose nothing himself."""
    if not may_publish(session):
        raise Denied(_("What a role opens with is chosen by whoever publishes views"))
    found = session.scalars(select(ListChoice).where(ListChoice.model == label, ListChoice.role == role)).first()
    if found is None:
        found = ListChoice(model=label, role=role, columns={})
        session.add(found)
    found.view_id = view_id
    session.flush()


def remember(session: Session, label: str, columns: Mapping[str, str]) -> None:
    """One's own columns, for the next time; an empty mapping forgets them."""
    choice = my_choice(session, label)
    kept = {PLAIN: choice.columns[PLAIN]} if PLAIN in choice.columns else {}
    choice.columns = {
        **kept,
        **{name: columns[name] for name in PARTS if columns.get(name) or (name == "sums" and name in columns)},
    }
    session.flush()


def my_choice(session: Session, label: str) -> ListChoice:
    """The user's own choice for a list, made on first use."""
    me = actor(session).user_id
    found = session.scalars(select(ListChoice).where(ListChoice.model == label, ListChoice.user_id == me)).first()
    if found is None:
        found = ListChoice(model=label, user_id=me, columns={})
        session.add(found)
        session.flush()
    return found
