"""Letters about records: written for many or for one, looked at before they leave, sent once each, reported."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from core.access import User
from core.mail import Letter
from core.screens.records.writing import write_record
from core.screens.undo.models import Act
from core.testing.browser import Browser
from core.testing.tandem import Tandem
from tests.mail.postbox import Postbox, account
from tests.mail.test_mail import hurry

CONTACTS, TICKETS = "/crm_contacts/contact/", "/crm_tickets/ticket/"
TEXT = {"account_id": "1", "reply_to": "", "subject": "News for {name}", "body": "Dear {name},\n\nwe are in {city} soon."}


@pytest.fixture
def shop(tandem: Callable[..., Tandem], box: Postbox) -> Tandem:
    """Contacts of all sorts: with an address, with the same, without one, with a wrong one, one who wants no mailings."""
    from addons.crm_contacts.models import Contact

    made = tandem("crm_tickets", "crm_quotes")
    made.add_user("writer", "crm_contacts.manager", "crm_tickets.manager", "crm_quotes.manager")
    made.add_user("reader", "crm_contacts.user")
    with made.write("admin") as session:
        session.execute(update(User).where(User.login == "writer").values(email="writer@example.org"))
        session.add_all(
            [
                Contact(name="Ana", email="ana@example.org", city="Salta", language="es"),
                Contact(name="Bruno", email="bruno@example.org", city="Rosario"),
                Contact(name="Bruno's shop", email="Bruno@Example.org"),
                Contact(name="Carla"),
                Contact(name="Dario", email="dario@@example.org"),
                Contact(name="Elena", email="elena@example.org", no_mailings=True),
            ]
        )
    answer = made.client("admin").post("/settings/mail/new", account(box.port))
    assert answer.status_code == 302, answer.text
    return made


@pytest.fixture
def writer(shop: Tandem) -> Browser:
    return shop.client("writer")


def everybody(**more: Any) -> dict[str, Any]:
    """A form about all contacts."""
    return {"action": "mail", "all": "1", "back": "?", **more}


def button(page: str) -> dict[str, str]:
    """The hidden boxes of the form that sends."""
    form = page.partition('id="letter"')[2].partition("</form>")[0]
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form)
    return {name: value.replace("&#39;", "'") for name, value in found if name != "csrf_token"}


def sent(browser: Browser, url: str, form: dict[str, Any]) -> Any:
    """Look at the letters, then press the button."""
    looked = browser.post(url, form | {"step": "preview"})
    assert looked.status_code == 200, looked.text
    return browser.post(url, button(looked.text) | {"step": "send"})


def letters(shop: Tandem) -> list[Letter]:
    with shop.read() as session:
        return list(session.scalars(select(Letter).order_by(Letter.id)))


def test_many_are_written_to_once_each_and_the_report_says_what_became_of_it(
    shop: Tandem, writer: Browser, box: Postbox
) -> None:
    form = writer.post(CONTACTS, everybody())
    assert 'value="writer@example.org"' in form.text, "answers go to whoever writes"
    assert "{city}" in form.text
    looked = writer.post(CONTACTS, everybody(**TEXT, step="preview", batch="one"))
    assert "Dear Ana," in looked.text
    assert "we are in Salta soon" in looked.text
    assert "Send 3 letters" in looked.text, "Ana, Bruno, and whom only sending finds out to have no address"
    assert box.mails == []
    assert letters(shop) == []
    answer = writer.post(CONTACTS, button(looked.text) | {"step": "send"})
    report = answer.headers["Location"]
    assert report.startswith("/acts/")
    assert "In the outbox" in writer.get(report).text
    assert [letter.address for letter in letters(shop)] == ["ana@example.org", "bruno@example.org"]
    shop.work()
    assert sorted(mail["To"] for mail in box.mails) == ["ana@example.org", "bruno@example.org"]
    first = min(box.mails, key=lambda mail: str(mail["To"]))
    assert (first["Subject"], first["From"]) == ("News for Ana", "Muebles del Plata <tandem@example.org>")
    assert first["Auto-Submitted"] is None
    told = writer.get(f"{report}?show=refused").text
    for why in (
        "Carla has no e-mail address",
        "is no e-mail address",
        "Elena wants no mailings",
        "gets this letter already",
    ):
        assert why in told, why
    assert writer.get(f"{report}?show=sent").text.count("@example.org") == 2
    lines = writer.get(f"{report}/report.csv").data.decode("utf-8-sig")
    assert lines.count("no letter") == 4
    again = writer.post(CONTACTS, button(looked.text) | {"step": "send"})
    assert again.status_code == 409, "the same button sends nothing twice"
    with shop.write() as session:
        session.execute(update(Act).values(last_id=0))
    writer.post("/settings/outbox/again")
    shop.work()
    assert len(box.mails) == 2


def test_a_job_sends_many_and_one_that_runs_twice_sends_nobody_two(
    shop: Tandem, writer: Browser, box: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.screens.lists.bulk import jobs, running

    monkeypatch.setattr(running, "AT_ONCE", 2)
    monkeypatch.setattr(jobs, "BATCH", 2)
    report = sent(writer, CONTACTS, everybody(**TEXT)).headers["Location"]
    assert "<progress" in writer.get(report).text
    assert letters(shop) == []
    shop.work()
    assert len(box.mails) == 2
    with shop.write() as session:
        act = session.scalars(select(Act).order_by(Act.id.desc())).first()
        assert act is not None
        assert (act.state, act.total, act.done, act.refused) == ("done", 6, 2, 4)
        act.last_id, act.state = 0, "waiting"
        running.hand_over(session, act.id)
    shop.work()
    assert len(box.mails) == 2


def test_the_server_that_refuses_for_good_is_not_asked_again(shop: Tandem, writer: Browser, box: Postbox) -> None:
    box.refuses = "451 later"
    report = sent(writer, CONTACTS, everybody(**TEXT)).headers["Location"]
    shop.work()
    assert "451 later" in writer.get(f"{report}?show=waiting").text
    box.refuses = "550 no such mailbox"
    hurry(shop)
    shop.work()
    assert {letter.state for letter in letters(shop)} == {"failed"}
    assert "550 no such mailbox" in writer.get(f"{report}?show=failed").text
    box.refuses = ""
    hurry(shop)
    shop.work()
    assert box.mails == []
    shop.client("admin").post("/settings/outbox/again")
    shop.work()
    assert {letter.state for letter in letters(shop)} == {"sent"}
    assert len(box.mails) == 2


def test_what_waits_can_be_stopped(shop: Tandem, writer: Browser, box: Postbox) -> None:
    report = sent(writer, CONTACTS, everybody(**TEXT)).headers["Location"]
    assert shop.client("reader").post(f"{report}/stop").status_code == 404
    assert writer.post(f"{report}/stop").status_code == 303
    shop.work()
    assert box.mails == []
    assert {letter.state for letter in letters(shop)} == {"dropped"}


def test_a_letter_about_one_record_stands_in_its_history_and_in_that_of_its_contact(
    shop: Tandem, writer: Browser, box: Postbox
) -> None:
    from addons.crm_contacts.models import Contact
    from addons.crm_tickets.models import Ticket

    with shop.write("admin") as session:
        elena = session.scalars(select(Contact).where(Contact.name == "Elena")).one()
        ticket = Ticket(subject="A drawer sticks", contact_id=elena.id)
        session.add(ticket)
        session.flush()
        url, contact = f"{TICKETS}{ticket.id}", f"{CONTACTS}{elena.id}"
    assert f'href="{url}/mail"' in writer.get(f"{url}?panel=details").text
    form = {
        "account_id": "1",
        "subject": "{subject}",
        "body": "Dear {contact.name}: {{as said}}",
        "reply_to": "me@example.org",
    }
    answer = sent(writer, f"{url}/mail", form)
    assert answer.headers["Location"] == f"{url}?panel=notes"
    assert "Waits" in writer.get(f"{url}?panel=notes").text
    shop.work()
    (mail,) = box.mails
    assert (mail["To"], mail["Subject"], mail["Reply-To"]) == ("elena@example.org", "A drawer sticks", "me@example.org")
    assert mail.get_content().strip() == "Dear Elena: {as said}"
    assert mail["Precedence"] is None, "it is no mailing, so that who wants none gets it"
    assert "Dear Elena" in writer.get(f"{url}?panel=notes").text
    history = writer.get(contact).text
    assert "E-mail to elena@example.org: A drawer sticks" in history
    assert f'href="/crm_tickets/ticket/{ticket.id}"' in history


def test_what_cannot_be_filled_in_is_named(shop: Tandem, writer: Browser) -> None:
    def faults(**more: str) -> str:
        answer = writer.post(CONTACTS, everybody(**TEXT | more, step="preview"))
        assert answer.status_code == 422
        return answer.text

    assert "{cty} to fill in; did you mean {city}?" in faults(body="In {cty}")
    assert "{email_key} to fill in" in faults(subject="{email_key}")
    assert "{assigned_to.password_hash} to fill in" in faults(body="{assigned_to.password_hash}")
    assert "A brace stands alone" in faults(body="Dear {name")
    assert "This is no mail address" in faults(reply_to="a@example.org\nBcc: b@example.org")
    assert "Choose one of these" in faults(account_id="99")


def test_no_header_can_be_smuggled_in(shop: Tandem, writer: Browser, box: Postbox) -> None:
    from addons.crm_contacts.models import Contact

    with shop.write() as session:
        session.execute(update(Contact.__table__).where(Contact.name == "Ana").values(name="Ana\r\nBcc: spy@example.org"))
        session.execute(
            update(Contact.__table__).where(Contact.name == "Bruno").values(email="b@example.org\nBcc: spy@example.org")
        )
    sent(writer, CONTACTS, everybody(**TEXT))
    shop.work()
    assert "spy@example.org" not in [str(mail["To"]) for mail in box.mails]
    assert all(mail["Bcc"] is None for mail in box.mails)
    assert "News for Ana Bcc: spy@example.org" in [mail["Subject"] for mail in box.mails]


def test_only_whoever_may_mail_does(shop: Tandem, writer: Browser) -> None:
    reader = shop.client("reader")
    with shop.write("reader") as session:
        from addons.crm_contacts.models import Contact

        own = Contact(name="Own", email="own@example.org")
        session.add(own)
        session.flush()
        number = own.id
    assert 'value="mail"' in writer.get(CONTACTS).text
    assert 'value="mail"' not in reader.get(CONTACTS).text
    assert "/mail" not in reader.get(f"{CONTACTS}{number}?panel=details").text
    assert reader.get(f"{CONTACTS}{number}/mail").status_code == 403
    for step in ("", "preview", "send", "keep"):
        form = {**TEXT, "action": "mail", "ids": str(number), "letters": "1", "step": step, "batch": "x"}
        assert reader.post(CONTACTS, form).status_code == 403
        assert reader.post(f"{CONTACTS}{number}/mail", form).status_code == 403
    assert letters(shop) == []
    assert writer.get("/crm_contacts/tag/1/mail").status_code in (403, 404), "a tag has no address"


def test_amounts_and_dates_come_as_the_receiver_reads_them(shop: Tandem, writer: Browser, box: Postbox) -> None:
    from addons.crm_contacts.models import Contact
    from addons.crm_quotes.models import Quote

    lines = [{"description": "Table", "price": "1234.50"}]
    with shop.write("admin") as session:
        for name, what in (("Ana", lines), ("Bruno", lines), ("Bruno", [])):
            who = session.scalars(select(Contact.id).where(Contact.name == name)).one()
            write_record(session, Quote, None, {"contact": who, "date": "2026-03-05", "lines": what})
    form = {"action": "mail", "all": "1", "back": "?", "account_id": "1", "reply_to": ""}
    sent(writer, "/crm_quotes/quote/", form | {"subject": "Of {date}", "body": "{net} {currency}, {state}"})
    shop.work()
    told = sorted((str(mail["To"]), str(mail["Subject"]), mail.get_content().strip()) for mail in box.mails)
    assert told == [
        ("ana@example.org", "Of 5 mar 2026", "1.234,50 ARS, Borrador"),
        ("bruno@example.org", "Of 5 Mar 2026", "0.00 ARS, Draft"),
        ("bruno@example.org", "Of 5 Mar 2026", "1,234.50 ARS, Draft"),
    ]
    box.mails.clear()
    sent(writer, "/crm_quotes/quote/", form | {"subject": "Holidays", "body": "Dear {contact.name}"})
    shop.work()
    assert len(box.mails) == 2, "letters that are the same word for word go to an address once"


def test_texts_are_kept_and_shared(shop: Tandem, writer: Browser) -> None:
    shop.add_user("other", "crm_contacts.manager")
    other = shop.client("other")
    writer.post(CONTACTS, everybody(**TEXT, step="keep", template_name="News"))
    assert "News</option>" in writer.post(CONTACTS, everybody()).text
    assert "News</option>" not in other.post(CONTACTS, everybody()).text
    assert other.post(CONTACTS, everybody(step="template", template="1")).status_code == 404
    writer.post(CONTACTS, everybody(**TEXT, step="keep", template_name="News", shared="1"))
    used = other.post(CONTACTS, everybody(step="template", template="1"))
    assert "we are in {city} soon" in used.text
    assert other.post(CONTACTS, everybody(step="forget", template="1")).status_code == 404
    assert writer.post(CONTACTS, everybody(step="forget", template="1")).status_code == 200
    assert "News</option>" not in writer.post(CONTACTS, everybody()).text
