"""The checks that every addon inherits."""

from core.testing.addon_tests import AddonTests


class TestInvoicing(AddonTests):
    """Invoicing as an addon."""

    addon = "erp_invoicing"
