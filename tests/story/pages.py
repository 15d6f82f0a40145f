"""What the pages show when the story is over, as a person reads them there, against what they should."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from tests.browser.desk import settled
from tests.story import expected
from tests.story.books import document_of
from tests.story.person import Person
from tests.story.script import Told

MARCH = {"since": "2026-03-01", "until": "2026-03-31"}
SIGNS = str.maketrans({",": None, "\u2212": "-"})


def amount(text: str) -> Decimal:
    """An amount as it is written on a page; an empty cell is nothing."""
    return Decimal(text.translate(SIGNS) or 0)


def day(text: str) -> str:
    """`13 Mar`, in the year of the story."""
    return f"{date.fromisoformat(text):%-d %b}"


class Pages:
    """Opens reports and cards, and reads tables and figures off them."""

    def __init__(self, person: Person) -> None:
        self.person, self.page = person, person.page

    def report(self, label: str, **asked: object) -> list[list[str]]:
        """Find a report by its name, answer its questions, and read its rows, the total last."""
        self.person.open("/reports/")
        self.page.locator("main").get_by_role("link", name=label, exact=True).click()
        settled(self.page)
        for name, value in asked.items():
            self.person.enter(self.page.locator(f"form.t-asked [data-field='{name}']"), value)
        self.page.get_by_role("button", name="Show", exact=True).click()
        settled(self.page)
        return self.rows()

    def rows(self, table: str = "main table") -> list[list[str]]:
        """The cells of a table's rows, its foot too."""
        script = "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))"
        found: list[list[str]] = self.page.locator(f"{table} :is(tbody, tfoot) tr").evaluate_all(script)
        return found

    def figures(self, path: str) -> dict[str, str]:
        """The figures strip of a record's page, by label."""
        self.person.open(path)
        script = "all => all.map(one => [...one.children].map(part => part.innerText.trim()))"
        return {label: value for label, value, *_note in self.page.locator(".t-figures > *").evaluate_all(script)}

    def file(self, kind: str = "XLSX") -> list[list[object]]:
        """The report that is shown, exported from its preview and read again."""
        shown = self.page.url
        self.page.get_by_role("link", name="Export…").click()
        self.page.locator(f"input[name=export][value={kind.lower()}]").check(force=True)
        with self.page.expect_download() as download:
            self.page.get_by_role("button", name="Download").click()
        data = io.BytesIO(Path(download.value.path()).read_bytes())
        self.page.goto(shown)
        return CalamineWorkbook.from_filelike(data).get_sheet_by_index(0).to_python()


def assert_books_on_pages(pages: Pages) -> None:
    """Trial balance, taxes, margin, ageing and forecast."""
    *accounts, total = pages.report("Trial balance", until="2026-03-31")
    assert {row[1]: amount(row[5]) - amount(row[6]) for row in accounts} == expected.TRIAL_BALANCE
    assert [amount(cell) for cell in total[5:]] == [expected.SUM_OF_DEBITS] * 2
    *_taxes, total = pages.report("VAT position", **MARCH)
    assert [amount(total[at]) for at in (2, 4, 5)] == list(expected.VAT.values())
    *products, total = pages.report("Margin by product", **MARCH)
    assert {row[0]: amount(row[4]) for row in products} == expected.MARGINS
    assert amount(total[4]) == expected.MARGIN
    for as_of, buckets in expected.AGEING.items():
        assert [[amount(cell) for cell in row[1:]] for row in pages.report("Ageing", as_of=as_of)] == [buckets] * 2
    forecast = pages.report("Cash forecast", as_of="2026-03-31")
    assert [(row[0], amount(row[3]), amount(row[4])) for row in forecast] == [
        (day(when), moved, balance) for when, moved, balance in expected.FORECAST
    ]


def assert_statements_on_pages(pages: Pages, told: Told) -> None:
    """Both statements: as reports, as the files of these, and on the contacts' cards."""
    for who, name, lines in (
        ("customer", "Ferretería El Sol", expected.CUSTOMER),
        ("supplier", "Maderas del Sur", expected.SUPPLIER),
    ):
        shown = [(day(when), *rest) for when, *rest in lines]
        *rows, _total = pages.report("Account statement", contact=name, side=who, until="2026-03-31")
        assert [(row[0], document_of(row[1], row[2]), *map(amount, row[3:])) for row in rows] == shown
        _head, *written = pages.file()
        read = [
            (str(row[0]), document_of(str(row[1]), str(row[2])), *(Decimal(f"{cell:.2f}") for cell in row[3:]))
            for row in written[: len(lines)]
        ]
        assert read == lines
        pages.person.open(f"/crm_contacts/contact/{told[who]}?panel=statement")
        assert folded(pages.rows()) == shown


def folded(rows: list[list[str]]) -> list[tuple[Any, ...]]:
    """The lines of a card's statement, where each part of a document stands with the day that it is due, as documents."""
    found: list[tuple[Any, ...]] = []
    for when, code, text, _due, *amounts in rows:
        document = document_of(code, text)
        debit, credit, balance = map(amount, amounts)
        if found and found[-1][1] == document:
            before = found.pop()
            debit, credit = debit + before[2], credit + before[3]
        found.append((when, document, debit, credit, balance))
    return found


def assert_trade_on_pages(pages: Pages, told: Told) -> None:
    """Stock, cubes of sales and purchases, moves by supplier."""
    *products, total = pages.report("Stock value", as_of="2026-03-31")
    assert {row[0]: (amount(row[1]), amount(row[3])) for row in products} == expected.STOCK
    assert amount(total[3]) == expected.STOCK_VALUE
    for key, (quantity, value) in zip((told["CHA"], told["LAM"]), expected.STOCK.values(), strict=True):
        card = pages.figures(f"/base_catalog/product/{key}")
        assert (amount(card["On hand"]), amount(card["Available"]), amount(card["Stock value"])) == (
            quantity,
            quantity,
            value,
        )
    cube = "/erp_invoicing/invoice_line/?view=pivot&filter={}&rows={}&cols=&measures=sum:amount&pct=none"
    pages.person.open(cube.format("sales", "product"))
    *products, total = pages.rows("table.t-cube")
    assert {row[0]: amount(row[1]) for row in products} == expected.SOLD
    assert amount(total[1]) == expected.SOLD_IN_ALL
    pages.person.open(cube.format("purchases", "contact"))
    *suppliers, _total = pages.rows("table.t-cube")
    assert {row[0]: amount(row[1]) for row in suppliers} == expected.BOUGHT
    *moves, _total = pages.report("Moves by product and supplier", **MARCH)
    assert [(row[0], row[1], amount(row[2])) for row in moves] == expected.CAME


def assert_card_on_page(pages: Pages, told: Told) -> None:
    """The customer's card: what it owes, what may come back, what passed, the last first."""
    card = pages.figures(f"/crm_contacts/contact/{told['customer']}")
    found = [card[name] for name in ("Balance", "Overdue", "Next due", "Last delivery", "Cheques at risk")]
    assert found == ["142,476.82", "0.00", "12 May", "13 Mar", "250,000.00"]
    events = pages.page.locator(".t-timeline .t-event .t-text > div:first-child").all_inner_texts()
    passed = [text for text in reversed(events) if text != "Contact created"]
    assert len(passed) == len(expected.TIMELINE), events
    for text, (_day, begins) in zip(passed, expected.TIMELINE, strict=True):
        assert begins in text, (text, begins)


def assert_custody_on_page(pages: Pages, told: Told, bounced: bool = False) -> None:
    """Where the cheque has been, on its own page, and that nobody can use it again."""
    steps = ["Received from Ferretería El Sol", "Endorsed to Maderas del Sur"]
    steps += ["Rejected", "Returned to Ferretería El Sol"] if bounced else []
    pages.person.open(f"/erp_treasury/cheque/{told['cheque']}")
    found = pages.page.locator(".t-timeline .t-event .t-text > div:first-child").all_inner_texts()
    assert [text for text in found if text in steps] == steps
    assert pages.page.get_by_text("Cannot be used again.").is_visible()
    assert pages.page.locator("main a[href$='/endorse'], main a[href$='/deposit']").count() == 0
    *cheques, total = pages.report("Cheques in portfolio", as_of="2026-03-31") or [[], [""]]
    assert (cheques, [cell for cell in total if amount_like(cell)]) == ([], []), (cheques, total)


def amount_like(text: str) -> bool:
    """Whether a cell says a sum that is not zero."""
    return any(letter in "123456789" for letter in text)


def assert_bounced_on_pages(pages: Pages, told: Told) -> None:
    """V1: what both sides owe, on the trial balance and on their cards; the cheque went back."""
    *accounts, total = pages.report("Trial balance", until="2026-04-30")
    balances = {row[1]: amount(row[5]) - amount(row[6]) for row in accounts}
    assert {name: balances[name] for name in expected.AFTER_BOUNCE} == expected.AFTER_BOUNCE
    assert [amount(cell) for cell in total[5:]] == [expected.SUM_AFTER_BOUNCE] * 2
    customer = pages.figures(f"/crm_contacts/contact/{told['customer']}")
    assert (customer["Balance"], customer["Rejected cheques"]) == ("394,715.32", "250,000.00")
    assert pages.figures(f"/crm_contacts/contact/{told['supplier']}")["Balance"] == "\u2212486,342.47"
    assert_custody_on_page(pages, told, bounced=True)
