"""What every business counts in: the usual units, made once for all companies."""

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.base_catalog.models import Unit
from core.db import Company

UNITS = (
    ("Unit", "u", "piece", "1"),
    ("Dozen", "dz", "piece", "12"),
    ("Gram", "g", "weight", "1"),
    ("Kilogram", "kg", "weight", "1000"),
    ("Litre", "l", "volume", "1"),
    ("Centimetre", "cm", "length", "0.01"),
    ("Metre", "m", "length", "1"),
    ("Square metre", "m²", "area", "1"),
    ("Hour", "h", "time", "1"),
    ("Day", "d", "time", "24"),
)


def install(session: Session, company: Company) -> None:
    """Make those that are not there yet; units are shared between companies."""
    known = set(session.scalars(select(Unit.name)))
    for name, symbol, dimension, factor in UNITS:
        if name not in known:
            session.add(Unit(name=name, symbol=symbol, dimension=dimension, factor=Decimal(factor)))
    session.flush()
