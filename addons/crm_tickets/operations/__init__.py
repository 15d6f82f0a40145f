"""What one does with tickets: take, answer, wait, solve, close; and see which are urgent."""

from addons.crm_tickets import writing as writing
from addons.crm_tickets.operations.answering import log_work, plan_task, receive, reply, take
from addons.crm_tickets.operations.daily import wake_all, wake_tickets
from addons.crm_tickets.operations.finishing import close_ticket, reopen_ticket, solve_ticket, wait_for_customer
from addons.crm_tickets.operations.urgency import open_strip, urgent_tickets

__all__ = [
    "close_ticket",
    "log_work",
    "open_strip",
    "plan_task",
    "receive",
    "reopen_ticket",
    "reply",
    "solve_ticket",
    "take",
    "urgent_tickets",
    "wait_for_customer",
    "wake_all",
    "wake_tickets",
]
