"""The change history: by day, from where, with values of lines and extensions that come back, and none of what is posted."""

import re

from core.testing.browser import Browser
from tests.api.client import Client
from tests.screens.booth import Booth
from tests.screens.fair import Bill, GuestPerks
from tests.screens.typing_in import a_bill, a_guest, made, stored


def test_values_of_lines_and_extensions_come_back(stand: Booth, clerk: Browser) -> None:
    guest = made(clerk, "/fair/guest/new", a_guest())
    Client(stand, "clerk")("PATCH", f"/fair/guest/{guest}", {"perks": {"drinks": 9}})
    page = clerk.get(f"/fair/guest/{guest}/history").text
    assert "Today" in page
    assert "by the API" in page
    assert "Carla Clerk made it." in page
    change = re.search(rf"/fair/guest/{guest}/history/\d+", page)
    assert change is not None
    clerk.post(change[0], data={"field": "perks.drinks"})
    with stand.database.read() as session:
        assert session.get_one(GuestPerks, guest).drinks == 2
    number = made(clerk, "/fair/bill/new", a_bill())
    one, two = (str(line.id) for line in stored(stand, Bill, number).lines)
    typed = a_bill(**{"lines-0-id": one, "lines-1-id": two, "lines-1-quantity": "7", "version": "1"})
    clerk.post(f"/fair/bill/{number}", data=typed)
    page = clerk.get(f"/fair/bill/{number}/history").text
    assert "Lamp: Quantity" in page
    change = re.search(rf"/fair/bill/{number}/history/\d+", page)
    assert change is not None
    clerk.post(change[0], data={"field": f"lines.{two}.quantity"})
    bill = stored(stand, Bill, number)
    assert [(line.description, int(line.quantity)) for line in bill.lines] == [("Chair, oak", 6), ("Lamp", 9)]
    clerk.post(f"/fair/bill/{number}/post", data={})
    page = clerk.get(f"/fair/bill/{number}/history").text
    assert "can no longer be changed" in page
    assert "Take back</button>" not in page
    clerk.post(change[0], data={"field": f"lines.{two}.quantity"})
    assert "can no longer be changed" in clerk.get(f"/fair/bill/{number}").text
    assert int(stored(stand, Bill, number).lines[1].quantity) == 9
