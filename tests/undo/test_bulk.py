"""Something is done to many records: a few at once, many by a job that reports, is stopped, goes on and is taken back."""

import csv
import io
import re
from typing import Any

import pytest
from sqlalchemy import func, select, update

from core.screens.lists.bulk import jobs
from core.screens.undo.models import Act

LIST = "/crm_contacts/contact/"
MANY = 230


@pytest.fixture
def contacts(tandem: Any) -> Any:
    """More contacts than are done at once, one of them a manager's whom others may not change."""
    from addons.crm_contacts.models import Contact, Tag

    made = tandem("crm_contacts")
    made.add_user("reader", "crm_contacts.user")
    made.add_user("manager", "crm_contacts.manager")
    with made.write("manager") as session:
        session.add_all([Tag(name="Hotel"), Tag(name="Press")])
        session.add_all([Contact(name=f"Peña {i:03}", city=["Rosario", "Salta"][i % 2]) for i in range(MANY)])
    return made


def ids(made: Any, *conditions: Any) -> list[int]:
    from addons.crm_contacts.models import Contact

    with made.read() as session:
        return list(session.scalars(select(Contact.id).where(*conditions).order_by(Contact.id)))


def last_act(made: Any) -> Any:
    with made.read() as session:
        return session.scalars(select(Act).order_by(Act.id.desc()).limit(1)).one()


def test_a_field_of_some_is_asked_for_and_set(contacts: Any) -> None:
    from addons.crm_contacts.models import Contact

    browser, chosen = contacts.client("manager"), ids(contacts)[:3]
    asked = browser.post(LIST, {"action": "edit", "id": chosen, "field": "city"}, headers={"HX-Request": "true"}).text
    assert 'data-title="Edit: 3 contacts"' in asked
    assert 'name="city"' in asked
    assert f'name="ids" value="{",".join(map(str, chosen))}"' in asked
    form = {"action": "edit", "ids": ",".join(map(str, chosen)), "field": "email", "go": "1"}
    wrong = browser.post(LIST, {**form, "email": "no mail"})
    assert wrong.status_code == 422
    assert "is not an e-mail address" in wrong.text
    browser.post(LIST, {**form, "field": "city", "city": "Ushuaia", "back": "?q=pena"})
    assert ids(contacts, Contact.city == "Ushuaia") == chosen
    page = browser.get(f"{LIST}?q=pena").text
    assert "City of 3 contacts changed." in page
    browser.post(re.search(r'action="(/undo/\d+)"', page)[1])  # type: ignore[index]
    assert ids(contacts, Contact.city == "Ushuaia") == []
    assert contacts.client("reader").post(LIST, {**form, "field": "city", "city": "x"}).status_code == 404


def test_tags_are_added_and_taken_off(contacts: Any) -> None:
    from addons.crm_contacts.models import Contact

    browser, chosen = contacts.client("manager"), ids(contacts)[:2]
    form = {"id": chosen, "field": "tags", "go": "1"}

    def tags() -> list[list[str]]:
        with contacts.read() as session:
            found = session.scalars(select(Contact).where(Contact.id.in_(chosen)).order_by(Contact.id))
            return [sorted(tag.name for tag in contact.tags) for contact in found]

    browser.post(LIST, {**form, "action": "tag", "tags": ["1"], "id": chosen[:1]})
    browser.post(LIST, {**form, "action": "tag", "tags": ["1", "2"]})
    assert tags() == [["Hotel", "Press"], ["Hotel", "Press"]]
    browser.post(LIST, {**form, "action": "untag", "tags": ["1"]})
    assert tags() == [["Press"], ["Press"]]
    for before in ([["Hotel", "Press"]] * 2, [["Hotel"], []]):
        browser.post("/undo/last")
        assert tags() == before
    assert browser.post(LIST, {**form, "action": "tag"}).status_code == 422


def test_those_that_refuse_are_told_and_the_others_done(contacts: Any) -> None:
    from addons.crm_contacts.models import Contact

    first, second, third = ids(contacts)[:3]
    with contacts.write() as session:
        session.execute(update(Contact).where(Contact.id == third).values(company_id=first))
    browser = contacts.client("manager")
    browser.post(LIST, {"action": "delete", "id": [first, second]})
    page = browser.get(LIST).text
    assert "1 contact deleted." in page
    assert "1 refused." in page
    assert len(ids(contacts)) == MANY - 1
    report = re.search(r'href="(/acts/\d+)"', page)[1]  # type: ignore[index]
    told = browser.get(report).text
    assert "other records point at it" in told
    assert f'href="{LIST}{first}"' in told
    lines = list(csv.reader(io.StringIO(browser.get(f"{report}/report.csv").data.decode("utf-8-sig"))))
    assert [line[2] for line in lines] == ["Result", "refused", "deleted"]
    assert contacts.client("reader").get(report).status_code == 404
    browser.post("/undo/last")
    assert len(ids(contacts)) == MANY


def test_all_that_match_are_done_by_a_job_and_undone_by_one(contacts: Any) -> None:
    from addons.crm_contacts.models import Contact

    browser = contacts.client("manager")
    sums = browser.post(LIST, {"action": "sums", "all": "1", "back": "?q=pena"}).json
    assert sums["count"] == MANY
    form = {"action": "edit", "all": "1", "back": "?q=pena", "field": "city", "city": "Ushuaia", "go": "1"}
    answer = browser.post(LIST, form)
    report = answer.headers["Location"]
    assert report.startswith("/acts/")
    with contacts.write("manager") as session:
        session.add(Contact(name="Peña late"))
    assert "<progress" in browser.get(report).text
    contacts.work()
    act = last_act(contacts)
    assert (act.state, act.total, act.done, act.refused) == ("done", MANY, MANY, 0)
    assert len(ids(contacts, Contact.city == "Ushuaia")) == MANY
    touched = ids(contacts)[0]
    contacts.client("admin").post(f"{LIST}{touched}/cell/city", {"city": "Salta"})
    assert browser.post(f"/undo/{act.id}").headers["Location"] == report
    contacts.work()
    assert ids(contacts, Contact.city == "Ushuaia") == []
    page = browser.get(f"{report}?show=kept").text
    assert "changed Peña 000 meanwhile" in page
    with contacts.read() as session:
        assert session.get_one(Act, act.id).state == "undone"


def test_a_job_is_stopped_goes_on_and_loses_rights(contacts: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from addons.crm_contacts.models import Contact

    browser, through = contacts.client("manager"), jobs.through
    report = browser.post(LIST, {"action": "archive", "all": "1", "back": "?q=pena"}).headers["Location"]

    def cut(session: Any, *rest: Any) -> Any:
        session.execute(update(Contact).values(city="half"))  # nothing of a batch that is cut off stays
        raise KeyboardInterrupt

    monkeypatch.setattr(jobs, "through", lambda *a: through(*a) if not ids(contacts, ~Contact.active) else cut(*a))
    with pytest.raises(KeyboardInterrupt):
        contacts.work()
    assert len(ids(contacts, ~Contact.active)) == jobs.BATCH
    assert ids(contacts, Contact.city == "half") == []
    monkeypatch.undo()
    assert browser.post(f"{report}/stop").status_code == 303
    assert contacts.work() == 0
    assert browser.post(f"{report}/resume").status_code == 303
    contacts.work()
    assert len(ids(contacts, ~Contact.active)) == MANY
    assert last_act(contacts).done == MANY


def test_what_is_ticked_is_exported(contacts: Any) -> None:
    browser, chosen = contacts.client("manager"), ids(contacts)[:2]
    with browser.post(LIST, {"action": "export:csv", "id": chosen, "back": "?columns=name,city&order=-name"}) as made:
        lines = list(csv.reader(io.StringIO(made.data.decode("utf-8-sig"))))
    assert lines == [["Name", "City"], ["Peña 001", "Salta"], ["Peña 000", "Rosario"]]


def test_a_cell_is_filled_in_with_the_rights_of_the_form(contacts: Any) -> None:
    from addons.crm_contacts.models import Contact

    browser, first = contacts.client("manager"), ids(contacts)[0]
    assert 'data-cells="name,' in browser.get(LIST).text
    cell = f"{LIST}{first}/cell/email"
    box = browser.get(cell).text
    assert 'form="cell-form"' in box
    assert 'aria-label="Email of Peña 000"' in box
    fetched = {"X-Requested-With": "fetch", "Accept": "application/json"}
    refused = browser.post(cell, {"email": "no mail", "version": "1"}, headers=fetched)
    assert refused.status_code == 422
    assert "is not an e-mail address" in refused.json["message"]
    saved = browser.post(cell, {"email": "p@example.test", "version": "1", "back": "?columns=name,email"}, headers=fetched)
    assert saved.json["version"] == 2
    assert saved.json["undo"].startswith("/undo/")
    assert "p@example.test" in saved.json["row"]
    other = contacts.client("admin").post(f"{LIST}{first}/cell/city", {"city": "Salta", "version": "1"}, headers=fetched)
    assert other.status_code == 200  # another field of the same record is nobody's conflict
    late = contacts.client("admin").post(cell, {"email": "q@example.test", "version": "1"}, headers=fetched)
    assert late.status_code == 409
    assert late.json["conflict"]
    assert late.json["message"] == "manager changed Email meanwhile. Now: p@example.test"
    insisted = {"email": "q@example.test", "version": late.json["version"]}
    assert contacts.client("admin").post(cell, insisted, headers=fetched).status_code == 200
    assert browser.get(f"{LIST}{first}/cell/search_text").status_code == 404
    reader = contacts.client("reader")
    assert reader.get(cell).status_code in (403, 404)
    with contacts.read() as session:
        assert session.scalar(select(func.count()).select_from(Contact).where(Contact.email == "q@example.test")) == 1
