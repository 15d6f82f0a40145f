"""The checks that every addon inherits."""

from core.testing.addon_tests import AddonTests


class TestLedger(AddonTests):
    """Ledger as an addon."""

    addon = "erp_ledger"
