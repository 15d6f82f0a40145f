"""What every addon keeps to."""

from core.testing.addon_tests import AddonTests


class TestAgenda(AddonTests):
    addon = "crm_agenda"
