"""A new password for whoever forgot his: by mail, or by an administrator's link."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core.access import LoginSession, PasswordReset, User
from core.access.login import log_in
from core.access.passwords import digest
from core.db import now
from core.errors import Denied
from core.signals import Delivery
from core.testing.browser import Browser
from core.testing.tandem import Tandem
from tests.access.door import PASSWORD, token_of, user_id
from tests.mail.postbox import Postbox

NEW = "a new sentence of ana"


def link_in(text: str) -> str:
    """The path of the link in a letter or page."""
    found = re.search(r"http://localhost(/login/new-password/[\w-]+)", text)
    assert found is not None, text
    return found[1]


def test_a_link_comes_by_mail_and_works_once(mailing: Tandem, box: Postbox) -> None:
    stranger, ana = Browser(mailing.app, None), mailing.client("ana")
    answers = {stranger.post("/login/forgotten", {"login": who}).text for who in ("ANA", "ana@example.org", "nobody")}
    same = {re.sub(r'value="[^"]*"', "", answer) for answer in answers}
    assert len(same) == 1, "who is there is not told"
    mailing.work()
    assert len(box.mails) == 2
    first, last = (link_in(mail.get_content()) for mail in box.mails)
    assert "Contraseña" in box.mails[1].get_content() or "contraseña" in box.mails[1].get_content()
    assert stranger.get(first).status_code == 404, "a newer link ends the older one"
    token = last.rpartition("/")[2]
    with mailing.database.read() as session:
        kept = session.scalars(select(PasswordReset.token_hash)).all()
        assert digest(token) in kept
        assert all(token not in body for body in session.scalars(select(Delivery.body)))
    assert stranger.get(last).status_code == 200
    assert stranger.get(last).status_code == 200, "looking uses nothing up"
    assert stranger.post(last, {"password": "short", "again": "short"}).status_code == 422
    assert stranger.post(last, {"password": NEW, "again": "other"}).status_code == 422
    assert stranger.post(last, {"password": NEW, "again": NEW}).location == "/login"
    assert stranger.post(last, {"password": NEW, "again": NEW}).status_code == 404
    assert ana.get("/profile").status_code == 302, "other browsers are logged out"
    log_in(mailing.database, "ana", NEW)
    with pytest.raises(Denied):
        log_in(mailing.database, "ana", PASSWORD)
    mailing.work()
    assert "127.0.0.1" in box.mails[2].get_content(), "it is told that the password was changed"
    assert NEW not in box.mails[2].get_content()


def test_links_age_and_asking_is_slowed_down(mailing: Tandem, box: Postbox) -> None:
    stranger = Browser(mailing.app, None)
    codes = [stranger.post("/login/forgotten", {"login": "ana"}).status_code for _try in range(6)]
    assert codes == [200] * 5 + [429]
    log_in(mailing.database, "ana", PASSWORD)  # asking keeps nobody from logging in
    mailing.work()
    with mailing.database.write() as session:
        session.execute(update(PasswordReset).values(expires_at=now() - timedelta(seconds=1)))
    assert stranger.get(link_in(box.mails[-1].get_content())).status_code == 404


def test_a_link_never_leads_where_the_asker_wants(mailing: Tandem, box: Postbox) -> None:
    client, there = mailing.app.test_client(), {"base_url": "http://evil.example"}
    token = token_of(client.get("/login/forgotten", **there).text)
    assert client.post("/login/forgotten", data={"login": "ana", "csrf_token": token}, **there).status_code == 200
    mailing.work()
    assert link_in(box.mails[0].get_content())
    assert "evil.example" not in box.mails[0].get_content()


def test_without_mail_the_door_says_who_can_help_and_an_administrator_can(site: Tandem, admin: Browser) -> None:
    stranger = Browser(site.app, None)
    page = stranger.get("/login/forgotten").text
    assert "admin" in page
    assert 'name="login"' not in page
    key = user_id(site.database, "ana")
    shown = admin.post(f"/settings/users/{key}/link")
    link = link_in(shown.text)
    assert link.rpartition("/")[2] not in admin.get(f"/settings/users/{key}").text, "it is shown this once"
    with site.database.read() as session:
        row = session.scalars(select(PasswordReset)).one()
        assert (row.user_id, row.made_by_id) == (key, user_id(site.database, "admin"))
    assert stranger.post(link, {"password": NEW, "again": NEW}).status_code == 302
    log_in(site.database, "ana", NEW)
    admin.post(f"/settings/users/{key}/away")
    assert admin.post(f"/settings/users/{key}/link").status_code == 409
    with site.database.read() as session:
        assert session.scalars(select(User.active).where(User.id == key)).one() is False
        assert session.scalars(select(LoginSession.revoked_at).where(LoginSession.user_id == key)).all() != [None]
