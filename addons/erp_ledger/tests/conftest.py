"""Books for tests: both databases, a company with its chart, a customer and a supplier."""

import hashlib
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from addons.crm_contacts.models import Contact
from addons.erp_ledger.setup import install
from core.db import Company, Database, kernel_connection
from core.db.migrate import migrate
from core.testing.databases import fresh
from core.testing.fixtures import *  # noqa: F403
from core.testing.tandem import known, template_key

ROOT = Path(__file__).parent.parent.parent.parent
ADDONS = ("crm_contacts", "erp_ledger")
FILES = ("migrations/*.py", "guards/*.sql", "setup.py", "models/*.py")


def key() -> str:
    """A name for the empty books that changes whenever they would come out different."""
    found = sorted(path for pattern in FILES for path in (ROOT / "addons" / "erp_ledger").glob(pattern))
    own = hashlib.sha256(b"".join(path.read_bytes() for path in found)).hexdigest()[:12]
    return f"books_{own}_{template_key(ADDONS, known())}"


@dataclass(frozen=True)
class Books:
    """A database with a company (1), a customer and a supplier."""

    database: Database
    company: int
    customer: int
    supplier: int

    def write(self):
        """A transaction of the company's clerk."""
        return self.database.write(company_id=self.company, today=date(2026, 3, 13))

    def read(self):
        """A session that reads."""
        return self.database.read(company_id=self.company, today=date(2026, 3, 31))


def fill(database: Database) -> None:
    """Migrate and set up."""
    for addon in ADDONS:
        importlib.import_module(f"addons.{addon}.models")
    with database.write() as session:
        connection = kernel_connection(session)
        migrate(connection, "core", ROOT / "core")
        for addon in ADDONS:
            migrate(connection, addon, ROOT / "addons" / addon)
    with database.write(today=date(2026, 3, 13)) as session:
        company = Company(name="Muebles del Plata")
        session.add_all([company, Contact(name="Ferretería El Sol"), Contact(name="Maderas del Sur")])
        session.flush()
        install(session, company)


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
