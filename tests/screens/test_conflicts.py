"""Two people at one record: what does not overlap is merged, what does is shown side by side, and either may be chosen."""

from typing import Any

from core.testing.browser import Browser
from tests.screens.booth import Booth
from tests.screens.fair import Bill, Guest
from tests.screens.typing_in import a_bill, a_guest, made, stored


def test_what_does_not_overlap_is_merged(stand: Booth, clerk: Browser) -> None:
    number = made(clerk, "/fair/guest/new", a_guest(visits="3", words=["1"], since="2026-01-02"))
    opened = a_guest(visits="3", words=["1"], since="2026-01-02", version="1")
    admin = stand.browser("admin")
    changed = {"name": "Ana Ruiz", "words": ["1", "2"], "vip": "y", "perks.drinks": "7", "land": "2"}
    assert admin.post(f"/fair/guest/{number}", data={**opened, **changed}).status_code == 303
    answer = clerk.post(f"/fair/guest/{number}", data={**opened, "visits": "4", "note": "mine"})
    assert answer.status_code == 303, answer.text
    guest = stored(stand, Guest, number)
    assert (guest.name, guest.visits, guest.note, guest.vip, guest.land_id) == ("Ana Ruiz", 4, "mine", True, 2)
    page = clerk.get(f"/fair/guest/{number}").text
    assert "Ada Admin changed meanwhile" in page
    assert 'value="7"' in page
    assert "New" in page


def test_what_overlaps_is_chosen_field_by_field(stand: Booth, clerk: Browser) -> None:
    number = made(clerk, "/fair/guest/new", a_guest())
    stand.browser("admin").post(f"/fair/guest/{number}", data=a_guest(name="Hers", note="hers", visits="1", version="1"))
    mine = a_guest(name="Mine", note="mine", version="1")
    answer = clerk.post(f"/fair/guest/{number}", data=mine)
    assert answer.status_code == 409
    for told in (
        "Ada Admin changed ",
        'name="choose:name"',
        'name="choose:note"',
        ">Hers ",
        "Take theirs",
    ):
        assert told in answer.text, told
    assert 'name="choose:visits"' not in answer.text
    again = {**mine, "visits": "1", "version": "2", "choose:name": "theirs", "choose:note": "mine", "resolve": ""}
    assert clerk.post(f"/fair/guest/{number}", data=again).status_code == 303
    guest = stored(stand, Guest, number)
    assert (guest.name, guest.note, guest.visits) == ("Hers", "mine", 1)


def test_one_button_takes_all_of_theirs_or_keeps_all_of_mine(stand: Booth, clerk: Browser) -> None:
    admin = stand.browser("admin")
    for resolve, name in (("theirs", "Hers"), ("mine", "Mine")):
        number = made(clerk, "/fair/guest/new", a_guest())
        admin.post(f"/fair/guest/{number}", data=a_guest(name="Hers", version="1"))
        typed = a_guest(name="Mine", **{"version": "2", "choose:name": "mine", "resolve": resolve})
        assert clerk.post(f"/fair/guest/{number}", data=typed).status_code == 303
        assert stored(stand, Guest, number).name == name


def lines(stand: Booth, number: int) -> list[Any]:
    """The lines of a bill, as a form names them."""
    return [(str(line.id), line.description, str(line.quantity)) for line in stored(stand, Bill, number).lines]


def test_lines_are_merged_line_by_line(stand: Booth, clerk: Browser) -> None:
    number = made(clerk, "/fair/bill/new", a_bill())
    (one, _, _), (two, _, _) = lines(stand, number)
    opened = a_bill(**{"lines-0-id": one, "lines-1-id": two, "version": "1"})
    added = {"lines-4-description": "Table", "lines-4-quantity": "1", "lines-4-price": "10"}
    hers = {**opened, **added, "lines-0-quantity": "7", "lines-1-description": "Lamp of brass"}
    assert stand.browser("admin").post(f"/fair/bill/{number}", data=hers).status_code == 303
    mine = {**opened, "lines-0-price": "50,000.00", "reference": "mine"}
    answer = clerk.post(f"/fair/bill/{number}", data=mine)
    assert answer.status_code == 303, answer.text
    told = [("Chair, oak", "7.000000"), ("Lamp of brass", "9.000000"), ("Table", "1.000000")]
    assert [row[1:] for row in lines(stand, number)] == told
    bill = stored(stand, Bill, number)
    assert (str(bill.lines[0].price.normalize()), bill.reference) == ("5E+4", "mine")


def test_lines_that_one_removed_and_the_other_changed_are_asked_about(stand: Booth, clerk: Browser) -> None:
    number = made(clerk, "/fair/bill/new", a_bill())
    (one, _, _), (two, _, _) = lines(stand, number)
    opened = a_bill(**{"lines-0-id": one, "lines-1-id": two, "version": "1"})
    hers = {key: value for key, value in opened.items() if not key.startswith("lines-0-")} | {"lines-1-quantity": "8"}
    stand.browser("admin").post(f"/fair/bill/{number}", data=hers)
    mine = {key: value for key, value in opened.items() if not key.startswith("lines-1-")}
    answer = clerk.post(f"/fair/bill/{number}", data=mine)
    assert answer.status_code == 409
    assert 'name="choose:lines-0"' in answer.text
    assert f'name="choose:lines+{two}"' in answer.text
    again = {
        **mine,
        "version": "2",
        "lines-0-id": "",
        "choose:lines-0": "theirs",
        f"choose:lines+{two}": "theirs",
        "resolve": "",
    }
    assert clerk.post(f"/fair/bill/{number}", data={**again, "resolve": ""}).status_code == 303
    assert [row[1] for row in lines(stand, number)] == ["Lamp"]


def test_what_was_posted_meanwhile_says_so(stand: Booth, clerk: Browser) -> None:
    number = made(clerk, "/fair/bill/new", a_bill())
    stand.browser("admin").post(f"/fair/bill/{number}/post", data={})
    answer = clerk.post(f"/fair/bill/{number}", data=a_bill(reference="late", version="1"))
    assert answer.status_code == 409
    assert "can no longer be changed" in answer.text
