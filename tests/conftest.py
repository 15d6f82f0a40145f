"""The fixtures of core.testing, for every test."""

from core.testing.fixtures import *  # noqa: F403
from core.testing.tandem import tandem  # noqa: F401
