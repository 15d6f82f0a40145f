"""What an export wrote, in whatever way a person chose, an import reads back as what is there."""

from collections.abc import Callable
from decimal import Decimal as D
from pathlib import Path

import pytest
from sqlalchemy import select

from addons.base_catalog.models import Product
from addons.crm_contacts.models import Contact
from core.access.models import User
from core.importing.service import import_file
from core.screens.exports.dialects import SEPARATORS
from core.testing.browser import Browser
from core.testing.tandem import Tandem

PRODUCTS = "/base_catalog/product/?filter=&columns=code,name,price,cost,description&export=csv"
CONTACTS = "/crm_contacts/contact/?filter=&columns=name,phone,city,job_title&export=csv"


@pytest.fixture
def shop(tandem: Callable[..., Tandem]) -> Tandem:
    made = tandem("base_catalog", "crm_contacts")
    with made.write() as session:
        session.add(
            Product(code="A,1", name='Silla; de "roble"', price=D("1250.5"), cost=D("0.333333"), description="uno\ndos")
        )
        session.add(Product(code="007", name="Mesa\tbaja", price=D("1234567.89"), cost=D(3)))
        session.add(Contact(name="=Sol SA", phone="+54 11 4321-1234", city="La Plata", job_title="-"))
    return made


@pytest.mark.parametrize(("decimal", "language"), [("point", "en"), ("comma", "es"), ("comma", "ru")])
def test_an_import_reads_back_what_was_exported(shop: Tandem, tmp_path: Path, decimal: str, language: str) -> None:
    browser, file = shop.client(), tmp_path / "file.csv"
    for separator in SEPARATORS:
        for url, model, count in ((PRODUCTS, "base_catalog.product", 2), (CONTACTS, "crm_contacts.contact", 1)):
            answer = browser.get(f"{url}&separator={separator}&decimal={decimal}")
            assert answer.status_code == 200
            file.write_bytes(answer.data)
            answer.close()
            report = import_file(shop.kernel, shop.composition, model, file, language=language, dry=True, login="admin")
            assert (report.counts, report.faults) == ({"same": count}, []), file.read_text()


def read(browser: Browser, url: str) -> str:
    answer = browser.get(url)
    text: str = answer.text
    answer.close()
    return text


def test_a_csv_is_as_the_spreadsheet_of_the_reader_wants_it_and_for_programs_as_ever(shop: Tandem) -> None:
    browser = shop.client()
    plain = read(browser, PRODUCTS)
    assert "Code,Name" in plain and "1250.50" in plain
    api = read(browser, "/api/v1/base_catalog/product/export?format=csv&columns=code,price&order=code")
    assert api.splitlines()[1:] == ["007,1234567.89", '"A,1",1250.50']
    preview = "/base_catalog/product/?export=preview"
    assert '<option value="comma" selected>Comma</option>' in browser.get(preview).text
    with shop.write() as session:
        session.scalars(select(User).where(User.login == "admin")).one().language = "es"
    spanish = browser.get(preview).text
    assert '<option value="semicolon" selected>' in spanish and '<option value="comma" selected>Coma: 1,5' in spanish
    told = browser.get(f"{PRODUCTS}&separator=tab&decimal=comma")
    assert "\t1250,50\t" in told.text
    assert "csv=tab-comma" in told.headers["Set-Cookie"]
    told.close()
    assert '<option value="tab" selected>' in browser.get(preview).text
    assert read(browser, PRODUCTS).splitlines()[1:] == plain.splitlines()[1:], "an address without a choice is as ever"
    assert browser.get(f"{PRODUCTS}&separator=pipe").status_code == 422
