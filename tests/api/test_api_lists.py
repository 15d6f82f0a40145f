"""Lists by the API: pages, filters, groups, files, cubes."""

import orjson
import pytest

from tests.api.client import BASE, Client, a_bill, problem
from tests.screens.booth import Booth


def test_list_pages_filters_and_groups(stand: Booth, clerk: Client) -> None:
    for number in range(5):
        clerk("POST", "/fair/guest", {"name": f"Guest {number}", "kind": "company", "visits": number})
    where = orjson.dumps([["kind", "=", "company"]]).decode()
    page = clerk("GET", f"/fair/guest?where={where}&order=-visits&limit=2").json
    assert [item["name"] for item in page["items"]] == ["Guest 4", "Guest 3"]
    assert page["total"] == 5
    more = clerk.client.get(
        f"{BASE}/fair/guest",
        query_string={"where": where, "order": "-visits", "limit": 3, "after": page["next"]},
        headers=clerk.headers,
    ).json
    assert [item["name"] for item in more["items"]] == ["Guest 2", "Guest 1", "Guest 0"]
    assert more["next"] is None
    groups = clerk("GET", "/fair/guest?group=kind").json["groups"]
    assert {(each["key"], each["count"]) for each in groups} == {("company", 5), ("person", 2)}
    assert "Hidden Ltd" not in clerk("GET", "/fair/guest?limit=1000").text
    assert clerk("GET", "/fair/guest?fields=name,land.code").json["items"][0].keys() == {"id", "title", "name", "land.code"}


@pytest.mark.parametrize(
    "query",
    [
        'where=[["nothing","=",1]]',
        "where=[",
        'where=[["name","like","x"]]',
        "limit=0",
        "limit=1001",
        "limit=x",
        "limit=-1",
        "order=nothing",
        "fields=nothing",
        "after=x",
        "group=nothing",
        "were=[]",
        'where=[["secret","=","x"]]',
        "order=secret",
    ],
)
def test_list_refuses_what_it_does_not_know(clerk: Client, query: str) -> None:
    answer = clerk("GET", f"/fair/guest?{query}")
    assert answer.status_code in (403, 422), answer.text
    assert answer.content_type == "application/problem+json"


def test_files_and_cubes(clerk: Client) -> None:
    clerk("POST", "/fair/bill", a_bill())
    sheet = clerk("GET", "/fair/bill/export?format=csv")
    assert sheet.status_code == 200
    assert "Casa Lumen" in sheet.text
    assert "attachment" in sheet.headers["Content-Disposition"]
    problem(clerk("GET", "/fair/bill/export?format=exe"), 422)
    cube = clerk("GET", "/fair/bill/pivot?rows=guest&columns=month(date)&measures=sum:total,count").json
    assert cube["total"]["sum:total"] == "364677.70"
    problem(clerk("GET", "/fair/bill/pivot?rows=nothing"), 422)


def test_figures_are_read_when_they_are_asked_for(clerk: Client) -> None:
    clerk("POST", "/fair/bill", a_bill())
    owes = clerk("GET", "/fair/guest/1?figures=all").json["figures"]["owes"]
    assert (owes["value"], owes["note"]) == ("364677.70", "1 bills")
    assert "figures" not in clerk("GET", "/fair/guest/1").json
    problem(clerk("GET", "/fair/guest/1?figures=nothing"), 422)
