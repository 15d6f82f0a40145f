"""Teams, companies and everybody's API keys, for administrators."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, g, redirect, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload
from werkzeug.wrappers import Response as AnyResponse

from core.access import accounts
from core.access.models import ApiKey, Team, TeamMember, User, UserCompany
from core.db import Company, now, trusted
from core.errors import Conflict, FieldError, Invalid, TandemError
from core.i18n import _
from core.registry.lifecycle import set_up
from core.screens.pages import committed, render
from core.web.settings.forms import CompanyForm, KeyForm, TeamForm, mark_faults, options
from core.web.settings.system import only_administrators

organisation = Blueprint("organisation", __name__, url_prefix="/settings")
organisation.before_request(only_administrators)
FIELDS = ("name", "legal_name", "tax_id", "country", "currency", "zone", "street", "city", "email", "phone")
NEEDED = ("name", "country", "currency", "zone")


def people(session: Session) -> list[tuple[int, str]]:
    """The users who may come in."""
    return [(key, name) for key, name in session.execute(select(User.id, User.name).where(User.active).order_by(User.name))]


def demand_same(record: Any, form: Any) -> None:
    """Conflict if the record is not as it was when the form was shown."""
    if str(record.version) != form.version.data:
        raise Conflict(_("Somebody else changed this meanwhile. Look at it again, then repeat your change."))


@organisation.get("/teams")
def teams() -> Response:
    """All teams and who is in them."""
    loading = selectinload(Team.members).selectinload(TeamMember.user)
    rows = g.session.scalars(select(Team).options(loading).order_by(Team.active.desc(), Team.name)).all()
    return render("settings/teams.html", rows=rows)


@organisation.get("/teams/<int:key>")
@organisation.get("/teams/new", defaults={"key": None})
def team(key: int | None) -> Response:
    """One team, or an empty form."""
    found = None if key is None else g.session.get(Team, key) or abort(404)
    form = TeamForm()
    if found is not None:
        form = TeamForm(name=found.name, active=found.active, members=[m.user_id for m in found.members])
    form.members.choices = options(people(g.session))
    return render("settings/team.html", form=form, team=found)


@organisation.post("/teams/<int:key>")
@organisation.post("/teams/new", defaults={"key": None})
def save_team(key: int | None) -> AnyResponse:
    """Make or change a team."""
    form = TeamForm(request.form)
    form.members.choices = options(people(g.session))

    def work(session: Session) -> None:
        found = Team(members=[]) if key is None else session.get(Team, key) or abort(404)
        if key is not None:
            demand_same(found, form)
        found.name, found.active = form.name.data or "", bool(form.active.data)
        wanted = set(form.members.data or [])
        found.members = [m for m in found.members if m.user_id in wanted]
        found.members += [TeamMember(user_id=u) for u in sorted(wanted - {m.user_id for m in found.members})]
        demand_free_name(session, found)
        session.add(found)

    if form.validate():
        try:
            committed(work)
        except TandemError as error:
            mark_faults(form, error)
        else:
            flash(str(_("Saved")), "good")
            return redirect("/settings/teams")
    return render("settings/team.html", 422, form=form, team=None if key is None else g.session.get(Team, key))


def demand_free_name(session: Session, team: Team) -> None:
    """Invalid if another team is called so."""
    with session.no_autoflush:
        other = session.scalars(select(Team.id).where(func.lower(Team.name) == team.name.lower())).first()
    if other is not None and other != team.id:
        text = _("There is a team {name} already", name=team.name)
        raise Invalid(text, [FieldError("name", text)])


@organisation.get("/companies")
def companies() -> Response:
    """All companies of the installation."""
    with trusted(g.session) as session:
        rows = session.scalars(select(Company).order_by(Company.active.desc(), Company.name)).all()
        working = select(UserCompany.company_id, func.count(UserCompany.id)).group_by(UserCompany.company_id)
        counted = {key: count for key, count in session.execute(working)}
    return render("settings/companies.html", rows=rows, counted=counted)


@organisation.get("/companies/<int:key>")
@organisation.get("/companies/new", defaults={"key": None})
def company(key: int | None) -> Response:
    """One company, or an empty form."""
    with trusted(g.session) as session:
        found = None if key is None else session.get(Company, key) or abort(404)
    return render("settings/company.html", form=CompanyForm(obj=found), company=found)


@organisation.post("/companies/<int:key>")
@organisation.post("/companies/new", defaults={"key": None})
def save_company(key: int | None) -> AnyResponse:
    """Make or change a company; a new one gets what every addon sets up, and whoever made it works in it."""
    form = CompanyForm(request.form)

    def work(session: Session) -> None:
        with trusted(session):
            found = Company() if key is None else session.get(Company, key) or abort(404)
            if key is not None:
                demand_same(found, form)
            for name in FIELDS:
                setattr(found, name, form[name].data or (None if name not in NEEDED else ""))
            session.add(found)
            session.flush()
            if key is None:
                session.add(UserCompany(user_id=g.user.id, company_id=found.id))
                set_up(session, current_app.extensions["tandem"], found)

    if form.validate():
        try:
            committed(work)
        except TandemError as error:
            mark_faults(form, error)
        else:
            flash(str(_("Saved")), "good")
            return redirect("/settings/companies")
    return render("settings/company.html", 422, form=form, company=None if key is None else g.session.get(Company, key))


@organisation.get("/keys")
def keys() -> Response:
    """Everybody's API keys."""
    return keys_page(KeyForm(user=g.user.id).offer(people(g.session)))


def keys_page(form: KeyForm, status: int = 200, secret: str = "") -> Response:
    """The keys, the form, and a new key this once."""
    rows = g.session.scalars(select(ApiKey).options(selectinload(ApiKey.user)).order_by(ApiKey.id.desc())).all()
    values = {"rows": rows, "form": form, "secret": secret, "moment_now": now()}
    return render("settings/keys.html", status, action="/settings/keys", everybody=True, **values)


@organisation.post("/keys")
def make_key() -> Response:
    """A new key of some user, shown this once."""
    form = KeyForm(request.form).offer(people(g.session))
    if not form.validate():
        return keys_page(form, 422)
    until = now() + timedelta(days=int(form.days.data)) if form.days.data else None

    def work(session: Session) -> str:
        user = session.get(User, form.user.data) or abort(404)
        return accounts.add_key(session, user.login, form.name.data or "", until)

    secret = committed(work)
    return keys_page(KeyForm(user=g.user.id).offer(people(g.session)), secret=secret)


@organisation.post("/keys/<int:key>/revoke")
def revoke_key(key: int) -> AnyResponse:
    """End anybody's key."""
    committed(lambda session: accounts.revoke_key(session, session.get(ApiKey, key) or abort(404)))
    flash(str(_("The key is worth nothing from now on")), "good")
    return redirect("/settings/keys")
