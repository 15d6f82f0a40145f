"""What the warehouse received or sent back counts for the orders it belongs to."""

from sqlalchemy.orm import Session

from addons.erp_purchasing.operations import ORDER, recount_received
from addons.erp_stock.models import Receipt
from addons.erp_stock.signals import StockMoved
from core.db import trusted
from core.signals import hears


@hears(StockMoved)
def count_received(session: Session, signal: StockMoved) -> None:
    """What came and went back, by line of the order; counted anew each time, so telling it twice counts it once."""
    if signal.kind == "purchase" and signal.origin_model == ORDER and signal.origin_id is not None:
        with trusted(session):
            recount_received(session, signal.origin_id)
    if signal.kind == "supplier_return" and signal.origin_id is not None:
        with trusted(session):
            receipt = session.get(Receipt, signal.origin_id)
            if receipt is not None and receipt.origin_model == ORDER and receipt.origin_id is not None:
                recount_received(session, receipt.origin_id)
