"""What every addon keeps to."""

from core.testing.addon_tests import AddonTests


class TestContacts(AddonTests):
    addon = "crm_contacts"
