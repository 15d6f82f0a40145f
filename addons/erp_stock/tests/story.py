"""The goods of the acceptance story: chairs and lamps bought, sold, returned."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.base_catalog.models import Product
from addons.crm_contacts.models import Contact
from addons.erp_stock.models import Delivery, DeliveryLine, Receipt, ReceiptLine
from addons.erp_stock.operations import receive, usual_warehouse


def march(day: int) -> datetime.date:
    """A day of the story's month."""
    return datetime.date(2026, 3, day)


@dataclass
class Goods:
    """Keys of the records of the story."""

    chair: int
    lamp: int
    supplier: int
    customer: int


def goods(session: Session) -> Goods:
    """A chair, a lamp, who makes them and who buys them."""
    chair, lamp = Product(code="CHA", name="Chair"), Product(code="LAM", name="Lamp")
    supplier = Contact(name="Maderas del Sur", kind="company", supplier=True)
    customer = Contact(name="Ferretería El Sol", kind="company", customer=True)
    session.add_all([chair, lamp, supplier, customer])
    session.flush()
    return Goods(chair.id, lamp.id, supplier.id, customer.id)


def receipt(
    session: Session, lines: Iterable[tuple[int, str, str]], *, contact: int | None = None, kind: str = "purchase"
) -> Receipt:
    """A receipt of (product, quantity, unit cost) that is still to be received."""
    made = Receipt(
        kind=kind,
        contact_id=contact,
        destination=usual_warehouse(session),
        lines=[
            ReceiptLine(position=i, product_id=product, quantity=Decimal(quantity), cost=Decimal(cost))
            for i, (product, quantity, cost) in enumerate(lines)
        ],
    )
    session.add(made)
    session.flush()
    return made


def delivery(session: Session, lines: Iterable[tuple[int, str]], contact: int) -> Delivery:
    """A delivery of (product, quantity) that is still to leave."""
    made = Delivery(
        contact_id=contact,
        source=usual_warehouse(session),
        lines=[
            DeliveryLine(position=i, product_id=product, quantity=Decimal(quantity))
            for i, (product, quantity) in enumerate(lines)
        ],
    )
    session.add(made)
    session.flush()
    return made


def stocked(session: Session) -> Goods:
    """The story up to 4 March: 4 chairs were there, 10 and 20 lamps are bought."""
    made = goods(session)
    receive(session, receipt(session, [(made.chair, "4", "26000")], kind="opening"), date=march(1))
    bought = receipt(session, [(made.chair, "10", "27800"), (made.lamp, "20", "6120.35")], contact=made.supplier)
    receive(session, bought, date=march(4))
    return made
