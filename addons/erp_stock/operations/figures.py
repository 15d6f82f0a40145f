"""How much there is of a product, how much is held, what it is worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.erp_stock.models import Location, Reservation, StockLevel, Valuation
from addons.erp_stock.models.locations import OWNED
from addons.erp_stock.operations.valuing import ZERO


@dataclass(frozen=True)
class Holding:
    """A product in all places of the company that the session sees."""

    on_hand: Decimal = ZERO
    reserved: Decimal = ZERO
    value: Decimal = ZERO

    @property
    def available(self) -> Decimal:
        """What is there and held for nobody."""
        return self.on_hand - self.reserved


def holdings(session: Session, product_ids: Sequence[int], company_id: int | None = None) -> dict[int, Holding]:
    """On hand, reserved and value of some products, by their key, in three statements."""

    def sums(amount: Any, model: type[StockLevel] | type[Reservation] | type[Valuation], *where: Any) -> dict[int, Decimal]:
        wanted = select(model.product_id, func.sum(amount)).where(model.product_id.in_(product_ids), *where)
        if company_id is not None:
            wanted = wanted.where(model.company_id == company_id)
        return dict(session.execute(wanted.group_by(model.product_id)).all())

    owned = StockLevel.location_id.in_(select(Location.id).where(Location.kind.in_(OWNED)))
    on_hand = sums(StockLevel.quantity, StockLevel, owned)
    reserved = sums(Reservation.quantity, Reservation)
    value = sums(Valuation.value, Valuation)
    return {p: Holding(on_hand.get(p, ZERO), reserved.get(p, ZERO), value.get(p, ZERO)) for p in product_ids}
