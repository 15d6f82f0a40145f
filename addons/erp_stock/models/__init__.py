"""Stock: locations, what stands in them, the moves between them and the documents that move."""

from addons.erp_stock.models.counts import Count, CountLine
from addons.erp_stock.models.deliveries import Delivery, DeliveryLine, Reservation
from addons.erp_stock.models.locations import Location, StockPolicy
from addons.erp_stock.models.moves import Move, StockLevel, Valuation
from addons.erp_stock.models.receipts import Receipt, ReceiptLine
from addons.erp_stock.models.transfers import Transfer, TransferLine

__all__ = [
    "Count",
    "CountLine",
    "Delivery",
    "DeliveryLine",
    "Location",
    "Move",
    "Receipt",
    "ReceiptLine",
    "Reservation",
    "StockLevel",
    "StockPolicy",
    "Transfer",
    "TransferLine",
    "Valuation",
]
