"""What was done is taken back unless somebody touched it meanwhile; what was deleted comes back with all its rows."""

import re
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update

from core.db import Base
from core.screens.records.reading import load_record
from core.screens.trash.models import Trashed
from core.testing.browser import Browser
from tests.screens.booth import Booth
from tests.screens.fair import Bill, Good, Guest, GuestPerks, dump
from tests.screens.typing_in import a_bill, a_guest, made, stored

GUESTS = "/fair/guest/"


def undo_of(page: str) -> str:
    """The address of the undo that a page's toast offers."""
    found = re.search(r'action="(/undo/\d+)"', page)
    assert found, page
    return found[1]


def whole(stand: Booth, number: int) -> list[Any]:
    """A guest with extension and tags, without version and stamps."""
    with stand.database.read() as session:
        guest = load_record(session, Guest, number)
        perks = session.get(GuestPerks, number)
        words = sorted(word.name for word in guest.words)
        return [guest.name, guest.email, guest.credit, guest.since, words, perks and perks.drinks]


def test_a_save_is_taken_back_with_tags_and_extension(stand: Booth, clerk: Browser) -> None:
    number = made(clerk, f"{GUESTS}new", a_guest(email="ana@example.test", since="2026-03-01", words=["1"]))
    before = whole(stand, number)
    clerk.get(GUESTS)
    changed = a_guest(name="Eva", email="", words=["2"], **{"perks.drinks": "7"}, version="1")
    clerk.post(f"{GUESTS}{number}", data=changed)
    page = clerk.get(f"{GUESTS}{number}").text
    assert "Eva was saved." in page
    assert whole(stand, number) == ["Eva", None, Decimal(0), None, ["New"], Decimal(7)]
    answer = clerk.post(undo_of(page), headers={"Referer": f"http://localhost{GUESTS}{number}"})
    assert answer.headers["Location"] == f"{GUESTS}{number}"
    assert whole(stand, number) == before
    assert clerk.post(undo_of(page), headers={"Accept": "application/json"}).status_code == 409


def test_what_others_touched_stays(stand: Booth, clerk: Browser) -> None:
    clerk.post(f"{GUESTS}1", data=a_guest(name="By clerk", version="1"))
    address = undo_of(clerk.get(GUESTS).text)
    admin = stand.browser("admin")
    assert admin.post(address, headers={"Accept": "application/json"}).status_code == 404
    admin.post(f"{GUESTS}1", data=a_guest(name="By clerk", email="x@example.test", version="2"))
    refused = clerk.post(address, headers={"Accept": "application/json"})
    assert refused.status_code == 409
    assert "Ada Admin changed By clerk meanwhile" in refused.json["detail"]
    assert stored(stand, Guest, 1).name == "By clerk"


def test_own_later_changes_are_taken_back_one_after_the_other(stand: Booth, clerk: Browser) -> None:
    for name in ("First", "Second"):
        version = stored(stand, Guest, 1).version
        assert clerk.post(f"{GUESTS}1/cell/name", data={"name": name, "version": version}).status_code == 200
    assert clerk.post("/undo/last").status_code == 303
    assert stored(stand, Guest, 1).name == "First"
    assert clerk.post("/undo/last").status_code == 303
    assert stored(stand, Guest, 1).name == "Casa Lumen"
    assert clerk.post("/undo/last", headers={"Accept": "application/json"}).status_code == 404


def test_lines_come_back_and_what_was_posted_stays(stand: Booth, clerk: Browser) -> None:
    number = made(clerk, "/fair/bill/new", a_bill())
    bill = stored(stand, Bill, number)
    kept = [(line.description, line.quantity, line.price, line.discount) for line in bill.lines]
    clerk.get("/fair/bill/")
    one = {n: v for n, v in a_bill(reference="short", version="1").items() if not n.startswith(("lines-1", "lines-4"))}
    clerk.post(f"/fair/bill/{number}", data={**one, "lines-0-id": str(bill.lines[0].id), "lines-0-quantity": "1"})
    assert len(stored(stand, Bill, number).lines) == 1
    address = undo_of(clerk.get(f"/fair/bill/{number}").text)
    assert clerk.post(address).status_code == 303
    again = stored(stand, Bill, number)
    assert [(line.description, line.quantity, line.price, line.discount) for line in again.lines] == kept
    assert (again.total, again.reference) == (bill.total, "")
    clerk.post(f"/fair/bill/{number}", data=a_bill(reference="real", version=str(again.version)))
    address = undo_of(clerk.get(f"/fair/bill/{number}").text)
    clerk.post(f"/fair/bill/{number}/post", data={})
    refused = clerk.post(address, headers={"Accept": "application/json"})
    assert refused.status_code == 409
    assert "can no longer be changed" in refused.json["detail"]


def test_a_new_record_that_is_taken_back_lies_in_the_trash(stand: Booth, clerk: Browser) -> None:
    number = made(clerk, f"{GUESTS}new", a_guest())
    page = clerk.get(f"{GUESTS}{number}").text
    answer = clerk.post(undo_of(page), headers={"Referer": f"http://localhost{GUESTS}{number}"})
    assert answer.headers["Location"] == GUESTS
    assert stored(stand, Guest, number) is None
    assert "Ana" in clerk.get("/trash/").text


@pytest.mark.parametrize("way", ["page", "api"])
def test_deleted_with_all_its_rows_and_back_under_its_number(stand: Booth, clerk: Browser, way: str) -> None:
    number = made(clerk, "/fair/bill/new", a_bill())
    guest = made(clerk, f"{GUESTS}new", a_guest(email="ana@example.test", words=["1", "2"]))
    rows = {name: told for name, told in dump(stand.database).items() if name not in ("core_change", "fair_guest")}
    for url in (f"/fair/bill/{number}", f"{GUESTS}{guest}"):
        if way == "page":
            assert clerk.post(f"{url}/delete", data={}).status_code == 303
        else:
            assert clerk.delete(f"/api/v1{url}").status_code == 204
    assert stored(stand, Bill, number) is None
    with stand.database.read() as session:
        kept = list(session.scalars(select(Trashed).order_by(Trashed.id)))
        assert [(row.record_id, len(row.rows)) for row in kept] == [(number, 3), (guest, 4)]
        assert list(session.scalars(select(GuestPerks.id))) == []
    if way == "page":
        assert clerk.post("/trash/restore", data={"id": [row.id for row in kept]}).status_code == 303
    else:
        assert [row["title"] for row in clerk.get("/api/v1/trash").json["items"]] == ["Ana", kept[0].title]
        for row in reversed(kept):
            assert clerk.post(f"/api/v1/trash/{row.id}/restore").json["id"] == row.record_id
    again = {name: told for name, told in dump(stand.database).items() if name not in ("core_change", "fair_guest")}
    assert {n: t for n, t in again.items() if n != "fair_bill"} == {n: t for n, t in rows.items() if n != "fair_bill"}
    assert stored(stand, Guest, guest).version == 2
    assert f'href="{GUESTS}{guest}"' in clerk.get(f"{GUESTS}?q=ana").text  # found again by any piece of its name
    assert clerk.post("/trash/restore", data={"id": kept[0].id}).status_code == 404


def test_a_place_that_was_taken_is_told(stand: Booth, clerk: Browser) -> None:
    admin = stand.browser("admin")
    guest = made(clerk, f"{GUESTS}new", a_guest(email="ana@example.test"))
    clerk.get(GUESTS)
    clerk.post(f"{GUESTS}{guest}/delete", data={})
    address = undo_of(clerk.get(GUESTS).text)
    made(clerk, f"{GUESTS}new", a_guest(name="Other", email="Ana@example.test"))
    refused = clerk.post(address, headers={"Accept": "application/json"})
    assert refused.status_code == 422
    assert "Email" in refused.text
    assert stored(stand, Guest, guest) is None
    good = admin.post("/api/v1/fair/good", json={"code": "SOF", "name": "Sofa"}).json["id"]
    bill = made(admin, "/fair/bill/new", a_bill(**{"lines-0-good": str(good)}))
    for url in (f"/fair/bill/{bill}/delete", f"/fair/good/{good}/delete"):
        assert admin.post(url, data={}).status_code == 303
    with stand.database.read() as session:
        ids = {row.model: row.id for row in session.scalars(select(Trashed))}
    admin.post("/trash/restore", data={"id": ids["fair.Bill"]})
    assert "a record that it points at is gone" in admin.get("/trash/").text
    admin.post("/trash/restore", data={"id": list(ids.values())[-2:]})
    assert stored(stand, Bill, bill) is not None
    assert stored(stand, Good, good) is not None


def test_the_trash_is_ones_own_and_emptied_in_time(stand: Booth, clerk: Browser) -> None:
    from datetime import timedelta

    from core.db import now
    from core.screens.trash.restoring import empty_old

    admin = stand.browser("admin")
    for browser, name in ((admin, "Admin's"), (clerk, "Clerk's")):
        number = made(browser, f"{GUESTS}new", a_guest(name=name))
        browser.post(f"{GUESTS}{number}/delete", data={})
        browser.get("/")
    assert "Admin&#39;s" not in clerk.get("/trash/").text
    assert "Admin&#39;s" in admin.get("/trash/").text
    with stand.database.read() as session:
        theirs, own = session.scalars(select(Trashed.id).order_by(Trashed.id))
    for deed in ("restore", "forget"):
        assert clerk.post(f"/trash/{deed}", data={"id": [theirs, own]}).status_code == 404
    assert clerk.post("/trash/forget", data={"id": own}).status_code == 303
    with stand.database.write() as session:
        session.execute(update(Base.metadata.tables["core_trashed"]).values(at=now() - timedelta(days=31)))
        assert empty_old(session) == 1
