"""Login and settings in the browser: who may open which page, and what each change does."""

import re
from urllib.parse import unquote

from sqlalchemy import select

from core.access import ApiKey, LoginSession, Team, User
from core.access.current import load_key
from core.db import Company
from core.testing.browser import Browser
from core.testing.tandem import Tandem
from tests.access.door import PASSWORD, Stored, token_of, user_id

OWN = ["/settings/", "/profile", "/profile/password", "/profile/two-step", "/profile/sessions", "/profile/keys"]


ADMIN_READS = [
    "/settings/users",
    "/settings/users/new",
    "/settings/users/1",
    "/settings/access",
    "/settings/access?user=1&model=core.User&record=1",
    "/settings/sessions",
    "/settings/door",
    "/settings/languages",
    "/settings/sequences",
    "/settings/mail",
    "/settings/mail/new",
    "/settings/outbox",
    "/settings/audit",
    "/settings/audit?user=1&kind=login&since=2026-01-01&until=2030-01-01",
    "/settings/roles",
    "/settings/roles/core.everyone",
    "/settings/teams",
    "/settings/teams/new",
    "/settings/companies",
    "/settings/companies/new",
    "/settings/companies/1",
    "/settings/keys",
]


ADMIN_WRITES = [
    "/settings/users/new",
    "/settings/users/1",
    "/settings/users/1/password",
    "/settings/users/1/away",
    "/settings/users/1/back",
    "/settings/users/1/sessions/end",
    "/settings/users/1/link",
    "/settings/users/1/two-step/off",
    "/settings/sessions/1/end",
    "/settings/door",
    "/settings/languages",
    "/settings/languages/companies/1",
    "/settings/sequences/1/Q",
    "/settings/mail/new",
    "/settings/mail/address",
    "/settings/outbox/again",
    "/settings/roles/core.everyone",
    "/settings/roles/core.everyone/reset",
    "/settings/roles/new",
    "/settings/teams/new",
    "/settings/teams/1",
    "/settings/companies/new",
    "/settings/companies/1",
    "/settings/keys",
    "/settings/keys/1/revoke",
]


def test_strangers_are_sent_to_the_door(site: Tandem) -> None:
    stranger = site.client(None)  # type: ignore[arg-type]
    for url in [*OWN, *ADMIN_READS]:
        answer = stranger.get(url)
        assert (answer.status_code, unquote(answer.location)) == (302, f"/login?next={url}")


def test_who_may_open_what(admin: Browser, ana: Browser) -> None:
    for url in [*OWN, *ADMIN_READS]:
        assert admin.get(url).status_code == 200, url
        assert ana.get(url).status_code == (200 if url in OWN else 403), url


def test_only_administrators_change_others(site: Tandem, ana: Browser) -> None:
    for url in ADMIN_WRITES:
        assert ana.post(url, data={"name": "x"}).status_code == 403, url
    with site.database.read() as session:
        assert session.scalars(select(Team)).all() == []
        assert session.scalars(select(User.active)).all() == [True, True]
        assert len(session.scalars(select(Company)).all()) == 1


def test_a_change_from_elsewhere_is_refused(admin: Browser) -> None:
    """Without the page's token nothing is done, even for an administrator."""
    for url in [*ADMIN_WRITES, "/profile", "/profile/password", "/preferences", "/logout", "/profile/keys"]:
        assert admin.client.post(url, data={"name": "x"}).status_code == 403, url


def test_logging_in_and_out(site: Tandem, rows: Stored) -> None:
    client = site.app.test_client()
    page = client.get("/login?next=/settings/teams")
    assert page.status_code == 200
    token = token_of(page.text)
    wrong = client.post("/login", data={"login": "ana", "password": "no", "csrf_token": token})
    assert wrong.status_code == 422
    assert "Login or password is wrong" in wrong.text
    assert 'value="ana"' in wrong.text
    right = {"login": "ANA ", "password": PASSWORD, "csrf_token": token, "next": "/profile"}
    entered = client.post("/login", data=right)
    assert (entered.status_code, entered.location) == (302, "/profile")
    cookie = entered.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert client.get("/profile").status_code == 200
    assert client.get("/login").location == "/"
    left = client.post("/logout", data={"csrf_token": token_of(client.get("/profile").text)})
    assert left.location == "/login"
    assert client.get("/profile").status_code == 302
    assert rows.scalars(select(LoginSession.revoked_at)).one() is not None


def test_a_login_never_keeps_what_was_planted_before(site: Tandem) -> None:
    client = site.app.test_client()
    token = token_of(client.get("/login").text)
    with client.session_transaction() as kept:
        kept["planted"], before = "by somebody", kept["csrf_token"]
    client.post("/login", data={"login": "ana", "password": PASSWORD, "csrf_token": token})
    with client.session_transaction() as kept:
        assert "planted" not in kept
        assert kept.get("csrf_token") != before


def test_next_never_leads_to_another_site(site: Tandem) -> None:
    client = site.app.test_client()
    token = token_of(client.get("/login").text)
    data = {"login": "ana", "password": PASSWORD, "csrf_token": token, "next": "//evil.example/"}
    assert client.post("/login", data=data).location == "/"


def test_guessing_is_slowed_down_with_a_time(site: Tandem) -> None:
    client = site.app.test_client()
    data = {"login": "ana", "password": "no", "csrf_token": token_of(client.get("/login").text)}
    codes = [client.post("/login", data=data).status_code for _ in range(6)]
    assert codes == [422] * 5 + [429]
    slow = client.post("/login", data=data | {"password": PASSWORD})
    assert slow.status_code == 429
    assert 1 <= int(slow.headers["Retry-After"]) <= 5


def test_preferences(ana: Browser, rows: Stored) -> None:
    assert ana.post("/preferences", {"theme": "dark"}).status_code == 204
    plain = ana.client.post(
        "/preferences", data={"density": "compact", "csrf_token": ana.token}, headers={"Referer": "/find?q=a"}
    )
    assert (plain.status_code, plain.location) == (302, "/find?q=a")
    away = {"contrast": "more", "csrf_token": ana.token}
    assert ana.client.post("/preferences", data=away, headers={"Referer": "https://evil.example/x"}).location == "/"
    assert ana.post("/preferences", {"theme": "pink"}).status_code == 422
    user = rows.scalars(select(User).where(User.login == "ana")).one()
    assert (user.theme, user.density, user.contrast) == ("dark", "compact", "more")
    page = ana.get("/profile").text
    assert 'data-theme="dark"' in page
    assert 'data-density="compact"' in page
    assert 'data-contrast="more"' in page


def test_profile(ana: Browser, rows: Stored) -> None:
    good = {
        "name": "Ana Paz",
        "email": "ana@example.org",
        "language": "es",
        "zone": "Europe/Madrid",
        "theme": "auto",
        "density": "auto",
        "contrast": "normal",
    }
    assert ana.post("/profile", good | {"email": "nobody"}).status_code == 422
    assert ana.post("/profile", good | {"name": " "}).status_code == 422
    assert ana.post("/profile", good | {"zone": "Moon/Base"}).status_code == 422
    assert ana.post("/profile", good).status_code == 302
    user = rows.scalars(select(User).where(User.login == "ana")).one()
    assert (user.name, user.email, user.language, user.zone) == ("Ana Paz", "ana@example.org", "es", "Europe/Madrid")
    assert '<html lang="es"' in ana.get("/profile").text


def test_own_keys_and_sessions_only(site: Tandem, ana: Browser, admin: Browser, rows: Stored) -> None:
    page = ana.post("/profile/keys", {"name": "till", "days": "30"})
    found = re.search(r"tdm_[\w-]{43}", page.text)
    assert found is not None
    with site.database.reader.connect() as connection:
        user, _generation = load_key(connection, found[0])
    assert user is not None
    assert user.login == "ana"
    assert found[0] not in ana.get("/profile/keys").text, "it is shown this once"
    key = rows.scalars(select(ApiKey.id)).one()
    assert admin.post(f"/profile/keys/{key}/revoke").status_code == 404, "not his own"
    assert "till" in admin.get("/settings/keys").text
    assert ana.post(f"/profile/keys/{key}/revoke").status_code == 302
    with site.database.reader.connect() as connection:
        assert load_key(connection, found[0])[0] is None
    theirs = rows.scalars(select(LoginSession.id).where(LoginSession.user_id == user_id(site.database, "admin"))).one()
    assert ana.post(f"/profile/sessions/{theirs}/end").status_code == 404
    second = site.client("ana")
    assert ana.post("/profile/sessions/others/end").status_code == 302
    assert second.get("/profile").status_code == 302
    assert ana.get("/profile").status_code == 200


def test_a_key_has_no_profile(site: Tandem) -> None:
    from core.access.accounts import add_key

    with site.database.write() as session:
        secret = add_key(session, "ana")
    answer = site.app.test_client().get("/profile", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 403
