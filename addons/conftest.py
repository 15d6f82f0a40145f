"""The fixtures of core.testing, for the tests of every addon."""

from core.testing.fixtures import *  # noqa: F403
from core.testing.tandem import tandem  # noqa: F401
