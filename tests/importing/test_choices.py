"""What a person decides of a file: the key, single rows, the columns of the next such file; templates; old files go."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from addons.base_catalog.models import Product, Unit
from addons.crm_contacts.models import Contact
from core.db import now
from core.importing.importer import importer_of
from core.importing.jobs import forget_files_job
from core.importing.mapping import Names
from core.importing.models import Import
from core.importing.reading import glance
from core.importing.service import import_file
from core.registry.customs import Asked
from core.screens.lists.answers import list_records
from core.screens.records.writing import write_record
from core.testing.tandem import Tandem
from tests.custom.test_fields import with_fields
from tests.importing.test_pages import LABEL, contacts, site, uploaded

__all__ = ["site"]


def towns(made: Tandem) -> dict[str, list[str | None]]:
    found: dict[str, list[str | None]] = {}
    with made.read() as session:
        for name, city in session.execute(select(Contact.name, Contact.city).order_by(Contact.id)):
            found.setdefault(name, []).append(city)
    return found


def brought(made: Tandem, page: str) -> None:
    assert made.client().post(f"{page}/run").status_code == 302
    made.work()


def test_the_key_and_rows_are_decided(site: Tandem) -> None:
    browser = site.client()
    page = uploaded(browser, b"Name;Mail;City\nAna;a@x.com;Rome\nAna;b@x.com;Oslo\nEva;e@x.com;Bonn\n")
    site.work()
    brought(site, page)

    page = uploaded(browser, b"Name;City\nEVA;Kyiv\nAna;Lima\nLeo;Bern\nLeo;Graz\n")
    site.work()
    assert 'value="name"' in browser.get(f"{page}?show=columns").text
    columns = {"column-0": "name", "column-1": "city"}
    assert browser.post(f"{page}/check", {**columns, "key": "no_such"}).status_code == 422
    assert browser.post(f"{page}/check", {**columns, "key": "name"}).status_code == 302
    site.work()
    doubtful = browser.get(f"{page}?show=duplicate").text
    assert "it fits several records" in doubtful and "Update Ana #2" in doubtful
    assert "Kyiv" in browser.get(f"{page}?show=update").text
    assert browser.post(f"{page}/decide", {"row-3": "drop"}).status_code == 422
    assert browser.post(f"{page}/decide", {"row-3": "update:2", "all": "create", "row-2": "leave"}).status_code == 302
    site.work()
    assert "left out by hand" in browser.get(f"{page}?show=duplicate").text
    brought(site, page)
    assert towns(site) == {"Ana": ["Rome", "Lima"], "Eva": ["Bonn"], "Leo": ["Bern", "Graz"]}
    assert browser.post(f"{page}/undo").status_code == 302
    site.work()
    assert towns(site) == {"Ana": ["Rome", "Oslo"], "Eva": ["Bonn"]}


def test_an_assignment_serves_colleagues_until_it_is_forgotten(site: Tandem) -> None:
    site.add_user("eva", "crm_contacts.manager")
    browser, eva = site.client(), site.client("eva")
    page = uploaded(browser, b"Apodo;Lugar\nAna;Rome\n")
    site.work()
    browser.post(f"{page}/check", {"column-0": "name", "column-1": "city"})
    site.work()
    page = uploaded(eva, b"My people\nLugar;Apodo\nOslo;Eva\n")
    site.work()
    assert "assigned as in an earlier file" in eva.get(f"{page}?show=columns").text
    eva.post(f"{page}/run")
    site.work()
    assert towns(site) == {"Eva": ["Oslo"]}
    page = uploaded(eva, b"Lugar;Apodo\nOslo;Ann\n")
    site.work()
    assert eva.post(f"{page}/guess").status_code == 302
    site.work()
    assert "assigned as in an earlier file" not in eva.get(f"{page}?show=columns").text


def test_a_template_has_the_headings_and_comes_back_in(site: Tandem, tmp_path: Path) -> None:
    browser = site.client()
    assert browser.get(f"/imports/template?model={LABEL}&format=exe").status_code == 422
    answer = browser.get(f"/imports/template?model={LABEL}")
    assert answer.status_code == 200
    file = tmp_path / "template.xlsx"
    file.write_bytes(answer.data)
    answer.close()
    names = Names(importer_of(site.composition, Contact), site.composition.catalogs)
    rows = glance(file).rows
    heads = rows[names.header_row(rows)]
    assert {"Name", "City", "Email"} <= set(heads)
    found = names.guess(heads)
    assert found["name"] and found["city"] and len(found) == len(heads)


@pytest.mark.parametrize("kind", ["sqlite"])
def test_usual_words_and_codes_are_understood(tandem: Callable[..., Tandem], tmp_path: Path) -> None:
    replaces = Asked({"en": "Replaces"}, "relation", target="base_catalog.Product")
    made = with_fields(tandem("base_catalog"), replaces, model="base_catalog.Product")
    with made.write("admin") as session:
        unit = write_record(session, Unit, None, {"name": "Bolsa", "symbol": "bol", "dimension": "piece"})
        assert unit.id
    file = tmp_path / "lista.csv"
    file.write_text("Código;Descripción;Precio (€);Unidad de medida;Marca\nA-1;Bolsa grande;1.250,50;bolsa;Sol\n", "cp1252")
    report = import_file(made.kernel, made.composition, "base_catalog.product", file, login="admin", language="es")
    assert report.faults == [] and report.counts == {"create": 1}
    file.write_text("Código;Nombre;Precio\na-1;Bolsa;1.300,50\nB-1;Caja;1\nb-1;Cajón;2\n")
    report = import_file(made.kernel, made.composition, "base_catalog.product", file, login="admin", language="es", dry=True)
    assert report.counts == {"update": 1, "create": 1, "duplicate": 1}, "a code names one product: it is found again by it"
    file.write_text("SKU;Наименование;Цена;Replaces\nA-2;Мешок;3,5;a-1\n", "cp1251")
    report = import_file(made.kernel, made.composition, "base_catalog.product", file, login="admin", language="ru")
    assert report.faults == [] and report.counts == {"create": 1}
    with made.read() as session:
        found = session.execute(select(Product.code, Product.name, Product.price).order_by(Product.code)).all()
    assert [tuple(map(str, row)) for row in found] == [("A-1", "Bolsa grande", "1250.500000"), ("A-2", "Мешок", "3.500000")]
    with made.read("admin") as session:
        told = list_records(session, Product, [["custom.replaces.code", "=", "A-1"]], fields="code,custom.replaces")["items"]
    assert [(item["code"], item["custom.replaces"]["title"]) for item in told] == [("A-2", "Bolsa grande")]


@pytest.mark.parametrize("kind", ["sqlite"])
def test_uploaded_files_go_after_a_month(site: Tandem, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    browser = site.client()
    kept = uploaded(browser, b"Name\nAna\n")
    gone = uploaded(browser, b"Name\nEva\n")
    site.work()
    number = int(gone.rpartition("/")[2])
    with site.write() as session:
        session.execute(update(Import).where(Import.id == number).values(at=now() - timedelta(days=40)))
    context: Callable[..., object] = type("Context", (), {"database": site.database})
    assert forget_files_job(context()) == {"removed": 1}  # type: ignore[arg-type]
    left = sorted(path.name for path in (tmp_path / "imports").iterdir())
    assert left == [f"{kept.rpartition('/')[2]}-people.csv"]
    browser.post(f"{gone}/run")
    site.work()
    assert "is no longer here" in browser.get(gone).text
    assert contacts(site) == []
