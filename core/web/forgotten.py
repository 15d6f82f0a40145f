"""A new password for whoever forgot his: a link by mail, or one that an administrator gives."""

from flask import Blueprint, current_app, flash, g, redirect, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from core.access import RoleAssignment, User
from core.access.audit import note
from core.access.passwords import weakness
from core.access.resetting import use_link, user_of_link, users_asked_for
from core.access.schema import ADMIN
from core.access.throttle import TooManyTries, take_try
from core.errors import TandemError
from core.i18n import _
from core.mail import account_for, ask_reset_letter, tell_password_changed
from core.registry.options import options_in
from core.screens.pages import open_to_strangers
from core.web.login import caller, page, slowed

forgotten = Blueprint("forgotten", __name__, url_prefix="/login")

NAMED = 5


@forgotten.get("/forgotten")
@open_to_strangers
def ask() -> Response:
    """Who is it? Where no mail can leave, who can help."""
    return asking(200)


def asking(status: int, asked: bool = False) -> Response:
    """The form, or the one answer that everybody is given."""
    with g.database.read() as session:
        can_mail = can_mail_links(session)
        helpers = [] if can_mail else administrators(session)
    return page(status, template="door/forgotten.html", can_mail=can_mail, helpers=helpers, asked=asked)


def can_mail_links(session: Session) -> bool:
    """Whether mails leave and it is known where their links lead."""
    return bool(options_in(session)["address"]) and account_for(session, None) is not None


def administrators(session: Session) -> list[str]:
    """The names of a few who can help."""
    query = select(User.name).join(User.roles).where(RoleAssignment.role == ADMIN, User.active).order_by(User.name)
    return list(session.scalars(query.limit(NAMED)))


@forgotten.post("/forgotten")
@open_to_strangers
def send() -> Response:
    """Ask for letters; the answer is the same whoever was asked for, and asking often is slowed down as guessing is."""
    asked, (ip, agent) = request.form.get("login", "").strip(), caller()
    shown = {"template": "door/forgotten.html", "can_mail": True, "helpers": [], "asked": False}
    try:
        with g.database.write() as session:
            take_try(session, f"reset {asked}", ip)
    except TooManyTries as error:
        return slowed(error, **shown)
    with g.database.write(via="web") as session:
        if can_mail_links(session):
            for user_id in users_asked_for(session, asked):
                ask_reset_letter(session, user_id, options_in(session)["address"])
            note(session, "reset_asked", login=asked, ip=ip, agent=agent)
    return asking(200, asked=True)


@forgotten.get("/new-password/<token>")
@open_to_strangers
def choose(token: str) -> Response:
    """The form behind a link; looking at it uses nothing up, as mail programs look first."""
    with g.database.read() as session:
        user = user_of_link(session, token)
    return page(200 if user else 404, template="door/new_password.html", user=user)


@forgotten.post("/new-password/<token>")
@open_to_strangers
def use(token: str) -> Response:
    """Set the password; then one logs in with it, and with the second step if there is one."""
    password, (ip, agent) = request.form.get("password", ""), caller()
    with g.database.read() as session:
        user = user_of_link(session, token)
    if user is None:
        return page(404, template="door/new_password.html", user=None)
    wrong = weakness(password, user.login)
    if wrong is None and request.form.get("again") != password:
        wrong = _("This is not the same as above")
    if wrong is not None:
        return page(422, wrong, "door/new_password.html", user=user)
    composition = current_app.extensions["tandem"]
    try:
        with g.database.write(via="web", composition=composition) as session:
            changed = use_link(session, token, password)
            note(session, "password_changed", changed.id, changed.login, ip, agent, by="link")
            tell_password_changed(session, changed, ip)
    except TandemError as error:
        return page(error.status, error.message, "door/new_password.html", user=None)
    flash(str(_("Your password is changed. Log in with the new one.")), "good")
    return redirect("/login")
