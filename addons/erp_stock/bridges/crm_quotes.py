"""An accepted quote is an order: its goods are held and wait to be delivered."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.crm_quotes.models import Quote
from addons.crm_quotes.signals import QuoteAccepted
from addons.erp_stock.models import Delivery
from addons.erp_stock.operations import reserve_delivery
from addons.erp_stock.operations.selling import SaleLine, make_delivery
from core.db import trusted
from core.signals import hears

QUOTE = "crm_quotes.quote"


@hears(QuoteAccepted)
def hold_goods(session: Session, signal: QuoteAccepted) -> None:
    """A delivery for the goods of the quote, with what is there reserved; made once."""
    with trusted(session):
        known = select(Delivery.id).where(Delivery.origin_model == QUOTE, Delivery.origin_id == signal.quote_id)
        if session.scalar(known.limit(1)) is not None:
            return
        quote = session.get_one(Quote, signal.quote_id)
        lines = [
            SaleLine(line.product.id, line.description, line.quantity, QUOTE, line.id, line.quantity)
            for line in quote.lines
            if line.product is not None and line.product.kind == "goods" and line.quantity > 0
        ]
        if lines:
            delivery = make_delivery(session, quote.contact_id, lines, (QUOTE, quote.id), signal.order_number, signal.date)
            reserve_delivery(session, delivery)
