"""The API of real addons: files go in, reports come out, a card asks little."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import orjson

from core.access.accounts import add_key
from core.testing.tandem import Tandem
from tests.counting import counted

CSV = "Name,E-mail,City\nAna Suárez,ana@elsol.example,La Plata\nBad,no mail,Rosario\nLeo Paz,leo@paz.example,Salta\n"
COLUMNS = {"Name": "name", "E-mail": "email", "City": "city"}


def program(tandem: Tandem, login: str = "admin") -> Callable[..., Any]:
    """A program that acts as a user."""
    with tandem.write() as session:
        headers = {"Authorization": f"Bearer {add_key(session, login, 'test')}"}
    client = tandem.app.test_client()

    def call(method: str, path: str, **options: Any) -> Any:
        more = options.pop("headers", {})
        return client.open(f"/api/v1{path}", method=method, headers={**headers, **more}, **options)

    return call


def upload(**more: str) -> dict[str, Any]:
    """A file of contacts as a form."""
    file = (io.BytesIO(CSV.encode()), "people.csv")
    return {"data": {"file": file, "mapping": orjson.dumps(COLUMNS).decode(), **more}, "content_type": "multipart/form-data"}


def names(call: Callable[..., Any]) -> list[str]:
    """The contacts that there are."""
    return sorted(item["name"] for item in call("GET", "/crm_contacts/contact").json["items"])


def test_file_is_tried_then_imported_once(tandem: Callable[..., Tandem]) -> None:
    call = program(tandem("crm_contacts"))
    dry = call("POST", "/crm_contacts/contact/import", **upload(dry_run="true"))
    assert dry.status_code == 200, dry.text
    assert dry.json["counts"]["create"] == 2
    assert dry.json["errors"][0]["field"] == "email"
    assert names(call) == []
    key = {"Idempotency-Key": "file-1"}
    done = [call("POST", "/crm_contacts/contact/import", headers=key, **upload()) for _ in range(2)]
    assert [answer.status_code for answer in done] == [201, 201]
    assert done[0].json == done[1].json
    assert done[0].json["counts"] == dry.json["counts"]
    assert names(call) == ["Ana Suárez", "Leo Paz"]
    assert call("POST", "/crm_contacts/contact/import", headers=key, **upload(dry_run="1")).status_code == 422
    assert call("POST", "/crm_contacts/contact/import", data={}).status_code == 422


def test_report_is_answered_and_written(tandem: Callable[..., Tandem]) -> None:
    call = program(tandem("erp_stock"))
    answer = call("GET", "/erp_stock/reports/valuation")
    assert answer.status_code == 200, answer.text
    assert answer.json["columns"]
    assert answer.json["rows"] == []
    assert call("GET", "/erp_stock/reports/valuation?on_the_moon=1").status_code == 422
    assert call("GET", "/erp_stock/reports/nothing").status_code == 404
    assert call("GET", "/erp_stock/reports/valuation?format=csv").content_type.startswith("text/csv")


def test_card_and_form_of_a_contact_ask_little(tandem: Callable[..., Tandem]) -> None:
    made = tandem("crm_contacts")
    number = program(made)("POST", "/crm_contacts/contact", json={"name": "Ana", "country": "AR"}).json["id"]
    browser = made.client("admin")
    for panel, most in (("", 8), ("?panel=details", 10)):
        browser.get(f"/crm_contacts/contact/{number}{panel}")
        with counted(made.database) as seen:
            assert browser.get(f"/crm_contacts/contact/{number}{panel}").status_code == 200
        assert len(seen) <= most, "\n".join(seen)


def test_an_invoice_is_made_and_posted_by_few_statements(tandem: Callable[..., Tandem]) -> None:
    made = tandem("erp_invoicing")
    call = program(made)
    contact = call("POST", "/crm_contacts/contact", json={"name": "Ana", "country": "AR"}).json["id"]
    lines = [{"description": f"Work {n}", "quantity": "1", "price": "10"} for n in range(4)]
    draft = {"contact": contact, "date": date.today().isoformat(), "lines": lines}
    for _warm in range(2):
        assert call("POST", "/erp_invoicing/invoice?then=post", json=draft).status_code == 201
    with counted(made.database) as seen:
        assert call("POST", "/erp_invoicing/invoice?then=post", json=draft).status_code == 201
    most = 22 if made.database.dialect == "postgresql" else 25  # SQLite takes one for each line
    assert len(seen) <= most, "\n".join(each[:90] for each in seen)
