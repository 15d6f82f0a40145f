"""What one can do with stock."""

from addons.erp_stock.operations.counting import approve_count, cancel_count, moved_since_snapshot, start_count
from addons.erp_stock.operations.delivering import (
    DELIVERY,
    LineQuantity,
    cancel_delivery,
    deliver,
    moved_for_sale,
    moves_of,
)
from addons.erp_stock.operations.figures import Holding, holdings
from addons.erp_stock.operations.places import place, policy_of, usual_warehouse
from addons.erp_stock.operations.receiving import RECEIPT, cancel_receipt, receive
from addons.erp_stock.operations.reserving import release_delivery, reserve_delivery
from addons.erp_stock.operations.returning import left_to_return, return_delivery, return_receipt
from addons.erp_stock.operations.transferring import TRANSFER, cancel_transfer, transfer_goods
from addons.erp_stock.operations.valuing import next_part

__all__ = [
    "DELIVERY",
    "RECEIPT",
    "TRANSFER",
    "Holding",
    "LineQuantity",
    "approve_count",
    "cancel_count",
    "cancel_delivery",
    "cancel_receipt",
    "cancel_transfer",
    "deliver",
    "holdings",
    "left_to_return",
    "moved_for_sale",
    "moved_since_snapshot",
    "moves_of",
    "next_part",
    "place",
    "policy_of",
    "receive",
    "release_delivery",
    "reserve_delivery",
    "return_delivery",
    "return_receipt",
    "start_count",
    "transfer_goods",
    "usual_warehouse",
]
