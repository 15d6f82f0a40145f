"""The second step of a login: setting it up, codes that are good once, recovery codes, roles that need it."""

import re
from collections.abc import Callable

import pyotp
import pytest
from sqlalchemy import delete, select

from core.access import LoginAttempt, LoginSession, RecoveryCode, SecondFactor, User
from core.access.login import CodeNeeded, log_in, log_in_by_code
from core.db import Change
from core.errors import Denied
from core.registry.options import choose
from core.testing.browser import Browser
from core.testing.tandem import Tandem
from tests.access.door import PASSWORD, Stored, token_of, user_id

LONG_AGO = 1_900_000_000


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """A clock that a test moves: codes are of its time."""
    moment = [float(LONG_AGO)]
    monkeypatch.setattr("core.access.two_step.time", type("Clock", (), {"time": staticmethod(lambda: moment[0])}))

    def forward(seconds: int) -> None:
        moment[0] += seconds

    forward.now = lambda: moment[0]  # type: ignore[attr-defined]
    return forward


def set_up(browser: Browser, clock: Callable[[int], None]) -> tuple[pyotp.TOTP, list[str]]:
    """A second step set up as a person does it: the typed key, a code, the recovery codes."""
    assert browser.post("/profile/two-step/begin").status_code == 302
    page = browser.get("/profile/two-step")
    assert page.headers["Cache-Control"] == "no-store"
    assert "<svg" in page.text
    key = re.search(r'id="key">([A-Z2-7 ]+)<', page.text)
    assert key is not None
    totp = pyotp.TOTP(key[1].replace(" ", ""))
    assert browser.post("/profile/two-step/confirm", {"code": "000000"}).status_code == 422
    shown = browser.post("/profile/two-step/confirm", {"code": f" {totp.at(clock.now())} "})  # type: ignore[attr-defined]
    codes = re.findall(r"<li>(\w{4}(?:-\w{4}){3})</li>", shown.text)
    assert len(codes) == 10
    assert codes[0] not in browser.get("/profile/two-step").text, "they are shown this once"
    assert key[1] not in browser.get("/profile/two-step").text
    return totp, codes


def half(site: Tandem) -> CodeNeeded:
    with pytest.raises(CodeNeeded) as caught:
        log_in(site.database, "ana", PASSWORD)
    return caught.value


def by_code(site: Tandem, code: str, proof: CodeNeeded | None = None) -> str:
    step = proof or half(site)
    return log_in_by_code(site.database, step.user_id, step.proof, code, site.kernel.settings.secret_key)


def test_a_code_is_good_once_and_near_its_time(
    site: Tandem, ana: Browser, clock: Callable[[int], None], rows: Stored
) -> None:
    totp, codes = set_up(ana, clock)
    used = totp.at(LONG_AGO)
    with pytest.raises(Denied, match="used already"):
        by_code(site, used)
    clock(30)
    assert by_code(site, totp.at(LONG_AGO + 30))
    with pytest.raises(Denied, match="used already"):
        by_code(site, totp.at(LONG_AGO + 30))
    clock(3600)
    with pytest.raises(Denied):
        by_code(site, totp.at(LONG_AGO + 60))
    assert by_code(site, codes[0].upper()), "a recovery code, however it is typed"
    with pytest.raises(Denied):
        by_code(site, codes[0])
    kept = rows.scalars(select(RecoveryCode)).all()
    assert [code.used_at is not None for code in kept].count(True) == 1
    assert all(codes[0] not in code.code_hash for code in kept)
    assert totp.secret not in rows.scalars(select(SecondFactor)).one().secret
    assert "secret" not in str([change.values for change in rows.scalars(select(Change))])


def test_guessing_codes_is_slowed_down_though_the_password_is_known(
    site: Tandem, ana: Browser, clock: Callable[[int], None], rows: Stored
) -> None:
    set_up(ana, clock)
    for _try in range(5):
        with pytest.raises(Denied, match="not right"):
            by_code(site, "000000")
    with pytest.raises(Denied, match="Too many"):
        half(site)
    assert len(rows.scalars(select(LoginAttempt)).all()) == 5


def test_the_pages_of_the_door(site: Tandem, ana: Browser, clock: Callable[[int], None], rows: Stored) -> None:
    totp, _codes = set_up(ana, clock)
    before = len(rows.scalars(select(LoginSession)).all())
    client = site.app.test_client()
    assert client.get("/login/code").location == "/login", "the password comes first"
    token = token_of(client.get("/login?next=/profile").text)
    given = {"login": "ana", "password": PASSWORD, "csrf_token": token, "next": "/profile"}
    assert client.post("/login", data=given).location == "/login/code"
    assert client.get("/profile").status_code == 302, "half way is not inside"
    assert len(rows.scalars(select(LoginSession)).all()) == before
    page = client.get("/login/code").text
    assert 'autocomplete="one-time-code"' in page
    token = token_of(page)
    assert client.post("/login/code", data={"code": "1", "csrf_token": token}).status_code == 422
    clock(30)
    entered = client.post("/login/code", data={"code": totp.at(LONG_AGO + 30), "csrf_token": token})
    assert entered.location == "/profile"
    assert client.get("/profile").status_code == 200


def test_a_changed_password_ends_what_is_half_way(site: Tandem, ana: Browser, clock: Callable[[int], None]) -> None:
    totp, _codes = set_up(ana, clock)
    step, new = half(site), "another sentence of ana"
    ana.post("/profile/password", {"old": PASSWORD, "new": new, "again": new})
    clock(30)
    with pytest.raises(Denied, match="Begin again"):
        by_code(site, totp.at(LONG_AGO + 30), step)


def test_removing_it_needs_the_password_or_an_administrator(
    site: Tandem, ana: Browser, admin: Browser, clock: Callable[[int], None]
) -> None:
    set_up(ana, clock)
    assert ana.post("/profile/two-step/off", {"password": "no"}).status_code == 422
    assert ana.post("/profile/two-step/codes", {"password": "no"}).status_code == 422
    assert ana.post("/profile/two-step/codes", {"password": PASSWORD}).status_code == 200
    guesses = [ana.post("/profile/two-step/off", {"password": f"guess {n}"}).status_code for n in range(6)]
    assert guesses == [422] * 5 + [429]
    with site.database.write() as session:
        session.execute(delete(LoginAttempt))
    assert ana.post("/profile/two-step/off", {"password": PASSWORD}).status_code == 302
    assert log_in(site.database, "ana", PASSWORD)
    set_up(ana, clock)
    key = user_id(site.database, "ana")
    assert ana.post(f"/settings/users/{key}/two-step/off").status_code == 403
    assert admin.post(f"/settings/users/{key}/two-step/off").status_code == 302
    assert ana.get("/profile").status_code == 302, "logged out everywhere"
    assert log_in(site.database, "ana", PASSWORD)


def test_a_role_may_need_it(site: Tandem, admin: Browser, clock: Callable[[int], None], rows: Stored) -> None:
    assert admin.post("/settings/door", {"roles": ["admin", "no.such"]}).status_code == 302
    site._apps.clear()
    admin, ana = site.client("admin"), site.client("ana")
    assert ana.get("/").status_code == 200
    assert admin.get("/settings/users").location == "/profile/two-step"
    assert admin.get("/profile").status_code == 200, "one's own pages stay open"
    totp, _codes = set_up(admin, clock)
    assert totp
    assert admin.get("/settings/users").status_code == 200
    assert admin.post("/profile/two-step/off", {"password": PASSWORD}).status_code == 409
    assert rows.scalars(select(User.two_step).where(User.login == "admin")).one() is True


def test_an_option_that_there_is_not_is_a_mistake(site: Tandem) -> None:
    with site.database.write() as session, pytest.raises(KeyError, match="no option"):
        choose(session, {"colour": "red"})
