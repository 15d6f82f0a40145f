"""What only a browser shows of a grid: heads are dragged and drawn, groups open where they stand, a view is saved."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.desk import Served, settled

pytestmark = pytest.mark.browser
LIST = "/erp_invoicing/invoice/"


def drag(page: Page, what: Locator, to: Locator | None = None, by: int = 0) -> None:
    """By the mouse, in steps as a hand does it."""
    box = what.bounding_box()
    target = to.bounding_box() if to is not None else None
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    if target:
        page.mouse.move(target["x"] + target["width"] * 0.8, target["y"] + target["height"] / 2, steps=6)
    else:
        page.mouse.move(x + by, y, steps=6)
    page.mouse.up()


def head(page: Page, path: str) -> Locator:
    return page.locator(f"th[data-path={path}] .t-head-button")


def paths(page: Page) -> list[str]:
    found: list[str] = page.locator("th[data-path]").evaluate_all("all => all.map(each => each.dataset.path)")
    return found


def test_columns_are_dragged_drawn_and_remembered(served: Served, logged_in: Page) -> None:
    page = logged_in
    page.goto(served.to(f"{LIST}?saved=0&columns=number,kind,date,contact,net,total,state"))
    settled(page)
    drag(page, head(page, "kind"), page.locator("th[data-path=contact]"))
    page.wait_for_url(re.compile("columns=number%2Cdate%2Ccontact%2Ckind"))
    settled(page)
    assert paths(page) == ["number", "date", "contact", "kind", "net", "total", "state"]
    wide = page.locator("th[data-path=contact]").bounding_box()
    with page.expect_response("**/columns"):
        drag(page, page.locator("th[data-path=contact] .t-resize"), by=60)
    wider = page.locator("th[data-path=contact]").bounding_box()
    assert wide and wider and 50 < wider["width"] - wide["width"] < 70
    with page.expect_response("**/columns"):
        head(page, "number").press("Control+ArrowRight")
    page.wait_for_url(re.compile("columns=date%2Cnumber"))
    settled(page)
    expect(head(page, "number")).to_be_focused()
    page.goto(served.to(LIST))
    settled(page)
    assert paths(page)[:3] == ["date", "number", "contact"] and "widths=" in page.url
    page.locator("[data-opens=columns]").click()
    with page.expect_response("**/columns"):
        page.locator("[data-layout=reset]").click()
    page.wait_for_url(re.compile("^(?!.*columns=)"))
    page.goto(served.to(LIST))
    settled(page)
    assert paths(page)[0] == "number" and "columns=" not in page.url


def test_a_head_dragged_into_the_groups_opens_part_by_part_and_is_saved(served: Served, logged_in: Page) -> None:
    page = logged_in
    page.goto(served.to(f"{LIST}?filter="))
    settled(page)
    drag(page, head(page, "contact"), page.locator("[data-group-bar]"))
    page.wait_for_url(re.compile("group=contact"))
    settled(page)
    head(page, "total").click(modifiers=["Shift"])
    page.wait_for_url(re.compile("order=-date%2Ctotal"))
    settled(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if LIST in request.url else None)
    page.locator(".t-twist").first.click()
    expect(page.locator("tbody tr.t-row").first).to_be_visible()
    assert len(asked) == 1 and "part=group" in asked[0]
    page.wait_for_url(re.compile("open="))
    shown = page.locator("tbody tr.t-row").count()
    page.reload()
    settled(page)
    expect(page.locator("tbody tr.t-row")).to_have_count(shown)
    page.locator(".t-twist").first.press("ArrowLeft")
    expect(page.locator("tbody tr.t-row")).to_have_count(0)
    page.locator("[popovertarget=views]").click()
    page.locator("#views summary", has_text="Save as").click()
    page.locator("#views input[name=name]").fill("By contact")
    page.locator("#views .t-button-main").click()
    expect(page.locator(".t-saved > button")).to_have_text("By contact")
    settled(page)
    head(page, "state").click()
    expect(page.locator(".t-saved")).to_contain_text("changed")
    page.locator(".t-saved a", has_text="reset").click()
    expect(page.locator(".t-saved")).not_to_contain_text("changed")


def test_a_condition_is_made_or_ed_and_narrowed_by_a_box(served: Served, logged_in: Page) -> None:
    page = logged_in
    page.goto(served.to(f"{LIST}?filter=&row=1"))
    settled(page)
    page.locator("[popovertarget=filters]").click()
    page.locator("#filters a", has_text="By any field").click()
    page.locator("#ask select[name='add.field']").select_option("date")
    expect(page.locator("#ask [name='add.period']")).to_be_visible()
    page.locator("#ask [name='add.period']").select_option("last-365")
    page.locator("#ask footer .t-button-main").click()
    expect(page.locator("#chips")).to_contain_text("last 365 days")
    settled(page)
    page.locator("#chips .t-chip-add").first.click()
    page.locator("#filters a", has_text="By any field").click()
    page.locator("#ask select[name='add.field']").select_option("total")
    expect(page.locator("#ask [name='add.op'] option[value=between]")).to_have_count(1)
    page.locator("#ask [name='add.op']").select_option(">")
    page.locator("#ask [name='add.value']").fill("1,000")
    page.locator("#ask [name='add.or']").select_option(index=1)
    page.keyboard.press("Enter")
    expect(page.locator(".t-chip-either")).to_contain_text("or")
    settled(page)
    page.locator("#box-total").fill("<100,000")
    page.locator("#box-total").press("Enter")
    page.wait_for_url(re.compile(r"^(?!.*f\.total)"))
    expect(page.locator("#box-total")).to_have_value("<100,000")
    expect(page.locator("#chips .t-chip-edit").nth(2)).to_contain_text("Total")
