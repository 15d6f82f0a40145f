"""My day: widgets of any view, whose they are, what they show, and that nobody sees more by them than he may."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from addons.crm_contacts.models import Contact
from addons.crm_quotes.models import Quote
from core.testing.fixtures import kinds
from core.testing.tandem import Tandem, installed
from core.web.models import Widget

VIEWS = {
    "/crm_contacts/contact/?filter=companies&q=hotel": "Hotel Miramar",
    "/crm_contacts/contact/?group=kind": "Company",
    "/crm_quotes/quote/?view=kanban": "Draft",
    "/crm_quotes/quote/?view=graph": 'data-widget="graph"',
    "/crm_quotes/quote/?view=pivot&rows=contact&cols=state&measures=count": "Casa Lumen",
    "/crm_quotes/quote/?view=calendar": "next two weeks",
}


@pytest.fixture(scope="module", params=kinds())
def office(request: pytest.FixtureRequest) -> Iterator[Tandem]:
    """Two companies, one with a quote; vera knows contacts only."""
    with installed(request.param, ["crm_quotes"]) as office:
        with office.write() as session:
            lumen = Contact(name="Casa Lumen", kind="company")
            session.add_all([Contact(name="Hotel Miramar", kind="company"), lumen])
            session.flush()
            session.add(Quote(contact=lumen, date=date(2026, 3, 2), currency="ARS", subject="Terrace"))
        office.add_user("vera", "crm_contacts.manager")
        yield office


def titles(client: Any) -> list[str]:
    """The widgets of the first page, in order."""
    page = client.get("/").text
    return [part.split("</a>")[0].rsplit(">", 1)[1] for part in page.split('<h2 id="widget-')[1:]]


def put(client: Any, address: str, name: str, size: str = "small") -> int:
    """Put a view into the day as its page does; the answer's status."""
    status: int = client.post("/day/add", {"from": address, "name": name, "size": size}).status_code
    return status


def test_any_view_becomes_a_widget(office: Tandem) -> None:
    client = office.client()
    for number, (address, shown) in enumerate(VIEWS.items()):
        assert client.get("/day/add", query_string={"from": address}).status_code == 200
        assert put(client, address, f"W{number}", "wide" if number % 2 else "small") == 302
        page = client.get("/").text
        widget = page.split(f">W{number}</a>")[1].split("</section>")[0]
        assert shown in widget, (address, widget)
    assert 'href="/crm_contacts/contact/?filter=companies&amp;q=hotel"' in client.get("/").text
    assert "Add to my day" in client.get("/crm_contacts/contact/?filter=companies").text
    for wrong in ("/nowhere/", "/core/user/", "/crm_contacts/contact/1", "https://evil.example/x"):
        assert put(client, wrong, "x") == 404
    assert put(client, "/crm_contacts/contact/?filter=nothing", "x") == 422


def test_widgets_are_moved_widened_removed(office: Tandem) -> None:
    office.add_user("mover", "crm_contacts.manager")
    client = office.client("mover")
    for name in ("A", "B", "C"):
        put(client, "/crm_contacts/contact/", name)
    with office.read() as session:
        keys = {w.name: w.id for w in session.scalars(select(Widget).where(Widget.name.in_(["A", "B", "C"])))}
    client.post(f"/day/widgets/{keys['C']}", {"do": "up"})
    assert titles(client) == ["A", "C", "B"]
    assert client.post("/day/order", {"ids": f"{keys['B']},{keys['A']},999"}).status_code in (204, 302)
    assert titles(client) == ["B", "A", "C"]
    client.post(f"/day/widgets/{keys['C']}", {"do": "wide"})
    assert titles(client) == ["C", "B", "A"]  # the wide ones stand before those beside the day
    client.post(f"/day/widgets/{keys['B']}", {"do": "remove"})
    assert titles(client) == ["C", "A"]
    assert office.client("vera").post(f"/day/widgets/{keys['A']}", {"do": "remove"}).status_code == 404
    assert client.post(f"/day/widgets/{keys['A']}", {"do": "explode"}).status_code == 422


def test_a_role_gives_widgets_and_nobody_sees_more_than_he_may(office: Tandem) -> None:
    office.add_user("boss", "admin")
    office.add_user("vito", "crm_contacts.manager")
    boss, vito = office.client("boss"), office.client("vito")
    put(boss, "/crm_contacts/contact/", "Everybody")
    put(boss, "/crm_quotes/quote/", "Offers")
    assert boss.post("/day/defaults", {"role": "crm_contacts.manager"}).status_code == 302
    assert titles(vito) == ["Everybody"]  # quotes are none of his business
    with office.read() as session:
        (key,) = session.scalars(select(Widget.id).where(Widget.role == "crm_contacts.manager", Widget.name == "Everybody"))
    vito.post(f"/day/widgets/{key}", {"do": "wide"})
    put(vito, "/crm_contacts/contact/?filter=people", "Mine")
    assert titles(vito) == ["Everybody", "Mine"]
    assert titles(boss) == ["Everybody", "Offers"]
    vito.post("/day/reset")
    assert titles(vito) == ["Everybody"]
    assert vito.post("/day/defaults", {"role": "crm_contacts.manager"}).status_code == 403
    assert put(vito, "/crm_quotes/quote/", "x") == 403
    stranger = office.app.test_client()
    assert stranger.get("/day/arrange").status_code in (302, 401)


def test_it_can_be_installed_and_keeps_nothing_of_the_business(office: Tandem) -> None:
    stranger = office.app.test_client()
    told = stranger.get("/manifest.webmanifest").json
    assert told["display"] == "standalone" and {icon["sizes"] for icon in told["icons"]} >= {"192x192", "512x512", "any"}
    script = stranger.get("/sw.js")
    assert script.headers["Content-Type"].startswith("text/javascript") and "TANDEM_FILES" in script.text
    page = stranger.get("/offline").text
    assert "No connection" in page and "Muebles" not in page
    assert "worker-src 'self'" in stranger.get("/offline").headers["Content-Security-Policy"]
