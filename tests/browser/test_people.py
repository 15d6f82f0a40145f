"""The second step as a person meets it: a picture and a key, a pasted code, the recovery codes, and the settings found."""

import re

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import PASSWORD, Served, enter, settled

pytestmark = pytest.mark.browser


def test_a_second_step_is_set_up_and_asked_for(served: Served, page: Page) -> None:
    served.tandem.add_user("second", "crm_contacts.user")
    enter(page, served, "second")
    page.goto(served.to("/settings/?q=TOTP"))
    page.locator("main").get_by_role("link", name="Second step").last.click()
    page.get_by_role("button", name="Set up").click()
    picture = page.locator("svg.t-qr").bounding_box()
    assert picture is not None
    assert picture["width"] > 150, "a camera can read it"
    totp = pyotp.TOTP("".join((page.locator("#key").text_content() or "").split()))
    page.get_by_label("Type the code that it shows now:").fill(totp.now())
    page.get_by_role("button", name="Switch on").click()
    codes = page.locator(".t-codes li")
    expect(codes).to_have_count(10)
    recovery = codes.first.text_content() or ""
    page.context.clear_cookies()
    page.goto(served.to("/login"))
    page.locator("input[name=login]").fill("second")
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/login/code")
    box = page.get_by_label(re.compile("Code from your authenticator"))
    expect(box).to_be_focused()
    expect(box).to_have_attribute("autocomplete", "one-time-code")
    page.keyboard.insert_text(recovery)  # as pasting does: all at once
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    page.goto(served.to("/profile/two-step"))
    settled(page)
    expect(page.get_by_text("9 of 10 recovery codes are left")).to_be_visible()
