"""What is done on the page of a record besides filling it in: verbs, archiving, history, panels, neighbours, rights."""

import re

import pytest

from core.db import Base
from core.testing.browser import Browser
from tests.counting import counted
from tests.screens.booth import Booth
from tests.screens.fair import Bill, Guest, dump, unchanged
from tests.screens.typing_in import a_bill, a_guest, made, stored


def test_fragment_is_the_main_block_alone(clerk: Browser) -> None:
    whole = clerk.get("/fair/bill/new").text
    part = clerk.get("/fair/bill/new", headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert part.text.strip().startswith("<form") or "data-lines" in part.text
    assert part.text.split("csrf_token")[0].strip()[:60] in whole
    assert "HX-Request" in part.headers["Vary"]


def test_second_writer_is_told_and_may_insist(stand: Booth, clerk: Browser) -> None:
    stand.browser("admin").post("/fair/guest/1", data=a_guest(name="By admin", credit="5", version="1"))
    with unchanged(stand.database):
        answer = clerk.post("/fair/guest/1", data=a_guest(name="By clerk", version="1"))
    assert answer.status_code == 409
    assert "Ada Admin changed Name" in answer.text
    assert 'value="By clerk"' in answer.text
    assert '<input type="hidden" name="version" value="2">' in answer.text
    assert clerk.post("/fair/guest/1", data=a_guest(name="By clerk", version="2")).status_code == 303


def test_verb_asks_acts_and_freezes(stand: Booth, clerk: Browser) -> None:
    number = made(clerk, "/fair/bill/new", a_bill())
    page = clerk.get(f"/fair/bill/{number}").text
    assert f'href="/fair/bill/{number}/post"' in page
    assert "Copy" not in page
    asked = clerk.get(f"/fair/bill/{number}/post").text
    assert 'name="on"' in asked
    with unchanged(stand.database):
        assert clerk.post(f"/fair/bill/{number}/post", data={"on": "some day"}).status_code == 422
        assert clerk.post(f"/fair/bill/{number}/copy_bill", data={}).status_code == 403
    assert clerk.post(f"/fair/bill/{number}/post", data={"on": "2026-03-31", "note": "at last"}).status_code == 303
    bill = stored(stand, Bill, number)
    assert (bill.state, bill.date.isoformat(), bill.reference) == ("posted", "2026-03-31", "at last")
    shown = clerk.get(f"/fair/bill/{number}").text
    assert "<input" not in shown.split('id="content"')[1].split("</main>")[0]
    assert "364,677.70" in shown
    with unchanged(stand.database):
        assert clerk.post(f"/fair/bill/{number}", data=a_bill(reference="late")).status_code == 409
        assert clerk.post(f"/fair/bill/{number}/post", data={}).status_code == 409
        assert clerk.post(f"/fair/bill/{number}/delete", data={}).status_code == 409


def test_half_done_verb_leaves_nothing(stand: Booth) -> None:
    admin = stand.browser("admin")
    number = made(admin, "/fair/bill/new", a_bill())
    with unchanged(stand.database):
        answer = admin.post(f"/fair/bill/{number}/spoil", data={})
    assert answer.status_code in (409, 422)
    copy = admin.post(f"/fair/bill/{number}/copy_bill", data={})
    assert copy.headers["Location"] == f"/fair/bill/{number + 1}"
    assert admin.post("/fair/bill/close_all", data={"until": "2026-12-31"}).status_code == 303
    assert stored(stand, Bill, number).state == "posted"


def test_archive_and_delete(stand: Booth, clerk: Browser) -> None:
    number = made(clerk, "/fair/guest/new", a_guest())
    clerk.post(f"/fair/guest/{number}/archive")
    assert stored(stand, Guest, number).active is False
    clerk.post(f"/fair/guest/{number}/unarchive")
    assert stored(stand, Guest, number).active is True
    bill = made(clerk, "/fair/bill/new", a_bill(guest=str(number)))
    with unchanged(stand.database):
        refused = clerk.post(f"/fair/guest/{number}/delete", data={})
    assert refused.status_code == 409
    assert "other records point at it" in refused.text
    assert clerk.post(f"/fair/bill/{bill}/delete", data={}).status_code == 303
    assert clerk.post(f"/fair/guest/{number}/delete", data={}).status_code == 303
    assert stored(stand, Guest, number) is None


def test_history_is_shown_and_an_old_value_comes_back(stand: Booth, clerk: Browser) -> None:
    number = made(clerk, "/fair/guest/new", a_guest(land="1"))
    clerk.post(f"/fair/guest/{number}", data=a_guest(name="Eva", land="2", version="1"))
    page = clerk.get(f"/fair/guest/{number}/history").text
    assert "Carla Clerk" in page
    assert "Argentina" in page
    assert "Uruguay" in page
    change = re.search(rf"/fair/guest/{number}/history/(\d+)", page)
    assert change is not None
    clerk.post(change[0], data={"field": "land_id"})
    assert stored(stand, Guest, number).land_id == 1
    with unchanged(stand.database):
        for field in ("secret", "credit", "nothing", ""):
            clerk.post(change[0], data={"field": field})


def test_panel_is_a_tab(clerk: Browser) -> None:
    page = clerk.get("/fair/guest/1?panel=bills").text
    assert "Casa Lumen has bills" in page
    assert 'id="record"' not in page
    assert 'href="/fair/guest/1?panel=details"' in page


def test_next_and_previous_follow_the_list(clerk: Browser) -> None:
    assert clerk.get("/fair/guest/1/next").headers["Location"] == "/fair/guest/3"
    assert clerk.get("/fair/guest/3/previous").headers["Location"] == "/fair/guest/1"
    assert clerk.get("/fair/guest/3/next").headers["Location"] == "/fair/guest/3"


@pytest.mark.parametrize(
    "url",
    [
        "/fair/guest/1",
        "/fair/guest/new",
        "/fair/guest/1/history",
        "/fair/guest/1/delete",
        "/fair/guest/options",
        "/fair/guest/1/next",
        "/fair/bill/1/post",
        "/fair/bill/close_all",
        "/fair/bill/new",
        "/fair/guest/",
    ],
)
def test_no_page_without_the_right(stand: Booth, url: str) -> None:
    made(stand.browser("clerk"), "/fair/bill/new", a_bill())
    before = dump(stand.database)
    guard, nobody = stand.browser("guard"), stand.browser(None)
    for browser, codes in ((guard, (403, 404)), (nobody, (302, 401, 403))):
        assert browser.get(url).status_code in codes, url
    for posted in (url, "/fair/guest/1/archive", "/fair/bill/recompute", "/fair/guest/1/history/1", "/fair/guest/1"):
        assert guard.post(posted, data=a_guest()).status_code in (403, 404, 405), posted
        assert nobody.post(posted, data=a_guest()).status_code in (302, 401, 403, 404, 405), posted
    assert dump(stand.database) == before


def test_record_that_is_not_visible_is_not_there(stand: Booth, clerk: Browser) -> None:
    with unchanged(stand.database):
        for url in ("/fair/guest/2", "/fair/guest/2/history", "/fair/guest/2/delete", "/fair/guest/999"):
            assert clerk.get(url).status_code == 404, url
        assert clerk.post("/fair/guest/2", data=a_guest()).status_code == 404
        assert clerk.post("/fair/guest/2/delete", data={}).status_code == 404
        answer = clerk.post("/fair/bill/new", data=a_bill(guest="2"))
    assert answer.status_code == 422
    assert "Hidden Ltd" not in answer.text


def test_post_without_the_pages_token_is_refused(stand: Booth, clerk: Browser) -> None:
    with unchanged(stand.database):
        assert clerk.client.post("/fair/guest/1", data=a_guest()).status_code == 403


def test_form_asks_little(stand: Booth, clerk: Browser) -> None:
    for _warm in range(3):
        clerk.get("/fair/guest/1")
    with counted(stand.database) as seen:
        clerk.get("/fair/guest/1")
    assert len(seen) <= 12, "\n".join(seen)


def test_core_tables_are_the_kernels() -> None:
    assert "core_command" in Base.metadata.tables
