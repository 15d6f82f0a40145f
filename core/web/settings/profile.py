"""What every person may do for himself: profile, look, password, browsers that are logged in, API keys, company."""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, flash, g, redirect, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from core.access import accounts
from core.access.explain import matrix
from core.access.login import safe_next, switch_company
from core.access.models import ApiKey, LoginSession, User
from core.db import Company, now, trusted
from core.errors import Denied, Invalid, Missing
from core.i18n import LANGUAGES, _, using_language
from core.screens.pages import committed, render
from core.web.settings.forms import KeyForm, PasswordForm, ProfileForm, mark_faults

profile = Blueprint("profile", __name__)
PREFERENCES = ("theme", "density", "contrast", "language", "zone", "numbers", "dates", "week_start")


@profile.before_request
def only_people() -> None:
    """A key acts for a program, which has no profile; strangers go to the door."""
    if g.user is None:
        raise Denied(_("Log in first"))
    if g.user.session_id is None:
        raise Denied(_("This is done in the browser"))


def myself(session: Session) -> User:
    """The user at hand, as a record."""
    user = session.get(User, g.user.id)
    assert user is not None
    return user


@profile.get("/settings/")
def first_page() -> AnyResponse:
    """Settings begin with what most come for: an administrator with the people, everybody else with himself."""
    return redirect("/settings/users" if g.user.is_admin else "/profile")


@profile.get("/profile")
def show() -> Response:
    """Who one is here, and what one may do."""
    user = myself(g.session)
    return page(ProfileForm(obj=user, zone=user.zone or ""))


def page(form: ProfileForm, status: int = 200) -> Response:
    """The profile with what was typed."""
    permissions, policy = current_app.extensions["tandem"].permissions, g.session.info["policy"]
    named = [permissions.roles[role] for role in sorted(policy.roles) if role in permissions.roles]
    companies = g.session.scalars(select(Company).where(Company.id.in_(g.user.company_ids)).order_by(Company.name)).all()
    values = {"form": form, "roles": named, "rows": matrix(permissions, g.user.roles), "companies": companies}
    return render("settings/profile.html", status, **values)


@profile.post("/profile")
def save() -> AnyResponse:
    """Change one's name, mail and look."""
    form = ProfileForm(request.form, obj=myself(g.session))
    if not form.validate():
        return page(form, 422)

    def work(session: Session) -> None:
        user = myself(session)
        chosen = {name: form[name].data or "" for name in PREFERENCES}
        accounts.set_preferences(session, user, **chosen, single_keys=bool(form.single_keys.data))
        with trusted(session):
            user.name, user.email = form.name.data or "", form.email.data or None

    committed(work)
    language = form.language.data or "en"
    with using_language(language if language in LANGUAGES else "en"):
        flash(str(_("Saved")), "good")
    return redirect("/profile")


@profile.post("/preferences")
def prefer() -> AnyResponse:
    """One choice of look, language or zone from the menu of any page; the page asks without being left."""
    chosen = {name: request.form[name] for name in PREFERENCES if name in request.form}
    committed(lambda session: accounts.set_preferences(session, myself(session), **chosen))
    if request.headers.get("X-CSRFToken"):
        return Response(status=204)
    return redirect(came_from())


def came_from() -> str:
    """The page of ours that the request came from."""
    parts = urlsplit(request.referrer or "/")
    here = parts.netloc in ("", request.host)
    return safe_next(parts.path + (f"?{parts.query}" if parts.query else "")) if here else "/"


@profile.post("/company")
def work_in() -> AnyResponse:
    """Work in another of one's companies."""
    wanted = request.form.get("company", type=int)
    if wanted is None:
        raise Invalid(_("Choose a company"))
    switch_company(g.database, g.user, wanted)
    return redirect("/")


@profile.get("/profile/password")
def ask_password() -> Response:
    """The form for a new password."""
    return render("settings/password.html", form=PasswordForm(), must=g.user.must_change_password)


@profile.post("/profile/password")
def change_password() -> AnyResponse:
    """Change it; other browsers are logged out."""
    form = PasswordForm(request.form)
    if form.validate():
        old, new, here = form.old.data or "", form.new.data or "", g.user.session_id
        try:
            committed(lambda session: accounts.change_password(session, myself(session), old, new, here))
        except Invalid as error:
            mark_faults(form, error)
        else:
            flash(str(_("The password is changed; other browsers are logged out")), "good")
            return redirect("/profile")
    return render("settings/password.html", 422, form=form, must=g.user.must_change_password)


@profile.get("/profile/sessions")
def sessions() -> Response:
    """The browsers in which one is logged in."""
    mine = select(LoginSession).where(LoginSession.user_id == g.user.id, LoginSession.revoked_at.is_(None))
    rows = g.session.scalars(mine.where(LoginSession.expires_at > now()).order_by(LoginSession.created_at.desc())).all()
    return render("settings/sessions.html", rows=rows, here=g.user.session_id)


@profile.post("/profile/sessions/<int:key>/end")
def end_session(key: int) -> AnyResponse:
    """Log out one browser of one's own."""

    def work(session: Session) -> None:
        row = session.get(LoginSession, key)
        if row is None or row.user_id != g.user.id:
            raise Missing(_("There is no such session of yours"))
        with trusted(session):
            row.revoked_at = row.revoked_at or now()

    committed(work)
    flash(str(_("That browser is logged out")), "good")
    return redirect("/profile/sessions")


@profile.post("/profile/sessions/others/end")
def end_others() -> AnyResponse:
    """Log out everywhere but here."""
    count = committed(lambda session: accounts.revoke_sessions(session, g.user.id, g.user.session_id))
    flash(str(_("Logged out in {count} other browsers", count=count)), "good")
    return redirect("/profile/sessions")


@profile.get("/profile/keys")
def keys() -> Response:
    """One's own API keys."""
    return keys_page(KeyForm().offer([]))


def keys_page(form: KeyForm, status: int = 200, secret: str = "") -> Response:
    """The keys, the form, and a new key this once."""
    mine = select(ApiKey).where(ApiKey.user_id == g.user.id).order_by(ApiKey.created_at.desc())
    values = {"rows": g.session.scalars(mine).all(), "form": form, "secret": secret, "moment_now": now()}
    return render("settings/keys.html", status, action="/profile/keys", everybody=False, **values)


@profile.post("/profile/keys")
def make_key() -> Response:
    """A new key of one's own, shown this once."""
    form = KeyForm(request.form).offer([])
    if not form.validate():
        return keys_page(form, 422)
    until = now() + timedelta(days=int(form.days.data)) if form.days.data else None
    secret = committed(lambda session: accounts.add_key(session, g.user.login, form.name.data or "", until))
    return keys_page(KeyForm().offer([]), secret=secret)


@profile.post("/profile/keys/<int:key>/revoke")
def revoke_key(key: int) -> AnyResponse:
    """End one's own key."""

    def work(session: Session) -> None:
        row = session.get(ApiKey, key)
        if row is None or row.user_id != g.user.id:
            raise Missing(_("There is no such key of yours"))
        accounts.revoke_key(session, row)

    committed(work)
    flash(str(_("The key is worth nothing from now on")), "good")
    return redirect("/profile/keys")
