"""Saved views and remembered columns: whose they are, who sees them, what a list opens with."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import select

from core.access.models import Team, TeamMember, User
from core.access.saved import ListChoice, SavedView
from core.errors import Denied
from core.screens.saved import saved_links
from core.testing.tandem import Tandem

LIST = "/crm_contacts/contact/"
VIEWS = "/lists/crm_contacts/contact/views"
COLUMNS = "/lists/crm_contacts/contact/columns"
USER = "crm_contacts.manager"


@pytest.fixture
def office(tandem: Callable[..., Tandem]) -> Tandem:
    """Contacts, and four people: ana and ben are one team, eva is in none, pia publishes."""
    from addons.crm_contacts.models import Contact

    made = tandem("crm_contacts")
    for login, *roles in (("ana",), ("ben",), ("eva",), ("pia", "core.publisher")):
        made.add_user(login, USER, *roles)
    with made.write() as session:
        session.add(Contact(name="Ana Paz", kind="person", role="lead", city="Salta"))
        people = {user.login: user.id for user in session.scalars(select(User))}
        team = Team(name="Sales")
        session.add(team)
        session.flush()
        session.add_all(TeamMember(team_id=team.id, user_id=people[login]) for login in ("ana", "ben"))
    return made


def save(browser: Any, name: str, at: str, **more: Any) -> int:
    answer = browser.post(VIEWS, {"name": name, "at": at, **more})
    assert answer.status_code == 303, answer.text
    return int(re.search(r"saved=(\d+)", answer.headers["Location"])[1])  # type: ignore[index]


def names(office: Tandem, login: str) -> list[str]:
    with office.read(login) as session:
        return [link.name for link in saved_links(session, office.composition.models.values())]


def heads(page: Any) -> list[str]:
    return re.findall(r'<th[^>]* data-path="([^"]+)"', page.text)


def test_a_view_is_seen_by_whom_it_is_shared_with(office: Tandem) -> None:
    ana = office.client("ana")
    private = save(ana, "Mine", "?filter=leads")
    save(ana, "Ours", "?filter=customers&order=-city", share="team", team=1)
    assert ana.post(VIEWS, {"name": "All", "at": "?", "share": "all"}).status_code == 403
    save(office.client("pia"), "For all", "?group=role", share="all")
    assert names(office, "ana") == ["Mine", "Ours", "For all"]
    assert names(office, "ben") == ["Ours", "For all"]
    assert names(office, "eva") == ["For all"]
    assert names(office, "admin") == ["Ours", "For all"]
    assert office.client("eva").post(VIEWS, {"name": "x", "at": "?", "share": "team", "team": 1}).status_code == 422
    menu = office.client("ben").get(f"{VIEWS}?at=%3F", headers={"HX-Request": "true"}).text
    assert "Ours" in menu and "Mine" not in menu and "<html" not in menu
    assert "Mine" in ana.get(VIEWS).text
    page = office.client("eva").get(f"{LIST}?saved={private}&filter=leads")
    assert page.status_code == 200 and "Mine" not in page.text and 'aria-label="Remove Leads"' in page.text


def test_its_address_alone_reproduces_it_and_a_change_is_said(office: Tandem) -> None:
    ana = office.client("ana")
    number = save(ana, "North", "?filter=leads&columns=city,name&order=-city&group=role&widths=city:90,name:200&row=1")
    with office.read("ana") as session:
        link = saved_links(session, office.composition.models.values())[0]
    full, short = ana.get(link.url), ana.get(f"{LIST}?saved={number}")
    for page in (full, short):
        assert heads(page) == ["city", "name"] and "North" in page.text and "changed:" not in page.text
        assert '<col width="90">' in page.text and 'name="f.city"' in page.text
    without = next(unescape(u) for u in re.findall(r'class="t-x" href="([^"]+)"', full.text) if "filter=&" in u)
    changed = ana.get(without)
    assert "changed:" in changed.text and "Remove Leads" not in changed.text  # not bare, so that it does not come back
    at = re.search(r'name="at" value="([^"]+)"', changed.text)
    ana.post(f"{VIEWS}/{number}", {"do": "save", "at": unescape(at[1])})  # type: ignore[index]
    assert "changed:" not in ana.get(f"{LIST}?saved={number}").text
    assert "Remove Leads" not in ana.get(f"{LIST}?saved={number}").text


def test_only_its_owner_and_administrators_change_it(office: Tandem) -> None:
    ana, ben, pia, admin = (office.client(login) for login in ("ana", "ben", "pia", "admin"))
    ours = save(ana, "Ours", "?filter=leads", share="team", team=1)
    for do in (
        {"do": "save", "at": "?"},
        {"do": "rename", "name": "x"},
        {"do": "share", "share": "private"},
        {"do": "delete"},
    ):
        assert ben.post(f"{VIEWS}/{ours}", do).status_code == 403
        assert pia.post(f"{VIEWS}/{ours}", do).status_code == 404
    assert ana.post(f"{VIEWS}/{ours}", {"do": "share", "share": "all"}).status_code == 403
    assert ana.post(f"{VIEWS}/{ours}", {"do": "rename", "name": " "}).status_code == 422
    assert ana.post(f"{VIEWS}/{ours}", {"do": "explode"}).status_code == 422
    assert admin.post(f"{VIEWS}/{ours}", {"do": "rename", "name": "Theirs"}).status_code == 303
    assert names(office, "ben") == ["Theirs"]
    assert ana.post(f"{VIEWS}/{ours}", {"do": "delete"}).status_code == 303
    assert names(office, "ana") == []
    with pytest.raises(Denied), office.write("ana") as session:
        user = session.scalars(select(User).where(User.login == "ana")).one()
        session.add(SavedView(model="crm_contacts.Contact", name="x", owner_id=user.id, share="all", state={}))
        session.flush()  # the guard knows it as well, whatever door one comes by


def test_a_person_s_default_goes_before_that_of_a_role(office: Tandem) -> None:
    pia, eva = office.client("pia"), office.client("eva")
    leads = save(pia, "Leads first", "?filter=leads", share="all")
    assert eva.post(f"{VIEWS}/{leads}", {"do": "role", "role": USER}).status_code == 403
    assert pia.post(f"{VIEWS}/{leads}", {"do": "role", "role": USER}).status_code == 303
    assert "Leads first" in eva.get(LIST).text
    plain = eva.get(f"{LIST}?saved=0")
    assert "Leads first" not in plain.text and "saved=0" in plain.text  # its links do not lead back to the default
    assert "Leads first" not in eva.get(f"{LIST}?q=ana").text
    own = save(eva, "By city", "?group=city", default="1")
    assert "By city" in eva.get(LIST).text and "Leads first" in office.client("ana").get(LIST).text
    eva.post(f"{VIEWS}/{own}", {"do": "default"})
    assert "Leads first" in eva.get(LIST).text
    eva.post("/lists/crm_contacts/contact/plain", {"plain": "1"})
    assert "Leads first" not in eva.get(LIST).text
    pia.post(f"{VIEWS}/{leads}", {"do": "delete"})
    assert office.client("ana").get(LIST).status_code == 200


def test_columns_are_remembered_for_each_person_and_list(office: Tandem) -> None:
    ana, ben = office.client("ana"), office.client("ben")
    usual = heads(ana.get(LIST))
    sent = {"columns": "city,name,phone", "widths": "city:120,name:240,phone:90", "freeze": "1"}
    assert ana.post(COLUMNS, sent, headers={"X-Requested-With": "fetch"}).status_code == 204
    page = ana.get(LIST)
    assert heads(page) == ["city", "name", "phone"] and 'data-freeze="1"' in page.text and '<col width="240">' in page.text
    assert "columns=city%2Cname%2Cphone" in page.text  # its address says them, so that it can be sent
    assert heads(ana.get(f"{LIST}?filter=leads")) == ["city", "name", "phone"]
    assert heads(ana.get(f"{LIST}?columns=name")) == ["name"]
    assert heads(ben.get(LIST)) == usual  # what is drawn for one is not shown to another
    assert ana.post(COLUMNS, {"columns": "nothing"}).status_code == 422
    answer = ana.post(COLUMNS, {"reset": "1", "back": f"?filter={quote('leads')}"})
    assert answer.headers["Location"].endswith("?filter=leads")
    assert heads(ana.get(LIST)) == usual
    with office.read() as session:
        assert [choice.columns for choice in session.scalars(select(ListChoice))] == [{}]


def test_what_is_kept_outlives_the_fields_that_it_names(office: Tandem) -> None:
    """An addon is disabled, a field of one's own taken away: lists open all the same."""
    ana = office.client("ana")
    usual = heads(ana.get(LIST))
    number = save(ana, "Gone", "?filter=leads", default="1")
    with office.write() as session:
        session.get_one(SavedView, number).state = {"filter": "", "columns": "name,billing.no_more", "where": 7}
        session.scalars(select(ListChoice)).one().columns = {"columns": "city,billing.no_more"}
    assert heads(ana.get(LIST)) == ["city"]
    assert ana.get(f"{LIST}?saved={number}").status_code == 422
    with office.write() as session:
        session.scalars(select(ListChoice)).one().columns = {"columns": "billing.no_more", "widths": "x"}
    assert heads(ana.get(LIST)) == usual
