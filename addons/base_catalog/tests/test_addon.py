"""What every addon keeps to."""

from core.testing.addon_tests import AddonTests


class TestCatalog(AddonTests):
    addon = "base_catalog"
