"""The whole life of a field that a business adds: made in the settings, filled in, shown, filtered, exported, gone."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Served, settled

pytestmark = pytest.mark.browser
#: after a change of fields every worker builds its app anew
BUILT_MS = 30_000
PAGE, LIST = "/settings/fields/crm_tickets.Ticket", "/crm_tickets/ticket/"


def test_a_field_is_made_used_everywhere_and_removed(served: Served, logged_in: Page) -> None:
    page = logged_in
    made_in_the_settings(page, served)
    filled_in(page, served)
    shown_filtered_and_grouped(page, served)
    exported(page, served)
    removed(page, served)


def made_in_the_settings(page: Page, served: Served) -> None:
    page.goto(served.to(PAGE))
    page.get_by_role("link", name="New field").first.click()
    settled(page)
    page.get_by_label("Name · English").fill("Machine hall")
    page.locator("#kind").select_option("text")
    page.get_by_label("Or in a new group called").fill("On site")
    page.get_by_label("A column of the list").check()
    page.keyboard.press("Control+s")
    expect(page.get_by_role("heading", name="Fields of Ticket")).to_be_visible(timeout=BUILT_MS)
    expect(page.locator("main")).to_contain_text("Machine hall")
    expect(page.locator("main")).to_contain_text("On site")


def filled_in(page: Page, served: Served) -> None:
    page.goto(served.to(f"{LIST}?filter="))
    settled(page)
    page.locator("tbody tr.t-row a").first.click()
    page.wait_for_url(re.compile(r"/ticket/\d+"))
    settled(page)
    page.get_by_role("link", name="Details").click()
    expect(page.locator("h2", has_text="On site")).to_be_visible()
    settled(page)
    page.get_by_label("Machine hall").fill("Hall Nine")
    page.keyboard.press("Control+s")
    expect(page.locator("body")).to_contain_text("was saved")
    page.get_by_role("link", name="Details").click()
    expect(page.get_by_label("Machine hall")).to_have_value("Hall Nine")


def shown_filtered_and_grouped(page: Page, served: Served) -> None:
    page.goto(served.to(f"{LIST}?filter="))
    settled(page)
    expect(page.locator("thead th[data-path='custom.machine_hall']")).to_be_visible()
    expect(page.locator("tbody td", has_text="Hall Nine")).to_have_count(1)
    page.locator("[popovertarget=filters]").click()
    page.locator("#filters a", has_text="By any field").click()
    page.locator("#ask select[name='add.field']").select_option("custom.machine_hall")
    page.locator("#ask [name='add.op']").select_option("contains")
    page.locator("#ask [name='add.value']").fill("hall nine")
    page.keyboard.press("Enter")
    expect(page.locator("#chips")).to_contain_text("Machine hall")
    expect(page.locator("tbody tr.t-row")).to_have_count(1)
    page.goto(served.to(f"{LIST}?filter=&group=custom.machine_hall"))
    settled(page)
    expect(page.locator("tr.t-group", has_text="Hall Nine")).to_contain_text("1")


def exported(page: Page, served: Served) -> None:
    page.goto(served.to(f'{LIST}?filter=&where=[["custom.machine_hall","=","Hall Nine"]]&export=preview'))
    expect(page.locator(".t-paper")).to_contain_text("Hall Nine")
    expect(page.locator("select[name=separator]")).to_be_hidden()
    page.locator("label", has_text="CSV").click()
    page.locator("select[name=separator]").select_option("semicolon")
    with page.expect_download() as begun:
        page.get_by_role("button", name="Download").click()
    text = Path(begun.value.path()).read_text("utf-8-sig")
    head, row = (line.split(";") for line in text.splitlines()[:2])
    assert row[head.index("Machine hall")] == "Hall Nine"


def removed(page: Page, served: Served) -> None:
    page.goto(served.to(PAGE))
    page.get_by_role("link", name="Machine hall").click()
    page.get_by_role("link", name=re.compile("Remove")).click()
    expect(page.locator("main")).to_contain_text("1 records have a value")
    page.locator("main").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("heading", name="Fields of Ticket")).to_be_visible(timeout=BUILT_MS)
    page.goto(served.to(f"{LIST}?filter="))
    settled(page)
    expect(page.locator("thead th[data-path='custom.machine_hall']")).to_have_count(0)
