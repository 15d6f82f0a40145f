"""The pages where an administrator keeps users, teams, companies and roles."""

from sqlalchemy import select

from core.access import RoleCustomisation, Team, User
from core.access.login import log_in
from core.access.passwords import is_password
from core.db import Company
from core.registry.state import read_generation
from core.testing.browser import Browser
from core.testing.tandem import Tandem
from tests.access.door import Stored, user_id


def test_a_first_password_is_changed_before_anything_else(site: Tandem, admin: Browser) -> None:
    key = user_id(site.database, "ana")
    assert admin.post(f"/settings/users/{key}/password", {"password": "short"}).status_code == 422
    assert admin.post(f"/settings/users/{key}/password", {"password": "given by the admin"}).status_code == 302
    log_in(site.database, "ana", "given by the admin")
    ana = site.client("ana")
    assert ana.get("/").location == "/profile/password"
    new = {"old": "given by the admin", "new": "chosen by ana herself", "again": "chosen by ana herself"}
    assert ana.post("/profile/password", new | {"again": "another"}).status_code == 422
    assert ana.post("/profile/password", new | {"old": "wrong"}).status_code == 422
    assert ana.post("/profile/password", new).location == "/profile"
    assert ana.get("/").status_code == 200
    log_in(site.database, "ana", "chosen by ana herself")


def test_adding_and_changing_a_user(site: Tandem, admin: Browser, rows: Stored) -> None:
    company = rows.scalars(select(Company.id)).one()
    new = {
        "name": "Eva Ruiz",
        "login": "Eva",
        "email": "",
        "language": "ru",
        "zone": "",
        "password": "first of eva",
        "roles": ["admin"],
        "companies": [str(company)],
        "default_company": str(company),
    }
    assert admin.post("/settings/users/new", new | {"login": "ana"}).status_code == 422
    assert admin.post("/settings/users/new", new | {"password": "eva"}).status_code == 422
    assert admin.post("/settings/users/new", new | {"roles": ["no.such"]}).status_code == 422
    made = admin.post("/settings/users/new", new)
    assert made.status_code == 302, made.text
    eva = rows.scalars(select(User).where(User.login == "eva")).one()
    assert made.location == f"/settings/users/{eva.id}"
    assert ([r.role for r in eva.roles], eva.language, eva.must_change_password) == (["admin"], "ru", True)
    assert is_password(eva.password_hash, "first of eva")
    change = new | {"name": "Eva R.", "roles": [], "version": "0"}
    shown = admin.get(made.location).text
    for chosen in (f'<option selected value="{company}">', '<option selected value="ru">', 'value="admin" checked'):
        assert chosen in shown
    stale = admin.post(made.location, change)
    assert stale.status_code == 422
    assert "Somebody else changed" in stale.text
    assert admin.post(made.location, change | {"version": str(eva.version)}).status_code == 302
    rows.renew()
    assert (eva.name, eva.roles) == ("Eva R.", [])
    assert admin.post(f"{made.location}/away").status_code == 302
    rows.renew()
    assert eva.active is False
    assert "Eva R." in admin.get("/settings/users?away=1&q=EVA").text
    assert "Eva R." not in admin.get("/settings/users?q=EVA").text


def test_the_last_administrator_cannot_lock_everybody_out(admin: Browser, site: Tandem) -> None:
    key = user_id(site.database, "admin")
    assert admin.post(f"/settings/users/{key}/away").status_code == 409
    assert admin.get("/settings/users").status_code == 200


def test_teams_and_companies(admin: Browser, ana: Browser, site: Tandem, rows: Stored) -> None:
    me = user_id(site.database, "ana")
    assert admin.post("/settings/teams/new", {"name": "Sales", "members": [str(me)], "active": "y"}).status_code == 302
    assert admin.post("/settings/teams/new", {"name": "SALES", "active": "y"}).status_code == 422
    team = rows.scalars(select(Team)).one()
    assert [m.user_id for m in team.members] == [me]
    assert f'<option selected value="{me}">ana</option>' in admin.get(f"/settings/teams/{team.id}").text
    assert admin.post(f"/settings/teams/{team.id}", {"name": "Ventas", "version": str(team.version)}).status_code == 302
    rows.renew()
    assert (team.name, team.members, team.active) == ("Ventas", [], False)
    other = {"name": "Otra", "country": "UY", "currency": "UYU", "zone": "America/Montevideo"}
    assert admin.post("/settings/companies/new", other | {"country": "Mars"}).status_code == 422
    assert admin.post("/settings/companies/new", other).status_code == 302
    company = rows.scalars(select(Company).where(Company.name == "Otra")).one()
    assert ana.post("/company", {"company": str(company.id)}).status_code == 403
    assert admin.post("/company", {"company": str(company.id)}).status_code == 302
    assert "Otra" in admin.get("/profile").text
    changed = admin.post(f"/settings/companies/{company.id}", other | {"name": "Nueva", "version": str(company.version)})
    assert changed.status_code == 302


def test_a_role_made_here_and_rights_changed_hold_from_the_next_generation(
    admin: Browser, site: Tandem, rows: Stored
) -> None:
    before = read_generation(site.database.engine)
    made = admin.post("/settings/roles/new", {"name": "Auditor", "summary": "Looks on"})
    assert made.location == "/settings/roles/custom.auditor"
    assert read_generation(site.database.engine) == before + 1
    site.composition = site.kernel.compose([], before + 1)
    site._apps.clear()
    admin = site.client("admin")
    page = admin.get("/settings/roles/custom.auditor")
    assert page.status_code == 200
    grant = {"core.Team:may": ["read", "update"], "core.Team:records": "all", "core.Team:readonly": ["name"]}
    assert admin.post("/settings/roles/custom.auditor", grant).status_code == 302
    wrong = {"core.Team:may": ["read"], "core.Team:records": "company"}
    refused = admin.post("/settings/roles/custom.auditor", wrong)
    assert refused.status_code == 422
    assert "does not suit Team" in refused.text
    kept = rows.scalars(select(RoleCustomisation)).one()
    assert kept.grants == {"core.Team": {"may": ["read", "update"], "readonly": ["name"]}}
    permissions = site.kernel.compose([], before + 2).permissions
    policy = permissions.policy(["custom.auditor"])
    assert policy.may(Team, "update")
    assert policy.unwritable(Team) == {"name"}
    assert not site.composition.permissions.policy(["custom.auditor"]).may(Team, "update")
    assert admin.post("/settings/roles/custom.auditor/reset").status_code == 302
    rows.renew()
    assert rows.scalars(select(RoleCustomisation)).all() == []
