"""Real files that lie beside the checkout, for tests only; a test that needs them says so where they are absent."""

import os
from pathlib import Path

import pytest

from core.registry.settings import CHECKOUT

FOLDER = Path(os.environ.get("TANDEM_SHARED_DATA", CHECKOUT.parent / "shared" / "data"))


def shared(*parts: str) -> Path:
    """A file or folder of the real data; the test is skipped, saying so, where it is absent."""
    path = FOLDER.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"the real files are not here: {path}")
    return path
