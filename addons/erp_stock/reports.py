"""Reports of stock: what stood where on a day, what came from whom, what it was worth."""

import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from addons.base_catalog.models import Product
from addons.crm_contacts.models import Contact
from addons.erp_stock.models import Location, Move
from addons.erp_stock.models.locations import OWNED
from addons.erp_stock.operations.valuing import COST_DIGITS, ZERO
from core.db import actor
from core.screens.reports.report import Column, Table, report
from core.values import rounded

CLERK = "erp_stock.clerk"


@report("stock_on_day", label="Stock by product and place", section="Analysis", permission=CLERK)
def stock_on_day(session: Session, *, as_of: datetime.date, product: Product | None = None) -> Table:
    """What stood in each of the company's places at the end of a day."""
    totals: dict[tuple[int, int], Decimal] = {}
    for end, sign in ((Move.destination_id, 1), (Move.source_id, -1)):
        wanted = select(Move.product_id, end, func.sum(Move.quantity)).where(
            Move.company_id == actor(session).company_id, Move.date <= as_of, end.in_(_owned())
        )
        if product is not None:
            wanted = wanted.where(Move.product_id == product.id)
        for product_id, place_id, quantity in session.execute(wanted.group_by(Move.product_id, end)):
            totals[product_id, place_id] = totals.get((product_id, place_id), ZERO) + sign * quantity
    products, places = _products(session, {key for key, _place in totals}), _places(session)
    rows = [
        {"product": products[key].title, "place": places[at], "quantity": quantity}
        for (key, at), quantity in totals.items()
        if quantity
    ]
    columns = [
        Column("product", "Product"),
        Column("place", "Place"),
        Column("quantity", "On hand", kind="quantity", sum=True),
    ]
    return Table(columns=columns, rows=sorted(rows, key=lambda row: (row["product"], row["place"])))


@report("valuation", label="Stock value", section="Analysis", permission=CLERK)
def valuation(session: Session, *, as_of: datetime.date) -> Table:
    """What the goods on hand were worth at the end of a day: the balance of the inventory account."""
    totals: dict[int, tuple[Decimal, Decimal]] = {}
    for end, sign in ((Move.destination_id, 1), (Move.source_id, -1)):
        wanted = select(Move.product_id, func.sum(Move.quantity), func.sum(Move.value)).where(
            Move.company_id == actor(session).company_id, Move.date <= as_of, end.in_(_owned())
        )
        for key, quantity, value in session.execute(wanted.group_by(Move.product_id)):
            before = totals.get(key, (ZERO, ZERO))
            totals[key] = (before[0] + sign * quantity, before[1] + sign * value)
    products = _products(session, set(totals))
    rows = [
        {
            "product": products[key].title,
            "quantity": quantity,
            "average": rounded(value / quantity, COST_DIGITS) if quantity else None,
            "value": value,
        }
        for key, (quantity, value) in totals.items()
        if quantity or value
    ]
    columns = [
        Column("product", "Product"),
        Column("quantity", "On hand", kind="quantity"),
        Column("average", "Average cost", kind="price"),
        Column("value", "Stock value", kind="money", sum=True),
    ]
    return Table(columns=columns, rows=sorted(rows, key=lambda row: str(row["product"])))


@report("moves_by_supplier", label="Moves by product and supplier", section="Analysis", permission=CLERK)
def moves_by_supplier(
    session: Session,
    *,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    supplier: Contact | None = None,
    product: Product | None = None,
) -> Table:
    """What came from each supplier, product by product, and what went back."""
    narrowed = [Move.company_id == actor(session).company_id]
    narrowed += [] if since is None else [Move.date >= since]
    narrowed += [] if until is None else [Move.date <= until]
    narrowed += [] if supplier is None else [Move.contact_id == supplier.id]
    narrowed += [] if product is None else [Move.product_id == product.id]
    totals = _by_supplier(session, narrowed)
    products = _products(session, {key for _contact, key in totals})
    names = dict(session.execute(select(Contact.id, Contact.name).where(Contact.id.in_([c for c, _p in totals if c]))).all())
    rows = [
        {
            "supplier": names.get(contact, "") if contact else "",
            "product": products[key].title,
            "came": sums[0],
            "back": sums[1],
            "value": sums[2] - sums[3],
        }
        for (contact, key), sums in totals.items()
    ]
    columns = [
        Column("supplier", "Supplier"),
        Column("product", "Product"),
        Column("came", "Came", kind="quantity", sum=True),
        Column("back", "Went back", kind="quantity", sum=True),
        Column("value", "Agreed value", kind="money", sum=True),
    ]
    return Table(columns=columns, rows=sorted(rows, key=lambda row: (row["supplier"], row["product"])))


def _by_supplier(session: Session, narrowed: list[Any]) -> dict[tuple[int | None, int], list[Decimal]]:
    """[came, went back, worth of what came, worth of what went back] by supplier and product."""
    suppliers = select(Location.id).where(Location.kind == "supplier")
    totals: dict[tuple[int | None, int], list[Decimal]] = {}
    for end, index in ((Move.source_id, 0), (Move.destination_id, 1)):
        wanted = select(Move.contact_id, Move.product_id, func.sum(Move.quantity), func.sum(Move.counterpart))
        grouped = wanted.where(*narrowed, end.in_(suppliers)).group_by(Move.contact_id, Move.product_id)
        for contact_id, product_id, quantity, value in session.execute(grouped):
            sums = totals.setdefault((contact_id, product_id), [ZERO] * 4)
            sums[index], sums[index + 2] = sums[index] + quantity, sums[index + 2] + value
    return totals


def _owned() -> Select[Any]:
    return select(Location.id).where(Location.kind.in_(OWNED))


def _products(session: Session, keys: set[int]) -> dict[int, Product]:
    return {product.id: product for product in session.scalars(select(Product).where(Product.id.in_(keys)))}


def _places(session: Session) -> dict[int, str]:
    return dict(session.execute(select(Location.id, Location.name)).all())
