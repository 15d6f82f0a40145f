"""What every person may do for himself: profile, look, password, browsers that are logged in, API keys, company."""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, flash, g, redirect, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from core.access import accounts
from core.access.audit import note
from core.access.explain import matrix
from core.access.login import safe_next, switch_company
from core.access.models import ApiKey, User
from core.db import Company, now, trusted
from core.errors import Denied, Invalid, Missing, TandemError
from core.i18n import LANGUAGES, _, translated, using_language
from core.mail import tell_password_changed
from core.screens.pages import committed, render
from core.web.login import caller, count_password_try
from core.web.settings import found, sections_of
from core.web.settings.forms import KeyForm, PasswordForm, ProfileForm, mark_faults

profile = Blueprint("profile", __name__)
PREFERENCES = ("theme", "density", "contrast", "language", "region", "zone", "week_begins", "works_from", "works_until")


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
def overview() -> Response:
    """All settings that this person has, with a line each; `?q=` finds among them."""
    asked = request.args.get("q", "").strip()
    return render("settings/home.html", sections=found(sections_of(g.user), asked), q=asked)


@profile.get("/profile")
def show() -> Response:
    """Who one is here, and what one may do."""
    user = myself(g.session)
    return page(ProfileForm(obj=user))


def page(form: ProfileForm, status: int = 200) -> Response:
    """The profile with what was typed."""
    permissions, policy = current_app.extensions["tandem"].permissions, g.session.info["policy"]
    named = [permissions.roles[role] for role in sorted(policy.roles) if role in permissions.roles]
    companies = g.session.scalars(select(Company).where(Company.id.in_(g.user.company_ids)).order_by(Company.name)).all()
    values = {"form": form, "roles": named, "rows": matrix(permissions, g.user.roles), "companies": companies}
    values |= {"labels": {name: translated(role.label) for name, role in permissions.roles.items()}}
    values |= {"titles": {a.name: translated(a.manifest.name) for a in current_app.extensions["tandem"].addons}}
    return render("settings/profile.html", status, **values)


@profile.post("/profile")
def save() -> AnyResponse:
    """Change one's name, mail and look."""
    form = ProfileForm(request.form)
    if not form.validate():
        return page(form, 422)

    def work(session: Session) -> None:
        user = myself(session)
        chosen = {name: form[name].data or "" for name in PREFERENCES}
        accounts.set_preferences(session, user, **chosen, single_keys=bool(form.single_keys.data))
        with trusted(session):
            user.name, user.email = form.name.data or "", form.email.data or None

    try:
        committed(work)
    except Invalid as error:
        mark_faults(form, error)
        return page(form, 422)
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

        def work(session: Session) -> None:
            user = myself(session)
            accounts.change_password(session, user, old, new, here)
            note(session, "password_changed", ip=caller()[0])
            tell_password_changed(session, user, caller()[0])

        try:
            count_password_try()
            committed(work)
        except TandemError as error:
            mark_faults(form, error)
        else:
            flash(str(_("The password is changed; other browsers are logged out")), "good")
            return redirect("/profile")
    return render("settings/password.html", 422, form=form, must=g.user.must_change_password)


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
