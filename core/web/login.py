"""The door: logging in and out, the browser's session, and proof that a form came from our own page."""

import time
from typing import Any

from flask import Blueprint, Flask, current_app, flash, g, redirect, request, session
from flask_login import LoginManager, login_user, logout_user
from flask_wtf.csrf import generate_csrf, validate_csrf
from werkzeug.wrappers import Response
from wtforms import ValidationError

from core.access import login as door
from core.access.current import CurrentUser, load_actor, with_token
from core.access.passwords import digest
from core.access.throttle import TooManyTries, take_try
from core.errors import Denied
from core.i18n import _
from core.screens.pages import open_to_strangers, render

login = Blueprint("login", __name__)
NAMES = {"en": "English", "es": "Español", "ru": "Русский"}
HALF_WAY, HALF_WAY_S = "half_way", 600
SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
FREE = ("/static/", "/profile", "/logout", "/api/", "/preferences")  # open while a password or second step is outstanding
manager = LoginManager()


def install(app: Flask) -> None:
    """Know the user of each request, and let no change in that did not come from our own pages or with a key."""
    manager.init_app(app)
    app.jinja_env.globals["csrf_token"] = generate_csrf
    app.before_request(demand_somebody)
    app.before_request(demand_own_page)
    app.before_request(demand_new_password)
    app.before_request(demand_second_step)
    app.register_blueprint(login)


@manager.user_loader  # type: ignore[untyped-decorator, unused-ignore]
def load_user(token: str) -> CurrentUser | None:
    """The user of a session token, as the request already knows him; None once it ended."""
    if g.user is not None and token == session_token():
        return with_token(g.user, token)
    with current_app.extensions["tandem_kernel"].database.reader.connect() as connection:
        return load_actor(connection, digest(token))[0]


def session_token() -> str | None:
    """The token of the browser's session, which Flask-Login keeps in the signed cookie."""
    return session.get("_user_id")


def demand_somebody() -> None:
    """Every page is closed to strangers but those that say otherwise."""
    if g.user is None:
        view = current_app.view_functions.get(request.endpoint or "")
        if view is not None and not getattr(view, "open_to_strangers", False):
            raise Denied(_("Log in first"))


def demand_own_page() -> None:
    """A change by cookie needs the page's own token, in the form or in the header X-CSRFToken; one by key does not."""
    if request.method in SAFE or request.headers.get("Authorization", "").lower().startswith("bearer "):
        return
    try:
        validate_csrf(request.headers.get("X-CSRFToken") or request.form.get("csrf_token"))
    except ValidationError as error:
        raise Denied(_("This page is too old, or not ours. Load it again and repeat what you did.")) from error


def demand_new_password() -> Response | None:
    """Whoever was given a password by somebody else chooses his own first."""
    user = g.user
    if user is None or not user.must_change_password or request.path.startswith(FREE):
        return None
    return redirect("/profile/password")


def demand_second_step() -> Response | None:
    """Whoever holds a role that needs a second step sets it up before anything else."""
    user = g.user
    if user is None or user.two_step or user.session_id is None or user.must_change_password:
        return None
    needing = current_app.extensions["tandem_options"]["two_step_roles"]
    if not needing or request.path.startswith(FREE) or not is_second_step_needed(user):
        return None
    return redirect("/profile/two-step")


def is_second_step_needed(user: CurrentUser) -> bool:
    """Whether one of a user's roles, held or included, needs a second step."""
    needing = set(current_app.extensions["tandem_options"]["two_step_roles"])
    held = current_app.extensions["tandem"].permissions.implied(user.roles)
    return bool(needing & {*held, *user.roles})


@login.get("/login")
@open_to_strangers
def show() -> Response:
    """The form; whoever is in already goes on."""
    if g.user is not None:
        return redirect(door.safe_next(request.args.get("next")))
    return page(200)


def page(status: int, error: object = "", template: str = "login.html", **more: object) -> Response:
    """The door with what was typed, less the password."""
    languages = [(code, NAMES[code]) for code in current_app.extensions["tandem_options"]["languages"]]
    typed = {"login": request.form.get("login", ""), "next": request.values.get("next", "")}
    return render(template, status, error=error, languages=languages, **(typed | more))


def slowed(error: TooManyTries, **more: object) -> Response:
    """The door for whoever tried too often, with the time to wait."""
    answer = page(429, error.message, **more)  # type: ignore[arg-type]
    answer.headers["Retry-After"] = str(error.seconds)
    return answer


def caller() -> tuple[str, str]:
    """The address and the browser that a request comes from."""
    return request.remote_addr or "", request.user_agent.string or ""


def count_password_try() -> None:
    """Asked for the present password inside, too, guessing is slowed down: a browser left open is no place for it.

    Called before the request's own transaction begins, as a refusal must not take the count back.
    """
    with g.database.write() as session:
        take_try(session, g.user.login, caller()[0])


@login.post("/login")
@open_to_strangers
def enter() -> Response:
    """Check the password and begin a new session; a wrong one is told in one sentence, too many tries with the time."""
    database = current_app.extensions["tandem_kernel"].database
    try:
        token = door.log_in(database, request.form.get("login", ""), request.form.get("password", ""), *caller())
    except TooManyTries as error:
        return slowed(error)
    except door.CodeNeeded as error:
        until = time.time() + HALF_WAY_S
        session[HALF_WAY] = {"user": error.user_id, "proof": error.proof, "until": until, "next": request.form.get("next")}
        return redirect("/login/code")
    except Denied as error:
        return page(422, error.message)
    return begun(token, request.form.get("next"))


def begun(token: str, target: str | None) -> Response:
    """Inside, by a new session."""
    user = load_user(token)
    assert user is not None
    session.clear()  # nothing that was planted before the login lives on
    login_user(with_token(user, token))
    return redirect(door.safe_next(target))


def half_way() -> dict[str, Any] | None:
    """Who showed his password a few minutes ago and is to show a code now."""
    kept: dict[str, Any] | None = session.get(HALF_WAY)
    return kept if kept and kept["until"] > time.time() else None


@login.get("/login/code")
@open_to_strangers
def ask_code() -> Response:
    """The form of the second step; without the first one begins there."""
    return page(200, template="door/code.html") if half_way() else redirect("/login")


@login.post("/login/code")
@open_to_strangers
def enter_code() -> Response:
    """Check the code and begin a new session."""
    kept = half_way()
    if kept is None:
        return redirect("/login")
    kernel = current_app.extensions["tandem_kernel"]
    shown = {"template": "door/code.html"}
    try:
        given = kept["user"], kept["proof"], request.form.get("code", "")
        token = door.log_in_by_code(kernel.database, *given, kernel.settings.secret_key, *caller())
    except TooManyTries as error:
        return slowed(error, **shown)
    except Denied as error:
        return page(422, error.message, **shown)
    return begun(token, kept["next"])


@login.post("/logout")
def leave() -> Response:
    """End the session here and in the database."""
    token = session_token()
    if token:
        door.log_out(current_app.extensions["tandem_kernel"].database, token)
    logout_user()
    session.clear()
    flash(str(_("You are logged out")), "good")
    return redirect("/login")
