"""What stock documents and products show beside their fields: the moves, and where the goods stand."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.base_catalog.models import Product
from addons.erp_stock.models import Count, Delivery, Location, Move, Receipt, Reservation, StockLevel, Transfer
from addons.erp_stock.models.locations import OWNED
from addons.erp_stock.operations import moves_of
from addons.erp_stock.operations.valuing import ZERO
from core.screens.panels import panel

LATEST = 40


def _moves(session: Session, document: Delivery | Receipt | Transfer | Count) -> dict[str, Any]:
    """The moves of a document, with their values."""
    return {"moves": moves_of(session, f"erp_stock.{document.__slug__}", document.id), "product": None}


def _template(name: str) -> str:
    return f"panels/erp_stock/{name}.html"


delivery_moves = panel(Delivery, "moves", label="Moves", template=_template("moves"), icon="arrows-exchange")(_moves)
receipt_moves = panel(Receipt, "moves", label="Moves", template=_template("moves"), icon="arrows-exchange")(_moves)
transfer_moves = panel(Transfer, "moves", label="Moves", template=_template("moves"), icon="arrows-exchange")(_moves)
count_moves = panel(Count, "moves", label="Moves", template=_template("moves"), icon="arrows-exchange")(_moves)


@panel(Product, "stock", label="Stock", order=20, icon="packages")
def stock(session: Session, product: Product) -> dict[str, Any]:
    """Where a product stands, what is held there, and its latest moves."""
    held = dict(
        session.execute(
            select(Reservation.location_id, func.sum(Reservation.quantity))
            .where(Reservation.product_id == product.id)
            .group_by(Reservation.location_id)
        ).all()
    )
    there = (
        select(StockLevel)
        .join(StockLevel.location)
        .where(StockLevel.product_id == product.id, Location.kind.in_(OWNED), StockLevel.quantity != 0)
        .order_by(Location.name_folded)
    )
    places = [(level.location, level.quantity, held.get(level.location_id, ZERO)) for level in session.scalars(there)]
    latest = select(Move).where(Move.product_id == product.id).order_by(Move.date.desc(), Move.id.desc()).limit(LATEST)
    return {"places": places, "moves": list(session.scalars(latest)), "product": product}
