"""The cube's page: all of it is in the address, every drag has a link, groups shut, figures put rows in order."""

import re
from html import unescape
from itertools import pairwise, product
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy.orm import Session

from core.screens.cubes.layout import Arrangement, Layout, token
from core.screens.fields.paths import Resolver
from core.screens.fields.typed import asking_of
from core.screens.queries.pivots import Cube, Cubes
from core.screens.queries.statements import Listing
from core.screens.queries.where import Condition, read
from core.screens.views.schemas import Slot

LIST = "/crm_contacts/contact/"


def cube_of(session: Session, orders: Resolver, rows: list[str], columns: list[str], measures: list[str]) -> Cube:
    return Cubes(Listing(orders, [Slot(field="id")])).of(session, Condition(), rows, columns, measures)


def test_different_ones_count_once_in_every_total(session: Session, orders: Resolver) -> None:
    cube = cube_of(session, orders, ["state", "shop.city"], ["year(date)"], ["distinct:shop", "sum:total"])
    listing = Listing(orders, [Slot(field="shop")])
    for row, column in [place for depth, length in product(range(3), range(2)) for place in cube.level(depth, length)]:
        condition = read(cube.where(row, column), orders, asking_of(session))
        found = {shop[1] for page in listing.every(session, condition, ()) for shop in page.rows}
        assert cube.value(0, row, column) == len(found - {None})
    assert cube.value(0) < sum(cube.value(0, row) for row in cube.row_keys)


def test_groups_are_shut_and_rows_put_in_order_by_a_figure(session: Session, orders: Resolver) -> None:
    cube = cube_of(session, orders, ["state", "shop.city"], ["year(date)", "quarter(date)"], ["sum:total"])
    shut = Layout(cube, Arrangement(depth=1, flipped=frozenset([token(("sent",))])))
    assert {len(row) for row in shut.rows if row[0] != "sent"} == {1}
    assert [row for row in shut.rows if row[0] == "sent"][1:] == [r for r in cube.row_keys if r[0] == "sent"]
    by_total = Layout(cube, Arrangement(by="-sum:total"))
    totals = [cube.value(0, row) for row in by_total.rows if len(row) == 1]
    assert totals == sorted(totals, reverse=True)
    for top in ("draft", "sent", "done"):
        inside = [cube.value(0, row) for row in by_total.rows if len(row) == 2 and row[0] == top]
        assert inside == sorted(inside, reverse=True)
    year = (2026,)
    at_year = Layout(cube, Arrangement(by="sum:total", at=token(year)))
    figures = [cube.value(0, row, year) for row in at_year.rows if len(row) == 1]
    assert figures == sorted(figures)
    columns = [place.keys for place in Layout(cube, Arrangement(columns_by="-sum:total")).places]
    quarters = [keys for keys in columns if len(keys) == 2]
    assert set(quarters) == set(cube.column_keys) and quarters != list(cube.column_keys)
    for first, second in pairwise(quarters):  # within a year the largest first, and the larger year before the other
        level = 2 if first[0] == second[0] else 1
        assert cube.value(0, (), first[:level]) >= cube.value(0, (), second[:level])


def test_headings_reach_over_what_is_below_them(session: Session, orders: Resolver) -> None:
    cube = cube_of(session, orders, ["state"], ["year(date)", "quarter(date)"], ["count"])
    layout = Layout(cube, Arrangement(columns_flipped=frozenset([token((2025,))])))
    first, second = layout.heads(layout.places)
    assert [head.label for head in first] == ["2025", "2026", "Total"]
    assert (first[0].across, first[0].down) == (1, 2)
    assert sum(head.across for head in first) == len(layout.places)
    assert second[-1].is_sum and len(second) == first[1].across
    bare = Layout(cube, Arrangement(hidden=frozenset(["row-total", "subtotals"])))
    assert not any(place.is_sum for place in bare.places)


@pytest.fixture
def contacts(tandem: Any) -> Any:
    from addons.crm_contacts.models import Contact

    made = tandem("crm_contacts")
    made.add_user("manager", "crm_contacts.manager")
    with made.write("manager") as session:
        for i in range(40):
            city = ["Rosario, norte", "Salta", None][i % 3]
            session.add(Contact(name=f"Peña {i:03}", city=city, customer=bool(i % 2), country="AR"))
    return made


def links(text: str, act: str) -> list[str]:
    return [unescape(url) for url in re.findall(rf'href="([^"]+)" data-act="{act}"', text)]


def state(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query, keep_blank_values=True).items()}


def test_every_drag_has_a_link_and_the_address_says_it_all(contacts: Any) -> None:
    browser = contacts.client("manager")
    start = f"{LIST}?view=pivot&rows=role,city&cols=month(last_contact_at)&measures=count&share=all&heat=0"
    page = browser.get(start).text
    to_cols, to_filters = links(page, "to-cols"), links(page, "to-slice")
    assert state(to_cols[0])["rows"] == "city" and state(to_cols[0])["cols"] == "month(last_contact_at),role"
    assert state(to_filters[1])["slice"] == "city" and state(to_filters[1])["share"] == "all"
    assert state(links(page, "right")[0])["rows"] == "city,role"
    assert "year(last_contact_at)" in {state(unescape(u)).get("cols") for u in re.findall(r'href="(\?[^"]+)"', page)}
    for url in (to_cols[0], to_filters[1], links(page, "remove")[0]):
        answer = browser.get(LIST + url)
        assert answer.status_code == 200 and state(url)["heat"] == "0"
    added = browser.get(f"{start}&measures.add=distinct:city&rows.add=country")
    assert added.status_code == 303
    told = state(added.headers["Location"])
    assert told["rows"] == "role,city,country" and told["measures"] == "count,distinct:city"


def test_a_filter_offers_its_values_with_their_counts(contacts: Any) -> None:
    browser = contacts.client("manager")
    start = f"{LIST}?view=pivot&rows=role&cols=&slice=city&measures=count"
    values = browser.get(f"{start}&part=values&of=city").text
    counts = [int(n) for n in re.findall(r'<span class="t-num t-muted">(\d+)</span>', values)]
    assert counts == [14, 13, 13] and sum(counts) == 40
    keys = [unescape(key) for key in re.findall(r'name="slice.value" value="([^"]+)"', values)]
    assert keys == ['"Rosario, norte"', '"Salta"', "null"]
    chosen = browser.get(f"{start}&slice.of=city")  # nothing ticked: everything
    assert "where" not in state(chosen.headers["Location"])
    narrowed = browser.client.get(LIST, query_string={**state(start), "slice.of": "city", "slice.value": [keys[0], keys[2]]})
    assert narrowed.status_code == 303
    shown = browser.get(narrowed.headers["Location"])
    assert re.findall(r'<a class="t-double-rule" href="[^"]+">(\d+)</a>', shown.text)[-1] == "27"
    assert "Rosario, norte, –" in shown.text
    again = browser.get(narrowed.headers["Location"] + "&part=values&of=city").text
    assert again.count(" checked>") == 2 and again.count('name="slice.value"') == 3


def test_a_shut_group_and_the_order_are_what_is_exported(contacts: Any) -> None:
    browser = contacts.client("manager")
    start = f"{LIST}?view=pivot&rows=role,city&cols=&measures=count&share=none&depth=1"
    page = browser.get(start).text
    assert page.count('role="button" aria-expanded="false"') == 2 and "Salta" not in re.sub(r"<option.*?</option>", "", page)
    toggle = unescape(re.findall(r'id="row-1" href="([^"]+)"', page)[0])
    assert "Salta" in browser.get(LIST + toggle).text
    with browser.get(f"{LIST}{toggle}&export=csv") as file:
        lines = file.data.decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 2 + 3 + 1
    assert lines[-1] == "Total,40"


def test_a_cube_too_large_can_be_mended_on_its_page(contacts: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.screens.queries.pivots.CELLS", 3)
    page = contacts.client("manager").get(f"{LIST}?view=pivot&rows=name&cols=city&measures=count")
    assert page.status_code == 200
    assert "more than 3 cells" in page.text and links(page.text, "remove")
