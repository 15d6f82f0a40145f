"""Users, for administrators: who comes in, with which roles, in which companies and teams."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, current_app, flash, g, redirect, request
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, selectinload
from werkzeug.wrappers import Response as AnyResponse

from core.access import accounts, two_step
from core.access.audit import note
from core.access.models import LoginSession, Team, TeamMember, User
from core.access.passwords import demand_strength
from core.access.resetting import make_link
from core.access.schema import EVERYONE
from core.db import Company, now, trusted
from core.errors import Conflict, FieldError, Invalid, Refused, TandemError
from core.i18n import _, translated
from core.mail import tell_password_changed
from core.screens.pages import committed, render
from core.web.login import caller
from core.web.settings.forms import NewUserForm, UserForm, mark_faults
from core.web.settings.system import only_administrators

users = Blueprint("users", __name__, url_prefix="/settings/users")
users.before_request(only_administrators)


@dataclass(frozen=True)
class RoleChoice:
    """One tick box."""

    name: str
    label: str
    summary: str
    is_held: bool


@users.get("")
def index() -> Response:
    """All users; `?q=` finds by login, name or mail, `?away=1` shows those who were put away."""
    asked, away = request.args.get("q", "").strip(), request.args.get("away") == "1"
    query = select(User).where(User.active.is_(not away)).order_by(User.name)
    if asked:
        like = f"%{asked.casefold()}%"
        query = query.where(or_(*(func.lower(c).like(like) for c in (User.login, User.name, User.email))))
    loading = selectinload(User.roles), selectinload(User.companies), selectinload(User.memberships)
    rows = g.session.scalars(query.options(*loading)).all()
    logins = select(LoginSession.user_id, func.max(LoginSession.created_at)).group_by(LoginSession.user_id)
    last = {key: moment for key, moment in g.session.execute(logins)}
    return render("settings/users.html", rows=rows, last=last, q=asked, away=away, roles=role_labels())


def role_labels() -> dict[str, str]:
    """The labels of all roles."""
    return {name: translated(role.label) for name, role in current_app.extensions["tandem"].permissions.roles.items()}


def addon_titles() -> dict[str, str]:
    """What people call the enabled addons, and the kernel."""
    titles = {addon.name: translated(addon.manifest.name) for addon in current_app.extensions["tandem"].addons}
    return titles | {"core": str(_("Administration")), "custom": str(_("Made here"))}


def role_groups(held: Iterable[str]) -> list[tuple[str, list[RoleChoice]]]:
    """The roles to tick, by addon; roles of addons that are not enabled stay ticked under their names."""
    composition, ticked = current_app.extensions["tandem"], set(held)
    titles = addon_titles()
    groups: dict[str, list[RoleChoice]] = {}
    for role in composition.permissions.roles.values():
        if role.name != EVERYONE:
            choice = RoleChoice(role.name, translated(role.label), translated(role.summary), role.name in ticked)
            groups.setdefault(titles.get(role.addon, role.addon), []).append(choice)
    if strangers := sorted(ticked - composition.permissions.roles.keys()):
        groups[str(_("Of addons that are off"))] = [RoleChoice(name, name, "", True) for name in strangers]
    return list(groups.items())


def offered(form: Any) -> Any:
    """A form with the companies and teams that there are."""
    with trusted(g.session) as session:
        companies = [(key, name) for key, name in session.execute(select(Company.id, Company.name).order_by(Company.name))]
        teams = [(key, name) for key, name in session.execute(select(Team.id, Team.name).order_by(Team.name))]
    return form.offer(companies, teams)


@users.get("/new")
def new() -> Response:
    """An empty form."""
    language = company_language(g.user.company_id) or g.user.language
    form = offered(NewUserForm(language=language, companies=[g.user.company_id], default_company=g.user.company_id))
    return render("settings/user.html", form=form, user=None, groups=role_groups([]))


def company_language(key: int | None) -> str | None:
    """The language that a company gives its new users."""
    with trusted(g.session) as session:
        return session.scalar(select(Company.language).where(Company.id == key))


@users.post("/new")
def add() -> AnyResponse:
    """Add a user, who changes the first password at once."""
    form, roles = offered(NewUserForm(request.form)), request.form.getlist("roles")

    def work(session: Session) -> int:
        login, password = form.login.data, form.password.data
        demand_strength(password, login)
        demand_known(roles)
        made = accounts.add_user(session, login, roles, password, name=form.name.data, must_change_password=True)
        write(session, made, form)
        return made.id

    if form.validate():
        try:
            key = committed(work)
        except TandemError as error:
            mark_faults(form, error)
        else:
            flash(str(_("{name} may come in", name=form.name.data)), "good")
            return redirect(f"/settings/users/{key}")
    return render("settings/user.html", 422, form=form, user=None, groups=role_groups(roles))


def demand_known(roles: Iterable[str], held: Iterable[str] = ()) -> None:
    """Invalid if a role is none: it was taken away meanwhile, or the form was tampered with."""
    known = {*current_app.extensions["tandem"].permissions.roles, *held}
    if unknown := [role for role in roles if role not in known or role == EVERYONE]:
        raise Invalid(_("There is no role {roles}", roles=", ".join(unknown)))


def write(session: Session, user: User, form: UserForm) -> None:
    """The fields of the form that are the record's, its companies and teams."""
    user.name, user.email = form.name.data or "", form.email.data or None
    user.language, user.zone, user.region = form.language.data, form.zone.data or None, form.region.data or None
    accounts.assign_companies(session, user, form.companies.data or [], form.default_company.data)
    wanted = set(form.teams.data or [])
    user.memberships = [m for m in user.memberships if m.team_id in wanted]
    user.memberships += [TeamMember(team_id=t) for t in sorted(wanted - {m.team_id for m in user.memberships})]
    session.flush()


def user_at(session: Session, key: int) -> User:
    """The user of an address; 404 if there is none."""
    found = session.get(User, key)
    return found if found is not None else abort(404)


@users.get("/<int:key>")
def edit(key: int) -> Response:
    """One user: fields, roles, companies, teams, browsers."""
    return shown(key)


def shown(key: int, **values: Any) -> Response:
    """The page of a user as he is stored."""
    user = user_at(g.session, key)
    form = offered(
        UserForm(
            **{name: getattr(user, name) for name in ("login", "name", "email", "language", "version")},
            zone=user.zone or "",
            region=user.region or "",
            companies=[c.company_id for c in user.companies],
            default_company=next((c.company_id for c in user.companies if c.is_default), None),
            teams=[m.team_id for m in user.memberships],
        )
    )
    return page(user, form, [r.role for r in user.roles], **values)


def page(user: User, form: UserForm, roles: list[str], status: int = 200, **more: Any) -> Response:
    """The user with what was typed."""
    live = select(LoginSession).where(LoginSession.user_id == user.id, LoginSession.revoked_at.is_(None))
    sessions = g.session.scalars(live.where(LoginSession.expires_at > now()).order_by(LoginSession.id.desc())).all()
    values = {"form": form, "user": user, "sessions": sessions, "groups": role_groups(roles)}
    return render("settings/user.html", status, **values, **more)


@users.post("/<int:key>")
def save(key: int) -> AnyResponse:
    """Change a user, unless somebody else did meanwhile."""
    form, roles = offered(UserForm(request.form)), request.form.getlist("roles")

    def work(session: Session) -> None:
        user = user_at(session, key)
        if str(user.version) != form.version.data:
            raise Conflict(_("Somebody else changed this user meanwhile. Look at it again, then repeat your change."))
        demand_known(roles, [r.role for r in user.roles])
        user.login = form.login.data or ""
        demand_free_login(session, user)
        accounts.assign_roles(session, user, roles)
        write(session, user, form)

    if form.validate():
        try:
            committed(work)
        except TandemError as error:
            mark_faults(form, error)
        else:
            flash(str(_("Saved")), "good")
            return redirect(f"/settings/users/{key}")
    return page(user_at(g.session, key), form, roles, 422)


def demand_free_login(session: Session, user: User) -> None:
    """Invalid if somebody else has this login."""
    with session.no_autoflush:
        taken = session.scalars(select(User.id).where(User.login == user.login, User.id != user.id)).first()
    if taken is not None:
        text = _("There is a user {login} already", login=user.login)
        raise Invalid(text, [FieldError("login", text)])


@users.post("/<int:key>/password")
def reset(key: int) -> AnyResponse:
    """A new first password; the user changes it when he comes in."""
    password = request.form.get("password", "")

    def work(session: Session) -> None:
        user = user_at(session, key)
        accounts.reset_password(session, user, password)
        note(session, "password_changed", ip=caller()[0], of=user.login, by="administrator")
        tell_password_changed(session, user, caller()[0], g.user.name)

    committed(work)
    flash(str(_("The password is set; it is changed at the next login")), "good")
    return redirect(f"/settings/users/{key}")


@users.post("/<int:key>/link")
def give_link(key: int) -> Response:
    """A link by which the user chooses a new password, shown this once: for whoever gets no mail."""

    def work(session: Session) -> str:
        user = user_at(session, key)
        if not user.active:
            raise Refused(_("{name} is put away and cannot log in", name=user.name))
        note(session, "reset_asked", login=user.login, ip=caller()[0], by="administrator")
        return make_link(session, key, g.user.id)

    link = f"{request.url_root}login/new-password/{committed(work)}"
    answer = shown(key, link=link)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@users.post("/<int:key>/two-step/off")
def remove_second_step(key: int) -> AnyResponse:
    """Remove a user's second step, as when the phone is lost with the codes; he is logged out."""

    def work(session: Session) -> None:
        user = user_at(session, key)
        two_step.switch_off(session, user)
        accounts.revoke_sessions(session, key)
        note(session, "two_step_off", ip=caller()[0], of=user.login)

    committed(work)
    flash(str(_("The second step is removed; {name} sets up another", name=user_at(g.session, key).name)), "good")
    return redirect(f"/settings/users/{key}")


@users.post("/<int:key>/<any(away,back):verb>")
def put(key: int, verb: str) -> AnyResponse:
    """Put a user away, or take him back: what he did stays."""
    committed(lambda session: accounts.set_active(session, user_at(session, key), verb == "back"))
    flash(str(_("He may come in again") if verb == "back" else _("Put away and logged out everywhere")), "good")
    return redirect(f"/settings/users/{key}")


@users.post("/<int:key>/sessions/end")
def end_sessions(key: int) -> AnyResponse:
    """Log a user out everywhere."""

    def work(session: Session) -> int:
        count = accounts.revoke_sessions(session, user_at(session, key).id)
        note(session, "sessions_ended", ip=caller()[0], of=key, count=count)
        return count

    count = committed(work)
    flash(str(_("Logged out in {count} browsers", count=count)), "good")
    return redirect(f"/settings/users/{key}")


@users.get("/<int:key>/rights")
def rights(key: int) -> AnyResponse:
    """Where the rights of a user were explained before that page could also begin with a record."""
    return redirect(f"/settings/access?{urlencode({'user': key, **request.args.to_dict()})}")
