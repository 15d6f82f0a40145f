"""A list is filled in by keys, ticked by ranges, changed in bulk and taken back."""

import re

from playwright.sync_api import Page, expect

from tests.browser.desk import Served, settled

LIST = "/crm_contacts/contact/?columns=name,email,city,tags"


def open_list(page: Page, served: Served) -> None:
    page.goto(served.to(LIST))
    settled(page)


def test_cells_by_keys(logged_in: Page, served: Served) -> None:
    open_list(logged_in, served)
    rows = logged_in.locator("tbody[data-rows] tr")
    email, before = rows.nth(0).locator("td").nth(2), rows.nth(0).locator("td").nth(2).inner_text()
    email.click(position={"x": 4, "y": 4})
    box = logged_in.locator("[data-cell] input")
    expect(box).to_be_focused()
    logged_in.keyboard.press("Control+a")
    logged_in.keyboard.type("no mail")
    logged_in.keyboard.press("Enter")
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(logged_in.get_by_role("alert")).to_contain_text("is not an e-mail address")
    expect(box).to_have_value("no mail")
    logged_in.keyboard.press("Control+a")
    logged_in.keyboard.type("new@example.test")
    logged_in.keyboard.press("Tab")
    expect(email).to_have_text("new@example.test")
    expect(rows.nth(0).locator("td").nth(3).locator("[data-cell] input")).to_be_focused()
    logged_in.keyboard.press("Tab")
    expect(rows.nth(0).locator("td").nth(4).locator("[data-cell]")).to_be_visible()
    logged_in.keyboard.press("Escape")
    expect(logged_in.locator("[data-cell]")).to_have_count(0)
    logged_in.keyboard.press("Control+z")
    expect(email).to_have_text(before)
    expect(logged_in.locator("#toasts")).to_contain_text("Undone")


def test_ranges_sums_and_bulk(logged_in: Page, served: Served) -> None:
    open_list(logged_in, served)
    ticks = logged_in.locator("tbody input[name=id]")
    ticks.nth(0).click()
    ticks.nth(2).click(modifiers=["Shift"])
    bar = logged_in.locator("[data-selection]")
    expect(bar).to_contain_text("3 selected")
    bar.get_by_role("button", name="Edit…").click()
    dialog = logged_in.get_by_role("dialog")
    dialog.get_by_label("Field").select_option(label="City")
    dialog.get_by_label("City", exact=True).fill("Ushuaia")
    dialog.get_by_role("button", name="Change").click()
    toast = logged_in.locator("#toasts")
    expect(toast).to_contain_text("City of 3 contacts changed.")
    cities = logged_in.locator("tbody[data-rows] tr td:nth-child(4)")
    for at in range(3):
        expect(cities.nth(at)).to_have_text("Ushuaia")
    toast.get_by_role("button", name="Undo").click()
    expect(toast).to_contain_text("Undone")
    expect(cities.nth(0)).not_to_have_text(re.compile("Ushuaia"))


def test_sums_of_what_is_chosen(logged_in: Page, served: Served) -> None:
    logged_in.goto(served.to("/erp_invoicing/invoice/?filter="))
    settled(logged_in)
    logged_in.locator("tbody[data-rows] a.t-name").first.focus()
    logged_in.keyboard.press("ArrowDown")
    logged_in.keyboard.press("x")
    expect(logged_in.locator("[data-selected-sums]")).to_contain_text("Total")
    logged_in.locator("[data-select-all]").check()
    logged_in.locator("[data-all-matching]").click()
    expect(logged_in.locator("[data-selected-count]")).to_have_text(logged_in.locator("#foot th").inner_text().split()[0])


def test_on_a_phone_a_cell_opens_the_record(logged_in: Page, served: Served) -> None:
    logged_in.set_viewport_size({"width": 390, "height": 800})
    open_list(logged_in, served)
    logged_in.locator("tbody[data-rows] tr").first.locator("td.t-p-note").click()
    expect(logged_in).to_have_url(re.compile(r"/crm_contacts/contact/\d+"))
