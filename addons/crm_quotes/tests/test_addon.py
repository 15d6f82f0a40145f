"""What every addon keeps to."""

from core.testing.addon_tests import AddonTests


class TestQuotes(AddonTests):
    addon = "crm_quotes"
