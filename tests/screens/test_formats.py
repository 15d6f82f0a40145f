"""Numbers, days and periods are written as the reader's language does, and nothing is rounded away."""

from datetime import date

import pytest

from core.i18n import using_language
from core.screens.fields.buckets import first_day
from core.screens.fields.formats import MINUS, Formats, formats


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
