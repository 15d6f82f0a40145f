#!/usr/bin/env python3
"""Takes the pictures of the README from a running demonstration: light, dark, and on a phone.

    python docs/screenshots.py --url http://127.0.0.1:8000 --password PASSWORD --out docs/screenshots

Needs the test tools (`run.py test` installs them) and a Chromium, which TANDEM_TEST_CHROMIUM names or PATH holds.
"""

import argparse
import os
import shutil
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
QUIET += ["--lang=en-GB"]  # boxes of dates follow the browser, not the page
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
#: name of the picture → address, or the list whose first record is opened
PAGES = {
    "my-day": "/",
    "contacts": "/crm_contacts/contact/?group=role&open=%5B%5B%22customer%22%5D%5D",
    "contact": "/crm_contacts/contact/?filter=customers first",
    "quotes": "/crm_quotes/quote/?view=kanban",
    "agenda": "/crm_agenda/agenda/",
    "invoice": "/erp_invoicing/invoice/?filter=&order=-total first",
    "cube": "/erp_stock/move/?view=pivot",
    "addons": "/settings/addons/erp_ledger/disable#plan",
}
LOOKS = {
    "light": {"viewport": WIDE, "color_scheme": "light"},
    "dark": {"viewport": WIDE, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "color_scheme": "light", "is_mobile": True, "has_touch": True},
}


def chromium() -> str:
    """The browser's program."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("TANDEM_TEST_CHROMIUM") or next(filter(None, map(shutil.which, names)), "")
    if not found:
        raise SystemExit("No Chromium was found: name one in TANDEM_TEST_CHROMIUM")
    return found


def drawn(page: Page) -> None:
    """Wait until scripts have run and widgets show their data."""
    page.locator("html[data-ready]").wait_for(state="attached")
    page.wait_for_load_state("networkidle")


def enter(page: Page, url: str, login: str, password: str) -> None:
    """Log in."""
    page.goto(f"{url}/login")
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/login" not in address, timeout=15_000)


def open_page(page: Page, url: str, address: str) -> None:
    """Go to an address; to the first record of a list where it says so and the list has one."""
    path, _, first = address.partition(" ")
    page.goto(url + path)
    records = page.locator("tbody[data-rows] a.t-name")
    if first and records.count():
        page.goto(url + str(records.first.get_attribute("href")))
    drawn(page)


def take(browser: Browser, look: str, chosen: argparse.Namespace) -> None:
    """All pictures of one look."""
    context = browser.new_context(**LOOKS[look], locale="en-GB", reduced_motion="reduce", device_scale_factor=2)
    page = context.new_page()
    page.goto(f"{chosen.url}/login")
    page.screenshot(path=chosen.out / f"login-{look}.png")
    enter(page, chosen.url, chosen.login, chosen.password)
    for name, address in PAGES.items():
        open_page(page, chosen.url, address)
        page.screenshot(path=chosen.out / f"{name}-{look}.png")
        print(chosen.out / f"{name}-{look}.png")
    context.close()


def main() -> None:
    """Every page in every look."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--login", default="admin")
    parser.add_argument("--password", default=os.environ.get("TANDEM_ADMIN_PASSWORD", ""))
    parser.add_argument("--out", type=Path, default=Path("docs/screenshots"))
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        for look in LOOKS:
            take(browser, look, chosen)
        browser.close()


if __name__ == "__main__":
    main()
