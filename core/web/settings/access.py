"""Who sees what: why a user sees a record or does not, who else does, and what a user may do at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, g, request
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from core.access.explain import matrix, may_do, why
from core.access.models import User
from core.access.words import model_word
from core.db import trusted
from core.errors import Missing
from core.i18n import _
from core.screens.forms.options import titles_of
from core.screens.pages import render
from core.web.settings.system import only_administrators
from core.web.settings.users import addon_titles, role_labels

access = Blueprint("access", __name__, url_prefix="/settings/access")
access.before_request(only_administrators)


MOST = 200


@dataclass(frozen=True)
class Seer:
    """One user and whether he may see, change and delete a record; of the one that is asked about also why."""

    user: User
    may: tuple[bool, ...]
    roles: tuple[str, ...]


@access.get("")
def show() -> Response:
    """`?model=&record=` tells who sees that record and why; with `user=` all about one person as well."""
    permissions = current_app.extensions["tandem"].permissions
    label, record, user_id = (request.args.get(name, "") for name in ("model", "record", "user"))
    model, key = permissions.models.get(label), int(record) if record.isdigit() else None
    query = select(User).where(User.active).options(selectinload(User.roles)).order_by(User.name)
    people = g.session.scalars(query).all()
    chosen = next((user for user in people if str(user.id) == user_id), None)
    title = title_of(g.session, model, key) if model is not None and key else ""
    seers = seers_of(g.session, model, key, [chosen] if chosen else people) if title and key else []
    reasons = why(g.session, permissions, chosen, model, key) if chosen and title and key else []
    labels = [(name, str(model_word(kind))) for name, kind in permissions.models.items()]
    return render(
        "settings/access.html",
        people=people,
        chosen=chosen,
        models=sorted(labels, key=lambda pair: pair[1]),
        model=label,
        record=key,
        title=title,
        url=f"/{model.__addon__}/{model.__slug__}/{key}" if model is not None and key and model.__addon__ != "core" else "",
        seers=seers,
        reasons=reasons,
        rows=matrix(permissions, [r.role for r in chosen.roles]) if chosen else [],
        labels=role_labels(),
        titles=addon_titles(),
    )


def title_of(session: Session, model: Any, key: int) -> str:
    """What the record is called."""
    with trusted(session):
        titles = titles_of(session, model, {key})
    if key not in titles:
        raise Missing(_("There is no such record"))
    return str(titles[key])


def seers_of(session: Session, model: Any, key: int, people: Sequence[User]) -> list[Seer]:
    """Each of the first 200 users with what he may do to the record; whoever sees it comes first."""
    permissions, found = current_app.extensions["tandem"].permissions, []
    for user in people[:MOST]:
        roles = [assignment.role for assignment in user.roles]
        found.append(Seer(user, may_do(session, permissions, user, roles, model, key), tuple(roles)))
    return sorted(found, key=lambda seer: not seer.may[0])
