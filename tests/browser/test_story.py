"""The story from contact to cash, clicked and typed in a browser by a person, and its figures read off the pages."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import enter
from tests.story.books import Books, assert_bounced, assert_march
from tests.story.open_shop import open_shop
from tests.story.pages import (
    Pages,
    assert_books_on_pages,
    assert_bounced_on_pages,
    assert_card_on_page,
    assert_custody_on_page,
    assert_statements_on_pages,
    assert_trade_on_pages,
)
from tests.story.person import Person
from tests.story.script import bounce, tell

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_person_clicks_the_story_through(kind: str, page: Page) -> None:
    with open_shop(kind) as shop:
        shop.turn_to("2026-03-01")
        person = Person(shop, enter(page, shop.served))
        told = tell(person)
        pages, books = Pages(person), Books(shop.tandem)
        shop.turn_to("2026-03-31")
        assert_books_on_pages(pages)
        assert_statements_on_pages(pages, told)
        assert_trade_on_pages(pages, told)
        assert_card_on_page(pages, told)
        assert_custody_on_page(pages, told)
        assert_march(books, told)
        assert_not_offered_again(person)
        bounce(person, told.keys)
        shop.turn_to("2026-04-30")
        assert_bounced_on_pages(pages, told)
        assert_bounced(books, told)
        assert shop.tandem.broken() == []


def assert_not_offered_again(person: Person) -> None:
    """Who pays cannot choose a cheque that is gone."""
    person.open("/erp_treasury/payment/new")
    means = person.page.locator("[data-lines='means']")
    means.locator("[data-adds-line]").click()
    cheque = means.locator("[data-column='cheque']")
    cheque.locator(".ts-control").click()
    cheque.locator(".ts-control input").press_sequentially("00012345")
    expect(cheque.locator(".ts-dropdown .no-results")).to_have_text("Nothing matches")
    assert cheque.locator(".ts-dropdown .option").count() == 0
    person.page.locator("[data-discard]").first.click()
    person.page.wait_for_url("**/erp_treasury/payment/")
