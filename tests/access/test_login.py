"""Coming in: passwords, throttling, sessions, keys; on both databases."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event, select, update

from core.access import ApiKey, LoginAttempt, LoginSession, User
from core.access.accounts import (
    add_key,
    add_user,
    assign_companies,
    assign_roles,
    change_password,
    reset_password,
    revoke_key,
    set_active,
)
from core.access.current import CurrentUser, load_actor, load_key
from core.access.login import log_in, log_out, safe_next, switch_company
from core.access.passwords import digest, is_password
from core.access.throttle import FREE_BY_LOGIN, TooManyTries, wait_s
from core.db import Company, Database, now
from core.errors import Denied, Invalid, Refused
from core.registry.settings import CHECKOUT
from core.testing.tandem import Tandem

PASSWORD = "a good long sentence"


@pytest.fixture
def database(tandem: Callable[..., Tandem]) -> Database:
    """An installation without addons, with ana in it."""
    made = tandem().database
    with made.write() as session:
        add_user(session, " Ana", ["crm_contacts.user"], PASSWORD, name="Ana María Paz")
    return made


def current(database: Database, token: str) -> CurrentUser | None:
    with database.reader.connect() as connection:
        return load_actor(connection, digest(token))[0]


def test_login_gives_a_session_and_one_statement_reads_it(database: Database) -> None:
    token = log_in(database, "ANA", PASSWORD, "10.0.0.1", "Firefox")
    said: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *arguments: said.append(arguments[2]))
    with database.reader.connect() as connection:
        user, generation = load_actor(connection, digest(token))
    assert len([s for s in said if s.startswith("SELECT")]) == 1
    assert user is not None
    assert (user.login, user.initials, user.roles) == ("ana", "AP", {"crm_contacts.user"})
    assert generation >= 1
    with database.read() as session:
        company = session.scalars(select(Company)).one()
    assert (user.company_ids, user.company_id, user.company_name) == ((company.id,), company.id, company.name)
    assert user.zone == company.zone


def test_a_stranger_still_learns_the_generation(database: Database) -> None:
    with database.reader.connect() as connection:
        user, generation = load_actor(connection, digest("guessed"))
        assert user is None
        assert generation >= 1
        assert load_key(connection, "tdm_guessed") == (None, generation)


@pytest.mark.parametrize(("login", "password"), [("ana", "wrong"), ("nobody", PASSWORD), ("ana", "")])
def test_wrong_and_unknown_are_refused_alike(database: Database, login: str, password: str) -> None:
    with pytest.raises(Denied, match=r"^Login or password is wrong$"):
        log_in(database, login, password)


def test_an_unknown_login_costs_a_hash_too(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same work for both is what makes their times equal; times themselves are no test."""
    checked: list[bool] = []

    def judge(kept: str | None, password: str) -> bool:
        checked.append(kept is not None)
        return is_password(kept, password)

    monkeypatch.setattr("core.access.login.is_password", judge)
    for login in ("nobody", "ana"):
        with pytest.raises(Denied):
            log_in(database, login, "wrong")
    assert checked == [False, True]
    assert not is_password(None, "anything")


def test_failures_slow_down_and_success_forgives(database: Database) -> None:
    for _try in range(FREE_BY_LOGIN):
        with pytest.raises(Denied, match="wrong"):
            log_in(database, "ana", "wrong", "10.0.0.1")
    with pytest.raises(TooManyTries) as caught:
        log_in(database, "ana", PASSWORD, "10.0.0.2")
    assert 1 <= caught.value.seconds <= 5
    assert str(caught.value.seconds) in str(caught.value)
    with database.write() as session:
        assert len(session.scalars(select(LoginAttempt)).all()) == FREE_BY_LOGIN, "a try that came too early is not counted"
        session.execute(update(LoginAttempt).values(at=now() - timedelta(seconds=6)))
    log_in(database, "ana", PASSWORD, "10.0.0.2")
    with database.read() as session:
        assert session.scalars(select(LoginAttempt)).all() == []


def test_one_address_that_tries_many_logins_is_slowed_too(database: Database) -> None:
    with database.write() as session:
        session.add_all(LoginAttempt(login=f"user{n}", ip="10.0.0.9", at=now()) for n in range(20))
    with pytest.raises(TooManyTries):
        log_in(database, "ana", PASSWORD, "10.0.0.9")
    log_in(database, "ana", PASSWORD, "10.0.0.8")


def test_waits_grow_and_end() -> None:
    assert [wait_s(n, 5) for n in (0, 4, 5, 6, 7, 12, 50)] == [0, 0, 5, 10, 20, 640, 900]


def test_logout_expiry_and_deactivation_end_a_session(database: Database) -> None:
    one, two, three = (log_in(database, "ana", PASSWORD) for _ in range(3))
    log_out(database, one)
    assert current(database, one) is None
    with database.write() as session:
        old = update(LoginSession).where(LoginSession.token_hash == digest(two))
        session.execute(old.values(expires_at=now() - timedelta(seconds=1)))
    assert current(database, two) is None
    assert current(database, three) is not None
    with database.write() as session:
        set_active(session, session.scalars(select(User).where(User.login == "ana")).one(), active=False)
    assert current(database, three) is None
    with pytest.raises(Denied, match="wrong"):
        log_in(database, "ana", PASSWORD)


def test_tokens_and_keys_are_kept_as_hashes_only(database: Database) -> None:
    token = log_in(database, "ana", PASSWORD)
    with database.write() as session:
        key = add_key(session, "ana", "till")
    assert key.startswith("tdm_")
    with database.read() as session:
        kept = session.scalars(select(ApiKey)).one()
        assert (kept.prefix, kept.key_hash) == (key[:10], digest(key))
        assert session.scalars(select(LoginSession)).one().token_hash not in (token, "")
        stored = session.scalars(select(User.password_hash).where(User.login == "ana")).one()
        assert stored is not None
        assert stored.startswith("$argon2")


def test_the_product_keeps_passwords_by_the_recommended_work_of_argon2() -> None:
    """Asked of a process of its own: the tests' own users are kept by less."""
    code = "from core.access.passwords import hashed; print(hashed('long enough password'))"
    kept = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_key_acts_until_it_ends_or_is_revoked(database: Database) -> None:
    with database.write() as session:
        lasting = add_key(session, "ana", "till")
        ended = add_key(session, "ana", "old", expires_at=now() - timedelta(seconds=1))
    with database.reader.connect() as connection:
        user, _generation = load_key(connection, lasting)
        assert user is not None
        assert (user.login, user.session_id) == ("ana", None)
        assert user.key_id is not None
        assert user.company_id is not None
        assert load_key(connection, ended)[0] is None
    with database.write() as session:
        revoke_key(session, session.scalars(select(ApiKey).where(ApiKey.name == "till")).one())
    with database.reader.connect() as connection:
        assert load_key(connection, lasting)[0] is None


def test_changing_the_password_ends_other_sessions(database: Database) -> None:
    here, there = log_in(database, "ana", PASSWORD), log_in(database, "ana", PASSWORD)
    user = current(database, here)
    assert user is not None
    with database.write() as session:
        ana = session.get(User, user.id)
        assert ana is not None
        for old, new, field in (
            ("wrong", "another sentence", "old"),
            (PASSWORD, "short", "new"),
            (PASSWORD, PASSWORD, "new"),
        ):
            with pytest.raises(Invalid) as caught:
                change_password(session, ana, old, new)
            assert caught.value.errors[0].field == field
        change_password(session, ana, PASSWORD, "another sentence", keep_session=user.session_id)
    assert current(database, here) is not None
    assert current(database, there) is None
    log_in(database, "ana", "another sentence")


@pytest.mark.parametrize("weak", ["short", "administrator1", "aaaaaaaaaaaaaaa", "x" * 2000])
def test_weak_passwords_are_refused(database: Database, weak: str) -> None:
    with database.write() as session:
        user = add_user(session, "administrator1")
        with pytest.raises(Invalid):
            reset_password(session, user, weak)


def test_the_last_administrator_stays(database: Database) -> None:
    with database.write() as session:
        admin = session.scalars(select(User).where(User.login == "admin")).one()
        with pytest.raises(Refused, match="only administrator"):
            assign_roles(session, admin, [])
        with pytest.raises(Refused, match="only administrator"):
            set_active(session, admin, active=False)
        assign_roles(session, session.scalars(select(User).where(User.login == "ana")).one(), ["admin"])
        assign_roles(session, admin, [])
        assert admin.roles == []


def test_one_works_only_in_ones_companies(database: Database) -> None:
    with database.write() as session:
        other = Company(name="Otra", country="UY", currency="UYU", zone="America/Montevideo")
        session.add(other)
        session.flush()
        ana = session.scalars(select(User).where(User.login == "ana")).one()
        first = ana.companies[0].company_id
        other_id = other.id
    token = log_in(database, "ana", PASSWORD)
    user = current(database, token)
    assert user is not None
    with pytest.raises(Denied, match="do not work"):
        switch_company(database, user, other_id)
    with database.write() as session:
        assign_companies(session, session.get(User, user.id), [first, other_id], other_id)  # type: ignore[arg-type]
    user = current(database, token)
    assert user is not None
    assert (user.company_ids, user.company_id) == ((first, other_id), first)
    switch_company(database, user, other_id)
    moved = current(database, token)
    assert moved is not None
    assert (moved.company_name, moved.company_zone) == ("Otra", "America/Montevideo")


def test_two_users_have_no_common_login(database: Database) -> None:
    with database.write() as session, pytest.raises(Invalid, match="already"):
        add_user(session, "ANA ")


@pytest.mark.parametrize(
    ("target", "goes"),
    [
        ("/crm_contacts/contact/?q=a", "/crm_contacts/contact/?q=a"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/a\nLocation: x", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
        (None, "/"),
    ],
)
def test_next_stays_on_this_site(target: str | None, goes: str) -> None:
    assert safe_next(target) == goes
