"""A cube in a browser: a field is dragged, a filter chosen, cells are walked by keys; a file is previewed and fetched."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.desk import Served, settled

CUBE = "/erp_invoicing/invoice_line/?view=pivot&rows=category,contact&cols=month(date)&measures=sum:amount"


def test_a_cube_is_arranged_and_exported(logged_in: Page, served: Served) -> None:
    page = logged_in
    page.goto(served.to(CUBE))
    settled(page)
    page.locator('[data-path="contact"]').drag_to(page.locator('[data-zone="slice"]'))
    page.wait_for_url(re.compile("slice=contact"))
    settled(page)
    page.locator("[data-values]").click()
    boxes = page.locator("#cube-values input[type=checkbox]")
    expect(boxes.first).to_be_visible()
    boxes.nth(0).check()
    page.locator("#cube-values button[type=submit]").click()
    page.wait_for_url(re.compile("where="))
    settled(page)
    page.locator(".t-cube-chip .t-chip-menu").first.focus()
    page.keyboard.press("Alt+c")
    page.wait_for_url(re.compile("cols=month%28date%29%2Ccategory"))
    page.go_back()
    settled(page)
    page.locator("tbody .t-fig a").first.focus()
    page.keyboard.press("Control+End")
    expect(page.locator("tfoot .t-total[data-here] a")).to_be_focused()
    page.keyboard.press("ArrowUp")
    figure = page.locator("tbody tr").last.locator(".t-fig").last.inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "view=pivot" not in url)
    expect(page.locator("tfoot")).to_contain_text(figure)


def test_a_file_is_previewed_and_fetched(logged_in: Page, served: Served, tmp_path: Path) -> None:
    page = logged_in
    page.goto(served.to("/erp_invoicing/invoice_line/?group=category"))
    page.get_by_role("link", name="Export…").first.click()
    expect(page.locator(".t-paper .t-group-1").first).to_be_visible()
    page.get_by_text("PDF").check()
    page.locator("select[name=paper]").select_option("landscape")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    file = tmp_path / "file.pdf"
    download.value.save_as(file)
    assert download.value.suggested_filename == "sales-and-purchases.pdf"
    assert b"[0 0 841.89 595.28]" in file.read_bytes()
