"""Settings of the installation: sessions, the audit log, number series, languages, who sees what."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select, update

from core.access import AuditEntry, LoginSession, User
from core.access.login import log_in
from core.access.trail import Cursor, Line, Wanted, trail
from core.db import Change, Company, Series, next_name, now
from core.errors import Denied
from core.registry.state import read_generation
from core.testing.browser import Browser
from core.testing.tandem import Tandem
from core.web.settings.sessions import device
from tests.access.door import PASSWORD, Stored, user_id

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"
CHROME = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36"

LOOK = {"theme": "dark", "density": "auto", "contrast": "normal"}


def test_browsers_are_called_as_people_call_them() -> None:
    assert device(FIREFOX) == "Firefox 131, Linux"
    assert device(CHROME) == "Chrome 130, Android"
    assert device("something else/1.0") == "something else/1.0"


def test_sessions_are_listed_with_their_last_use_and_ended(site: Tandem, admin: Browser, ana: Browser, rows: Stored) -> None:
    log_in(site.database, "ana", PASSWORD, "10.0.0.7", FIREFOX)
    with site.database.write() as session:
        old = update(LoginSession).where(LoginSession.ip == "10.0.0.7")
        session.execute(old.values(created_at=now() - timedelta(hours=3)))
    assert rows.scalars(select(LoginSession.last_used_at)).all() == [None] * 3, "reading writes nothing"
    page = ana.get("/profile/sessions").text
    assert "Firefox 131, Linux" in page
    assert page.count("This browser") == 1
    assert page.index("This browser") < page.index("Firefox 131"), "the last used comes first"
    used = {row.ip: row.last_used_at for row in rows.scalars(select(LoginSession).join(User).where(User.login == "ana"))}
    assert used["127.0.0.1"] is not None
    assert used["10.0.0.7"] is None
    listed = admin.get("/settings/sessions").text
    assert "Firefox 131, Linux" in listed
    assert "Firefox 131" not in admin.get(f"/settings/sessions?user={user_id(site.database, 'admin')}").text
    key = rows.scalars(select(LoginSession.id).where(LoginSession.ip == "10.0.0.7")).one()
    assert admin.post(f"/profile/sessions/{key}/end").status_code == 404, "not his own"
    assert admin.post(f"/settings/sessions/{key}/end").status_code == 302
    rows.renew()
    assert rows.scalars(select(LoginSession.revoked_at).where(LoginSession.id == key)).one() is not None
    mine = rows.scalars(select(LoginSession.id).join(User).where(User.login == "admin")).one()
    assert admin.post(f"/settings/sessions/{mine}/end").status_code == 403


def test_the_audit_log_tells_logins_changes_and_exports(site: Tandem, admin: Browser, rows: Stored) -> None:
    log_in(site.database, "ana", PASSWORD, "10.0.0.7", FIREFOX)
    for login in ("ana", "<b>nobody"):
        with pytest.raises(Denied):
            log_in(site.database, login, "wrong", "10.0.0.8")
    key, me = user_id(site.database, "ana"), user_id(site.database, "admin")
    admin.post("/profile", {"name": "The boss", "email": "", "language": "en", "zone": "", **LOOK})
    page = admin.get("/settings/audit").text
    for told in ("Logged in", "Login failed", "10.0.0.8", "&lt;b&gt;nobody", "→ The boss"):
        assert told in page
    assert "<b>nobody" not in page
    failed = admin.get("/settings/audit?kind=login_failed").text
    assert "→ The boss" not in failed
    assert "10.0.0.8" in failed
    assert "→ The boss" not in admin.get(f"/settings/audit?user={key}").text
    assert "→ The boss" in admin.get(f"/settings/audit?user={me}&model=core.User&via=web").text
    assert "10.0.0.8" not in admin.get("/settings/audit?until=2020-01-01").text
    assert admin.get("/settings/audit?since=yesterday").status_code == 422
    exported = admin.get("/settings/audit?export=xlsx")
    sheet = CalamineWorkbook.from_filelike(BytesIO(exported.data)).get_sheet_by_index(0)
    assert any("10.0.0.8" in row for row in sheet.to_python())
    note = rows.scalars(select(AuditEntry).where(AuditEntry.kind == "export")).one()
    assert (note.user_id, note.about["what"], note.about["format"]) == (me, "/settings/audit", "xlsx")


def test_pages_of_the_log_leave_nothing_out_and_show_nothing_twice(site: Tandem) -> None:
    begun = now()
    with site.database.write() as session:
        for n in range(40):
            at = begun + timedelta(minutes=n)
            if n % 3:
                named = {"model": "core.Team", "record_id": n, "version": 1, "values": {}, "undone": False}
                session.add(Change(kind="update", at=at, by_id=1, via="web", **named))
            else:
                session.add(AuditEntry(kind="login", at=at, user_id=1))
    with site.database.read() as session:
        seen: list[Line] = []
        cursor: Cursor | None = Cursor()
        while cursor is not None:
            page, cursor = trail(session, Wanted(user_id=1, since=begun), cursor, 7)
            seen += page
        assert len({(line.source, line.id) for line in seen}) == len(seen) == 40
        assert [line.at for line in seen] == sorted((line.at for line in seen), reverse=True)
        half = Wanted(user_id=1, since=begun + timedelta(minutes=10), until=begun + timedelta(minutes=20))
        assert len(trail(session, half, Cursor(), 100)[0]) == 10


def test_a_series_may_begin_elsewhere_until_it_gave_a_number(tandem: Callable[..., Tandem]) -> None:
    site = tandem("crm_quotes")
    admin = site.client("admin")
    with site.read() as session:
        company = session.scalars(select(Company.id)).one()
    page = admin.get("/settings/sequences").text
    assert "SO-1" in page
    url = f"/settings/sequences/{company}/SO"
    for wrong in ({"prefix": "", "begins_at": "1"}, {"prefix": "Q", "begins_at": "1"}, {"prefix": "PED", "begins_at": "0"}):
        assert admin.post(url, wrong).status_code == 422, wrong
    assert admin.post(f"/settings/sequences/{company}/NO", {"prefix": "X", "begins_at": "1"}).status_code == 404
    assert admin.post(url, {"prefix": "PED/26", "begins_at": "1001"}).status_code == 302
    with site.write() as session:
        assert [next_name(session, "SO", company) for _n in range(2)] == ["PED/26-1001", "PED/26-1002"]
        assert next_name(session, "Q", company) == "Q-1"
    refused = admin.post(url, {"prefix": "PED", "begins_at": "1"})
    assert refused.status_code == 409
    assert "would leave a gap" in refused.text
    with site.read() as session:
        assert session.scalars(select(Series.last_number).where(Series.code == "SO")).one() == 1002


def test_languages(site: Tandem, admin: Browser, rows: Stored) -> None:
    before = read_generation(site.database.engine)
    assert admin.post("/settings/languages", {"languages": []}).status_code == 422
    assert admin.post("/settings/languages", {"languages": ["en", "es"]}).status_code == 302
    assert read_generation(site.database.engine) == before + 1
    company = rows.scalars(select(Company.id)).one()
    week = {"language": "es", "first_weekday": "0"}
    assert admin.post(f"/settings/languages/companies/{company}", week | {"first_weekday": "9"}).status_code == 422
    assert admin.post(f"/settings/languages/companies/{company}", week).status_code == 302
    site._apps.clear()
    admin, stranger = site.client("admin"), Browser(site.app, None)
    assert '<option selected value="es">' in admin.get("/settings/users/new").text
    assert "Русский" not in admin.get("/profile").text
    assert "Русский" not in stranger.get("/login").text
    assert "Contraseña" in stranger.get("/login?language=es").text
    assert "Contraseña" in stranger.get("/login").text, "what was chosen at the door is kept"
    person = {"name": "admin", "language": "es", "zone": "", **LOOK}
    assert admin.post("/profile", person | {"region": "en_US"}).status_code == 302
    assert "Nov" in admin.get("/profile/sessions").text or "nov" in admin.get("/profile/sessions").text


def test_a_person_has_a_week_of_his_own(tandem: Callable[..., Tandem]) -> None:
    site = tandem("crm_agenda")
    admin, person = site.client("admin"), {"name": "admin", "language": "en", "zone": "", **LOOK}
    calendar = "/crm_agenda/event/?view=calendar&scale=week"
    for told in ('data-first-weekday="1"', 'data-opens="09:00"', 'data-closes="18:00"'):
        assert told in admin.get(calendar).text
    refused = admin.post("/profile", person | {"works_from": "19:30"})
    assert refused.status_code == 422
    assert "Working hours end after they begin" in refused.text
    assert admin.post("/profile", person | {"week_begins": "3"}).status_code == 422
    assert 'data-opens="09:00"' in admin.get(calendar).text, "a refused choice changes nothing"
    own = {"week_begins": "0", "works_from": "07:30", "works_until": "15:00"}
    assert admin.post("/profile", person | own).status_code == 302
    for told in ('data-first-weekday="0"', 'data-first-day="0"', 'data-opens="07:30"', 'data-closes="15:00"'):
        assert told in admin.get(calendar).text
    site.add_user("other", "crm_agenda.user")
    assert 'data-first-weekday="1"' in site.client("other").get(calendar).text, "nobody else's week changes"


def test_who_sees_what(site: Tandem, admin: Browser) -> None:
    key = user_id(site.database, "ana")
    page = admin.get(f"/settings/access?model=core.User&record={key}").text
    assert page.count("<td") > 5
    assert "Yes" in page
    why = admin.get(f"/settings/access?model=core.User&record={key}&user={key}").text
    assert "Everyone" in why
    assert admin.get("/settings/access?model=core.User&record=999").status_code == 404
    assert admin.get(f"/settings/users/{key}/rights").location == f"/settings/access?user={key}"


def test_settings_are_found_by_what_one_calls_them(admin: Browser, ana: Browser) -> None:
    found = admin.get("/settings/?q=smtp").text
    assert "/settings/mail" in found.partition("<ul")[2].partition("</ul>")[0]
    assert "No setting is called like this" in admin.get("/settings/?q=xyzzy").text
    assert "/settings/users" not in ana.get("/settings/").text
