"""The list page in a browser: every mode, every link, what JavaScript would ask for, and what is ticked."""

import csv
import io
import json
import re
from collections.abc import Callable
from decimal import Decimal
from html import unescape
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from sqlalchemy import event, select

from core.registry.discover import discover
from core.screens.fields.typed import Asking
from core.screens.queries.where import read
from core.testing.tandem import Tandem

LIST = "/crm_contacts/contact/"


def people_and_a_firm(made: Tandem) -> None:
    """Contacts with accents, markup in their names, companies and people who look after them."""
    from addons.crm_contacts.models import Contact, Tag

    made.add_user("reader", "crm_contacts.user")
    made.add_user("manager", "crm_contacts.manager")
    with made.write("manager") as session:
        tag, firm = Tag(name="Hotel <b>"), Contact(name="<script>alert(1)</script>", kind="company", city="Rosario")
        session.add_all([tag, firm])
        for i in range(120):
            contact = Contact(name=f"Peña {i:03}", email=f"p{i}@example.test", customer=bool(i % 2))
            contact.city = ["Rosario", "Salta & Jujuy", None][i % 3]
            contact.company = firm if i % 2 else None
            contact.tags = [tag] if i % 4 == 0 else []
            session.add(contact)
    with made.write("reader") as session:
        session.add(Contact(name="Mine alone", city="Rosario"))


@pytest.fixture
def contacts(tandem: Callable[..., Tandem]) -> Any:
    return tandem("crm_contacts", furnish=people_and_a_firm)


def rows(text: str) -> list[str]:
    return [unescape(name) for name in re.findall(r'<a class="t-name" href="[^"]+">(.*?)</a>', text)]


def links(text: str, part: str) -> list[str]:
    return [unescape(url) for url in re.findall(r'href="([^"]+)"', text) if part in url]


def test_the_page_shows_the_rows_and_goes_on(contacts: Any) -> None:
    browser = contacts.client("manager")
    page = browser.get(LIST)
    assert page.status_code == 200
    assert len(rows(page.text)) == 80
    assert rows(page.text)[0] == "<script>alert(1)</script>"
    assert "<script>alert" not in page.text
    assert "122 contacts" in re.sub(r"\s+", " ", page.text)
    more = links(page.text, "after=")[0]
    second = browser.get(LIST + more)
    assert len(rows(second.text)) == 42
    assert not set(rows(page.text)) & set(rows(second.text))
    part = browser.get(f"{LIST}{more}&part=rows", headers={"HX-Request": "true"})
    assert rows(part.text) == rows(second.text)
    assert "<html" not in part.text
    assert part.text.count("<tr") == 42


def test_htmx_gets_the_main_block_alone(contacts: Any) -> None:
    answer = contacts.client("manager").get(f"{LIST}?group=role", headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert answer.text.count("t-group-1") == 2
    assert "HX-Request" in answer.headers["Vary"]


def test_a_head_sorts_and_says_so(contacts: Any) -> None:
    browser = contacts.client("manager")
    page = browser.get(LIST)
    assert page.text.count("aria-sort") == 1
    turned = next(url for url in links(page.text, "order=-name") if "after" not in url)
    page = browser.get(turned)
    assert 'aria-sort="descending"' in page.text
    assert rows(page.text)[0] == "Peña 119"


def test_groups_open_where_one_asks(contacts: Any) -> None:
    browser = contacts.client("manager")
    page = browser.get(f"{LIST}?group=role,city")
    assert rows(page.text) == []
    opened = browser.get(LIST + links(page.text, "open=")[0])
    assert len(re.findall("t-group-2", opened.text)) >= 3
    inner = [url for url in links(opened.text, "open=") if len(json.loads(parse_qs(urlsplit(url).query)["open"][0])) == 2]
    rows_page = browser.get(LIST + inner[0])
    assert rows(rows_page.text)
    assert 'aria-expanded="true"' in rows_page.text


def test_the_group_of_nothing_opens_too(contacts: Any) -> None:
    browser = contacts.client("manager")
    page = browser.get(f"{LIST}?group=city")
    last = links(page.text, "open=")[-1]
    assert len(rows(browser.get(LIST + last).text)) == 40


def test_a_filter_becomes_a_chip_that_goes_away(contacts: Any) -> None:
    browser = contacts.client("manager")
    where = quote(json.dumps([["city", "=", "Salta & Jujuy"], ["customer", "=", False]]))
    page = browser.get(f"{LIST}?where={where}&q=pena")
    assert '<span class="t-op">City</span> <b>Salta &amp; Jujuy</b>' in page.text
    assert len(rows(page.text)) == 20
    removes = [unescape(url) for url in re.findall(r'class="t-x" href="([^"]+)"', page.text)]
    assert len(removes) == 3
    assert len(rows(browser.get(removes[0]).text)) == 60
    assert len(rows(browser.get(removes[2]).text)) == 20


def test_a_form_without_javascript_adds_a_filter_and_columns(contacts: Any) -> None:
    browser = contacts.client("manager")
    assert len(rows(browser.get(f"{LIST}?add.field=name&add.op=contains&add.value=PENA+00").text)) == 10
    assert len(rows(browser.get(f"{LIST}?add.field=company&add.op=%3D&add.value=alert").text)) == 60
    assert len(rows(browser.get(f"{LIST}?add.field=city&add.op=empty&add.value=").text)) == 40
    page = browser.get(f"{LIST}?columns=city&columns=name")
    assert re.findall(r'aria-label="Column (\w+)"', page.text)[::2] == ["City", "Name"]


def test_nothing_here_and_nothing_found_are_said(contacts: Any) -> None:
    browser = contacts.client("manager")
    page = browser.get(f"{LIST}?q=zzzzzz")
    assert "Nothing matches" in page.text
    assert "<table" not in page.text
    empty = browser.get("/crm_contacts/contact_merge/")
    assert empty.status_code in (200, 404)
    if empty.status_code == 200:
        assert "nothing here yet" in empty.text


@pytest.mark.parametrize(
    "query",
    [
        "view=map",
        "view=calendar",
        "filter=nonsense",
        "order=salary",
        "group=tags",
        "columns=nothing",
        'where=[["x","=",1]]',
        "where={",
        "after=x",
        "view=pivot&rows=tags",
        "view=pivot&measures=median:x",
        "export=doc",
        "month=x&view=calendar",
    ],
)
def test_an_address_that_cannot_be_read_says_why(contacts: Any, query: str) -> None:
    assert contacts.client("manager").get(f"{LIST}?{query}").status_code == 422


def test_what_is_not_granted_is_not_shown(contacts: Any) -> None:
    page = contacts.client("reader").get(LIST)
    assert rows(page.text) == ["Mine alone"]
    assert "export=" not in page.text
    assert contacts.client("reader").get(f"{LIST}?export=csv").status_code == 403
    assert contacts.client("reader").get("/crm_contacts/contact_merge/").status_code in (403, 404)


def test_a_search_looks_beside_and_stays_inside_the_rule(contacts: Any) -> None:
    found = contacts.client("manager").get(f"{LIST}?q=ALERT").text
    assert len(rows(found)) == 61  # the firm and those who work there
    browser = contacts.client("reader")
    assert rows(browser.get(f"{LIST}?q=mine").text) == ["Mine alone"]
    assert rows(browser.get(f"{LIST}?q=alert").text) == []
    assert rows(browser.get(f"{LIST}?q=al").text) == ["Mine alone"]


def test_cube_board_and_graph_add_up_to_the_list(contacts: Any) -> None:
    browser = contacts.client("manager")
    cube = browser.get(f"{LIST}?view=pivot&rows=role,city&cols=month(last_contact_at)&measures=count")
    assert cube.status_code == 200
    assert cube.text.count('<tr class="t-group ') == 2
    assert re.findall(r'<a class="t-double-rule" href="[^"]+">([\d,]+)</a>', cube.text)[-1] == "122"
    figure = next(unescape(url) for url in re.findall(r'<td class="[^"]*"><a href="([^"]+)"', cube.text))
    assert browser.get(LIST + figure).status_code == 200
    board = browser.get(f"{LIST}?view=kanban")
    counts = [int(number) for number in re.findall(r"data-count>(\d+)</span>", board.text)]
    assert sum(counts) == 122
    assert board.text.count('<li class="t-card"') == sum(min(count, 40) for count in counts)
    graph = browser.get(f"{LIST}?view=graph")
    assert sum(Decimal(value) for value in re.findall(r'data-value="([\d.]+)"', graph.text)) == 122


def test_a_cube_s_figure_opens_as_many_rows_as_it_says(contacts: Any) -> None:
    browser = contacts.client("manager")
    cube = browser.get(f"{LIST}?view=pivot&rows=city&cols=role&measures=count&share=none")
    cells = re.findall(r'<td class="t-number[^"]*"><a href="([^"]+)">(\d+)</a></td>', cube.text)
    for url, count in cells[:5]:
        assert len(rows(browser.get(LIST + unescape(url)).text)) == int(count)


def test_files_hold_what_the_list_shows(contacts: Any) -> None:
    browser = contacts.client("manager")
    with browser.get(f"{LIST}?q=pena&order=-name&columns=name,city&export=csv") as page:
        assert page.headers["Content-Disposition"] == "attachment; filename=contacts.csv"
        lines = list(csv.reader(io.StringIO(page.data.decode("utf-8-sig"))))
    assert lines[0] == ["Name", "City"]
    assert lines[1] == ["Peña 119", "Salta & Jujuy" if 119 % 3 == 1 else ""]
    assert len(lines) == 121
    for kind in ("xlsx", "ods", "html", "txt", "pdf"):
        with browser.get(f"{LIST}?group=role&export={kind}") as made:
            assert made.status_code == 200
            assert len(made.data) > 500


def test_what_is_ticked_is_archived_all_or_nothing(contacts: Any) -> None:
    from addons.crm_contacts.models import Contact

    browser = contacts.client("manager")
    with contacts.read() as session:
        ids = list(session.scalars(select(Contact.id).where(Contact.name.startswith("Peña 00"))))
    answer = browser.post(LIST, {"action": "archive", "id": ids, "back": "?q=pena"})
    assert answer.headers["Location"] == f"{LIST}?q=pena"
    assert len(rows(browser.get(f"{LIST}?archived=1").text)) == len(ids) == 10
    assert browser.post(LIST, {"action": "delete", "id": [ids[0], 99999]}).status_code == 404
    assert browser.post(LIST, {"action": "explode", "id": ids}).status_code == 422
    assert browser.post(LIST, {"action": "archive"}).status_code == 422
    assert contacts.client("reader").post(LIST, {"action": "delete", "id": ids}).status_code in (403, 422)
    with contacts.read() as session:
        assert len(list(session.scalars(select(Contact.id).where(Contact.id.in_(ids))))) == 10


def test_a_card_is_moved_by_writing_its_field_or_not_at_all(contacts: Any) -> None:
    from addons.crm_contacts.models import Contact

    browser = contacts.client("manager")
    with contacts.read() as session:
        number = session.scalars(select(Contact.id).where(Contact.name == "Peña 000")).one()
    board = browser.get(f"{LIST}?view=kanban").text
    answer = browser.post(LIST, {"card": str(number), "column": "customer"}, headers={"X-Requested-With": "fetch"})
    with contacts.read() as session:
        role = session.get(Contact, number).role
    assert (role == "customer") is (answer.status_code == 200)
    assert ("data-card-moves" in board) is (answer.status_code == 200)
    assert browser.post(LIST, {"card": "x", "column": "customer"}).status_code == 404


def test_a_page_costs_few_statements(contacts: Any) -> None:
    browser, statements = contacts.client("manager"), []
    browser.get(LIST)
    engine = contacts.database.engine

    def watch(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", watch)
    browser.get(LIST)
    event.remove(engine, "before_cursor_execute", watch)
    mine = [statement for statement in statements if "crm_contacts" in statement]
    assert len(mine) <= 3, mine  # total, rows, tags
    assert len(statements) <= 6


@pytest.mark.parametrize("language", ["es", "ru"])
def test_it_speaks_the_reader_s_language(contacts: Any, language: str) -> None:
    browser = contacts.client("manager")
    with contacts.write() as session:
        from core.access.models import User

        session.scalars(select(User).where(User.login == "manager")).one().language = language
    page = browser.get(LIST)
    assert {"es": "Agrupar", "ru": "Группировать"}[language] in page.text


def test_every_filter_of_every_addon_is_valid_after_composition() -> None:
    found = discover()
    assert found.addons
    from core.registry.composition import compose

    composition = compose(found.addons, [name for name in found.addons if name not in found.problems])
    for view in composition.views:
        for each in view.filters:
            read(each.where, view.fields, Asking(__import__("datetime").date(2026, 3, 27), user_id=1))


def test_one_record_is_told_in_the_singular(tandem: Any) -> None:
    from addons.crm_contacts.models import Contact

    office = tandem("crm_contacts")
    for name, told in (("Ana Ruiz", "1 contact<"), ("Leo Paz", "2 contacts<")):
        with office.write() as session:
            session.add(Contact(name=name, kind="person"))
        page = office.client().get("/crm_contacts/contact/").text
        assert told in re.sub(r"\s+<", "<", page)
