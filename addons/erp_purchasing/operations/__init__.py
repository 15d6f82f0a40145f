"""What one can do with orders to suppliers."""

from addons.erp_purchasing.operations.billing import bill_order, match_bill
from addons.erp_purchasing.operations.ordering import cancel_order, close_order, confirm_order
from addons.erp_purchasing.operations.receiving import receive_order, recount_received
from addons.erp_purchasing.operations.states import ORDER, advance

__all__ = [
    "ORDER",
    "advance",
    "bill_order",
    "cancel_order",
    "close_order",
    "confirm_order",
    "match_bill",
    "receive_order",
    "recount_received",
]
