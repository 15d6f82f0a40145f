"""The fair and those who call its API."""

from collections.abc import Iterator

import pytest

from tests.api.client import Client
from tests.screens.booth import Booth, booth


@pytest.fixture
def stand(kind: str) -> Iterator[Booth]:
    """The fair's app."""
    with booth(kind) as made:
        yield made


@pytest.fixture
def clerk(stand: Booth) -> Client:
    """A program that sees guests but number 2, may not set the credit, and never sees the secret."""
    return Client(stand, "clerk")


@pytest.fixture
def admin(stand: Booth) -> Client:
    """A program that may everything."""
    return Client(stand, "admin")
