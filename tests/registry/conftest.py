"""A kernel on either database that sees the addons of a test's own folder."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.registry.kernel import Kernel
from core.testing.tandem import Tandem


@pytest.fixture
def kernel(tandem: Callable[..., Tandem], tmp_path: Path) -> Kernel:
    """The kernel's tables, one company, no addon; `kernel.checkout` is the test's folder."""
    made = tandem().kernel
    made.checkout, made.installed = tmp_path, False
    made.rediscover()
    return made
