"""No page of any kind has a fault that axe finds (WCAG 2.2 A and AA): light, dark, and on a phone."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, ViewportSize

from tests.browser.desk import Served, settled
from tests.browser.pages import kinds_of_pages

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ON_A_PHONE = ["target-size", "scrollable-region-focusable", "aria-hidden-focus", "button-name", "link-name", "label"]
WIDE: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 360, "height": 740}


@pytest.fixture
def context(context: BrowserContext) -> BrowserContext:
    """The browser brings axe to each page by itself: it is half a megabyte, and was sent anew for each."""
    context.add_init_script(Axe().axe_script)
    return context


def faults(page: Page, name: str, **options: Any) -> list[str]:
    """What axe finds on the page that is shown: the first place of each fault."""
    asked = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"], "preload": False} | options
    if not page.evaluate("typeof axe === 'object'"):  # a page of a context that another test made
        page.evaluate(Axe().axe_script)
    found = page.evaluate("async asked => (await axe.run(document, asked)).violations", asked)
    places = {each["id"]: [node["html"][:160] for node in each["nodes"] if not half_scrolled(node)] for each in found}
    return [f"{name}: {rule} ({len(where)} places): {where[0]}" for rule, where in places.items() if where]


def half_scrolled(node: dict[str, Any]) -> bool:
    """Whether a place is only too small because it lies half under a head or foot that sticks: one scrolls on."""
    return any(
        (check["data"] or {}).get("messageKey") == "partiallyObscured"
        for check in node["any"]
        if check["id"] == "target-size"
    )


def test_no_kind_of_page_has_a_fault(served: Served, logged_in: Page) -> None:
    """Every rule in the light; in the dark that of contrast, on a phone those that its size may break."""
    found = []
    for name, path in kinds_of_pages(served).items():
        logged_in.goto(served.to(path))
        settled(logged_in)
        found += faults(logged_in, name)
        logged_in.emulate_media(color_scheme="dark")
        found += faults(logged_in, f"{name} in the dark", runOnly={"type": "rule", "values": ["color-contrast"]})
        logged_in.emulate_media(color_scheme="light")
        logged_in.set_viewport_size(PHONE)
        if logged_in.locator("[data-widget=calendar]").count():
            logged_in.reload()  # a calendar draws itself for the width that it finds
            settled(logged_in)
        found += faults(logged_in, f"{name} on a phone", runOnly={"type": "rule", "values": ON_A_PHONE})
        logged_in.set_viewport_size(WIDE)
    assert not found, "\n".join(found)


def test_the_door_has_no_fault(served: Served, page: Page) -> None:
    page.goto(served.to("/login/forgotten"))
    assert not faults(page, "forgotten password")
    page.goto(served.to("/login"))
    assert not faults(page, "login")
    page.emulate_media(color_scheme="dark")
    assert not faults(page, "login in the dark")


def test_menus_dialogs_and_the_palette_have_no_fault(served: Served, logged_in: Page) -> None:
    logged_in.goto(served.to("/crm_contacts/contact/"))
    settled(logged_in)
    found = []
    for opener in ("[popovertarget=filters]", "[popovertarget=user-menu]", "[popovertarget=views]"):
        logged_in.locator(opener).click()
        if opener == "[popovertarget=views]":
            logged_in.locator("#views summary").first.click()
        found += faults(logged_in, opener)
        logged_in.keyboard.press("Escape")
    logged_in.locator("[data-opens=columns]").click()
    found += faults(logged_in, "columns")
    logged_in.keyboard.press("Escape")
    logged_in.locator("[popovertarget=filters]").click()
    logged_in.locator("#filters a[hx-get]").click()
    logged_in.locator("#ask [name='add.field']").select_option("last_contact_at")
    logged_in.locator("#ask [name='add.period']").wait_for()
    found += faults(logged_in, "form of a condition")
    logged_in.keyboard.press("Escape")
    logged_in.keyboard.press("Control+k")
    logged_in.keyboard.type("hotel")
    logged_in.locator("#palette-results [role=option]").first.wait_for()
    found += faults(logged_in, "palette")
    assert not found, "\n".join(found)
