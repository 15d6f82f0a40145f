"""The checks that every addon inherits."""

from core.testing.addon_tests import AddonTests


class TestPurchasing(AddonTests):
    """Purchasing as an addon."""

    addon = "erp_purchasing"
