"""What one can do with orders to suppliers."""

from addons.erp_purchasing.operations.billing import bill_order, match_bill
from addons.erp_purchasing.operations.ordering import cancel_order, close_order, confirm_order
from addons.erp_purchasing.operations.receiving import book_received, book_returned, receive_order
from addons.erp_purchasing.operations.states import ORDER, advance

__all__ = [
    "ORDER",
    "advance",
    "bill_order",
    "book_received",
    "book_returned",
    "cancel_order",
    "close_order",
    "confirm_order",
    "match_bill",
    "receive_order",
]
