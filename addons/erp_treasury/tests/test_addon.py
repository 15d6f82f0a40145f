"""The checks that every addon inherits."""

from core.testing.addon_tests import AddonTests


class TestTreasury(AddonTests):
    """Treasury as an addon."""

    addon = "erp_treasury"
