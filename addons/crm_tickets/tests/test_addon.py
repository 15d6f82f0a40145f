"""What every addon keeps to."""

from core.testing.addon_tests import AddonTests


class TestTickets(AddonTests):
    addon = "crm_tickets"
