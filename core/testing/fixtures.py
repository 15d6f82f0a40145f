"""Fixtures that every test may name; `tests/conftest.py` and the addons' tests have them from here."""

import os
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from core.access import passwords
from core.db import Database
from core.registry import garbage
from core.testing.databases import KINDS, fresh, postgresql_url

_server = postgresql_url()
garbage.wait()
#: hundreds of users are made here, none of whom has a secret: the product's own hash takes a tenth of a second
passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first, so that no worker is left with it when the others have nothing to do."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """What was loaded for all tests is no garbage: looking through it again and again took a third of their time."""
    garbage.spare(clean=True)


def kinds() -> list[object]:
    """Both kinds of database; the one that is not there is skipped, or fails where all is required."""
    if _server or os.environ.get("TANDEM_REQUIRE_ALL"):
        return list(KINDS)
    return ["sqlite", pytest.param("postgresql", marks=pytest.mark.skip(reason="no PostgreSQL server to test on"))]


@pytest.fixture(params=kinds())
def kind(request: pytest.FixtureRequest) -> str:
    """`sqlite` or `postgresql`."""
    return str(request.param)


@pytest.fixture
def database(kind: str) -> Iterator[Database]:
    """An empty database of either kind."""
    with fresh(kind) as made:
        yield made
