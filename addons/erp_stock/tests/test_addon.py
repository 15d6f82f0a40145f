"""The checks that every addon inherits."""

from core.testing.addon_tests import AddonTests


class TestStock(AddonTests):
    """Stock as an addon."""

    addon = "erp_stock"
