"""Deliveries in a contact's history."""

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.crm_contacts.models import Contact
from addons.crm_contacts.operations import log, relink
from addons.crm_contacts.signals import ContactMerged
from addons.erp_stock.models import Delivery, Move, Receipt
from addons.erp_stock.signals import StockMoved
from core.db import trusted
from core.errors import Refused
from core.i18n import _
from core.signals import hears

TEXTS = {
    "delivery": ("truck-delivery", "Delivered: {number}, {goods}"),
    "return": ("arrow-back-up", "Goods came back: {number}, {goods}"),
    "purchase": ("package-import", "Goods received: {number}, {goods}"),
    "supplier_return": ("arrow-forward-up", "Goods sent back: {number}, {goods}"),
}
SHOWN = 4


@hears(StockMoved)
def log_goods(session: Session, signal: StockMoved) -> None:
    """One entry per document, whatever moved with it."""
    if signal.contact_id is None or signal.kind not in TEXTS:
        return
    icon, text = TEXTS[signal.kind]
    log(
        session,
        signal.contact_id,
        kind="document",
        icon=icon,
        text=text,
        parameters={"number": signal.number, "goods": goods(session, signal)},
        model=signal.document_model,
        record_id=signal.document_id,
        at=signal.date,
        key=f"{signal.document_model}:{signal.document_id}:{signal.kind}",
    )


def goods(session: Session, signal: StockMoved) -> str:
    """`6 CHA, 9 LAM`: what moved, in short."""
    moves = session.scalars(select(Move).where(Move.id.in_(signal.move_ids)).order_by(Move.id)).all()
    words = [f"{plain(move.quantity)} {move.product.code or move.product.name}" for move in moves[:SHOWN]]
    return ", ".join(words) + (" …" if len(moves) > SHOWN else "")


def plain(quantity: Decimal) -> str:
    """Without idle zeros."""
    return format(quantity.normalize(), "f")


@hears(ContactMerged)
def follow_merge(session: Session, signal: ContactMerged) -> None:
    """Open deliveries and receipts go to the kept card; one whose goods have moved keeps its own. Once, as none is left."""
    with trusted(session):
        moved = select(Move.id).where(Move.contact_id == signal.gone_id).limit(1)
        for document in (Delivery, Receipt):
            closed = select(document.id).where(document.contact_id == signal.gone_id, document.state == "cancelled").limit(1)
            if session.scalar(moved) is not None or session.scalar(closed) is not None:
                name = session.get_one(Contact, signal.gone_id).name
                raise Refused(
                    _("{name} has stock documents, which keep their card: merge the other card into this one.", name=name)
                )
            relink(session, signal.merge_id, document.contact_id)
