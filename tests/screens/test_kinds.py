"""Boards move cards by verbs, calendars show what touches their days, numbers are written as the reader's language does."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from core.i18n import using_language
from core.screens.fields.buckets import first_day
from core.screens.fields.formats import MINUS, Formats, formats

QUOTES = "/crm_quotes/quote/"


@pytest.fixture
def quotes(tandem: Any) -> Any:
    """Two draft quotes with a line each."""
    from addons.crm_contacts.models import Contact
    from addons.crm_quotes.operations import OfferLine, make_quote

    made = tandem("crm_quotes")
    with made.write("admin") as session:
        firm = Contact(name="Casa Lumen", kind="company")
        session.add(firm)
        session.flush()
        for number in (1, 2):
            line = OfferLine(description="Lamp", quantity=Decimal(number), price=Decimal(100))
            make_quote(session, firm.id, [line], subject=f"Lamps {number}")
    return made


def states(made: Any) -> dict[int, str]:
    from addons.crm_quotes.models import Quote

    with made.read() as session:
        return dict(session.execute(select(Quote.id, Quote.state)).all())


def test_a_card_moves_by_the_verb_that_leads_there(quotes: Any) -> None:
    browser = quotes.client("admin")
    board = browser.get(f"{QUOTES}?view=kanban").text
    first, second = sorted(states(quotes))
    assert board.count("data-card=") == 2
    assert f'{QUOTES}{first}/reject"' in board  # asks for a reason, so it is a link to its page
    answer = browser.post(QUOTES, {"card": str(first), "column": "sent"}, headers={"X-Requested-With": "fetch"})
    assert answer.json == {"moved": first}
    assert states(quotes) == {first: "sent", second: "draft"}
    refused = browser.post(QUOTES, {"card": str(second), "column": "rejected"}, headers={"X-Requested-With": "fetch"})
    assert refused.status_code == 409
    assert states(quotes)[second] == "draft"
    back = browser.post(QUOTES, {"card": str(first), "column": "draft"})
    assert back.headers["Location"] == f"{QUOTES}?view=kanban"
    assert states(quotes)[first] == "draft"


def test_a_column_sums_its_cards(quotes: Any) -> None:
    board = quotes.client("admin").get(f"{QUOTES}?view=kanban").text
    assert '<span class="t-v">300.00</span>' in board
    assert board.count('<span class="t-amount">100.00</span>') == 1


@pytest.fixture
def agenda(tandem: Any) -> Any:
    """Events in the evening, over midnight, and over the end of a month."""
    from addons.crm_agenda.models import Event

    made = tandem("crm_agenda")
    with made.write("admin") as session:
        for subject, start, end in (
            (
                "Late call",
                datetime(2026, 3, 1, 1, 30, tzinfo=UTC),
                datetime(2026, 3, 1, 2, 0, tzinfo=UTC),
            ),  # 22:30 of 28 February
            ("Visit", datetime(2026, 3, 27, 14, 0, tzinfo=UTC), datetime(2026, 3, 27, 15, 0, tzinfo=UTC)),
            ("Fair", datetime(2026, 3, 30, 12, 0, tzinfo=UTC), datetime(2026, 4, 2, 12, 0, tzinfo=UTC)),
        ):
            session.add(Event(subject=subject, starts_at=start, ends_at=end))
    return made


def test_the_calendar_s_feed_holds_what_touches_its_days(agenda: Any) -> None:
    browser = agenda.client("admin")
    feed = "/crm_agenda/event/?view=calendar&part=events"

    def between(start: str, end: str) -> dict[str, Any]:
        return {each["title"]: each for each in browser.get(f"{feed}&start={start}&end={end}").json["events"]}

    assert set(between("2026-03-01T00:00", "2026-04-01T00:00")) == {"Visit", "Fair"}
    assert set(between("2026-02-01", "2026-03-01")) == {"Late call"}
    assert set(between("2026-04-01", "2026-04-30")) == {"Fair"}
    visit = between("2026-03-27", "2026-03-28")["Visit"]
    assert (visit["start"], visit["end"], visit["note"]) == ("2026-03-27T11:00", "2026-03-27T12:00", "11:00")
    assert visit["url"].startswith("/crm_agenda/event/")
    for wrong in ("start=x&end=y", "start=2026-01-01", "start=2020-01-01&end=2026-01-01"):
        assert browser.get(f"{feed}&{wrong}").status_code == 422


def test_without_javascript_the_month_is_a_list_of_days(agenda: Any) -> None:
    page = agenda.client("admin").get("/crm_agenda/event/?view=calendar&month=2026-03").text
    assert page.index("Visit") < page.index("Fair")
    assert 'datetime="2026-03-27"' in page
    assert "month=2026-02" in page
    assert "month=2026-04" in page


@pytest.mark.parametrize(
    ("language", "amount", "share", "day", "quarter"),
    [
        ("en", "1,234,567.80", "33.3\u00a0%", "7 Mar 2025", "Q2 2025"),
        ("es", "1.234.567,80", "33,3\u00a0%", "7 mar 2025", "T2 2025"),
        ("ru", "1\u00a0234\u00a0567,80", "33,3\u00a0%", "7 мар. 2025", "2-й кв. 2025"),
    ],
)
def test_numbers_and_days_in_three_languages(language: str, amount: str, share: str, day: str, quarter: str) -> None:
    with using_language(language):
        shape = formats(2026)
    assert shape.money(12_345_678_000) == amount
    assert shape.money(-12_345_678_000) == MINUS + amount
    assert shape.share(1, 3) == share
    assert shape.day(date(2025, 3, 7)) == day
    assert shape.period("quarter", 20252) == quarter


def test_nothing_is_rounded_away() -> None:
    shape = Formats("en", 2026, "UTC")
    assert [shape.money(units) for units in (None, 0, 5, 10_000, -50)] == ["", "0.00", "0.0005", "1.00", f"{MINUS}0.005"]
    assert [shape.number("quantity", units) for units in (1_000_000, 1_500_000, -250_000)] == ["1", "1.5", f"{MINUS}0.25"]
    assert shape.number("percent", 210_000) == "21\u00a0%"
    assert shape.number("price", 123_456_789) == "123.456789"
    assert shape.day(date(2026, 3, 27)) == "27 Mar"
    assert (shape.share(1, 0), shape.share(-1, 8)) == ("", f"{MINUS}12.5\u00a0%")


def test_keys_of_periods_are_read_however_they_are_written() -> None:
    assert first_day("month", "2026-03") == first_day("month", 202603) == date(2026, 3, 1)
    assert first_day("quarter", "2026-Q2") == first_day("quarter", 20262) == date(2026, 4, 1)
    assert first_day("week", "2026-03-27") == date(2026, 3, 23)
    assert first_day("year", 2026) == date(2026, 1, 1)
