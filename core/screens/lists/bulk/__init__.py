"""What is done to many records at once from a list: what is offered, to which, how, and what came of it."""

from core.screens.lists.bulk.chosen import Chosen
from core.screens.lists.bulk.offered import Action, bulk_actions
from core.screens.lists.bulk.running import Outcome, act_on

__all__ = ["Action", "Chosen", "Outcome", "act_on", "bulk_actions"]
