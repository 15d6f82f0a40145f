"""Files of sales through the import of the product: documents that are posted, refused, gone on with."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import false, func, select

from addons.base_catalog.models import Product
from addons.crm_contacts.models import Contact, TimelineEntry
from addons.erp_invoicing.models import ContactBilling, Invoice, InvoiceLine
from addons.erp_ledger.models import Entry
from addons.erp_ledger.operations import balance_of, open_year
from core.db import Company
from core.errors import Denied, Invalid, Refused
from core.importing import jobs  # noqa: F401 (the job that the queue is asked for)
from core.importing.keeping import Report
from core.importing.models import Import, ImportRow
from core.importing.service import Asked, begin, import_file, model_named, run_import, undo_import
from core.jobs import enqueue
from core.jobs.book import opener
from core.testing.tandem import Tandem

MODEL = "erp_invoicing.invoice"
HEAD = ("Factura", "Fecha", "Código de cliente", "Cliente", "País", "Artículo", "Código", "Cant.", "Precio unitario")
SALES = (
    ("F-1", "07/12/2010 10:15", "900.0", "Ana Vega S.L.", "España", "Silla", "SI-1", "2", "1.234,56"),
    ("F-1", "07/12/2010 10:16", "900.0", "Ana Vega S.L.", "España", "Portes", "POST", "1", "10"),
    ("F-1", "07/12/2010 10:16", "900.0", "Ana Vega S.L.", "España", "Catálogo", "CAT-9", "1", "0"),
    ("F-2", "08/12/2010", "", "", "Islas del Canal", "Mesa", "me-2", "3", "0,3335"),
    ("D-1", "09/12/2010", "900", "Ana Vega S.L.", "España", "Silla", "si-1", "-1", "1.234,56"),
    ("A-1", "09/12/2010", "", "", "Francia", "Ajuste", "B", "1", "-50"),
    ("N-1", "09/12/2010", "", "", "España", "roto", "SI-1", "-4", "0"),
    ("N-2", "09/12/2010", "", "", "España", "¿?", "ME-2", "4", "0"),
    ("F-3", "09/12/2010", "", "", "España", "Mesa", "ME-2", "0", "5"),
)
REFUSED = {8: "goods go out at price zero", 9: "its document charges nothing", 10: "the quantity is zero"}


def write(path: Path, rows: Iterable[Sequence[str]], head: Sequence[str] = HEAD) -> Path:
    """A file of sales."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=";").writerows([head, *rows])
    return path


@pytest.fixture
def shop(tandem: Any) -> Tandem:
    """A shop in the United Kingdom whose books of 2010 and 2011 are open."""
    made: Tandem = tandem("erp_invoicing")
    with made.write() as session:
        company = session.scalars(select(Company)).one()
        company.currency, company.country, company.zone = "GBP", "GB", "Europe/London"
        for year in (2010, 2011):
            open_year(session, year=year)
    return made


def bring(shop: Tandem, path: Path, **how: Any) -> Report:
    """Import it."""
    return import_file(shop.kernel, shop.composition, MODEL, path, **how)


def documents(shop: Tandem) -> dict[str, tuple[Any, ...]]:
    """By the number of the file: kind, customer, country, total, state."""
    with shop.read() as session:
        rows = session.scalars(select(Invoice).order_by(Invoice.id)).all()
        return {str(r.reference): (r.kind, r.party_name, r.party_country, r.total, r.state) for r in rows}


def counted(shop: Tandem, model: Any) -> int:
    """How many there are."""
    with shop.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_file_becomes_posted_documents_once(shop: Tandem, tmp_path: Path) -> None:
    path = write(tmp_path / "ventas.csv", SALES)
    report = bring(shop, path, language="es")
    assert dict(report.counts) == {"create": 6, "refused": 3}
    assert {row: why.rpartition(": ")[2] for row, why, _cells in report.refused} == REFUSED
    ana = "Ana Vega S.L."
    assert documents(shop) == {
        "F-1": ("invoice", ana, "ES", D("2479.12"), "posted"),
        "F-2": ("invoice", "Customers without a number, Islas del Canal", "Islas del Canal", D("1.00"), "posted"),
        "D-1": ("credit_note", ana, "ES", D("1234.56"), "posted"),
        "A-1": ("credit_note", "Customers without a number, Francia", "FR", D("50.00"), "posted"),
    }
    assert shop.broken() == []
    before = {model: counted(shop, model) for model in (Invoice, InvoiceLine, Entry, Contact, Product, TimelineEntry)}
    again = bring(shop, path, language="es")
    assert dict(again.counts) == {"same": 6, "refused": 3}
    assert {model: counted(shop, model) for model in before} == before


def test_what_is_stored_is_what_the_file_says(shop: Tandem, tmp_path: Path) -> None:
    bring(shop, write(tmp_path / "ventas.csv", SALES), language="es")
    with shop.read() as session:
        wanted = select(InvoiceLine).join(Invoice).where(Invoice.reference == "F-1").order_by(InvoiceLine.position)
        lines = [(r.product_code, r.description, r.quantity, r.price, r.net, r.month) for r in session.scalars(wanted)]
        products = {p.code: (p.name, p.kind, p.price) for p in session.scalars(select(Product))}
        ana = session.scalars(select(ContactBilling).where(ContactBilling.customer_number == "900")).one()
        numbers = session.scalars(select(Invoice.number).order_by(Invoice.id)).all()
        told = session.scalars(select(TimelineEntry.summary).where(TimelineEntry.contact_id == ana.id)).all()
        assert (ana.owner.name, ana.owner.country, ana.owner.customer) == ("Ana Vega S.L.", "ES", True)
        assert balance_of(session, ana.id) == D("1244.56")
        assert session.scalars(select(InvoiceLine.amount).where(InvoiceLine.kind == "credit_note")).all() == [
            D("-1234.56"),
            D("-50.00"),
        ]
    assert lines == [
        ("SI-1", "Silla", D(2), D("1234.56"), D("2469.12"), 201012),
        ("POST", "Portes", D(1), D(10), D("10.00"), 201012),
        ("CAT-9", "Catálogo", D(1), D(0), D("0.00"), 201012),
    ]
    assert products["POST"][1:] == ("service", D(10))
    assert products["SI-1"] == ("Silla", "goods", D("1234.56"))
    assert products["me-2"] == ("Mesa", "goods", D("0.3335"))
    assert sorted(numbers) == ["IMP-1", "IMP-2", "IMPC-1", "IMPC-2"]
    assert sorted(told) == ["Contact created", "Credited: IMPC-1", "Invoiced: IMP-1"]


def test_a_dry_run_says_the_same_and_writes_nothing(shop: Tandem, tmp_path: Path) -> None:
    report = bring(shop, write(tmp_path / "ventas.csv", SALES), language="es", dry=True)
    assert dict(report.counts) == {"create": 6, "refused": 3}
    assert {model: counted(shop, model) for model in (Invoice, Entry, Product, Import)} == dict.fromkeys(
        (Invoice, Entry, Product, Import), 0
    )


GOOD = ("X", "1/12/2010", "1", "", "", "a", "c1", "1", "1")
FAULTS = {  # what is wrong: the rows as they differ from a good one, by column; why they are refused
    "two customers": ([{}, {2: "2"}], "several customers"),
    "two days": ([{}, {1: "2/12/2010"}], "several days"),
    "two countries": ([{4: "Francia"}, {4: "Italia"}], "several countries"),
    "no number to read": ([{7: "one"}, {}], "is not a number"),
    "no day": ([{1: "31/2/2010"}], "is not a date"),
    "no open period": ([{1: "1/12/1999"}], "open the fiscal year 1999"),
    "nothing sold": ([{5: "", 6: ""}], "neither code nor description"),
    "no document": ([{0: ""}], "is missing"),
    "less than a cent": ([{8: "0,001"}], "comes to nothing"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_document_is_refused_whole_and_the_others_go_in(shop: Tandem, tmp_path: Path, fault: str) -> None:
    changes, why = FAULTS[fault]
    rows = [[change.get(at, cell) for at, cell in enumerate(GOOD)] for change in changes]
    good = ("OK", "1/12/2010", "1", "", "", "a", "c1", "1", "7,50")
    report = bring(shop, write(tmp_path / "sales.csv", [*rows, good]), language="es")
    assert dict(report.counts) == {"create": 1, "refused": len(rows)}
    assert why in report.refused[0][1]
    assert documents(shop) == {"OK": ("invoice", "Customer 1", None, D("7.50"), "posted")}


def test_a_document_with_other_rows_than_before_is_refused(shop: Tandem, tmp_path: Path) -> None:
    bring(shop, write(tmp_path / "one.csv", SALES[:2]), language="es")
    report = bring(shop, write(tmp_path / "two.csv", SALES[:1]), language="es")
    assert report.counts == {"refused": 1}
    assert "it came to 2479.12 on 2010-12-07" in report.refused[0][1]


def test_rows_of_a_document_may_lie_apart_and_leave_its_head_blank(
    shop: Tandem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("addons.erp_invoicing.importers.bringing.Sales.batch_rows", 4)
    rows = [(f"L-{n}", "1/12/2010", "1", "", "", "a", "c1", "1", "2") for n in range(9)]
    rows += [("", "", "", "", "", "b", "c2", "1", "3"), rows[0]]
    report = bring(shop, write(tmp_path / "sales.csv", rows), language="es")
    assert dict(report.counts) == {"create": 11}
    totals = {number: total for number, (_kind, _name, _country, total, _state) in documents(shop).items()}
    assert (totals["L-0"], totals["L-1"], totals["L-8"], len(totals)) == (D(4), D(2), D(5), 9)
    assert shop.broken() == []


def test_taxes_and_discounts_of_the_file_are_reckoned(shop: Tandem, tmp_path: Path) -> None:
    head = ("Invoice", "Date", "Customer", "SKU", "Qty", "Price", "Discount %", "VAT rate", "Currency")
    rows = [
        ("V-1", "2011-01-03", "Bazaar Ltd", "A1", "10", "19.99", "10", "21", "GBP"),
        ("V-1", "2011-01-03", "Bazaar Ltd", "A2", "1", "100", "", "21%", "GBP"),
        ("V-2", "2011-01-03", "Bazaar Ltd", "A2", "1", "100", "", "17.5", "GBP"),
        ("V-3", "2011-01-03", "Bazaar Ltd", "A2", "1", "100", "", "", "USD"),
    ]
    report = bring(shop, write(tmp_path / "sales.csv", rows, head))
    whys = [why for _row, why, _cells in report.refused]
    assert ["no tax of 17.5 %" in whys[0], "in the currency of the company, GBP" in whys[1]] == [True, True]
    with shop.read() as session:
        made = session.scalars(select(Invoice)).one()
        assert (made.net, made.tax, made.total) == (D("279.91"), D("58.78"), D("338.69"))
        assert [(tax.name, tax.base) for tax in made.taxes] == [("VAT 21 %", D("279.91"))]
    assert shop.broken() == []


def test_the_file_must_have_what_a_sale_needs(shop: Tandem, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no column for Date, Price"):
        bring(shop, write(tmp_path / "sales.csv", [("F-1", "2", "A1")], ("Invoice", "Qty", "SKU")))


def test_a_user_needs_the_right_to_post_and_makes_only_what_he_may(shop: Tandem, tmp_path: Path) -> None:
    path = write(tmp_path / "ventas.csv", SALES)
    with pytest.raises(Denied):
        bring(shop, path, language="es", login=shop.add_user("reader", "erp_ledger.auditor"))
    clerk = shop.add_user("clerk", "erp_invoicing.clerk", "crm_contacts.manager")
    report = bring(shop, path, language="es", login=clerk)
    assert dict(report.counts) == {"refused": 9}
    assert "no product SI-1" in report.refused[0][1]
    assert documents(shop) == {}
    both = shop.add_user("both", "erp_invoicing.clerk", "crm_contacts.manager", "base_catalog.manager")
    assert dict(bring(shop, path, language="es", login=both).counts) == {"create": 6, "refused": 3}
    with shop.read() as session:
        assert set(session.scalars(select(Invoice.created_by_id))) == {session.scalars(select(Import.user_id)).all()[-1]}
    assert shop.broken() == []


def test_documents_beyond_the_users_record_rule_are_refused_and_gone(
    shop: Tandem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("addons.erp_invoicing.importers.bringing.predicate", lambda *asked: false())
    roles = ("erp_invoicing.clerk", "crm_contacts.manager", "base_catalog.manager")
    with pytest.raises(Denied, match="Invoice"):
        bring(shop, write(tmp_path / "ventas.csv", SALES), language="es", login=shop.add_user("both", *roles))
    assert [counted(shop, model) for model in (Invoice, Entry, Contact, Product)] == [0, 0, 0, 0]
    with shop.read() as session:
        assert session.scalars(select(Import.state)).all() == ["failed"]


def test_a_run_that_was_cut_off_ends_as_if_it_had_not_been(
    shop: Tandem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("addons.erp_invoicing.importers.bringing.Sales.batch_rows", 1)
    path, opens = write(tmp_path / "ventas.csv", SALES), opener(shop.kernel, shop.composition)
    import_id = begin(shop.database, Import(company_id=1, model=MODEL, filename="v", state="running", path=str(path)))
    asked = Asked(model_named(shop.composition, MODEL), path, import_id=import_id, language="es")
    calls: list[int] = []

    def run(asked: Asked, **how: Any) -> Report:
        return run_import(lambda writes: opens(None, 1, writes), shop.composition, asked, **how)

    assert run(asked, progress=calls.append, cancelled=lambda: len(calls) == 2).counts == {"create": 4}
    with shop.read() as session:
        made = session.get_one(Import, import_id)
        done, counts, figures = made.done_rows, made.counts, made.about["figures"]
    rest = run(replace(asked, done_rows=done, counts=counts, figures=figures))
    assert rest.counts == {"create": 6, "refused": 3}
    assert (rest.figures["invoices"], rest.figures["credit notes"]) == (2, 2)
    with shop.read() as session:
        kept = session.scalars(select(ImportRow.row).where(ImportRow.import_id == import_id).order_by(ImportRow.row)).all()
        assert kept == list(range(2, 11))
        assert session.get_one(Import, import_id).counts == {"create": 6, "refused": 3}
    assert counted(shop, Invoice) == 4


def test_what_was_posted_cannot_be_taken_back(shop: Tandem, tmp_path: Path) -> None:
    report = bring(shop, write(tmp_path / "ventas.csv", SALES), language="es")
    with pytest.raises(Refused, match="posted for good"):
        undo_import(shop.kernel, shop.composition, report.import_id or 0)
    assert (counted(shop, Invoice), counted(shop, Contact)) == (4, 3)
    with shop.read() as session:
        assert session.get_one(Import, report.import_id).state == "done"


def test_a_check_before_keeps_what_would_become_of_each_row(shop: Tandem, tmp_path: Path) -> None:
    path = write(tmp_path / "ventas.csv", SALES)
    made = Import(company_id=1, model=MODEL, filename="v", state="checking", path=str(path), language="es")
    import_id = begin(shop.database, made)
    with shop.write() as session:
        enqueue(session, "core.import", import_id=import_id, dry=True)
    shop.work()
    with shop.read() as session:
        kept = session.execute(select(ImportRow.row, ImportRow.verdict).where(ImportRow.import_id == import_id)).all()
        assert {row for row, verdict in kept if verdict == "refused"} == set(REFUSED)
        checked = session.get_one(Import, import_id)
        assert (checked.state, checked.counts) == ("checked", {"create": 6, "refused": 3})
        assert checked.about["figures"] == {"invoices": 2, "credit notes": 2}
    assert counted(shop, Invoice) == 0
