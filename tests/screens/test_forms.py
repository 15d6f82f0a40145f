"""The form of a record: shown, filled in, refused with everything kept."""

import re

from sqlalchemy import select

from core.testing.browser import Browser
from tests.screens.booth import Booth
from tests.screens.fair import Bill, Guest, unchanged
from tests.screens.typing_in import a_bill, a_guest, made, stored

EVIL = '<script>alert("x")</script>'


def test_form_shows_boxes_texts_and_no_secrets(clerk: Browser) -> None:
    page = clerk.get("/fair/guest/1").text
    assert 'name="name"' in page
    assert 'value="Casa Lumen"' in page
    assert 'name="credit"' not in page
    assert "1,000.00" in page
    assert 'name="perks.drinks"' in page
    assert "secret" not in page.lower()
    assert 'data-url="/fair/land/options"' in page
    assert "Owes" in page
    assert "0 bills" in page
    assert stand_alone(page) == []


def stand_alone(page: str) -> list[str]:
    """What a strict content security policy would refuse."""
    inline = re.findall(r"<script(?![^>]*src=)[^>]*>|\son\w+=|\sstyle=|javascript:", page)
    return [str(each) for each in inline]


def test_guest_is_made_and_changed(stand: Booth, clerk: Browser) -> None:
    number = made(clerk, "/fair/guest/new", a_guest(words=["1", "2"], land="2", vip="y"))
    guest = stored(stand, Guest, number)
    assert (guest.name, guest.land_id, guest.vip, guest.created_by_id) == ("Ana", 2, True, 2)
    clerk.post(f"/fair/guest/{number}", data=a_guest(name="Ana Paz", words=["2"], version="1"))
    guest = stored(stand, Guest, number)
    assert (guest.name, guest.vip, guest.land_id, guest.version) == ("Ana Paz", False, None, 2)


def test_bad_form_keeps_all_that_was_typed(stand: Booth, clerk: Browser) -> None:
    with unchanged(stand.database):
        answer = clerk.post(
            "/fair/guest/1", data=a_guest(name="", email="no mail", note=EVIL, land="2", words=["1"], since="x")
        )
    assert answer.status_code == 422
    page = answer.text
    assert page.count(" data-fault>") == 3
    assert "data-focus" in page
    assert "is needed: fill it in" in page
    assert 'value="no mail"' in page
    assert "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;" in page
    assert EVIL not in page
    assert '<option selected value="2">Uruguay</option>' in page
    assert '<option selected value="1">Loyal</option>' in page
    assert 'aria-invalid="true"' in page


def test_markup_of_people_is_text_everywhere(clerk: Browser) -> None:
    number = made(clerk, "/fair/guest/new", a_guest(name=EVIL, note=EVIL, website="https://x.example/<script>"))
    clerk.post(f"/fair/guest/{number}", data=a_guest(name=f"{EVIL}2"))
    bill = made(clerk, "/fair/bill/new", a_bill(guest=str(number), **{"lines-0-description": EVIL}))
    for url in (
        f"guest/{number}",
        f"guest/{number}/history",
        f"guest/{number}/delete",
        f"bill/{bill}",
        f"bill/{bill}/post",
    ):
        answer = clerk.get(f"/fair/{url}")
        assert answer.status_code == 200, url
        assert EVIL not in answer.text, url
        assert "<script>" not in answer.text, url


def test_bill_of_lines(stand: Booth, clerk: Browser) -> None:
    number = made(clerk, "/fair/bill/new", a_bill())
    bill = stored(stand, Bill, number)
    assert [(line.description, str(line.net)) for line in bill.lines] == [
        ("Chair, oak", "261900.0000"),
        ("Lamp", "102777.7000"),
    ]
    page = clerk.get(f"/fair/bill/{number}").text
    assert "364,677.70" in page
    assert "CHA Chair" in page
    first, second = (line.id for line in bill.lines)
    changed = {
        "lines-1-id": str(second),
        "lines-0-description": "Assembly",
        "lines-0-quantity": "1",
        "lines-0-price": "10",
    }
    for name in ("description", "quantity", "price", "discount", "good"):
        changed[f"lines-1-{name}"] = a_bill()[f"lines-1-{name}"]
    clerk.post(f"/fair/bill/{number}", data={"guest": "1", "date": "2026-03-13", "version": "1", **changed})
    bill = stored(stand, Bill, number)
    assert [(line.id == second, line.description) for line in bill.lines] == [(False, "Assembly"), (True, "Lamp")]
    assert first not in [line.id for line in bill.lines]


def test_fault_of_a_line_stands_in_its_row(stand: Booth, clerk: Browser) -> None:
    with unchanged(stand.database):
        answer = clerk.post("/fair/bill/new", data=a_bill(**{"lines-1-quantity": "nine", "lines-4-description": "no price"}))
    assert answer.status_code == 422
    assert 'id="lines-1-quantity-error"' in answer.text
    assert 'id="lines-4-price-error"' in answer.text
    assert "Quantity, line 2: “nine” is not a number" in answer.text
    assert 'value="Chair, oak"' in answer.text


def test_lines_without_javascript(stand: Booth, clerk: Browser) -> None:
    with unchanged(stand.database):
        more = clerk.post("/fair/bill/new", data=a_bill(line="add:lines")).text
        less = clerk.post("/fair/bill/new", data=a_bill(line="remove:lines:0")).text
    assert more.count('data-line="') == 5  # three, one more, and the one that the browser copies
    assert 'value="Chair, oak"' in more
    assert 'value="Chair, oak"' not in less
    assert 'value="Lamp"' in less
    number = made(clerk, "/fair/guest/new", a_guest(land="", land__typed="uruguay"))
    assert stored(stand, Guest, number).land_id == 2


def test_lines_keep_the_order_that_they_were_moved_to(stand: Booth, clerk: Browser) -> None:
    moved = {"lines-0-position": "2", "lines-1-position": "1", "lines-4-position": "3"}
    number = made(clerk, "/fair/bill/new", a_bill(**moved))
    assert [line.description for line in stored(stand, Bill, number).lines] == ["Lamp", "Chair, oak"]
    wrong = clerk.post("/fair/bill/new", data=a_bill(**moved, **{"lines-0-quantity": "x"})).text
    assert wrong.index('value="Lamp"') < wrong.index('value="Chair, oak"')
    assert "Quantity, line 2" in wrong


def test_totals_follow_what_is_typed(stand: Booth, clerk: Browser) -> None:
    with unchanged(stand.database):
        answer = clerk.post("/fair/bill/recompute", data=a_bill(**{"lines-1-price": "half"}))
    assert answer.status_code == 200
    assert 'id="totals"' in answer.text
    assert '<span id="lines-0-net">261,900.00</span>' in answer.text
    assert "<html" not in answer.text


def test_boxes_left_open_show_what_the_model_fills(stand: Booth, clerk: Browser) -> None:
    with unchanged(stand.database):
        answer = clerk.post("/fair/bill/recompute", data=a_bill(**{"lines-0-quantity": ""})).text
    assert re.search(r'<input[^>]* id="lines-0-quantity"[^>]* value="1"', answer)
    assert "lines-1-quantity" not in answer


def test_numbers_are_typed_in_the_users_language(stand: Booth) -> None:
    pepe = stand.browser("pepe")
    number = made(
        pepe,
        "/fair/bill/new",
        a_bill(**{"lines-0-price": "48.500,00", "lines-1-price": "12.345,67", "lines-1-discount": "7,5"}),
    )
    assert str(stored(stand, Bill, number).total) == "364677.7000"
    page = pepe.get(f"/fair/bill/{number}").text
    assert 'value="48.500,00"' in page
    assert "364.677,70" in page


def test_assignment_of_what_is_not_in_the_form_does_nothing(stand: Booth, clerk: Browser) -> None:
    number = made(clerk, "/fair/guest/new", a_guest(credit="9999", id="77", created_by_id="1", secret="x", search_text="x"))
    guest = stored(stand, Guest, number)
    with stand.database.read() as session:
        secret = session.scalar(select(Guest.secret).where(Guest.id == number))
    assert (str(guest.credit), guest.created_by_id, secret, number) == ("0.0000", 2, None, guest.id)
    bill = made(clerk, "/fair/bill/new", a_bill(state="posted", total="1", company_id="2", number="B-1"))
    assert (stored(stand, Bill, bill).state, stored(stand, Bill, bill).company_id) == ("draft", 1)


def test_copy_and_address_fill_a_new_form(clerk: Browser) -> None:
    number = made(clerk, "/fair/bill/new", a_bill(reference="one"))
    copy = clerk.get(f"/fair/bill/new?copy={number}").text
    assert 'value="Chair, oak"' in copy
    assert 'value="one"' in copy
    filled = clerk.get("/fair/bill/new?guest=3&reference=hello&company_id=2&state=posted").text
    assert '<option selected value="3">Hotel Miramar</option>' in filled
    assert 'value="hello"' in filled
    assert "2026" in filled or "20" in filled


def test_options_find_and_hide(clerk: Browser) -> None:
    found = clerk.get("/fair/guest/options?q=casa").json["items"]
    assert [each["text"] for each in found] == ["Casa Lumen"]
    everyone = [each["text"] for each in clerk.get("/fair/guest/options").json["items"]]
    assert everyone == ["Casa Lumen", "Hotel Miramar"]
    assert clerk.get("/fair/guest/options?q=hidden").json == {"items": []}
    assert clerk.get("/fair/good/options?q=lam").json["items"][0]["text"] == "LAM Lamp"
