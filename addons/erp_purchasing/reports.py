"""Reports of purchasing: what is on its way, what is not billed, what was bought from whom."""

import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.crm_contacts.models import Contact
from addons.erp_purchasing.models import BillMatch, Order, OrderLine
from core.db import actor
from core.screens.reports.report import Column, Table, report

CLERK = "erp_purchasing.clerk"
ZERO = Decimal(0)


@report("three_way_match", label="Ordered, received, billed", section="Analysis", permission=CLERK)
def three_way_match(session: Session, *, supplier: Contact | None = None, only_open: bool = True) -> Table:
    """Each ordered line beside what came and what was billed of it, with the difference of price."""
    wanted = (
        select(OrderLine, Order)
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.company_id == actor(session).company_id, Order.state.not_in(("draft", "cancelled")))
        .order_by(Order.date, Order.id, OrderLine.position)
    )
    if supplier is not None:
        wanted = wanted.where(Order.contact_id == supplier.id)
    differences = dict(
        session.execute(
            select(BillMatch.order_line_id, func.sum(BillMatch.difference)).group_by(BillMatch.order_line_id)
        ).all()
    )
    rows = [
        {
            "order": order.number,
            "date": order.date,
            "supplier": order.contact.name,
            "product": line.product.title if line.product else line.description,
            "ordered": line.quantity,
            "received": line.received,
            "billed": line.billed,
            "difference": differences.get(line.id, ZERO),
        }
        for line, order in session.execute(wanted).all()
        if not only_open or order.state != "done"
    ]
    columns = [
        Column("order", "Order"),
        Column("date", "Date", kind="date"),
        Column("supplier", "Supplier"),
        Column("product", "Product"),
        Column("ordered", "Ordered", kind="quantity"),
        Column("received", "Received", kind="quantity"),
        Column("billed", "Billed", kind="quantity"),
        Column("difference", "Price difference", kind="money", sum=True),
    ]
    return Table(columns=columns, rows=rows)


@report("purchases_by_supplier", label="Purchases by supplier", section="Analysis", permission=CLERK)
def purchases_by_supplier(
    session: Session, *, since: datetime.date | None = None, until: datetime.date | None = None
) -> Table:
    """What was ordered from each supplier, net."""
    wanted = select(Order.contact_id, func.count(), func.sum(Order.net), func.max(Order.date)).where(
        Order.company_id == actor(session).company_id, Order.state.not_in(("draft", "cancelled"))
    )
    if since is not None:
        wanted = wanted.where(Order.date >= since)
    if until is not None:
        wanted = wanted.where(Order.date <= until)
    found = session.execute(wanted.group_by(Order.contact_id)).all()
    names = dict(session.execute(select(Contact.id, Contact.name).where(Contact.id.in_([row[0] for row in found]))).all())
    rows = [{"supplier": names[contact], "orders": count, "net": net, "last": last} for contact, count, net, last in found]
    columns = [
        Column("supplier", "Supplier"),
        Column("orders", "Orders", kind="integer", sum=True),
        Column("last", "Last order", kind="date"),
        Column("net", "Net", kind="money", sum=True),
    ]
    return Table(columns=columns, rows=sorted(rows, key=lambda row: str(row["supplier"])))
