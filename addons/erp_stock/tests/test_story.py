"""Chapters 4.1 to 4.3 of the story, to the cent, on both databases."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import select

from addons.erp_ledger.operations import account_for
from addons.erp_stock.models import Delivery, Move, Receipt
from addons.erp_stock.operations import DELIVERY, deliver, holdings, moves_of, reserve_delivery, return_delivery
from addons.erp_stock.tests.story import delivery, march, stocked
from core.errors import Refused
from core.testing.attacks import got_through
from core.testing.tandem import Tandem

D = Decimal
Make = Callable[..., Tandem]


def balance(session: object, purpose: str) -> Decimal:
    """What an account holds, debits positive."""
    from addons.erp_ledger.models import EntryLine

    account = account_for(session, purpose)  # type: ignore[arg-type]
    lines = session.scalars(select(EntryLine).where(EntryLine.account_id == account.id))  # type: ignore[attr-defined]
    return sum((line.debit - line.credit for line in lines), D(0))


def test_the_story_of_the_chairs(tandem: Make) -> None:
    """Bought, reserved, delivered, returned in two steps: quantities, costs, entries and health."""
    books = tandem("erp_stock", "erp_ledger")
    with books.write() as session:
        key = stocked(session)
        held = holdings(session, [key.chair, key.lamp])
        assert (held[key.chair].on_hand, held[key.chair].value) == (D(14), D("382000"))
        assert (held[key.lamp].on_hand, held[key.lamp].value) == (D(20), D("122407"))
        note = delivery(session, [(key.chair, "6"), (key.lamp, "9")], key.customer)
        reserve_delivery(session, note)
        held = holdings(session, [key.chair, key.lamp])
        assert note.state == "ready"
        assert (held[key.chair].on_hand, held[key.chair].reserved, held[key.chair].available) == (D(14), D(6), D(8))
        assert (held[key.lamp].on_hand, held[key.lamp].available) == (D(20), D(11))
        deliver(session, note, date=march(13))
        assert note.number == "DN-1"
        assert [move.value for move in moves_of(session, DELIVERY, note.id)] == [D("163714.29"), D("55083.15")]
        held = holdings(session, [key.chair, key.lamp])
        assert (held[key.chair].on_hand, held[key.chair].reserved, held[key.chair].value) == (
            D(8),
            D(0),
            D("218285.71"),
        )
        assert held[key.lamp].value == D("67323.85")
        assert balance(session, "cogs") == D("218797.44")
    with books.write() as session:
        note = session.get_one(Delivery, note.id)
        back = return_delivery(session, note, lines=[{"line": note.lines[0].id, "quantity": D(1)}], date=march(27))
        assert back.number == "RET-1"
        assert [move.value for move in moves_of(session, "erp_stock.receipt", back.id)] == [D("27285.72")]
        assert holdings(session, [key.chair])[key.chair].value == D("245571.43")
        assert balance(session, "inventory") == D("312895.28")
        assert balance(session, "cogs") == D("191511.72")
        assert balance(session, "grni") == D("-400407.00")
    assert books.broken() == []
    with books.write() as session:
        note = session.get_one(Delivery, note.id)
        rest = return_delivery(session, note, lines=[{"line": note.lines[0].id, "quantity": D(5)}])
        assert [move.value for move in moves_of(session, "erp_stock.receipt", rest.id)] == [D("136428.57")]
        assert holdings(session, [key.chair])[key.chair].value == D("382000")
        with pytest.raises(Refused, match="came back"):
            return_delivery(session, note, lines=[{"line": note.lines[0].id, "quantity": D(1)}])
        session.rollback()


def test_the_timeline_says_what_was_delivered(tandem: Make) -> None:
    """One entry per document in the history of its contact."""
    from addons.crm_contacts.models import TimelineEntry

    books = tandem("erp_stock")
    with books.write() as session:
        key = stocked(session)
        deliver(session, delivery(session, [(key.chair, "6")], key.customer), date=march(13))
        told = session.scalars(select(TimelineEntry).where(TimelineEntry.contact_id == key.customer)).all()
        assert "Delivered: DN-1, 6 CHA" in [entry.summary for entry in told]


ATTACKS = [
    "UPDATE erp_stock_move SET quantity = quantity + 1",
    "UPDATE erp_stock_move SET value = 0",
    "DELETE FROM erp_stock_move",
    "UPDATE erp_stock_delivery SET note = 'x'",
    "UPDATE erp_stock_delivery SET state = 'draft'",
    "UPDATE erp_stock_delivery_line SET quantity = quantity + 1",
    "DELETE FROM erp_stock_delivery_line",
    "INSERT INTO erp_stock_delivery_line (position, delivery_id, product_id, quantity) VALUES (9, 1, 1, 1)",
    "UPDATE erp_stock_receipt_line SET amount = 0",
    "DELETE FROM erp_stock_receipt",
    "UPDATE erp_stock_stock_level SET quantity = -1 WHERE NOT may_go_negative",
    "UPDATE erp_stock_valuation SET quantity = 0",
    "UPDATE erp_stock_delivery SET state = 'done', date = '2026-03-14' WHERE state = 'draft'",
    "UPDATE erp_stock_delivery SET state = 'done', date = '2026-03-14', number = 'DN-2' WHERE state = 'draft'",
]


def test_raw_sql_changes_nothing_that_is_done(tandem: Make) -> None:
    """Moves, done documents and their lines are frozen by the database itself."""
    books = tandem("erp_stock")
    with books.write() as session:
        key = stocked(session)
        deliver(session, delivery(session, [(key.chair, "6")], key.customer), date=march(13))
        delivery(session, [(key.lamp, "1")], key.customer)
    assert got_through(books.database, ATTACKS) == []
    assert books.broken() == []


def test_a_refused_delivery_changes_nothing(tandem: Make) -> None:
    """Too few goods: no move, no number, no reservation is touched."""
    books = tandem("erp_stock", "erp_ledger")
    with books.write() as session:
        key = stocked(session)
        note = delivery(session, [(key.lamp, "1"), (key.chair, "15")], key.customer)
        reserve_delivery(session, note)
        moves = len(session.scalars(select(Move)).all())
    with pytest.raises(Refused, match="only 14"), books.write() as session:
        deliver(session, session.get_one(Delivery, note.id), date=march(13))
    with books.read() as session:
        kept = session.get_one(Delivery, note.id)
        assert (kept.state, kept.number, kept.sequence) == ("draft", None, None)
        assert len(session.scalars(select(Move)).all()) == moves
        assert holdings(session, [key.chair])[key.chair].reserved == D(14)
        assert session.scalars(select(Receipt.number).order_by(Receipt.id)).all() == ["OB-1", "GR-1"]
    assert books.broken() == []
