"""What every page owes to its reader: it fits, it is whole, it obeys the keyboard, and works without script."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.desk import PASSWORD, Served, enter, settled
from tests.browser.pages import kinds_of_pages

pytestmark = pytest.mark.browser
WIDTHS = (360, 768, 1280)
NewContext = Callable[..., BrowserContext]
#: what sticks out: the page itself scrolls sideways; what may is a region that scrolls by itself
WIDER = """() => {
  const width = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= width) return []
  return [...document.querySelectorAll('body *')].filter(node => node.getBoundingClientRect().right > width + 1)
    .slice(0, 3).map(node => `${node.tagName}.${node.className}`)
}"""
#: icons that the sprite does not hold are empty boxes
BLANK_ICONS = """async () => {
  const uses = [...new Set([...document.querySelectorAll('svg use')].map(use => use.getAttribute('href')))]
  if (!uses.length) return []
  const sprite = await (await fetch(uses[0].split('#')[0])).text()
  return uses.map(use => use.split('#')[1]).filter(name => !sprite.includes(`id="${name}"`))
}"""


def test_every_kind_of_page_fits(served: Served, logged_in: Page) -> None:
    """No page scrolls sideways at any width, no icon is missing, and one button at most is filled."""
    found = []
    for name, path in kinds_of_pages(served).items():
        logged_in.goto(served.to(path))
        settled(logged_in)
        found += [f"{name}: there is no icon {each}" for each in logged_in.evaluate(BLANK_ICONS)]
        if (count := logged_in.locator("main .t-button-main:visible").count()) > 1:
            found.append(f"{name}: {count} filled buttons")
        for width in WIDTHS:
            logged_in.set_viewport_size({"width": width, "height": 760})
            found += [f"{name} at {width}: {each}" for each in logged_in.evaluate(WIDER)]
    assert not found, "\n".join(found)


def test_every_entry_of_the_menu_opens(served: Served, logged_in: Page) -> None:
    links = logged_in.locator(".t-side a[href]").evaluate_all("all => all.map(each => each.getAttribute('href'))")
    answers = {link: logged_in.request.get(served.to(link)).status for link in set(links)}
    assert len(answers) > 40
    assert {link for link, status in answers.items() if status != 200} == set()


def test_nothing_is_made_by_hand_where_there_is_nothing_to_fill_in(served: Served, logged_in: Page) -> None:
    new = logged_in.locator(".t-actions a[href$='/new']")
    for path in ("/erp_stock/move/", "/erp_stock/stock_level/", "/erp_invoicing/invoice_line/"):
        logged_in.goto(served.to(path))
        expect(new).to_have_count(0)
    logged_in.goto(served.to("/erp_stock/delivery/"))
    expect(new).to_have_count(1)


def test_a_day_without_a_mouse(served: Served, page: Page) -> None:
    """Log in, open a list, walk to a record, change and save it, and find the way on, all by keys."""
    keys = page.keyboard
    page.goto(served.to("/login"))
    expect(page.locator("input[name=login]")).to_be_focused()
    keys.type("admin")
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    page.wait_for_url(served.to("/"))
    settled(page)
    to_the_palette(page, "contacts", "/crm_contacts/contact/")
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    expect(page.locator("tr.t-current")).to_have_count(1)
    keys.press("Enter")
    page.wait_for_url(re.compile(r"/contact/\d+$"))
    settled(page)
    keys.press("e")
    page.wait_for_url(re.compile(r"panel=details"))
    settled(page)
    reach(page, "input[name=job_title]")
    keys.press("Control+a")
    keys.type("Buys by keyboard")
    keys.press("Control+s")
    expect(page.locator("[data-toast=good]")).to_be_visible()
    page.reload()
    page.goto(page.url.split("?")[0] + "?panel=details")
    expect(page.locator("input[name=job_title]")).to_have_value("Buys by keyboard")


def to_the_palette(page: Page, words: str, path: str) -> None:
    """Open the palette, type, and follow the first hit."""
    page.keyboard.press("Control+k")
    page.keyboard.type(words)
    page.locator("#palette-results [role=option]").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{path}")
    settled(page)


def reach(page: Page, selector: str, most: int = 80) -> None:
    """Go on by Tab until this has the focus; every stop on the way shows that it has it."""
    for _step in range(most):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            "() => { const at = document.activeElement, look = getComputedStyle(at), box = at.closest('.ts-wrapper');"
            " return at === document.body || look.outlineStyle !== 'none' || look.boxShadow !== 'none' || Boolean(box)"
            " || Boolean(at.closest('form.t-find')) }"
        )
        assert seen, page.evaluate("document.activeElement.outerHTML")[:200]
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"{selector} is not reached by {most} steps of Tab")


def test_work_goes_on_without_javascript(served: Served, new_context: NewContext) -> None:
    """A contact and the draft of an invoice with a line are made by plain forms."""
    page = enter(new_context(java_script_enabled=False).new_page(), served)
    page.goto(served.to("/crm_contacts/contact/new"))
    page.locator("input[name=name]").fill("Papelería Sin Guion")
    page.locator("[data-saves]").click()
    expect(page.locator("h1")).to_contain_text("Papelería Sin Guion")
    page.goto(served.to("/erp_invoicing/invoice/new?contact=" + page.url.rsplit("/", 1)[1]))
    expect(page.locator("select[name=contact] option[selected]")).to_have_text("Papelería Sin Guion")
    page.locator("[data-adds-line]").first.click()
    page.locator("input[name='lines-0-description']").fill("A ruler")
    page.locator("input[name='lines-0-quantity']").fill("2")
    page.locator("input[name='lines-0-price']").fill("150")
    page.locator("[data-saves]").click()
    expect(page.locator("[data-toast=good]")).to_be_visible()
    expect(page.locator(".t-totals .t-double-rule")).to_have_text("300.00")
    assert re.search(r"/invoice/\d+$", page.url)
