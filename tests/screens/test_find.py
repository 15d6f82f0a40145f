"""Find or do: misspelt, accented and swapped words, numbers in any grouping, actions, kinds, what one was at lately."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update

from addons.crm_contacts.models import Contact
from addons.crm_quotes.models import Quote
from core.testing.fixtures import kinds
from core.testing.tandem import Tandem, installed
from core.values import bare_number, number_keys
from core.web.finding.likeness import parts
from core.web.finding.question import Question
from core.web.models import Recent

JSON = {"Accept": "application/json"}


@pytest.fixture(scope="module", params=kinds())
def office(request: pytest.FixtureRequest) -> Iterator[Tandem]:
    """Some contacts, and a quote whose number and amount are known; no test changes them."""
    with installed(request.param, ["crm_quotes"]) as office:
        fill(office)
        yield office


def fill(office: Tandem) -> None:
    """The contacts and the quote."""
    with office.write() as session:
        sol = Contact(name="Ferretería El Sol", kind="company", phone="+54 351 555-1234", tax_id="30-71234567-1")
        others = [Contact(name=name, kind="company") for name in ("Hotel Miramar", "Aberturas Solar", "Posada del Cerro")]
        person = Contact(name="Ana Suárez", kind="person", email="ana@elsol.example")
        session.add_all([sol, *others, person])
        session.flush()
        quote = Quote(contact=sol, date=date(2026, 3, 2), currency="ARS", subject="Terrace")
        quote.number, quote.sequence = "A-0001-00000035", 35
        session.add(quote)
        session.flush()
        session.execute(update(Quote).values(net=Decimal("8384816"), total=Decimal("8384816")))


def asked(client: Any, q: str, **more: str) -> list[str]:
    """What records a question finds, in order."""
    answer = client.get("/find", query_string={"q": q, **more}, headers=JSON).json
    return [item["text"] for group in answer["groups"] for item in group["items"] if item["model"]]


def test_faults_are_forgiven(office: Tandem) -> None:
    client = office.client()
    for typed in ("ferreteria", "FERRETERÍA SOL", "sol ferreteria", "feretería", "ferreteira", "ferrtería el sol", "ferre"):
        assert asked(client, typed)[:1] == ["Ferretería El Sol"], typed
    for typed in ("hotl", "htoel", "mirmar", "miramra hotel", "hotell"):
        assert asked(client, typed) == ["Hotel Miramar"], typed
    for typed in ("suarez", "suarz", "saurez", "ana suares"):
        assert asked(client, typed) == ["Ana Suárez"], typed
    for typed in ("xyzzy", "hote1234", "cerrajero", "%", "a", '"', "sol AND"):
        assert "Hotel Miramar" not in asked(client, typed), typed


def test_numbers_in_any_grouping(office: Tandem) -> None:
    client = office.client()
    for typed in ("0351 15-555 1234", "+543515551234", "555-1234", "351 555 1234", "30712345671", "30 71234567 1"):
        assert asked(client, typed) == ["Ferretería El Sol"], typed
    for typed in ("A-1-35", "a 1 35", "A-0001-00000035", "1-35", "35", "8.384.816,00", "8,384,816.00", "8384816.00"):
        assert asked(client, typed) == ["A-0001-00000035"], typed
    assert asked(client, "A-1-36") == asked(client, "8.384.816,01") == []


def test_the_keys_of_numbers() -> None:
    assert number_keys("a-0001-00000035 y 00012345") == ["a-1-35", "000100000035", "12345"]
    assert number_keys("t-118 chair 40") == []
    assert bare_number("a 0001/35") == "a-1-35"
    assert parts("Ferretería Él", Question.read("ria el")) == [("Ferrete", False), ("ría", True), (" ", False), ("Él", True)]
    assert parts("+54 351 555-1234", Question.read("03515551234"))[1] == ("351 555-1234", True)


def test_places_actions_and_kinds(office: Tandem) -> None:
    client = office.client()

    def items(q: str, **more: str) -> dict[str, str]:
        answer = client.get("/find", query_string={"q": q, **more}, headers=JSON).json
        return {item["text"]: item["url"] for group in answer["groups"] for item in group["items"]}

    assert items("new quote")["New: quote"] == "/crm_quotes/quote/new"
    assert next(iter(items("contacts"))) == "Contacts"
    assert "Roles" in items("/rol") and "Ferretería El Sol" not in items("/sol")
    assert set(asked(client, "@sol")) == {"Ferretería El Sol", "Aberturas Solar", "Ana Suárez"}
    assert asked(client, "#terrace") == ["A-0001-00000035"]
    key = client.get("/find?q=miramar", headers=JSON).json["groups"][0]["items"][0]["id"]
    assert f"/crm_contacts/contact/{key}/log_call" in items(">", at=f"/crm_contacts/contact/{key}").values()
    assert f"/crm_quotes/quote/new?contact={key}" in items("miramar").values()
    chosen = items("log call")["Log call"]
    assert list(items("miramar", then="crm_contacts.Contact/log_call").values()) == [f"/crm_contacts/contact/{key}/log_call"]
    page = client.get(f"{chosen}&q=miramar").text
    assert f'href="/crm_contacts/contact/{key}/log_call"' in page and "<mark>Miramar</mark>" in page
    answer = client.get("/find?q=sol&kind=crm_contacts.Contact", headers=JSON).json
    assert [group["name"] for group in answer["groups"]] == ["crm_contacts.Contact"]
    assert {kind["name"] for kind in answer["kinds"]} >= {"crm_contacts.Contact", "actions"}


def test_what_one_was_at_lately_comes_first(office: Tandem) -> None:
    office.add_user("vera", "crm_contacts.manager")
    vera, other = office.client("vera"), office.client()
    with office.read() as session:
        key = session.scalars(select(Contact.id).where(Contact.name == "Aberturas Solar")).one()
    assert asked(vera, "")[:1] == []
    for _twice in range(2):
        assert vera.post("/find/seen", {"model": "crm_contacts/contact", "id": key}).status_code == 204
    assert asked(vera, "") == ["Aberturas Solar"] == asked(vera, "sol")[:1]
    assert asked(other, "") == []
    assert vera.post("/find/seen", {"model": "crm_contacts/contact", "id": 999}).status_code == 404
    assert vera.post("/find/seen", {"model": "core/user", "id": 1}).status_code in (403, 404)
    with office.read() as session:
        assert len(session.scalars(select(Recent)).all()) == 1


def test_only_what_one_may_read_is_found(office: Tandem) -> None:
    office.add_user("vito", "crm_contacts.user")
    vera = office.client("vito")
    assert asked(vera, "terrace") == asked(vera, "A-1-35") == asked(vera, "ferreteira") == []
    assert vera.get("/find?then=crm_quotes.Quote/accept").status_code in (403, 404)
    assert vera.post("/find/seen", {"model": "crm_quotes/quote", "id": 1}).status_code in (403, 404)
    found = office.client().get("/api/v1/find?q=ferreteira").json["groups"]
    assert [group["name"] for group in found] == ["crm_contacts.Contact"]
    assert office.app.test_client().get("/api/v1/find?q=sol").status_code == 401


def test_a_question_mark_asks_for_the_keys(tandem: Callable[..., Tandem]) -> None:
    client = tandem("crm_contacts").client()
    (group,) = client.get("/find?q=%3F", headers=JSON).json["groups"]
    assert group["label"] == "Keys"
    assert {item["text"]: item["end"] for item in group["items"]}["Save"] == "Ctrl S"
    assert "Ctrl S" in client.get("/find?q=%3F").text


def test_a_draft_without_a_number_is_called_by_its_title(tandem: Callable[..., Tandem]) -> None:
    office = tandem("crm_quotes")
    with office.write() as session:
        contact = Contact(name="Hotel Miramar", kind="company")
        session.add(contact)
        session.flush()
        session.add(Quote(contact=contact, date=date(2026, 3, 2), currency="ARS", subject="Terrace"))
    client = office.client()
    texts = asked(client, "terrace")
    assert texts
    (state,) = [
        item
        for group in client.get("/find?q=terrace", headers=JSON).json["groups"]
        for item in group["items"]
        if item["mark"]
    ]
    assert (state["end"], state["mark"]) == ("Draft", "draft")
    assert "&lt;span" not in client.get("/find?q=terrace").text
    assert not [text for text in texts if text.isdigit()]
