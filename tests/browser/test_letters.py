"""A letter is written about ticked contacts by keyboard and mouse, looked at, sent, and its report says that it left."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete

from core.mail import MailAccount
from tests.browser.desk import Served, settled
from tests.mail.postbox import Postbox, postbox


@pytest.fixture
def box(served: Served) -> Iterator[Postbox]:
    """A mail server, and the account of the installation on it while the test runs."""
    with postbox() as opened:
        with served.tandem.write() as session:
            where = {"host": "127.0.0.1", "port": opened.port, "security": "none", "sender": "shop@example.org"}
            session.add(MailAccount(name="Outgoing mail", **where))
        yield opened
        with served.tandem.write() as session:
            session.execute(delete(MailAccount))


def test_a_letter_to_two_contacts(logged_in: Page, served: Served, box: Postbox) -> None:
    page = logged_in
    page.goto(served.to("/crm_contacts/contact/?filter=companies&columns=name,email"))
    settled(page)
    names = [page.locator("tbody[data-rows] a.t-name").nth(at).inner_text() for at in (0, 1)]
    for at in (0, 1):
        page.locator("tbody input[name=id]").nth(at).check()
    page.locator("[data-selection]").get_by_role("button", name="E-mail…").click()
    expect(page.get_by_role("heading", name="E-mail: 2 contacts")).to_be_visible()
    page.get_by_label("Subject").fill("News for ")
    page.get_by_role("button", name="Insert a field").click()
    expect(page.get_by_role("menuitem", name="Name {name}")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Subject")).to_have_value("News for {name}")
    expect(page.get_by_label("Subject")).to_be_focused()
    page.get_by_label("Text").fill("Dear {nam},\n\nwe come soon.")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("alert")).to_contain_text("did you mean {name}?")
    page.get_by_label("Text").fill("Dear {name},\n\nwe come soon.")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Preview").click()
    for name in names:
        expect(page.get_by_role("article").filter(has_text=f"Dear {name},")).to_contain_text(f"News for {name}")
    assert box.mails == []
    page.get_by_role("button", name="Send 2 letters").click()
    expect(page).to_have_url(re.compile(r"/acts/\d+"))
    expect(page.get_by_role("row").filter(has_text=names[0])).to_contain_text("sent", timeout=20_000)
    expect(page.locator("#act")).not_to_contain_text("Stop")
    assert sorted(str(mail["Subject"]) for mail in box.mails) == sorted(f"News for {name}" for name in names)
    page.get_by_role("link", name=names[0]).click()
    expect(page.get_by_text(f"News for {names[0]}").first).to_be_visible()
