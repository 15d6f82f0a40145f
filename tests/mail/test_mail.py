"""Mails out: an account set up in the browser, a test that says what is wrong, the outbox with its tries."""

import socket

import pytest
from sqlalchemy import select, text, update

from core.access.sealing import sealed, unsealed
from core.db import Change
from core.errors import Refused
from core.mail import MailAccount, send_mail
from core.signals import Delivery
from core.testing.browser import Browser
from core.testing.tandem import Tandem
from tests.mail.postbox import PASSWORD, Postbox, account


def hurry(site: Tandem) -> None:
    """What waits for its next try is due now."""
    with site.database.write() as session:
        session.execute(update(Delivery).values(due=0))


def test_an_account_is_kept_sealed_and_a_test_mail_arrives(mailing: Tandem, admin: Browser, box: Postbox) -> None:
    with mailing.database.read() as session:
        kept = session.scalars(select(MailAccount)).one()
        assert kept.password is not None
        assert PASSWORD not in kept.password
        assert unsealed(mailing.kernel.settings.secret_key, kept.password) == PASSWORD
    url = f"/settings/mail/{kept.id}"
    page = admin.get(url).text
    assert "One is kept" in page
    assert PASSWORD not in page
    assert kept.password not in page
    sent = admin.post(f"{url}/test", {"to": "somebody@example.org"})
    assert sent.status_code == 200, sent.text
    assert "somebody@example.org" in sent.text
    (mail,) = box.mails
    assert mail["From"] == "Muebles del Plata <tandem@example.org>"
    assert mail["To"] == "somebody@example.org"
    same = admin.post(url, account(box.port, password="", sender_name="Otra", version=str(kept.version)))
    assert same.status_code == 302, same.text
    with mailing.database.read() as session:
        assert session.scalars(select(MailAccount.sender_name)).one() == "Otra"
        changes = session.scalars(select(Change).where(Change.model == "core.MailAccount")).all()
        assert [sorted(change.values) for change in changes] == [["sender_name"]], "a secret is in no history"
    assert admin.post(f"{url}/test", {"to": "somebody@example.org"}).status_code == 200, "the password is still there"


def test_what_is_wrong_is_said_so_that_one_can_mend_it(mailing: Tandem, admin: Browser, box: Postbox) -> None:
    with mailing.database.read() as session:
        kept = session.scalars(select(MailAccount)).one()
    url, version = f"/settings/mail/{kept.id}", kept.version

    def says(**more: str) -> str:
        nonlocal version
        saved = admin.post(url, account(box.port, version=str(version), **more))
        assert saved.status_code == 302, saved.text
        version += 1
        answer = admin.post(f"{url}/test", {"to": "a@example.org"})
        assert answer.status_code == 422
        return answer.text

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert "refuses connections on port" in says(port=str(free.getsockname()[1]))
    assert "does not take this user and password" in says(password="wrong")
    assert "does not speak TLS on port" in says(security="tls")
    assert "does not offer this" in says(security="starttls")
    box.refuses = "550 no such mailbox"
    assert "550 no such mailbox" in says()
    assert admin.post(url, account(box.port, version=str(version), sender="nobody")).status_code == 422
    assert admin.post(f"{url}/test", {"to": "a@example.org\nBcc: b@example.org"}).status_code == 422


def test_a_mail_waits_in_the_outbox_until_the_server_takes_it(mailing: Tandem, admin: Browser, box: Postbox) -> None:
    box.refuses = "451 try again later"
    with mailing.write() as session:
        send_mail(session, "ana@example.org", "Your order", "It left today.\n")
    assert box.mails == []
    mailing.work()
    page = admin.get("/settings/outbox").text
    assert "Your order" in page
    assert "451 try again later" in page
    assert admin.post("/settings/outbox/again").status_code == 302
    box.refuses = ""
    mailing.work()
    (mail,) = box.mails
    assert mail.get_content().split() == ["It", "left", "today."]
    assert mail["Message-ID"].startswith("<outbox-")
    with mailing.write() as session:
        send_mail(session, "ana@example.org", "Never", "x")
        row = session.execute(text("select max(id) from core_delivery")).scalar()
    assert "x" in admin.get(f"/settings/outbox/{row}").text
    assert admin.post(f"/settings/outbox/{row}/drop").status_code == 302
    hurry(mailing)
    mailing.work()
    assert len(box.mails) == 1
    assert "Never" in admin.get("/settings/outbox?state=cancelled&kind=mail").text
    assert "Never" not in admin.get("/settings/outbox?kind=signal").text


def test_a_change_that_is_rolled_back_mails_nobody(mailing: Tandem, box: Postbox) -> None:
    with mailing.database.open(writes=True) as session:
        send_mail(session, "ana@example.org", "Never", "x")
        session.rollback()
    mailing.work()
    assert box.mails == []


def test_another_secret_key_opens_nothing() -> None:
    with pytest.raises(Refused, match="another secret key"):
        unsealed("another key", sealed("one key", "a secret"))
