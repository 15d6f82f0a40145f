"""The browsers that are logged in: one's own, and for administrators those of all; each can be logged out."""

import re
from typing import Any

from flask import Blueprint, Response, current_app, flash, g, redirect, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload
from werkzeug.wrappers import Response as AnyResponse

from core.access import accounts
from core.access.audit import note
from core.access.models import LoginSession, User
from core.db import now, trusted
from core.errors import Denied, Missing
from core.i18n import _
from core.screens.pages import committed, render
from core.web.login import caller
from core.web.settings.profile import only_people
from core.web.settings.system import only_administrators

sessions = Blueprint("sessions", __name__)
sessions.before_request(only_people)
ROWS = 80
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
    ("curl", "curl"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device(agent: str) -> str:
    """A browser as people call it: `Firefox 131, Linux`; what it says of itself if it is none of these."""
    for sign, name in BROWSERS:
        if sign in agent:
            version = re.search(re.escape(sign.rstrip("/")) + r"\w*/(\d+)", agent)
            number = f" {version[1]}" if version and name != "Safari" else ""
            system = next((called for word, called in SYSTEMS if word in agent), "")
            return f"{name}{number}, {system}" if system else f"{name}{number}"
    return agent[:60]


def is_phone(agent: str) -> bool:
    """Whether it is carried in a pocket."""
    return any(word in agent for word in ("iPhone", "Android", "Mobile"))


def live(*where: Any) -> Any:
    """The sessions that are still good, last used first."""
    good = (LoginSession.revoked_at.is_(None), LoginSession.expires_at > now())
    used = func.coalesce(LoginSession.last_used_at, LoginSession.created_at)
    return select(LoginSession).where(*good, *where).order_by(used.desc(), LoginSession.id.desc())


def up_to_date() -> None:
    """Write down what this process knows of last uses before they are shown."""
    kernel = current_app.extensions["tandem_kernel"]
    kernel.seen.keep(kernel.database)


@sessions.get("/profile/sessions")
def mine() -> Response:
    """The browsers in which one is logged in; this one is marked."""
    up_to_date()
    rows = g.session.scalars(live(LoginSession.user_id == g.user.id)).all()
    return shown(rows, base="/profile/sessions", everybody=False)


def shown(rows: Any, **values: Any) -> Response:
    """The list of browsers."""
    told = {row.id: device(row.agent) for row in rows}
    return render("settings/sessions.html", rows=rows, told=told, is_phone=is_phone, here=g.user.session_id, **values)


@sessions.post("/profile/sessions/<int:key>/end")
def end_mine(key: int) -> AnyResponse:
    """Log out one browser of one's own."""
    committed(lambda session: end(session, key, g.user.id))
    flash(str(_("That browser is logged out")), "good")
    return redirect("/profile/sessions")


def end(session: Session, key: int, of_user: int | None = None) -> None:
    """The session is worth nothing from now on; Missing if it is not this user's."""
    with trusted(session):
        row = session.get(LoginSession, key)
        if row is None or (of_user is not None and row.user_id != of_user):
            raise Missing(_("There is no such session of yours"))
        row.revoked_at = row.revoked_at or now()
        note(session, "sessions_ended", ip=caller()[0], of=row.user_id, count=1, browser=device(row.agent))


@sessions.post("/profile/sessions/others/end")
def end_others() -> AnyResponse:
    """Log out everywhere but here."""

    def work(session: Session) -> int:
        count = accounts.revoke_sessions(session, g.user.id, g.user.session_id)
        note(session, "sessions_ended", ip=caller()[0], of=g.user.id, count=count)
        return count

    flash(str(_("Logged out in {count} other browsers", count=committed(work))), "good")
    return redirect("/profile/sessions")


@sessions.get("/settings/sessions")
def of_all() -> Response:
    """Every browser that is logged in; `?user=` narrows to one person."""
    only_administrators()
    up_to_date()
    user, page = request.args.get("user", type=int), max(request.args.get("page", 1, type=int), 1)
    query = live(*([LoginSession.user_id == user] if user else [])).options(selectinload(LoginSession.user))
    rows = g.session.scalars(query.limit(ROWS + 1).offset((page - 1) * ROWS)).all()
    people = g.session.execute(select(User.id, User.name).where(User.active).order_by(User.name)).all()
    more = f"?user={user or ''}&page={page + 1}" if len(rows) > ROWS else ""
    return shown(rows[:ROWS], base="/settings/sessions", everybody=True, people=people, user=user, more=more)


@sessions.post("/settings/sessions/<int:key>/end")
def end_theirs(key: int) -> AnyResponse:
    """Log out any browser but this one, which has its own button for that."""
    only_administrators()
    if key == g.user.session_id:
        raise Denied(_("This is the browser that you work in. Log out instead."))
    committed(lambda session: end(session, key))
    flash(str(_("That browser is logged out")), "good")
    return redirect("/settings/sessions")
