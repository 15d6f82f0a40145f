"""What a warehouse does besides the story: parts, counts, transfers, returns to suppliers, two hands at one shelf."""

import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import select

from addons.base_catalog.models import Product
from addons.erp_stock.models import (
    Count,
    Delivery,
    Location,
    Move,
    Receipt,
    Reservation,
    StockPolicy,
    Transfer,
    TransferLine,
)
from addons.erp_stock.operations import (
    approve_count,
    deliver,
    holdings,
    moves_of,
    receive,
    release_delivery,
    reserve_delivery,
    return_receipt,
    start_count,
    transfer_goods,
    usual_warehouse,
)
from addons.erp_stock.tests.story import delivery, goods, march, receipt, stocked
from core.errors import Invalid, Refused
from core.testing.tandem import Tandem

D = Decimal
Make = Callable[..., Tandem]


def test_a_part_is_delivered_and_the_rest_waits(tandem: Make) -> None:
    """The rest becomes a delivery of its own, held as far as there is stock."""
    books = tandem("erp_stock")
    with books.write() as session:
        key = stocked(session)
        note = delivery(session, [(key.chair, "20")], key.customer)
        deliver(session, note, lines=[{"line": note.lines[0].id, "quantity": D(12)}], date=march(13))
        rest = session.scalars(select(Delivery).where(Delivery.state == "draft")).one()
        assert (note.number, note.lines[0].quantity, rest.lines[0].quantity) == ("DN-1", D(12), D(8))
        assert holdings(session, [key.chair])[key.chair].reserved == D(2)
    assert books.broken() == []


def test_a_receipt_in_parts_keeps_the_agreed_value(tandem: Make) -> None:
    """100.00 for 3 pieces, received one by one, is worth 100.00."""
    books = tandem("erp_stock")
    with books.write() as session:
        key = goods(session)
        coming = receipt(session, [(key.chair, "3", "0")], contact=key.supplier)
        coming.lines[0].amount = D("100.00")
        session.flush()
        for step in range(3):
            receive(session, coming, lines=[{"line": coming.lines[0].id, "quantity": D(1)}], date=march(4))
            assert coming.number == f"GR-{step + 1}"
            coming = session.scalars(select(Receipt).where(Receipt.state == "ready")).first() or coming
        assert holdings(session, [key.chair])[key.chair].value == D("100.00")
        assert [m.value for m in session.scalars(select(Move))] == [D("33.33"), D("33.34"), D("33.33")]
    assert books.broken() == []


def test_what_is_reserved_is_not_delivered_to_others(tandem: Make) -> None:
    """K2: available is what is there less what is held."""
    books = tandem("erp_stock")
    with books.write() as session:
        key = stocked(session)
        held = delivery(session, [(key.chair, "10")], key.customer)
        reserve_delivery(session, held)
        other = delivery(session, [(key.chair, "5")], key.customer)
    with pytest.raises(Refused, match="reserved for others"), books.write() as session:
        deliver(session, session.get_one(Delivery, other.id), date=march(13))
    with books.write() as session:
        release_delivery(session, session.get_one(Delivery, held.id))
        deliver(session, session.get_one(Delivery, other.id), date=march(13))
        assert holdings(session, [key.chair])[key.chair].on_hand == D(9)
    assert books.broken() == []


def test_goods_go_back_to_the_supplier_at_their_price(tandem: Make) -> None:
    """G15: 10 at 100 and 5 at 110; returning 5 of the first takes 516.67 out, 500.00 off the debt, 16.67 variance."""
    books = tandem("erp_stock", "erp_ledger")
    from addons.erp_stock.tests.test_story import balance

    with books.write() as session:
        key = goods(session)
        first = receipt(session, [(key.chair, "10", "100")], contact=key.supplier)
        receive(session, first, date=march(4))
        receive(session, receipt(session, [(key.chair, "5", "110")], contact=key.supplier), date=march(5))
        back = return_receipt(session, first, lines=[{"line": first.lines[0].id, "quantity": D(5)}], date=march(6))
        (move,) = moves_of(session, "erp_stock.delivery", back.id)
        assert (back.number, move.value, move.counterpart) == ("SR-1", D("516.67"), D("500.00"))
        assert balance(session, "grni") == D("-1050")
        assert balance(session, "purchase_variance") == D("16.67")
        assert balance(session, "inventory") == D("1033.33")
    assert books.broken() == []


def test_a_count_allows_for_what_moved_meanwhile(tandem: Make) -> None:
    """K10: counted 13 of 14, two left since: 11 are there afterwards; a blind count agrees."""
    for blind in (False, True):
        books = tandem("erp_stock", "erp_ledger")
        with books.write() as session:
            key = stocked(session)
            count = Count(location=usual_warehouse(session), blind=blind)
            session.add(count)
            session.flush()
            start_count(session, count)
            assert [line.expected for line in count.lines] == ([None, None] if blind else [D(14), D(20)])
            deliver(session, delivery(session, [(key.chair, "2")], key.customer), date=march(13))
            count.lines[0].counted, count.lines[1].counted = D(13), D(21)
            approve_count(session, count, date=march(14))
            held = holdings(session, [key.chair, key.lamp])
            assert (held[key.chair].on_hand, held[key.lamp].on_hand) == (D(11), D(21))
            assert [line.expected for line in count.lines] == [D(14), D(20)]
            kinds = session.scalars(select(Location.kind).join(Move, Move.destination_id == Location.id).order_by(Move.id))
            assert list(kinds)[-2:] == ["inventory", "internal"]
        assert books.broken() == []


def test_a_count_lets_go_of_what_is_not_there(tandem: Make) -> None:
    """The newest holds go first; their delivery is a draft again."""
    books = tandem("erp_stock")
    with books.write() as session:
        key = stocked(session)
        first, second = (delivery(session, [(key.chair, "7")], key.customer) for _ in range(2))
        reserve_delivery(session, first)
        reserve_delivery(session, second)
        count = Count(location=usual_warehouse(session))
        session.add(count)
        session.flush()
        start_count(session, count)
        count.lines[0].counted = D(10)
        approve_count(session, count, date=march(14))
        assert (first.state, second.state) == ("ready", "draft")
        assert [r.quantity for r in session.scalars(select(Reservation).order_by(Reservation.id))] == [D(7), D(3)]
    assert books.broken() == []


def test_a_transfer_moves_goods_and_no_value(tandem: Make) -> None:
    """The company is neither richer nor poorer; both places are right."""
    books = tandem("erp_stock", "erp_ledger")
    with books.write() as session:
        key = stocked(session)
        room = Location(name="Showroom", kind="internal")
        session.add(room)
        session.flush()
        moved = Transfer(
            source=usual_warehouse(session),
            destination=room,
            lines=[TransferLine(position=0, product_id=key.chair, quantity=D(3))],
        )
        session.add(moved)
        session.flush()
        transfer_goods(session, moved, date=march(10))
        held = holdings(session, [key.chair])[key.chair]
        assert (moved.number, held.on_hand, held.value) == ("TR-1", D(14), D("382000"))
    assert books.broken() == []


def test_a_late_paper_cannot_take_what_was_not_there_yet(tandem: Make) -> None:
    """K3 in date order: on 2 March there were only four chairs."""
    books = tandem("erp_stock")
    with books.write() as session:
        key = stocked(session)
        four = delivery(session, [(key.chair, "4")], key.customer)
        five = delivery(session, [(key.chair, "5")], key.customer)
        deliver(session, four, date=march(2))
    with pytest.raises(Refused, match="take a later date"), books.write() as session:
        deliver(session, session.get_one(Delivery, five.id), date=march(2))
    with books.write() as session:
        deliver(session, session.get_one(Delivery, five.id), date=march(4))
    assert books.broken() == []


def test_a_company_may_allow_negative_stock(tandem: Make) -> None:
    """The shortfall is valued at the last cost and trued up by the next receipt; nothing is lost."""
    books = tandem("erp_stock", "erp_ledger")
    with books.write() as session:
        key = goods(session)
        session.scalars(select(StockPolicy)).one().negative = "allow"
        receive(session, receipt(session, [(key.chair, "2", "100")], contact=key.supplier), date=march(4))
        deliver(session, delivery(session, [(key.chair, "5")], key.customer), date=march(5))
        held = holdings(session, [key.chair])[key.chair]
        assert (held.on_hand, held.value) == (D(-3), D("-300"))
        receive(session, receipt(session, [(key.chair, "3", "120")], contact=key.supplier), date=march(6))
        held = holdings(session, [key.chair])[key.chair]
        assert (held.on_hand, held.value) == (D(0), D(0))
    assert books.broken() == []


def test_lines_that_cannot_move_are_named(tandem: Make) -> None:
    """A service, a quantity of zero, a receipt without a cost, no lines: each says its row."""
    books = tandem("erp_stock")
    with books.write() as session:
        key = stocked(session)
        service = Product(code="ASM", name="Assembly", kind="service")
        session.add(service)
        session.flush()
        with pytest.raises(Invalid, match="Row 2: ASM Assembly is a service"):
            deliver(session, delivery(session, [(key.chair, "1"), (service.id, "1")], key.customer))
        with pytest.raises(Invalid, match="Row 1: enter a quantity above zero"):
            deliver(session, delivery(session, [(key.chair, "0")], key.customer))
        with pytest.raises(Invalid, match="no lines"):
            deliver(session, delivery(session, [], key.customer))
        costless = receipt(session, [(key.chair, "1", "1")], contact=key.supplier)
        costless.lines[0].cost = None
        with pytest.raises(Invalid) as error:
            receive(session, costless)
        assert [fault.field for fault in error.value.errors] == ["lines.0.cost"]
        session.rollback()


def test_two_hands_at_one_shelf_never_take_more_than_there_is(tandem: Make) -> None:
    """K3 and K9 with concurrency: of two deliveries of 8 out of 14 exactly one leaves."""
    books = tandem("erp_stock", "erp_ledger")
    with books.write() as session:
        key = stocked(session)
        notes = [delivery(session, [(key.lamp, "1"), (key.chair, "8")], key.customer).id for _ in range(2)]
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def leave(note: int) -> None:
        start.wait()
        try:
            books.database.run(lambda session: deliver(session, session.get_one(Delivery, note)), **books.info())
            outcomes.append("left")
        except Refused:
            outcomes.append("refused")

    threads = [threading.Thread(target=leave, args=(note,)) for note in notes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["left", "refused"]
    with books.read() as session:
        assert holdings(session, [key.chair])[key.chair].on_hand == D(6)
        assert session.scalars(select(Delivery.number).where(Delivery.number.is_not(None))).all() == ["DN-1"]
    assert books.broken() == []
