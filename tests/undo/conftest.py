"""The fair's booth, for tests of what is taken back."""

from tests.screens.conftest import clerk, stand

__all__ = ["clerk", "stand"]
