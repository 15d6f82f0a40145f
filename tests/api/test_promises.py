"""What scripts were promised: the names of models, fields and verbs, and each call of the API on a running server."""

import http.client
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from core.access.accounts import add_key
from core.operations import verbs_of
from core.screens.fields.field import fields_of
from core.testing.fixtures import kinds
from core.testing.tandem import Tandem, installed, known
from tests.load import serving

#: Models with the fields and verbs that scripts rely on; a change here is a deprecation.
NAMES: dict[str, tuple[str, str]] = {
    "crm_contacts/contact": (
        "name kind company email phone street city postcode country tax_id tags assigned_to shared_with",
        "",
    ),
    "crm_agenda/event": (
        "type subject starts_at ends_at all_day zone rrule contact users reminders outcome",
        "",
    ),
    "crm_agenda/task": ("", ""),
    "crm_tickets/ticket": ("", ""),
    "crm_quotes/quote": ("", "send accept reject"),
    "base_catalog/product": ("", ""),
    "base_catalog/category": ("", ""),
    "erp_ledger/account": ("", ""),
    "erp_ledger/entry": ("", ""),
    "erp_invoicing/invoice": ("kind", "post reverse credit"),
    "erp_invoicing/tax": ("", ""),
    "erp_stock/delivery": ("", ""),
    "erp_stock/receipt": ("", ""),
    "erp_stock/move": ("", ""),
    "erp_stock/location": ("", ""),
    "erp_stock/count": ("", ""),
    "erp_purchasing/order": ("", ""),
    "erp_treasury/receipt": ("means allocations", ""),
    "erp_treasury/payment": ("means allocations", ""),
    "erp_treasury/cheque": ("", "deposit endorse clear reject"),
    "erp_treasury/bank_account": ("", ""),
    "erp_treasury/statement": ("", ""),
}
KINDS = {
    "crm_contacts/contact": {"person", "company"},
    "erp_invoicing/invoice": {"invoice", "credit_note", "debit_note", "bill", "bill_credit"},
}


@pytest.fixture(scope="module")
def everything() -> Iterator[Tandem]:
    with installed("sqlite", sorted(known().addons)) as made:
        yield made


@pytest.mark.parametrize("name", NAMES)
def test_a_promised_name_is_there(everything: Tandem, name: str) -> None:
    addon, slug = name.split("/")
    model = everything.composition.by_slug[addon, slug]
    fields, verbs = (set(words.split()) for words in NAMES[name])
    assert fields - fields_of(model).keys() == set()
    assert verbs - verbs_of(model).keys() == set()
    if name in KINDS:
        assert set(fields_of(model)["kind"].choices) == KINDS[name]
    answer = everything.client().get(f"/api/v1/{name}?limit=1")
    assert (answer.status_code, sorted(answer.json)) == (200, ["items", "next", "total"])


def test_a_contact_shows_what_the_books_know_of_it(everything: Tandem) -> None:
    """Credit and balance, once the addons that know them are on."""
    browser = everything.client()
    number = browser.post("/api/v1/crm_contacts/contact", json={"name": "Ana"}).json["id"]
    contact = browser.get(f"/api/v1/crm_contacts/contact/{number}?figures=all").json
    assert contact["billing"]["credit_limit"] == "0.00"
    assert "balance" in contact["figures"]


@dataclass
class Program:
    """Speaks HTTP to a running server."""

    port: int
    key: str

    def __call__(self, method: str, path: str, body: Any = None, status: int = 200, **headers: str) -> "Told":
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.key:
            named["Authorization"] = f"Bearer {self.key}"
        if body is not None and not isinstance(body, bytes):
            body, named["Content-Type"] = json.dumps(body).encode(), "application/json"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        told = Told(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        connection.close()
        assert told.status == status, f"{method} {path}: {told.status} {told.body[:300]!r}"
        return told

    def upload(self, path: str, data: bytes, **fields: str) -> Any:
        """A multipart form with a file."""
        mark = uuid.uuid4().hex
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode() for n, v in fields.items()
        ]
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="people.csv"\r\n\r\n'.encode()
        body = b"".join([*parts, head, data, f"\r\n--{mark}--\r\n".encode()])
        status = 200 if "dry_run" in fields else 201
        return self("POST", path, body, status, Content_Type=f"multipart/form-data; boundary={mark}").json

    def problem(self, method: str, path: str, body: Any, status: int, **headers: str) -> set[str]:
        """The fields of a refusal as RFC 9457 tells it."""
        told = self(method, path, body, status, **headers)
        assert told.headers["content-type"] == "application/problem+json"
        assert told.json["status"] == status
        assert all(set(error) == {"field", "message"} for error in told.json["errors"])
        return {error["field"] for error in told.json["errors"]}


@dataclass
class Told:
    """An answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)


@pytest.fixture(params=kinds())
def program(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Program]:
    """A program with a key, and a server of two workers with invoicing on it."""
    with installed(str(request.param), ["erp_invoicing"]) as tandem:
        with tandem.write() as session:
            key = add_key(session, "admin", "script")
        environment = {
            "TANDEM_HOME": str(tmp_path / "home"),
            "TANDEM_DATABASE_URL": tandem.database.url,
            "TANDEM_SECRET_KEY": "for tests only " * 3,
        }
        with serving("granian", key, environment, tmp_path / "server.log") as server:
            yield Program(server.port, key)


CONTACTS = "/api/v1/crm_contacts/contact"
PEOPLE = [
    ("Ana García", "Rosario", "AR"),
    ("Leo García", "Rosario", "AR"),
    ("Eva Paz", "Salta", "AR"),
    ("Zoe", "Lyon", "FR"),
]
FILE = "Nombre completo;Correo\nPepa Íñiguez;pepa@x.example\nBad;no mail\n".encode("cp1252")
SIGNS = {
    "xlsx": (b"PK", "spreadsheetml"),
    "ods": (b"PK", "opendocument.spreadsheet"),
    "pdf": (b"%PDF-", "application/pdf"),
    "csv": (b"\xef\xbb\xbf", "text/csv; charset=utf-8"),
    "html": (b"<!doctype html>", "text/html; charset=utf-8"),
    "txt": (b"", "text/plain; charset=utf-8"),
}


@pytest.mark.slow
def test_every_call_of_the_table_on_a_running_server(program: Program) -> None:
    numbers = records_are_made_read_changed_and_deleted(program)
    lists_are_filtered_ordered_paged_and_grouped(program)
    a_verb_takes_its_arguments(program, numbers[0])
    files_go_in_and_out(program)
    cubes_are_counted(program)
    nothing_is_told_to_strangers(program)


def records_are_made_read_changed_and_deleted(program: Program) -> list[int]:
    numbers = [program("POST", CONTACTS, {"name": n, "city": c, "country": land}, 201).json["id"] for n, c, land in PEOPLE]
    once = [program("POST", CONTACTS, {"name": "Once"}, 201, Idempotency_Key="k") for _ in range(2)]
    assert once[0].json == once[1].json
    assert program.problem("POST", CONTACTS, {"name": "Other"}, 422, Idempotency_Key="k") == set()
    url = f"{CONTACTS}/{once[0].json['id']}"
    assert once[0].headers["location"] == url
    tag = program("GET", url).headers["etag"]
    changed = program("PATCH", url, {"city": "Quilmes"}, If_Match=tag)
    assert (changed.json["city"], changed.headers["etag"] == tag) == ("Quilmes", False)
    assert "city" in program.problem("PATCH", url, {"city": "Lost"}, 412, If_Match=tag)
    assert program.problem("POST", CONTACTS, {"nmae": "x", "country": "Atlantis"}, 422) >= {"nmae", "country"}
    program("DELETE", url, None, 204)
    program.problem("GET", url, None, 404)
    return numbers


def asked(**given: Any) -> str:
    return urlencode({name: value if isinstance(value, str) else json.dumps(value) for name, value in given.items()})


def listed(program: Program, **given: Any) -> Any:
    return program("GET", f"{CONTACTS}?{asked(**given)}").json


def lists_are_filtered_ordered_paged_and_grouped(program: Program) -> None:
    found = listed(
        program, where=[["name", "contains", "garc"], ["city", "=", "Rosario"]], order="-name", fields="name,city"
    )
    assert [(item["name"], item["city"]) for item in found["items"]] == [
        ("Leo García", "Rosario"),
        ("Ana García", "Rosario"),
    ]
    assert (found["total"], found["next"]) == (2, None)
    for field, operator, value, count in [
        ("name", "!=", "Zoe", 3),
        ("name", "startswith", "Ana", 1),
        ("country", "in", ["FR", "UY"], 1),
        ("email", "is-null", True, 4),
        ("email", "is-null", False, 0),
        ("billing.credit_limit", ">=", "0", 0),
        ("created_at", "<", "2100-01-01", 4),
        ("created_at", "<=", "2100-01-01T00:00:00Z", 4),
        ("created_at", ">", "2100-01-01", 0),
        ("company.name", "contains", "x", 0),
    ]:
        found = listed(program, where=[[field, operator, value]])
        assert found["total"] == count, (field, operator, found)
    seen, after = [], None
    while after is not None or not seen:
        page = listed(program, order="name", limit="3", **({"after": after} if after else {}))
        seen += [item["name"] for item in page["items"]]
        after = page["next"]
    assert seen == ["Ana García", "Eva Paz", "Leo García", "Zoe"]
    groups = listed(program, group="country")["groups"]
    assert {(each["key"], each["count"]) for each in groups} == {("AR", 3), ("FR", 1)}
    assert all("sums" in each for each in groups)
    assert program.problem("GET", f"{CONTACTS}?limit=1001", None, 422) == {"limit"}
    program.problem("GET", f"{CONTACTS}?{asked(where=[['nmae', '=', 'x']])}", None, 422)


def a_verb_takes_its_arguments(program: Program, number: int) -> None:
    program("POST", f"{CONTACTS}/{number}/note", {"text": "Called about the chairs"})
    assert program.problem("POST", f"{CONTACTS}/{number}/note", {"txet": "x"}, 422) != set()
    program.problem("POST", f"{CONTACTS}/{number}/dance", {}, 404)


def files_go_in_and_out(program: Program) -> None:
    dry = program.upload(f"{CONTACTS}/import", FILE, dry_run="1")
    assert (dry["counts"], dry["errors"][0]["row"], dry["errors"][0]["field"]) == ({"create": 1, "refused": 1}, 3, "email")
    assert listed(program)["total"] == 4
    made = program.upload(f"{CONTACTS}/import", FILE, mapping=json.dumps({"Correo": "notes"}))
    assert made["counts"] == {"create": 2}
    assert listed(program, where=[["name", "=", "Pepa Íñiguez"]], fields="notes")["items"][0]["notes"] == "pepa@x.example"
    for kind, (sign, content_type) in SIGNS.items():
        told = program("GET", f"{CONTACTS}/export?format={kind}&{asked(where=[['country', '=', 'AR']])}")
        assert told.body.startswith(sign), kind
        assert content_type in told.headers["content-type"]
        assert told.headers["content-type"].count("charset") <= 1
        if kind in ("csv", "html", "txt"):
            assert "Ana García" in told.body.decode("utf-8-sig")
            assert "Zoe" not in told.body.decode("utf-8-sig")
    assert program.problem("GET", f"{CONTACTS}/export?format=doc", None, 422) == {"format"}


def cubes_are_counted(program: Program) -> None:
    cube = program("GET", f"{CONTACTS}/pivot?rows=country,city&columns=kind&measures=count,sum:billing.credit_limit").json
    assert [row["key"] for row in cube["rows"]][:2] == [["AR", "Rosario"], ["AR", "Salta"]]
    assert cube["measures"] == ["count", "sum:billing.credit_limit"]


def nothing_is_told_to_strangers(program: Program) -> None:
    document = program("GET", "/api/v1/openapi.json").json
    assert document["openapi"].startswith("3.1")
    assert b"/api/v1/crm_contacts/contact" in program("GET", "/api/v1/docs").body
    stranger = Program(program.port, "")
    for path in (CONTACTS, f"{CONTACTS}/1", f"{CONTACTS}/export?format=csv", f"{CONTACTS}/pivot?rows=country"):
        stranger.problem("GET", path, None, 401)
    stranger.problem("GET", "/api/v1/openapi.json", None, 401)
    assert stranger("GET", "/healthz").json == {"status": "alive"}
    assert stranger("GET", "/readyz").json == {"status": "ready"}
    assert b"tandem_requests_total" in stranger("GET", "/metrics").body
    for path in ("/healthz", "/readyz", "/metrics"):
        stranger("GET", path, None, 401, X_Forwarded_For="203.0.113.9")
        program("GET", path, None, 200, X_Forwarded_For="203.0.113.9")
