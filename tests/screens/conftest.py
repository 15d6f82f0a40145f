"""The sample trade on both databases, filled once for all tests of the screens."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from core.db import Base, Database
from core.db.search import search_statements
from core.screens.fields.paths import Resolver
from core.testing.browser import Browser
from core.testing.databases import fresh
from core.testing.fixtures import kinds
from tests.screens import fair, sample
from tests.screens.booth import Booth, booth


@pytest.fixture(scope="session", params=kinds())
def trade(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A filled database that tests only read."""
    with fresh(str(request.param)) as database:
        _fill(database)
        yield database


def _fill(database: Database) -> None:
    with database.writer.begin() as connection:
        if database.dialect == "postgresql":
            connection.execute(text("create extension if not exists pg_trgm"))
        kernel = [t for t in Base.metadata.tables.values() if t.name in ("core_change", "core_company")]
        Base.metadata.create_all(connection, tables=[*kernel, *sample.TABLES])
        for statement in search_statements("sample_shop", database.dialect):
            connection.exec_driver_sql(statement)
    with database.write() as session:
        sample.fill(session)


@pytest.fixture
def session(trade: Database) -> Iterator[Any]:
    """A session that reads, where the company's clock is in Buenos Aires."""
    with trade.read(zone="America/Argentina/Buenos_Aires", user_id=1) as session:
        yield session


@pytest.fixture(scope="session")
def shops() -> Resolver:
    """The paths of a shop."""
    return Resolver(sample.Shop, sample.MODELS)


@pytest.fixture(scope="session")
def orders() -> Resolver:
    """The paths of an order."""
    return Resolver(sample.Sale, sample.MODELS)


@pytest.fixture
def stand(kind: str) -> Iterator[Booth]:
    """The fair's app."""
    with booth(kind) as made:
        yield made


@pytest.fixture
def clerk(stand: Booth) -> Browser:
    """A browser of somebody who sees guests but number 2, may not set the credit, and never sees the secret."""
    return stand.browser("clerk")


@pytest.fixture
def books(kind: str) -> Iterator[Database]:
    """The fair's tables, with a few rows."""
    with fresh(kind, fair.key(), fair.build) as database:
        yield database
