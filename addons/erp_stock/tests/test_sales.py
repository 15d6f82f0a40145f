"""What is sold leaves once, whichever document moves it: the quote's delivery or the invoice."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.crm_quotes.models import Quote
from addons.crm_quotes.operations import OfferLine, accept_quote, make_quote, send_quote
from addons.erp_invoicing.models import DocumentType, Invoice
from addons.erp_invoicing.operations import (
    InvoiceDraft,
    InvoiceLineDraft,
    credit_invoice,
    draft_invoice,
    post_invoice,
)
from addons.erp_stock.bridges.erp_invoicing import make_invoice_delivery
from addons.erp_stock.models import Delivery, Move
from addons.erp_stock.operations import deliver, holdings, reserve_delivery, return_delivery
from addons.erp_stock.tests.story import Goods, march, stocked
from addons.erp_stock.tests.test_story import balance
from core.errors import Refused
from core.testing.tandem import Tandem, at

D = Decimal
Make = Callable[..., Tandem]
ALL = ("erp_stock", "erp_invoicing", "crm_quotes")


def accepted_quote(session: Session, key: Goods) -> Quote:
    """Q-1 for 6 chairs and 9 lamps, accepted as SO-1."""
    lines = [
        OfferLine(product_id=key.chair, quantity=D(6), price=D("48500")),
        OfferLine(product_id=key.lamp, quantity=D(9), price=D("12345.67")),
    ]
    quote = make_quote(session, key.customer, lines, date=march(9))
    send_quote(session, quote)
    accept_quote(session, quote, date=march(12))
    return quote


def invoice_of(session: Session, key: Goods, quote: Quote | None, moves_stock: str, quantity: str = "6") -> Invoice:
    """A posted invoice for the chairs, of a type that moves stock or does not."""
    kind = session.scalars(select(DocumentType).where(DocumentType.kind == "invoice").order_by(DocumentType.id)).first()
    assert kind is not None
    kind.moves_stock = moves_stock
    line = InvoiceLineDraft(
        product_id=key.chair,
        quantity=D(quantity),
        price=D(48500),
        origin_line_id=quote.lines[0].id if quote else None,
    )
    origin = ("crm_quotes.quote", quote.id) if quote else None
    draft = InvoiceDraft(contact_id=key.customer, lines=[line], document_type_id=kind.id, origin=origin, date=march(13))
    invoice = draft_invoice(session, draft)
    post_invoice(session, invoice)
    return invoice


def chairs_out(session: Session, key: Goods) -> Decimal:
    """How many chairs left, by all moves together."""
    moves = session.scalars(select(Move).where(Move.product_id == key.chair, Move.sale_model.is_not(None))).all()
    return sum((move.quantity if move.returns_id is None else -move.quantity for move in moves), D(0))


def test_an_accepted_quote_holds_its_goods(tandem: Make) -> None:
    """SO-1: 6 chairs and 9 lamps are held; 8 and 11 are available; nothing has moved."""
    books = at(tandem(*ALL), march(12))
    with books.write() as session:
        key = stocked(session)
        quote = accepted_quote(session, key)
        waiting = session.scalars(select(Delivery)).one()
        held = holdings(session, [key.chair, key.lamp])
        assert (waiting.state, waiting.reference, waiting.number) == ("ready", quote.order_number, None)
        assert (held[key.chair].on_hand, held[key.chair].available, held[key.lamp].available) == (D(14), D(8), D(11))
    assert books.broken() == []


@pytest.mark.parametrize("moves_stock", ["no", "via_delivery", "yes"])
def test_a_sale_moves_once_whatever_the_type_says(tandem: Make, moves_stock: str) -> None:
    """V6 and K9: same stock, same cost; a second delivery for the same lines is refused."""
    books = at(tandem(*ALL), march(13))
    with books.write() as session:
        key = stocked(session)
        quote = accepted_quote(session, key)
        waiting = session.scalars(select(Delivery)).one()
        if moves_stock != "yes":
            deliver(session, waiting, date=march(13))
        invoice = invoice_of(session, key, quote, moves_stock)
        if moves_stock == "yes":
            assert (waiting.state, [line.product_id for line in waiting.lines]) == ("ready", [key.lamp])
            deliver(session, waiting, date=march(13))
        held = holdings(session, [key.chair, key.lamp])
        assert (held[key.chair].on_hand, held[key.chair].value) == (D(8), D("218285.71"))
        assert (held[key.lamp].on_hand, held[key.lamp].value) == (D(11), D("67323.85"))
        assert balance(session, "cogs") == D("218797.44")
        assert chairs_out(session, key) == D(6)
        with pytest.raises(Refused):
            make_invoice_delivery(session, invoice)
        again = Delivery(
            contact_id=key.customer,
            source_id=waiting.source_id,
            lines=[_copy(line) for line in session.scalars(select(Delivery).where(Delivery.state == "done")).all()[0].lines],
        )
        session.add(again)
        session.flush()
        reserve_delivery(session, again)
    with pytest.raises(Refused, match="have left already"), books.write() as session:
        deliver(session, session.get_one(Delivery, again.id), date=march(14))
    with books.write() as session:
        assert chairs_out(session, key) == D(6)
    assert books.broken() == []


def _copy(line: Any) -> Any:
    from addons.erp_stock.models import DeliveryLine

    names = ("position", "product_id", "quantity", "sale_model", "sale_line_id", "sold")
    return DeliveryLine(**{name: getattr(line, name) for name in names})


def test_an_invoice_that_moves_stock_takes_it_back_by_its_credit_note(tandem: Make) -> None:
    """One chair credited comes back at a sixth of the cost of six."""
    books = at(tandem(*ALL), march(27))
    with books.write() as session:
        key = stocked(session)
        invoice = invoice_of(session, key, None, "yes")
        assert chairs_out(session, key) == D(6)
        note = session.scalars(select(DocumentType).where(DocumentType.kind == "credit_note")).first()
        assert note is not None
        note.moves_stock = "yes"
        credit_invoice(session, invoice, lines=[{"line": invoice.lines[0].id, "quantity": D(1)}], post=True)
        held = holdings(session, [key.chair])[key.chair]
        assert (held.on_hand, held.value) == (D(9), D("245571.43"))
    assert books.broken() == []


def test_a_credit_note_takes_back_what_is_still_away_of_every_delivery(tandem: Make) -> None:
    """Two chairs had left before, four with the invoice, and one came back by itself: five come back, at their cost."""
    books = at(tandem(*ALL), march(27))
    with books.write() as session:
        key = stocked(session)
        quote = accepted_quote(session, key)
        waiting = session.scalars(select(Delivery)).one()
        chairs = next(line for line in waiting.lines if line.product_id == key.chair)
        deliver(session, waiting, date=march(13), lines=[{"line": chairs.id, "quantity": D(2)}])
        invoice = invoice_of(session, key, quote, "yes")
        assert chairs_out(session, key) == D(6)
        return_delivery(session, waiting, lines=[{"line": chairs.id, "quantity": D(1)}], date=march(14))
        credit_invoice(session, invoice, lines=[{"line": invoice.lines[0].id, "quantity": D(6)}], post=True)
        assert chairs_out(session, key) == D(0)
        held = holdings(session, [key.chair])[key.chair]
        assert (held.on_hand, held.value) == (D(14), D("382000.00"))
    assert books.broken() == []


def test_an_invoice_without_stock_is_refused_whole(tandem: Make) -> None:
    """Too few chairs: no invoice, no entry, no move."""
    books = at(tandem(*ALL), march(13))
    with books.write() as session:
        key = stocked(session)
    with pytest.raises(Refused, match="only 14"), books.write() as session:
        invoice_of(session, key, None, "yes", quantity="15")
    with books.read() as session:
        assert session.scalars(select(Invoice)).all() == []
        assert chairs_out(session, key) == D(0)


def test_an_invoice_first_and_deliveries_later(tandem: Make) -> None:
    """By delivery: the invoice makes a delivery for what has not left, once."""
    books = at(tandem(*ALL), march(13))
    with books.write() as session:
        key = stocked(session)
        invoice = invoice_of(session, key, None, "via_delivery")
        assert chairs_out(session, key) == D(0)
        delivery = make_invoice_delivery(session, invoice)
        assert delivery.state == "ready"
        deliver(session, delivery, lines=[{"line": delivery.lines[0].id, "quantity": D(4)}], date=march(14))
        rest = session.scalars(select(Delivery).where(Delivery.state == "ready")).one()
        deliver(session, rest, date=march(15))
        with pytest.raises(Refused, match="everything has been delivered"):
            make_invoice_delivery(session, invoice)
        assert chairs_out(session, key) == D(6)
    assert books.broken() == []
