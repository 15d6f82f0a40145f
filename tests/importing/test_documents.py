"""Files whose rows are lines of documents: gathered, found again, changed, refused whole, and taken back."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal as D
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from addons.base_catalog.models import PriceList, Product
from addons.crm_contacts.models import Contact
from addons.crm_quotes.models import Quote, QuoteLine
from addons.erp_ledger.models import Account, Entry, Journal
from addons.erp_purchasing.models import Order
from core.importing.keeping import Report
from core.importing.models import Import
from core.importing.service import Asked, begin, import_now, run_import, undo_import
from core.jobs.book import opener
from core.operations import perform
from core.screens.records.histories import history_of
from core.testing.tandem import Tandem

LINES_OF_FIRST = select(QuoteLine.product_id, QuoteLine.id).join(Quote).where(Quote.reference == "P-1")
HEAD = "Número;Cliente;Fecha;Artículo;Cantidad;Precio"
QUOTES = """Número;Cliente;Fecha;Artículo;Cantidad;Precio
P-1;Sol SA;01/03/2026;Silla;2;1.250,50
;;;Mesa;1;100
P-2;Luna SRL;02/03/2026;SI-1;3;10
P-1;;;Portes;1;7
"""


@pytest.fixture
def shop(tandem: Callable[..., Tandem]) -> Tandem:
    made = tandem("crm_quotes", "erp_purchasing")
    with made.write() as session:
        session.add_all([Contact(name="Sol SA", supplier=True), Contact(name="Luna SRL")])
        session.add_all([Product(code="SI-1", name="Silla", price=D(900)), Product(code="ME-2", name="Mesa", price=D(80))])
        session.add(Product(code="PO", name="Portes", price=D(5)))
    return made


def brought(made: Tandem, model: Any, text: str, tmp_path: Path, login: str | None = "admin", **how: Any) -> Report:
    path = tmp_path / "file.csv"
    path.write_text(text)
    opens = opener(made.kernel, made.composition, via="import")
    info = made.info(login)

    def sessions(writes: bool) -> Any:
        return opens(info.get("user_id"), info["company_id"], writes)

    asked = Asked(model, path, how.pop("dry", False), language=how.pop("language", "es"), **how)
    return import_now(made.database, sessions, made.composition, asked, (info.get("user_id"), info["company_id"]))


def quotes(made: Tandem) -> dict[str, Any]:
    """By reference: contact, total, and of each line product, quantity and price."""
    with made.read() as session:
        return {
            str(q.reference): (
                q.contact.name,
                q.total,
                [(line.product and line.product.code, line.quantity, line.price) for line in q.lines],
            )
            for q in session.scalars(select(Quote).order_by(Quote.id))
        }


def test_rows_become_documents_once(shop: Tandem, tmp_path: Path) -> None:
    dry = brought(shop, Quote, QUOTES, tmp_path, dry=True)
    assert (dry.counts, dry.faults) == ({"create": 4}, [])
    assert dry.figures == {"new documents": 2} and quotes(shop) == {}
    report = brought(shop, Quote, QUOTES, tmp_path)
    assert report.counts == {"create": 4} and report.figures == {"new documents": 2}
    ours = [("SI-1", D(2), D("1250.5")), ("ME-2", D(1), D(100)), ("PO", D(1), D(7))]
    assert quotes(shop) == {
        "P-1": ("Sol SA", D("2608.00"), ours),
        "P-2": ("Luna SRL", D("30.00"), [("SI-1", D(3), D(10))]),
    }
    assert brought(shop, Quote, QUOTES, tmp_path).counts == {"same": 4}
    assert shop.broken() == []
    assert report.import_id is not None
    undone = undo_import(shop.kernel, shop.composition, report.import_id, "admin")
    assert (undone.kept, undone.counts["crm_quotes.Quote removed"]) == ([], 2)
    with shop.read() as session:
        assert [session.scalar(select(func.count()).select_from(m)) for m in (Quote, QuoteLine)] == [0, 0]


def test_lines_take_the_place_of_others_or_come_beside_them_and_go_back(shop: Tandem, tmp_path: Path) -> None:
    brought(shop, Quote, QUOTES, tmp_path)
    with shop.read() as session:
        kept = set(session.execute(LINES_OF_FIRST))
    change = "Presupuesto;Producto;Cantidad\nP-1;Mesa;5\nP-1;Silla;2\n"
    report = brought(shop, Quote, change, tmp_path)
    assert report.counts == {"update": 2} and report.figures == {"changed documents": 1}
    assert quotes(shop)["P-1"][2] == [("ME-2", D(5), D(100)), ("SI-1", D(2), D("1250.5"))]
    with shop.read("admin") as session:
        assert set(session.execute(LINES_OF_FIRST)) < kept, "lines that mean the same keep their number, price and text"
        quote = session.scalars(select(Quote).where(Quote.reference == "P-1")).one()
        assert any(step.path.startswith("lines.") for step in history_of(session, quote)[0].steps)
    before = quotes(shop)
    added = brought(shop, Quote, change, tmp_path, decisions={"lines": "add"})
    assert added.counts == {"update": 2}
    assert [line[:2] for line in quotes(shop)["P-1"][2]] == [("ME-2", D(5)), ("SI-1", D(2)), ("ME-2", D(5)), ("SI-1", D(2))]
    assert added.import_id is not None
    assert undo_import(shop.kernel, shop.composition, added.import_id, "admin").kept == []
    assert quotes(shop) == before
    assert shop.broken() == []


def test_what_was_touched_since_stays(shop: Tandem, tmp_path: Path) -> None:
    brought(shop, Quote, QUOTES, tmp_path)
    before = quotes(shop)
    report = brought(shop, Quote, "Presupuesto;Producto;Cantidad\nP-1;Mesa;5\nP-2;Mesa;5\n", tmp_path)
    with shop.write("admin") as session:
        session.scalars(select(Quote).where(Quote.reference == "P-2")).one().subject = "changed"
    assert report.import_id is not None
    undone = undo_import(shop.kernel, shop.composition, report.import_id, "admin")
    assert [why for _model, _id, why in undone.kept] == ["was changed since"]
    assert quotes(shop)["P-2"][2] == [("ME-2", D(5), D(80))]
    assert quotes(shop)["P-1"] == before["P-1"], "lines that went are there again"


FAULTS = {  # what is wrong: the rows, the row that tells why, the field, why
    "no such product": ("X;Sol SA;1/3/2026;Silla;1;1\nX;;;Nada;1;1", 3, "lines.product", "there is no Product “Nada”"),
    "no number": ("X;Sol SA;1/3/2026;Silla;1;1\n;;;Mesa;dos;1", 3, "lines.quantity", "“dos” is not a number"),
    "two contacts": ("X;Sol SA;1/3/2026;Silla;1;1\nX;Luna SRL;;Mesa;1;1", 3, "contact", "differs from row 2"),
    "no contact": ("X;;1/3/2026;Silla;1;1\nX;;;Mesa;1;1", 2, "contact", "is needed"),
    "too large": ("X;Sol SA;1/3/2026;Silla;1;1\nX;;;Mesa;1;99999999999999999999", 3, "lines.price", "too large"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_document_is_refused_whole(shop: Tandem, tmp_path: Path, fault: str) -> None:
    rows, at, field, why = FAULTS[fault]
    report = brought(shop, Quote, f"{HEAD}\n{rows}\nOK;Sol SA;1/3/2026;Silla;1;1\n", tmp_path)
    assert report.counts == {"refused": 2, "create": 1}
    told = {row: text for row, text, _cells in report.refused}
    assert why in told[at] and f"Row {at} of the same document" in told[5 - at]
    assert field in {each.field for each in report.faults if each.row == at}
    assert list(quotes(shop)) == ["OK"]
    assert report.figures == {"new documents": 1, "refused documents": 1}


def test_what_is_decided_stays_and_a_key_can_be_chosen(shop: Tandem, tmp_path: Path) -> None:
    brought(shop, Quote, QUOTES, tmp_path)
    verbs = shop.composition.verbs(Quote)
    with shop.write("admin") as session:
        quote = session.scalars(select(Quote).where(Quote.reference == "P-2")).one()
        perform(session, verbs["send"], quote, {})
        perform(session, verbs["accept"], quote, {})
    report = brought(shop, Quote, "Presupuesto;Producto;Cantidad\nP-2;Mesa;5\n", tmp_path)
    assert report.counts == {"refused": 1} and "can no longer be changed" in report.refused[0][1]
    text = "Cliente;Fecha;Producto;Cantidad;Precio\nSol SA;01/03/2026;Mesa;4;1\nSol SA;05/03/2026;Mesa;9;1\n"
    report = brought(shop, Quote, text, tmp_path, key="contact,date")
    assert report.counts == {"update": 1, "create": 1}
    assert quotes(shop)["P-1"][2] == [("ME-2", D(4), D(1))]


def test_a_run_that_was_cut_off_goes_on_with_the_next_document(shop: Tandem, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("core.importing.documents.making.Documents.batch_rows", 2)
    path = tmp_path / "file.csv"
    path.write_text("Nº;Cliente;Producto;Cantidad\n" + "".join(f"{n};Sol SA;Mesa;{n}\n;;Silla;1\n" for n in range(1, 6)))
    opens = opener(shop.kernel, shop.composition)
    made = Import(company_id=1, model=Quote.label(), filename="f", state="running", path=str(path))
    import_id = begin(shop.database, made)
    asked, calls = Asked(Quote, path, import_id=import_id, language="es"), list[int]()

    def run(asked: Asked, **how: Any) -> Report:
        return run_import(lambda writes: opens(None, 1, writes), shop.composition, asked, **how)

    first = run(asked, progress=calls.append, cancelled=lambda: len(calls) == 2)
    assert (first.state, first.counts, calls) == ("cancelled", {"create": 4}, [3, 5])
    with shop.read() as session:
        made = session.get_one(Import, import_id)
        figures, counts, done = made.about["figures"], made.counts, made.done_rows
    rest = run(Asked(Quote, path, import_id=import_id, language="es", done_rows=done, counts=counts, figures=figures))
    assert (rest.counts, rest.figures) == ({"create": 10}, {"new documents": 5})
    assert [len(lines) for _contact, _total, lines in quotes(shop).values()] == [2] * 5


def test_a_user_brings_in_what_he_may(shop: Tandem, tmp_path: Path) -> None:
    shop.add_user("reader", "erp_ledger.auditor")
    with pytest.raises(Exception, match="do not let you add"):
        brought(shop, Quote, QUOTES, tmp_path, login="reader")
    assert quotes(shop) == {}


def test_every_document_with_lines_comes_from_a_file(shop: Tandem, tmp_path: Path) -> None:
    orders = "Order no,Supplier,Product,Qty,Price\nA,Sol SA,ME-2,2,7.5\nA,,SI-1,1,\nB,Sol SA,Mesa,1,1\n"
    report = brought(shop, Order, orders, tmp_path, language="en")
    assert (report.counts, report.faults) == ({"create": 3}, [])
    prices = "Name,Product,Price\nWholesale,Mesa,70\nWholesale,Silla,800\n"
    assert brought(shop, PriceList, prices, tmp_path, language="en").counts == {"create": 2}
    with shop.read() as session:
        codes = session.scalars(select(Account.code).where(~Account.heading).order_by(Account.code)).all()
        journal = session.scalars(select(Journal.name).order_by(Journal.id)).first()
        ordered = session.scalars(select(Order).order_by(Order.id)).all()
        assert [(o.reference, o.lines[0].net, len(o.lines)) for o in ordered] == [("A", D(15), 2), ("B", D(1), 1)]
        rules = session.scalars(select(PriceList).where(PriceList.name == "Wholesale")).one().rules
        assert [(rule.product.code, rule.price) for rule in rules] == [("ME-2", D(70)), ("SI-1", D(800))]
    entry = f"2026-03-01,{journal},Opening,{codes[0]},10,\n,,,{codes[1]},,10\n"
    report = brought(shop, Entry, f"Date,Journal,Text,Account,Debit,Credit\n{entry}", tmp_path, language="en")
    assert (report.counts, report.faults) == ({"create": 2}, [])
    with shop.read() as session:
        lines = session.scalars(select(Entry)).one().lines
        assert [(line.account.code, line.debit, line.credit) for line in lines] == [
            (codes[0], D(10), D(0)),
            (codes[1], D(0), D(10)),
        ]


def test_a_column_alone_that_could_be_of_lines_is_none(shop: Tandem, tmp_path: Path) -> None:
    report = brought(shop, PriceList, "Name,Price\nRetail,70\n", tmp_path, language="en")
    assert report.columns == {"name": [0]} and report.counts == {"create": 1}
    report = brought(shop, PriceList, "Name,Rules / Price\nSmall,70\n", tmp_path, language="en")
    assert "rules.price" in report.columns


def test_a_person_and_a_program_say_the_key_and_what_becomes_of_lines(shop: Tandem, tmp_path: Path) -> None:
    shop.kernel.settings = replace(shop.kernel.settings, home=tmp_path)
    brought(shop, Quote, QUOTES, tmp_path)
    browser = shop.client()
    text = b"Pedido;Cliente;Producto;Cantidad\nP-2;Luna SRL;Mesa;5\n"
    sent = browser.post("/imports/new", {"model": Quote.label(), "file": (BytesIO(text), "q.csv"), "language": "es"})
    page = sent.headers["Location"]
    shop.work()
    shown = browser.get(f"{page}?show=columns").text
    assert '<optgroup label="Lines">' in shown and '<option value="lines.product" selected>Product' in shown
    assert 'name="key" value="contact"' in shown and 'value="replace" checked' in shown
    columns = {"column-0": "number", "column-1": "contact", "column-2": "lines.product", "column-3": "lines.quantity"}
    assert browser.post(f"{page}/check", {**columns, "key": "lines"}).status_code == 422
    assert browser.post(f"{page}/check", {**columns, "key": "contact", "lines": "add", "language": "es"}).status_code == 302
    shop.work()
    shown = browser.get(f"{page}?show=columns").text
    assert 'value="contact" checked' in shown
    assert 'value="add" checked' in shown
    assert "changed documents 1" in shown
    browser.post(f"{page}/run")
    shop.work()
    assert [line[0] for line in quotes(shop)["P-2"][2]] == ["SI-1", "ME-2"]
    browser.post(f"{page}/undo")
    shop.work()
    assert [line[0] for line in quotes(shop)["P-2"][2]] == ["SI-1"]

    def api(**how: str) -> Any:
        file = (BytesIO(b"contact,lines.product,lines.quantity\nLuna SRL,ME-2,5\n"), "q.csv")
        return browser.post("/api/v1/crm_quotes/quote/import", {"file": file, **how})

    assert api(lines="mix").status_code == 422 and api(key="colour").status_code == 422
    told = api(key="contact", lines="add", dry_run="yes").json
    assert (told["counts"], told["figures"]) == ({"update": 1}, {"changed documents": 1})
    assert api(key="contact").json["counts"] == {"update": 1}
    assert [line[0] for line in quotes(shop)["P-2"][2]] == ["ME-2"]
