"""What a company needs before goods can move: its places and its policy."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.erp_stock.models import Location, StockPolicy
from core.db import Company

PLACES = (
    ("Main warehouse", "internal"),
    ("Suppliers", "supplier"),
    ("Customers", "customer"),
    ("Stock differences", "inventory"),
    ("In transit", "transit"),
)


def install(session: Session, company: Company) -> None:
    """Make the places and the policy that are not there yet."""
    there = {
        location.kind: location
        for location in session.scalars(
            select(Location).where(Location.company_id == company.id).order_by(Location.id.desc())
        )
    }
    for name, kind in PLACES:
        if kind not in there:
            there[kind] = Location(name=name, kind=kind, company_id=company.id)
            session.add(there[kind])
    session.flush()
    if session.scalar(select(StockPolicy.id).where(StockPolicy.company_id == company.id)) is None:
        session.add(StockPolicy(company_id=company.id, warehouse_id=there["internal"].id))
        session.flush()
