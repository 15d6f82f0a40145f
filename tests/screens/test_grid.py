"""What one does in a grid, as addresses: conditions made and changed, boxes below heads, columns, orders, groups."""

import json
import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import parse_qs, quote

import pytest
from sqlalchemy.orm import Session

from core.i18n import using_language
from core.screens.fields.paths import Resolver
from core.screens.fields.typed import Asking, asking_of
from core.screens.lists.adding import replaced, with_added, with_boxes
from core.screens.lists.conditions import draft_of, typed_in
from core.screens.lists.layout import Columns, read_layout
from core.screens.lists.periods import NAMES, period_named, period_node, period_of
from core.screens.queries.where import read
from core.testing.tandem import Tandem

LIST = "/crm_contacts/contact/"
LIMIT = "billing.credit_limit"


@pytest.mark.parametrize(
    ("path", "typed", "node"),
    [
        ("name", "garc", ["name", "contains", "garc"]),
        ("name", "=García", ["name", "=", "García"]),
        ("name", "a..b", ["name", "contains", "a..b"]),
        (LIMIT, "> 1.234,5", [LIMIT, ">", "1234.5"]),
        (LIMIT, "10..20,5", ["and", [LIMIT, ">=", "10"], [LIMIT, "<=", "20.5"]]),
        (LIMIT, "..20", [LIMIT, "<=", "20"]),
        (LIMIT, "7", [LIMIT, "=", "7"]),
        ("rating", "<>3", ["rating", "!=", "3"]),
        ("since", "esta semana", ["week(since)", "=", "week"]),
        ("since", "last-30", ["and", ["since", ">=", "-29d"], ["since", "<=", "today"]]),
        ("since", ">31/03/2026", ["since", ">", "2026-03-31"]),
        ("since", "2026-01-01..2026-02-01", ["and", ["since", ">=", "2026-01-01"], ["since", "<=", "2026-02-01"]]),
        ("since", "-", ["since", "is-null", True]),
        ("state", "open", ["state", "=", "open"]),
        ("owner", "ana", ["owner", "contains", "ana"]),
        ("owner", "!=ana", ["not", ["owner", "contains", "ana"]]),
    ],
)
def test_a_box_means_what_is_typed_and_shows_it_again(shops: Resolver, path: str, typed: str, node: Any) -> None:
    catalogs = _spanish()
    with using_language("es", catalogs):
        assert typed_in(shops[path], typed, "es") == node
    draft = draft_of(shops[path], node)
    assert draft is not None and draft.sign


def _spanish() -> Any:
    from core.i18n import Catalogs
    from core.registry.composition import CORE

    return Catalogs((CORE / "translations",))


def test_every_named_period_is_told_by_its_condition_and_is_what_it_says(session: Session, shops: Resolver) -> None:
    who = Asking(date(2026, 11, 29), "America/Argentina/Buenos_Aires", 1)  # a Sunday
    for path in ("since", "seen_at"):
        for name in NAMES:
            node = json.loads(json.dumps(period_node(path, name)))
            assert period_of(node) == (path, name)
            assert read([node], shops, who).values
    assert read([period_node("since", "week-1")], shops, who).values == (date(2026, 11, 16), date(2026, 11, 23))
    assert read([period_node("since", "last-7")], shops, who).values == (date(2026, 11, 23), date(2026, 11, 29))
    assert read([period_node("since", "quarter")], shops, who).values == (date(2026, 10, 1), date(2027, 1, 1))
    with using_language("ru", _spanish()):
        assert period_named("Прошлый месяц") == "month-1"


def test_alternatives_are_made_changed_and_taken_away(session: Session, shops: Resolver) -> None:
    one, two, three = ["city", "=", "Salta"], ["state", "=", "open"], ["rating", ">", "3"]
    said = {"add.field": "state", "add.op": "in", "add.value": "open"}
    where = with_added([one], {**said, "add.or": "0"}, shops)
    assert where == [["or", one, two]]
    where = with_added(where, {"add.field": "rating", "add.op": ">", "add.value": "3", "add.or": "0"}, shops)
    assert where == [["or", one, two, three]]
    assert (
        with_added(where, {"add.field": "city", "add.op": "=", "add.value": "Jujuy", "add.at": "0.0"}, shops)[0][1][2]
        == "Jujuy"
    )
    assert with_added([one], {**said, "add.at": "0"}, shops) == [two]
    assert with_added([one], {**said, "add.at": "7"}, shops) == [one, two]
    where = replaced(where, (0, 1), None)
    assert replaced(where, (0, 0), None) == [three]
    assert replaced(where, (0,), None) == []
    read(where, shops, asking_of(session))


def test_boxes_take_the_place_of_what_they_showed(shops: Resolver) -> None:
    where = [["city", "contains", "a"], ["or", ["city", "=", "b"], ["name", "=", "c"]]]
    assert with_boxes(where, {"f.city": "ros", "f.name": ""}, shops) == [["city", "contains", "ros"], where[1]]
    assert with_boxes(where, {"f.city": ""}, shops) == [where[1]]


def test_columns_move_stay_and_get_a_width(shops: Resolver) -> None:
    paths = ["name", "city", "rating", "since"]
    columns = Columns(paths, [shops[p] for p in paths], read_layout({"freeze": "1", "widths": "city:5000,x,rating:a"}))
    assert columns.moved("city", -1) == {"columns": "city,name,rating,since"}
    assert columns.moved("name", -1) is None and columns.moved("since", 1) is None
    assert columns.kept("since") == {"columns": "name,since,city,rating", "freeze": 2}
    assert columns.kept("name") == {"freeze": None}
    assert columns.hidden("name") == {"columns": "city,rating,since", "freeze": None}
    assert columns.sized("city", 24)["widths"].startswith("name:232,city:1200,")
    assert columns.summed("rating", ["rating"]) == {"sums": ""}


@pytest.fixture
def contacts(tandem: Callable[..., Tandem]) -> Tandem:
    """Contacts with three groups."""
    from addons.crm_contacts.models import Contact

    made = tandem("crm_contacts")
    made.add_user("manager", "crm_contacts.manager")
    with made.write() as session:
        for number in range(90):
            city = None if number < 5 else "Salta"
            session.add(Contact(name=f"Paz {number:02}", kind="person", customer=number >= 85, city=city))
    return made


def test_a_head_sorts_in_three_states_and_adds_keys(contacts: Tandem) -> None:
    browser = contacts.client("manager")

    def head(query: str, path: str) -> tuple[str, str, str]:
        page = browser.get(LIST + query).text
        side, url, also = re.search(  # type: ignore[union-attr]
            rf'<th[^>]*data-path="{path}"([^>]*)><a class="t-head-button" href="([^"]*)" data-also="([^"]*)"', page
        ).groups()
        by, more = (parse_qs(unescape(each)[1:]).get("order", [""])[0] for each in (url, also))
        return side.strip(), by, more

    assert head("", "city") == ("", "city", "name,city,id")
    assert head("?order=city", "city") == ('aria-sort="ascending"', "-city", "-city")
    assert head("?order=-city", "city") == ('aria-sort="descending"', "", "")
    assert head("?order=-city", "role")[1:] == ("role", "-city,role")
    assert head("?order=-city,role", "role") == ("", "role", "-city,-role")


def test_a_group_is_fetched_alone_and_goes_on(contacts: Tandem) -> None:
    browser = contacts.client("manager")
    page = browser.get(f"{LIST}?group=role,city")
    parts = [unescape(url) for url in re.findall(r'data-part="([^"]+)"', page.text)]
    inner = browser.get(LIST + parts[0]).text
    assert "<html" not in inner and inner.count("t-group-2") == 2 and "t-group-1" not in inner
    leaf = [unescape(url) for url in re.findall(r'data-part="([^"]+)"', inner)][-1]
    rows = browser.get(LIST + leaf).text
    assert rows.count('<tr class="t-row') >= 5 and "t-group" not in rows
    page = browser.get(f"{LIST}?group=role&open=%5B%5B%22lead%22%5D%5D").text
    more = re.search(r'hx-get="([^"]+after=[^"]+)"', page)
    assert page.count('<tr class="t-row') == 80 and more
    assert browser.get(LIST + unescape(more[1])).text.count('<tr class="t-row') == 5
    assert browser.get(f"{LIST}?group=role&part=group&trail=x").status_code == 422


def test_a_condition_is_asked_for_and_changed_by_a_form_that_suits_the_field(contacts: Tandem) -> None:
    browser = contacts.client("manager")
    where = quote(
        json.dumps([["or", ["role", "=", "lead"], ["city", "contains", "salt"]], ["month(last_contact_at)", "=", "month-1"]])
    )
    page = browser.get(f"{LIST}?where={where}").text
    assert page.count("t-chip-either") == 1 and "<b>last month</b>" in page
    edit = [unescape(url) for url in re.findall(r't-chip-edit" href="([^"]+)"', page)]
    form = browser.get(edit[0] + "&part=condition").text
    assert re.search(r'value="lead" checked', form) and 'name="add.at" value="0.0"' in form
    assert 'value="salt"' in browser.get(edit[1] + "&part=condition").text
    assert re.search(r'<option value="month-1" selected>', browser.get(edit[2]).text)  # as a page, without JavaScript
    for field, box in (
        ("last_contact_at", "add.period"),
        ("assigned_to", "options"),
        ("customer", "true"),
        ("name", "contains"),
    ):
        assert box in browser.get(f"{LIST}?part=condition&add.field={field}").text
    assert browser.get(f"{LIST}?f.city=&f.last_contact_at=32&row=1").text.count('aria-invalid="true"') == 1
