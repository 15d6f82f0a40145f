"""How people come in: which roles need a second step, and who has one."""

from flask import Blueprint, Response, current_app, flash, g, redirect, request
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload
from werkzeug.wrappers import Response as AnyResponse

from core.access.audit import note
from core.access.models import User
from core.access.schema import EVERYONE
from core.i18n import _, translated
from core.registry.options import choose
from core.screens.pages import committed, render
from core.web.login import caller
from core.web.settings.system import only_administrators

door = Blueprint("door", __name__, url_prefix="/settings/door")
door.before_request(only_administrators)


@door.get("")
def show() -> Response:
    """The roles, and the users without a second step though one of their roles needs it."""
    permissions = current_app.extensions["tandem"].permissions
    needing = current_app.extensions["tandem_options"]["two_step_roles"]
    roles = [(r.name, translated(r.label), r.name in needing) for r in permissions.roles.values()]
    loading = selectinload(User.roles)
    users = g.session.scalars(select(User).where(User.active).options(loading).order_by(User.name)).all()
    held = {user.id: permissions.implied([r.role for r in user.roles]) | {r.role for r in user.roles} for user in users}
    late = [u for u in users if not u.two_step and set(needing) & {*held[u.id], EVERYONE}]
    return render("settings/door.html", roles=roles, late=late, protected=sum(u.two_step for u in users), all=len(users))


@door.post("")
def save() -> AnyResponse:
    """Keep which roles need it; whoever has none is led to it with the next page."""
    known = current_app.extensions["tandem"].permissions.roles
    wanted = sorted(role for role in request.form.getlist("roles") if role in known)

    def work(session: Session) -> None:
        choose(session, {"two_step_roles": wanted})
        note(session, "settings", ip=caller()[0], what="two_step_roles", roles=wanted)

    committed(work)
    flash(str(_("Saved")), "good")
    return redirect("/settings/door")
