"""A record made or corrected from a box of another form, without leaving it."""

from core.testing.browser import Browser
from tests.screens.booth import Booth
from tests.screens.fair import Guest
from tests.screens.typing_in import stored

PART = {"HX-Request": "true", "Accept": "application/json, text/html;q=0.9"}


def test_a_box_tells_what_the_user_may_do_with_its_records(stand: Booth, clerk: Browser) -> None:
    mine, all_of_it = clerk.get("/fair/bill/new").text, stand.browser("admin").get("/fair/bill/new").text
    assert (
        'data-url="/fair/guest/options" data-open="/fair/guest/" data-new="/fair/guest/new" data-quick="make edit"' in mine
    )
    assert 'data-open="/fair/good/"' in mine
    assert 'data-new="/fair/good/new"' not in mine
    assert 'data-new="/fair/good/new"' in all_of_it


def test_a_record_is_made_and_corrected_by_a_few_fields(stand: Booth, clerk: Browser) -> None:
    form = clerk.get("/fair/guest/quick?text=Eva Paz", headers=PART).text
    assert "<html" not in form
    assert 'value="Eva Paz"' in form
    assert form.count('class="t-field') <= 6
    refused = clerk.post("/fair/guest/quick", data={"name": "", "kind": "person"}, headers=PART)
    assert refused.status_code == 422
    assert "is needed" in refused.text
    made = clerk.post("/fair/guest/quick", data={"name": "Eva Paz", "kind": "person"}, headers=PART).json
    assert made["text"] == "Eva Paz"
    assert 'value="Eva Paz"' in clerk.get(f"/fair/guest/{made['value']}/quick", headers=PART).text
    typed = {"name": "Eva Ruiz", "kind": "person", "version": "1"}
    assert clerk.post(f"/fair/guest/{made['value']}/quick", data=typed, headers=PART).json["text"] == "Eva Ruiz"
    assert stored(stand, Guest, made["value"]).name == "Eva Ruiz"
    assert clerk.post(f"/fair/guest/{made['value']}/quick", data=typed, headers=PART).status_code == 422, "an old version"


def test_a_short_form_needs_the_right(stand: Booth, clerk: Browser) -> None:
    for browser, codes in ((stand.browser("guard"), (403, 404)), (stand.browser(None), (302, 401, 403))):
        for url in ("/fair/guest/quick", "/fair/guest/1/quick", "/fair/good/quick"):
            assert browser.get(url).status_code in codes
            assert browser.post(url, data={"name": "x"}).status_code in codes
    assert clerk.get("/fair/guest/2/quick").status_code == 404
    assert clerk.post("/fair/good/quick", data={"name": "x", "code": "x"}).status_code == 403


def test_faults_stand_above_the_form_as_links(clerk: Browser) -> None:
    page = clerk.post(
        "/fair/bill/new", data={"guest": "", "date": "x", "lines-0-description": "a", "lines-0-quantity": "y"}
    ).text
    for control in ("guest", "date", "lines-0-quantity"):
        assert f'<a href="#{control}" data-fault>' in page
