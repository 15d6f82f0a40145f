"""Invoices that move stock: a document type decides whether the invoice or the delivery does it, and it is done once."""

import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from addons.base_catalog.models import Product
from addons.erp_invoicing.models import Invoice, InvoiceLine
from addons.erp_invoicing.models.invoices import CREDITS, SALES
from addons.erp_invoicing.signals import InvoicePosted
from addons.erp_stock.models import Delivery, DeliveryLine, Location, Move, Receipt, ReceiptLine
from addons.erp_stock.operations import deliver, moved_for_sale, receive, reserve_delivery, usual_warehouse
from addons.erp_stock.operations.selling import SaleLine, make_delivery, sold_before, take_from_open_deliveries
from addons.erp_stock.operations.valuing import ZERO
from core.db import actor, trusted
from core.errors import Refused
from core.i18n import _
from core.operations import verb
from core.screens.reports.report import Column, Table, YearStart, report
from core.signals import hears

INVOICE = "erp_invoicing.invoice"
Back = aliased(Move)


@hears(InvoicePosted)
def move_stock(session: Session, signal: InvoicePosted) -> None:
    """An invoice of a type that moves stock delivers what nobody delivered yet; its credit note takes goods back. Once."""
    if signal.moves_stock != "yes":
        return
    with trusted(session):
        invoice = session.get_one(Invoice, signal.invoice_id)
        if invoice.kind == "invoice":
            deliver_invoice(session, invoice)
        elif invoice.kind == "credit_note":
            take_back(session, invoice)


def deliver_invoice(session: Session, invoice: Invoice) -> None:
    """Goods leave with the invoice; deliveries that waited for the same lines no longer do."""
    if session.scalar(select(Delivery.id).where(Delivery.moved_by_invoice_id == invoice.id)) is not None:
        return
    lines = sale_lines(session, invoice)
    if not lines:
        return
    take_from_open_deliveries(session, lines)
    delivery = make_delivery(session, invoice.contact_id, lines, (INVOICE, invoice.id), invoice.number)
    delivery.moved_by_invoice_id = invoice.id
    session.flush()
    deliver(session, delivery, date=invoice.date)


def take_back(session: Session, credit: Invoice) -> None:
    """Goods of a credit note come back: of each line that it takes back, as many as had left."""
    already = select(Receipt.id).where(Receipt.origin_model == INVOICE, Receipt.origin_id == credit.id)
    if session.scalar(already) is not None:
        return
    rows: list[ReceiptLine] = []
    for line in credit.lines:
        original = session.get(InvoiceLine, line.credits_line_id) if line.credits_line_id else None
        wanted = line.quantity
        for move, left in moves_left(session, original) if original is not None else ():
            quantity = min(wanted, left)
            wanted -= quantity
            if quantity <= 0:
                break
            rows.append(
                ReceiptLine(
                    position=len(rows),
                    product_id=move.product_id,
                    quantity=quantity,
                    returns_move_id=move.id,
                    description=line.description,
                )
            )
    if rows:
        receipt = Receipt(
            kind="return",
            contact_id=credit.contact_id,
            destination=usual_warehouse(session, credit.company_id),
            reference=credit.number,
            origin_model=INVOICE,
            origin_id=credit.id,
            company_id=credit.company_id,
            lines=rows,
        )
        session.add(receipt)
        session.flush()
        receive(session, receipt, date=credit.date)


@verb(
    Invoice,
    "make_delivery",
    label="Deliver…",
    icon="truck-delivery",
    when=lambda invoice: invoice.state == "posted" and invoice.kind == "invoice",
)
def make_invoice_delivery(session: Session, invoice: Invoice) -> Delivery:
    """A delivery for what of the invoice has not left yet, its goods held. Refused if nothing is left to deliver."""
    kind = invoice.document_type
    if kind is not None and kind.moves_stock == "yes":
        raise Refused(_("{number} has moved its stock itself: it needs no delivery.", number=invoice.number))
    lines = sale_lines(session, invoice)
    if not lines:
        raise Refused(_("{number}: everything has been delivered already.", number=invoice.number))
    waiting = [line for line in lines if waits_already(session, line.model, line.key)]
    if waiting:
        raise Refused(
            _("{number}: a delivery waits for {goods} already.", number=invoice.number, goods=waiting[0].description)
        )
    delivery = make_delivery(session, invoice.contact_id, lines, (INVOICE, invoice.id), invoice.number)
    reserve_delivery(session, delivery)
    return delivery


def sale_lines(session: Session, invoice: Invoice) -> list[SaleLine]:
    """What of an invoice has still to leave; lines of an order count with whatever left for the order."""
    found = []
    for line in invoice.lines:
        if line.product is None or line.product.kind != "goods" or line.quantity <= 0:
            continue
        model, key = sale_key(invoice, line)
        sold = sold_before(session, model, key) or line.quantity
        left = min(line.quantity, sold - moved_for_sale(session, model, key))
        if left > 0:
            found.append(SaleLine(line.product_id or 0, line.description, left, model, key, sold))
    return found


def waits_already(session: Session, model: str, key: int) -> bool:
    """Whether a delivery that is not done holds the place of a sold line."""
    wanted = (
        select(DeliveryLine.id)
        .join(DeliveryLine.delivery)
        .where(DeliveryLine.sale_model == model, DeliveryLine.sale_line_id == key, Delivery.state.in_(("draft", "ready")))
    )
    return session.scalar(wanted.limit(1)) is not None


def sale_key(invoice: Invoice, line: InvoiceLine) -> tuple[str, int]:
    """The line that was sold: that of the order the invoice came from, or the invoice's own."""
    if invoice.origin_model and line.origin_line_id and invoice.origin_model != INVOICE:
        return invoice.origin_model, line.origin_line_id
    return INVOICE, line.id


def moves_left(session: Session, line: InvoiceLine) -> list[tuple[Move, Decimal]]:
    """The moves that left for a line, the latest first, with how many of each can still come back."""
    model, key = sale_key(line.invoice, line)
    back = select(func.coalesce(func.sum(Back.quantity), 0)).where(Back.returns_id == Move.id).scalar_subquery()
    wanted = (
        select(Move, Move.quantity - back)
        .where(Move.document_model == "erp_stock.delivery", Move.sale_model == model, Move.sale_line_id == key)
        .order_by(Move.id.desc())
    )
    return [(move, left) for move, left in session.execute(wanted).all() if left > 0]


@report("margin", label="Margin by product", section="Analysis", permission="erp_invoicing.clerk")
def margin(session: Session, *, since: YearStart, until: datetime.date) -> Table:
    """What was invoiced of each product over some days, less credits, beside what the goods that left had cost."""
    with trusted(session):
        sold, cost = sold_by_product(session, since, until), cost_by_product(session, since, until)
        known = select(Product).where(Product.id.in_([key for key in {*sold, *cost} if key]))
        names = {product.id: product.title for product in session.scalars(known)}
    rows: list[dict[str, Any]] = []
    for key in {*sold, *cost}:
        quantity, net = sold.get(key, (ZERO, ZERO))
        spent = cost.get(key, ZERO)
        product = names.get(key or 0, "") or str(_("Without a product"))
        rows.append({"product": product, "quantity": quantity, "net": net, "cost": spent, "margin": net - spent})
    columns = [
        Column("product", "Product"),
        Column("quantity", "Quantity", kind="quantity"),
        *(Column(n, label, kind="money", sum=True) for n, label in (("net", "Net"), ("cost", "Cost"), ("margin", "Margin"))),
    ]
    return Table(columns=columns, rows=sorted(rows, key=lambda row: str(row["product"])))


def sold_by_product(
    session: Session, since: datetime.date, until: datetime.date
) -> dict[int | None, tuple[Decimal, Decimal]]:
    """(quantity, net) of posted sales by product, credits negative."""
    sign = case((InvoiceLine.kind.in_(CREDITS), -InvoiceLine.quantity), else_=InvoiceLine.quantity)
    wanted = select(InvoiceLine.product_id, func.sum(sign), func.sum(InvoiceLine.amount)).where(
        InvoiceLine.company_id == actor(session).company_id,
        InvoiceLine.kind.in_(SALES),
        InvoiceLine.month.is_not(None),
        InvoiceLine.date.between(since, until),
    )
    found = session.execute(wanted.group_by(InvoiceLine.product_id))
    return {key: (quantity, net) for key, quantity, net in found}


def cost_by_product(session: Session, since: datetime.date, until: datetime.date) -> dict[int | None, Decimal]:
    """What the goods that left for customers had cost, less what came back."""
    customers = select(Location.id).where(Location.kind == "customer")
    costs: dict[int | None, Decimal] = {}
    for end, sign in ((Move.destination_id, 1), (Move.source_id, -1)):
        wanted = select(Move.product_id, func.sum(Move.value)).where(
            Move.company_id == actor(session).company_id, Move.date.between(since, until), end.in_(customers)
        )
        for key, value in session.execute(wanted.group_by(Move.product_id)):
            costs[key] = costs.get(key, ZERO) + sign * value
    return costs
