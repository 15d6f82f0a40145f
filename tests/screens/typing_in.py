"""What people type into the fair's forms, and what is stored of it."""

from typing import Any

from sqlalchemy import select

from core.testing.browser import Browser
from tests.screens.booth import Booth
from tests.screens.fair import Bill


def a_guest(**more: Any) -> dict[str, Any]:
    """A form of a guest as a browser sends it."""
    typed = {"name": "Ana", "kind": "person", "email": "", "website": "", "land": "", "owner": "", "since": ""}
    return {**typed, "seen_at": "", "visits": "", "note": "", "perks.drinks": "2", "perks.land": "", **more}


def a_bill(**more: Any) -> dict[str, Any]:
    """A form of a bill with two lines and an empty one."""
    cells = {
        0: ("1", "Chair, oak", "6", "48,500.00", "10"),
        1: ("2", "Lamp", "9", "12,345.67", "7.5"),
        4: ("", "", "", "", ""),
    }
    typed = {"guest": "1", "date": "2026-03-13", "reference": ""}
    for index, values in cells.items():
        for name, value in zip(("good", "description", "quantity", "price", "discount"), values, strict=True):
            typed[f"lines-{index}-{name}"] = value
    return {**typed, **more}


def made(browser: Browser, url: str, typed: dict[str, Any]) -> int:
    """The number of the record that a form makes."""
    answer = browser.post(url, data=typed)
    assert answer.status_code == 303, answer.text
    return int(answer.headers["Location"].rpartition("/")[2])


def stored(stand: Booth, model: Any, number: int) -> Any:
    """The record, as a system sees it."""
    with stand.database.read() as session:
        found = session.scalars(select(model).where(model.id == number)).unique().first()
        if model is Bill and found is not None:
            assert found.lines is not None
        return found
