"""Books with invoicing, on both databases: a company, a customer, a supplier, two goods and a service."""

import hashlib
import importlib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal as D

import pytest
from sqlalchemy.orm import Session

from addons.base_catalog.models import Product
from addons.crm_contacts.models import Contact
from addons.erp_invoicing.setup import install as install_invoicing
from addons.erp_ledger.setup import install as install_ledger
from addons.erp_ledger.tests.conftest import ROOT, Books
from addons.erp_ledger.tests.conftest import key as ledger_key
from core.db import Company, Database, kernel_connection
from core.db.migrate import migrate
from core.testing.databases import fresh
from core.testing.fixtures import *  # noqa: F403

ADDONS = ("crm_contacts", "base_catalog", "erp_ledger", "erp_invoicing")
FILES = ("migrations/*.py", "guards/*.sql", "setup.py", "models/*.py", "tests/conftest.py")


def key() -> str:
    """A name for the empty books that changes whenever they would come out different."""
    folders = [ROOT / "addons" / name for name in ("base_catalog", "erp_invoicing")]
    found = [path for folder in folders for pattern in FILES for path in sorted(folder.glob(pattern))]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in found)).hexdigest()[:12]
    return f"{ledger_key()}_{digest}"


def fill(database: Database) -> None:
    """Migrate and set up."""
    for addon in ADDONS:
        importlib.import_module(f"addons.{addon}.models")
    with database.write() as session:
        connection = kernel_connection(session)
        migrate(connection, "core", ROOT / "core")
        for addon in ADDONS:
            migrate(connection, addon, ROOT / "addons" / addon)
    with database.write(today=date(2026, 3, 13), company_id=1) as session:
        company = Company(name="Muebles del Plata")
        session.add_all([company, Contact(name="Ferretería El Sol", tax_id="30-71448822-6", city="Rosario")])
        session.add(Contact(name="Maderas del Sur"))
        session.flush()
        install_ledger(session, company)
        install_invoicing(session, company)
        for code, name, price in (("CHA", "Chair", "48500"), ("LAM", "Lamp", "12345.67"), ("ASM", "Assembly", "3333.31")):
            session.add(Product(code=code, name=name, price=D(price), tax_rate=D(21)))


@pytest.fixture
def books(kind: str) -> Iterator[Books]:
    """Fresh books of either kind."""
    with fresh(kind, key(), fill) as database:
        yield Books(database, 1, 1, 2)


@pytest.fixture
def session(books: Books) -> Iterator[Session]:
    """A transaction in fresh books, committed at the end."""
    with books.write() as session:
        yield session
