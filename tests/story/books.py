"""What the reports, lists and cubes of the REST API say when the story is over, against what they should."""

import io
import json
from decimal import Decimal
from typing import Any

from python_calamine import CalamineWorkbook

from core.testing.tandem import Tandem
from tests.story import expected
from tests.story.faces import RestApi
from tests.story.script import Told

MARCH = {"since": "2026-03-01", "until": "2026-03-31"}
POSTED = ["month", "is-null", False]
SALES = json.dumps([["kind", "in", ["invoice", "credit_note", "debit_note"]], POSTED])
BILLS = json.dumps([["kind", "in", ["bill", "bill_credit"]], POSTED])


class Books:
    """Reads through the API as the bookkeeper who sees everything."""

    def __init__(self, tandem: Tandem) -> None:
        self.api = RestApi(tandem)

    def ask(self, path: str, **query: Any) -> Any:
        """What an address answers."""
        return self.api._call("GET", path, query_string=query)

    def rows(self, report: str, *columns: str, **asked: Any) -> list[list[Any]]:
        """Some columns of a report, amounts and quantities as numbers."""
        answer = self.ask(report, **asked)
        kinds = {column["name"]: column["kind"] for column in answer["columns"]}
        return [[number(row[name], kinds[name]) for name in columns] for row in answer["rows"]]

    def totals(self, report: str, **asked: Any) -> dict[str, Decimal]:
        """The totals of a report."""
        return {name: Decimal(value) for name, value in self.ask(report, **asked)["totals"].items()}

    def balances(self, until: str = "2026-03-31") -> dict[str, Decimal]:
        """Debit less credit of every account of the trial balance."""
        rows = self.rows("erp_ledger/reports/trial_balance", "account", "debit", "credit", until=until)
        return {account: debit - credit for account, debit, credit in rows}

    def cube(self, rows: str, where: str) -> dict[str, Decimal]:
        """The net of posted invoice lines by one field."""
        cube = self.ask("erp_invoicing/invoice_line/pivot", rows=rows, measures="sum:amount", where=where)
        labels = [row["label"][0] for row in cube["rows"]]
        return dict(zip(labels, (Decimal(cells[0]["sum:amount"]) for cells in cube["cells"]), strict=True))

    def statement(self, contact: int, side: str) -> list[tuple[str, str, Decimal, Decimal, Decimal]]:
        """Day, document, debit, credit, balance; the document is the one that the text or the number of the entry names."""
        columns = ("date", "document", "text", "debit", "credit", "balance")
        asked = {"contact": contact, "side": side, "until": "2026-03-31"}
        rows = self.rows("erp_ledger/reports/account_statement", *columns, **asked)
        return [(day, document_of(code, text), *amounts) for day, code, text, *amounts in rows]

    def sheet(self, contact: int, side: str) -> list[list[Any]]:
        """The same as a file for Excel, read again."""
        asked = {"contact": contact, "side": side, "until": "2026-03-31", "format": "xlsx"}
        answer = self.api.client.get(
            "/api/v1/erp_ledger/reports/account_statement", query_string=asked, headers=self.api.headers
        )
        assert answer.status_code == 200
        book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
        answer.close()
        return book.get_sheet_by_index(0).to_python()

    def custody(self, cheque: int) -> list[tuple[str, str, str]]:
        """Where a cheque was since when, and with whom."""
        asked = {"where": json.dumps([["cheque", "=", cheque]]), "order": "date,id", "fields": "date,place,contact"}
        items = self.ask("erp_treasury/cheque_custody", **asked)["items"]
        return [(step["date"], step["place"], (step["contact"] or {}).get("title", "")) for step in items]


def number(value: Any, kind: str) -> Any:
    """A value of a report."""
    return Decimal(value) if kind in ("money", "price", "quantity") and value is not None else value


def document_of(code: str, text: str) -> str:
    """Money has entries of the treasury, whose text names the receipt or payment."""
    return text.rpartition(" ")[2] if code.startswith("TRE-") else code


def assert_march(books: Books, told: Told) -> None:
    """Everything that the books, the warehouse, the card and the forecast say on the last of March."""
    assert books.balances() == expected.TRIAL_BALANCE
    totals = books.totals("erp_ledger/reports/trial_balance", until="2026-03-31")
    assert (totals["debit"], totals["credit"]) == (expected.SUM_OF_DEBITS, expected.SUM_OF_DEBITS)
    turnover = books.rows(
        "erp_ledger/reports/trial_balance", "account", "turnover_debit", "turnover_credit", until="2026-03-31"
    )
    assert ["Cheques in portfolio", *[expected.PORTFOLIO_TURNOVER] * 2] in turnover
    assert_statements(books, told)
    for day, row in expected.AGEING.items():
        buckets = ("not_due", "days_30", "days_60", "days_90", "older", "total")
        assert books.rows("erp_ledger/reports/ageing", *buckets, as_of=day) == [row]
    assert_trade(books)
    assert_card(books, told)
    assert books.custody(told["cheque"]) == expected.CUSTODY
    forecast = books.rows("erp_treasury/reports/cash_forecast", "date", "amount", "balance", as_of="2026-03-31")
    assert [tuple(row) for row in forecast] == expected.FORECAST


def assert_statements(books: Books, told: Told) -> None:
    """Both statements line by line, on the page's own table and in the file."""
    for who, side, lines in (
        ("customer", "customer", expected.CUSTOMER),
        ("supplier", "supplier", expected.SUPPLIER),
    ):
        assert books.statement(told[who], side) == lines
        _head, *rows = books.sheet(told[who], side)
        read = [
            (str(row[0]), document_of(row[1], row[2]), *(Decimal(f"{cell:.2f}") for cell in row[3:6])) for row in rows[:-1]
        ]
        sums = [sum((line[at] for line in lines), Decimal(0)) for at in (2, 3)]
        totals = [Decimal(f"{cell:.2f}") for cell in next(row for row in rows if row[0] == "Total")[3:5]]
        assert (read[: len(lines)], totals) == (lines, sums)


def assert_trade(books: Books) -> None:
    """Stock, taxes, what was sold, earned and bought."""
    stock = books.rows("erp_stock/reports/valuation", "product", "quantity", "value", as_of="2026-03-31")
    assert {product: (quantity, value) for product, quantity, value in stock} == expected.STOCK
    assert books.totals("erp_stock/reports/valuation", as_of="2026-03-31")["value"] == expected.STOCK_VALUE
    vat = books.totals("erp_invoicing/reports/vat_position", **MARCH)
    assert {name: vat[name] for name in expected.VAT} == expected.VAT
    assert books.cube("product", SALES) == expected.SOLD
    assert books.cube("contact", BILLS) == expected.BOUGHT
    assert dict(books.rows("erp_stock/reports/margin", "product", "margin", **MARCH)) == expected.MARGINS
    margin = books.totals("erp_stock/reports/margin", **MARCH)
    assert (margin["net"], margin["margin"]) == (expected.SOLD_IN_ALL, expected.MARGIN)
    result = books.ask("erp_ledger/reports/balance_sheet", as_of="2026-03-31")["rows"][-1]
    assert Decimal(result["amount"]) == expected.MARGIN
    came = books.rows("erp_stock/reports/moves_by_supplier", "supplier", "product", "came", **MARCH)
    assert [tuple(row) for row in came] == expected.CAME


def assert_card(books: Books, told: Told) -> None:
    """The customer's card: figures of other addons, and what happened, in order."""
    card = books.ask(f"crm_contacts/contact/{told['customer']}", figures=",".join(expected.CARD))
    assert {name: str(figure["value"]) for name, figure in card["figures"].items()} == expected.CARD
    assert (card["customer"], card["id"]) == (True, told["customer"])
    asked = {"where": json.dumps([["contact", "=", told["customer"]], ["kind", "!=", "note"]]), "order": "at,id"}
    found = [(each["at"][:10], each["summary"]) for each in books.ask("crm_contacts/timeline_entry", **asked)["items"]]
    assert len(found) == len(expected.TIMELINE), found
    for (day, summary), (expected_day, begins) in zip(found, expected.TIMELINE, strict=True):
        assert day == expected_day and summary.startswith(begins), (day, summary)


def assert_bounced(books: Books, told: Told) -> None:
    """V1: both sides owe again, the fee went on, and the cheque is with the customer."""
    balances = books.balances("2026-04-30")
    assert {name: balances[name] for name in expected.AFTER_BOUNCE} == expected.AFTER_BOUNCE
    totals = books.totals("erp_ledger/reports/trial_balance", until="2026-04-30")
    assert (totals["debit"], totals["credit"]) == (expected.SUM_AFTER_BOUNCE, expected.SUM_AFTER_BOUNCE)
    assert books.custody(told["cheque"]) == expected.CUSTODY_AFTER
    cheque = books.ask(f"erp_treasury/cheque/{told['cheque']}")
    assert (cheque["place"], cheque["holder"]["id"]) == ("returned", told["customer"])
