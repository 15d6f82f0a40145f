"""The fixtures of core.testing, for every test."""

import pytest

pytest.register_assert_rewrite("tests.story.books", "tests.story.pages")

from core.testing.fixtures import *  # noqa: E402, F403
from core.testing.tandem import tandem  # noqa: E402, F401
