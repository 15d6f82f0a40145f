"""The story from contact to cash, with all its figures, through Python and through the REST API, on both databases."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import inspect, text

from core.testing.tandem import Tandem
from tests.story import expected
from tests.story.books import Books, assert_bounced, assert_march
from tests.story.faces import Face, Operations, Refusal, RestApi
from tests.story.script import Told, bounce, buy, meet, sell_by_invoice, set_up, tell

ADDONS = ("crm_quotes", "crm_agenda", "crm_tickets", "erp_purchasing", "erp_treasury", "erp_stock")
LAST_DAY = date(2026, 3, 31)


@dataclass
class Played:
    """An installation in which the story was told, and the books as one who may see all reads them."""

    tandem: Tandem
    face: Face
    told: Told
    books: Books


@pytest.fixture(params=[Operations, RestApi], ids=["operations", "rest"])
def played(request: pytest.FixtureRequest, tandem: Callable[..., Tandem]) -> Iterator[Played]:
    """The story, told once through one face on one database; it is the last of March."""
    made = tandem(*ADDONS)
    face: Face = request.param(made)
    told = tell(face)
    made.today = LAST_DAY
    return Played(made, face, told, Books(made))


def money(record: dict[str, Any], *names: str) -> dict[str, Decimal]:
    return {name: Decimal(record[name]) for name in names}


def test_the_story_with_all_its_figures(played: Played) -> None:
    face, told = played.face, played.told
    quote, invoice = face.get("crm_quotes.quote", told["Q"]), face.get("erp_invoicing.invoice", told["INV"])
    for document in (quote, invoice):
        assert [Decimal(line["net"]) for line in document["lines"]] == expected.INVOICE_LINES
        assert money(document, "net", "tax", "total") == expected.INVOICE
    assert invoice["number"] == "A-0001-00000001"
    assert money(face.get("erp_invoicing.invoice", told["BILL"]), "net", "tax", "total") == expected.PURCHASE
    assert money(face.get("erp_invoicing.invoice", told["CN"]), "net", "tax", "total") == expected.CREDIT
    assert told["reserved"] == 2
    numbers = {
        name: face.get(model, told[name])["number"]
        for name, model in (
            ("PO", "erp_purchasing.order"),
            ("DN", "erp_stock.delivery"),
            ("RC", "erp_treasury.receipt"),
            ("PAY", "erp_treasury.payment"),
        )
    }
    assert numbers == {"PO": "PO-1", "DN": "DN-1", "RC": "RC-1", "PAY": "PAY-1"}
    assert_instalments(played)
    assert_march(played.books, told)
    assert played.tandem.broken() == []


def assert_instalments(played: Played) -> None:
    """Two halves, due after 30 and 60 days."""
    where = json.dumps([["entry.code", "=", "A-0001-00000001"], ["due", "is-null", False]])
    items = played.books.ask("erp_ledger/entry_line", where=where, order="due", fields="due,debit")["items"]
    assert [(each["due"], Decimal(each["debit"])) for each in items] == expected.INSTALMENTS


def test_a_cheque_is_used_once_and_a_refusal_changes_nothing(played: Played) -> None:
    face, told = played.face, played.told
    before = snapshot(played)
    means = [{"kind": "endorsed", "cheque": told["cheque"], "amount": "250000"}]
    second = face.make("erp_treasury.payment", contact=told["supplier"], date="2026-03-26", means=means)
    drafted = snapshot(played)
    with pytest.raises(Refusal):
        face.do("erp_treasury.payment", second, "post", date="2026-03-26")
    with pytest.raises(Refusal):
        face.do("erp_treasury.cheque", told["cheque"], "deposit", date="2026-03-26")
    assert snapshot(played) == drafted
    assert {t: n for t, n in drafted.items() if before[t] != n}.keys() <= {
        "erp_treasury_payment",
        "erp_treasury_payment_mean",
        "core_change",
    }


def snapshot(played: Played) -> dict[str, str]:
    """Every row of every business table, as one text a table."""
    engine = played.tandem.database.engine
    quiet = ("core_generation", "core_worker", "core_login", "core_command", "core_api", "core_version", "core_user")
    names = [n for n in inspect(engine).get_table_names() if not n.startswith(quiet) and "_search" not in n]
    with engine.connect() as connection:
        return {n: repr(connection.execute(text(f"select * from {n} order by 1, 2")).all()) for n in names}


def test_v1_a_rejected_cheque_unwinds_the_whole_chain(played: Played) -> None:
    face, told = played.face, played.told
    before = documents(played)
    bounce(face, told.keys)
    assert_bounced(played.books, told)
    means = [{"kind": "endorsed", "cheque": told["cheque"], "amount": "250000"}]
    again = face.make("erp_treasury.payment", contact=told["supplier"], date="2026-04-23", means=means)
    with pytest.raises(Refusal):
        face.do("erp_treasury.payment", again, "post", date="2026-04-23")
    assert documents(played) == before
    assert played.tandem.broken() == []


def documents(played: Played) -> list[dict[str, Any]]:
    """The rows of the receipt and of the payment; what they settle is no row of theirs."""
    found = [played.face.get("erp_treasury.payment", played.told["PAY"])]
    found.append(played.face.get("erp_treasury.receipt", played.told["RC"]))
    return [{name: value for name, value in record.items() if name != "allocations"} for record in found]


@pytest.mark.parametrize("made_by", [Operations, RestApi], ids=["operations", "rest"])
def test_v6_an_invoice_that_moves_stock_does_it_once(made_by: Any, tandem: Callable[..., Tandem]) -> None:
    made = tandem(*ADDONS)
    face, told = made_by(made), Told()
    for step in (set_up, buy, meet, sell_by_invoice):
        step(face, told.keys)
    books = Books(made)
    assert {name: books.balances()[name] for name in expected.BY_INVOICE} == expected.BY_INVOICE
    left = face.find("erp_stock.move", ["contact", "=", told["customer"]])
    assert sorted(Decimal(move["quantity"]) for move in left) == [6, 9]
    with pytest.raises(Refusal):
        face.do("erp_invoicing.invoice", told["INV"], "make_delivery")
    with pytest.raises(Refusal):
        face.do("erp_stock.delivery", told["DN"], "deliver", date="2026-03-14")
    assert len(face.find("erp_stock.move", ["contact", "=", told["customer"]])) == 2
    assert made.broken() == []
