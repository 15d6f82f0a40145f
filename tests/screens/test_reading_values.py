"""What people and programs write, read by the kind of the field and the language."""

from decimal import Decimal
from typing import Any

import pytest

from core.db import Database
from core.screens.fields.parsing import Reading
from tests.screens.books import ENGLISH, RUSSIAN, SPANISH, a_bill, create, refused
from tests.screens.fair import Bill, Guest


def test_every_fault_is_told_at_once(books: Database) -> None:
    faults = refused(
        books,
        Bill,
        {
            "guest": 99,
            "date": "2026-02-30",
            "refrence": "x",
            "id": 7,
            "version": 3,
            "company_id": 2,
            "created_by_id": 2,
            "state": "posted",
            "total": "5",
            "lines": [{"quantity": "six", "good": {"name": "Chair"}, "price": 1.5}, 3],
        },
    )
    assert faults.keys() >= {
        "guest",
        "date",
        "refrence",
        "id",
        "version",
        "company_id",
        "created_by_id",
        "state",
        "total",
    }
    assert "lines" in faults
    assert "Did you mean reference" in faults["refrence"]
    assert "2026-12-31" in faults["date"]
    lines = refused(books, Bill, a_bill(lines=[{"quantity": "six", "good": {"name": "Chair"}, "price": 1.5, "net": "3"}]))
    assert lines.keys() == {"lines.0.quantity", "lines.0.good", "lines.0.price", "lines.0.net", "lines.0.description"}
    assert lines["lines.0.quantity"].startswith("Quantity, line 1: ")
    assert "code" in lines["lines.0.good"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "name"),
        ({"name": "  "}, "name"),
        ({"name": 5}, "name"),
        ({"name": "x" * 1001}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "A", "email": "not mail"}, "email"),
        ({"name": "A", "website": "javascript:alert(1)"}, "website"),
        ({"name": "A", "credit": "1,5"}, "credit"),
        ({"name": "A", "credit": 1.5}, "credit"),
        ({"name": "A", "credit": "1.00001"}, "credit"),
        ({"name": "A", "credit": "1" * 40}, "credit"),
        ({"name": "A", "credit": "NaN"}, "credit"),
        ({"name": "A", "credit": True}, "credit"),
        ({"name": "A", "kind": "alien"}, "kind"),
        ({"name": "A", "kind": ["person"]}, "kind"),
        ({"name": "A", "vip": "yes"}, "vip"),
        ({"name": "A", "visits": 2**31}, "visits"),
        ({"name": "A", "visits": "3"}, "visits"),
        ({"name": "A", "since": 20260101}, "since"),
        ({"name": "A", "seen_at": "2026-03-27T09:00:00"}, "seen_at"),
        ({"name": "A", "land": 99}, "land"),
        ({"name": "A", "land": {"code": "XX"}}, "land"),
        ({"name": "A", "land": {"code": {"a": 1}}}, "land"),
        ({"name": "A", "land": "AR"}, "land"),
        ({"name": "A", "words": [1, 99]}, "words"),
        ({"name": "A", "words": 1}, "words"),
        ({"name": "A", "perks": {"drink": "1"}}, "perks.drink"),
        ({"name": "A", "land_id": 1}, "land_id"),
        ({"name": "A", "search_text": "x"}, "search_text"),
        ({"name": "A", "credit": "-1"}, "credit"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_field(books: Database, values: dict[str, Any], field: str) -> None:
    assert field in refused(books, Guest, values)


@pytest.mark.parametrize(
    ("how", "text", "number"),
    [
        (SPANISH, "1.234,56", "1234.56"),
        (SPANISH, "1234,5", "1234.5"),
        (SPANISH, "1.500", "1500"),
        (SPANISH, "12.5", "12.5"),
        (SPANISH, "−1.234", None),
        (RUSSIAN, "1 234,56", "1234.56"),
        (RUSSIAN, "1\u00a0234\u202f567,5", "1234567.5"),
        (ENGLISH, "1,234.56", "1234.56"),
        (ENGLISH, "1,500", "1500"),
        (ENGLISH, "12,5", "12.5"),
        (ENGLISH, "1.2.3", None),
        (SPANISH, "1.23.456", None),
        (ENGLISH, "abc", None),
        (ENGLISH, "1e3", None),
        (ENGLISH, "", "0"),
    ],
)
def test_numbers_are_read_as_the_language_writes_them(books: Database, how: Reading, text: str, number: str | None) -> None:
    values = {"name": "A", "credit": text}
    if number is None:
        assert "credit" in refused(books, Guest, values, how=how)
    else:
        assert Decimal(create(books, Guest, values, how=how)["credit"]) == Decimal(number)


def test_form_text_is_read_by_kind(books: Database) -> None:
    read = create(
        books,
        Guest,
        {
            "name": "A",
            "since": "7/3/2026",
            "seen_at": "2026-03-27T09:00",
            "visits": "1.200",
            "vip": "on",
            "land": "2",
            "words": ["1", "2"],
            "perks.drinks": "1,5",
            "website": "example.com",
            "email": "",
        },
        how=SPANISH,
    )
    assert (read["since"], read["seen_at"], read["visits"]) == ("2026-03-07", "2026-03-27T12:00:00+00:00", 1200)
    assert (read["land"]["title"], len(read["words"]), read["perks"]["drinks"]) == ("Uruguay", 2, "1.5")
    assert (read["website"], read["email"]) == ("https://example.com", None)
    assert create(books, Guest, {"name": "B", "land": "argentina"}, how=SPANISH)["land"]["id"] == 1
    assert create(books, Guest, {"name": "C", "land": "uy"}, how=SPANISH)["land"]["id"] == 2
