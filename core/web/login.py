"""The door: logging in and out, the browser's session, and proof that a form came from our own page."""

from flask import Blueprint, Flask, current_app, flash, g, redirect, request, session
from flask_login import LoginManager, login_user, logout_user
from flask_wtf.csrf import generate_csrf, validate_csrf
from werkzeug.wrappers import Response
from wtforms import ValidationError

from core.access import login as door
from core.access.current import CurrentUser, load_actor, with_token
from core.access.passwords import digest
from core.access.throttle import TooManyTries
from core.errors import Denied
from core.i18n import LANGUAGES, _
from core.screens.pages import open_to_strangers, render

login = Blueprint("login", __name__)
NAMES = {"en": "English", "es": "Español", "ru": "Русский"}
SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
manager = LoginManager()


def install(app: Flask) -> None:
    """Know the user of each request, and let no change in that did not come from our own pages or with a key."""
    manager.init_app(app)
    app.jinja_env.globals["csrf_token"] = generate_csrf
    app.before_request(demand_somebody)
    app.before_request(demand_own_page)
    app.before_request(demand_new_password)
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
    free = request.path.startswith(("/static/", "/profile", "/logout", "/api/", "/preferences"))
    if user is None or not user.must_change_password or free:
        return None
    return redirect("/profile/password")


@login.get("/login")
@open_to_strangers
def show() -> Response:
    """The form; whoever is in already goes on."""
    if g.user is not None:
        return redirect(door.safe_next(request.args.get("next")))
    return page(200)


def page(status: int, error: object = "") -> Response:
    """The door with what was typed, less the password."""
    languages = [(code, NAMES[code]) for code in LANGUAGES]
    typed = {"login": request.form.get("login", ""), "next": request.values.get("next", "")}
    return render("login.html", status, error=error, languages=languages, **typed)


@login.post("/login")
@open_to_strangers
def enter() -> Response:
    """Check the password and begin a new session; a wrong one is told in one sentence, too many tries with the time."""
    database = current_app.extensions["tandem_kernel"].database
    agent = request.user_agent.string or ""
    try:
        typed = request.form.get("login", ""), request.form.get("password", "")
        token = door.log_in(database, *typed, request.remote_addr or "", agent)
    except TooManyTries as error:
        answer = page(429, error.message)
        answer.headers["Retry-After"] = str(error.seconds)
        return answer
    except Denied as error:
        return page(422, error.message)
    user = load_user(token)
    assert user is not None
    session.clear()  # nothing that was planted before the login lives on
    login_user(with_token(user, token))
    return redirect(door.safe_next(request.form.get("next")))


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
