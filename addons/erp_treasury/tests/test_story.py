"""Chapters 4.3 to 4.5 of the story, V1 to the cent, on both databases."""

import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import select

from addons.crm_contacts.models import Contact
from addons.erp_ledger.models import Entry, EntryLine
from addons.erp_ledger.operations import balance_of, open_items
from addons.erp_treasury.figures import cheques_at_risk
from addons.erp_treasury.models import Cheque, ChequeCustody, Payment, Receipt
from addons.erp_treasury.operations import cash_forecast, cheques_at, deposit, endorse, reject
from addons.erp_treasury.tests.story import balance, credit_one_chair, day, money, received, the_cheque
from core.errors import Refused
from core.testing.attacks import got_through
from core.testing.tandem import Tandem, at

D = Decimal
Make = Callable[..., Tandem]


def endorsed(books: Tandem) -> tuple[int, int]:
    """The story up to 27 March; answers the keys of customer and supplier."""
    with books.write() as session:
        key = money(session)
        received(session, key)
        endorse(session, the_cheque(session), contact=session.get_one(Contact, key.supplier), date=day(3, 25))
        credit_one_chair(session, key)
    return key.customer, key.supplier


def test_a_receipt_settles_the_oldest_first(tandem: Make) -> None:
    """RC-1: 222646.66 close the first instalment, 27353.34 go to the second."""
    books = at(tandem("erp_treasury"), day(3, 20))
    with books.write() as session:
        key = money(session)
        receipt = received(session, key)
        assert (receipt.number, receipt.amount, receipt.allocated, receipt.unallocated) == (
            "RC-1",
            D(250000),
            D(250000),
            D(0),
        )
        assert [row.amount for row in receipt.allocations] == [D("222646.66"), D("27353.34")]
        assert balance_of(session, key.customer) == D("195293.32")
        assert [item.residual for item in open_items(session, key.customer)] == [D("195293.32")]
        assert balance(session, "cheques_portfolio") == D(250000)
        cheque = the_cheque(session)
        assert (cheque.number, cheque.place, cheque.received_from_id) == ("00012345", "portfolio", key.customer)
        assert [found.number for found, _step in cheques_at(session, day(3, 20), ("portfolio",))] == ["00012345"]
    assert books.broken() == []


def test_an_endorsed_cheque_pays_the_supplier_and_is_used_up(tandem: Make) -> None:
    """PAY-1: the bill's residual is 234492.47; a second payment or a deposit is refused and changes nothing."""
    books = at(tandem("erp_treasury"), day(3, 25))
    customer, supplier = endorsed(books)
    with books.read() as session:
        cheque = the_cheque(session)
        assert (cheque.place, cheque.holder_id) == ("endorsed", supplier)
        assert session.scalars(select(Payment.number)).all() == ["PAY-1"]
        assert balance(session, "cheques_portfolio") == D(0)
        assert balance_of(session, supplier, "payable") == D("234492.47")
        assert balance_of(session, customer) == D("142476.82")
        before = len(session.scalars(select(Entry)).all())
        figure = cheques_at_risk(session, session.get_one(Contact, customer))
        assert figure is not None
        assert figure.value == D(250000)
    with pytest.raises(Refused, match="held by Maderas del Sur"), books.write() as session:
        endorse(session, the_cheque(session), contact=session.get_one(Contact, supplier), date=day(3, 26))
    with pytest.raises(Refused, match="held by Maderas del Sur"), books.write() as session:
        deposit(session, the_cheque(session), date=day(3, 26))
    with books.read() as session:
        assert len(session.scalars(select(Entry)).all()) == before
        assert session.scalars(select(Payment.number)).all() == ["PAY-1"]
    assert books.broken() == []


def test_the_forecast_knows_every_due_day(tandem: Make) -> None:
    """500000.00; 265507.53 on 4 April; 407984.35 on 12 May."""
    books = at(tandem("erp_treasury"), day(3, 31))
    endorsed(books)
    with books.read() as session:
        rows = [(row.date, row.balance) for row in cash_forecast(session, as_of=day(3, 31))]
    assert rows == [(day(3, 31), D(500000)), (day(4, 4), D("265507.53")), (day(5, 12), D("407984.35"))]


def test_a_rejected_cheque_unwinds_the_whole_chain(tandem: Make) -> None:
    """V1: supplier 486342.47, customer 394715.32, VAT 68504.31; the cheque is back with the customer."""
    books = at(tandem("erp_treasury"), day(4, 22))
    customer, supplier = endorsed(books)
    with books.read() as session:
        papers = [session.scalars(select(model)).one() for model in (Receipt, Payment)]
        before = [(paper.number, paper.amount, paper.state, paper.version) for paper in papers]
    with books.write() as session:
        reject(session, the_cheque(session), date=day(4, 22), fee=D("1850.00"))
    with books.read() as session:
        assert balance_of(session, supplier, "payable") == D("486342.47")
        assert balance_of(session, customer) == D("394715.32")
        assert balance(session, "vat_debit") == D("-68504.31")
        assert balance(session, "cheques_rejected") == D(0)
        assert (the_cheque(session).place, the_cheque(session).holder_id) == ("returned", customer)
        path = session.execute(select(ChequeCustody.came_from, ChequeCustody.place).order_by(ChequeCustody.step)).all()
        assert [tuple(step) for step in path] == [
            ("", "portfolio"),
            ("portfolio", "endorsed"),
            ("endorsed", "rejected"),
            ("rejected", "returned"),
        ]
        papers = [session.scalars(select(model)).one() for model in (Receipt, Payment)]
        assert [(paper.number, paper.amount, paper.state, paper.version) for paper in papers] == before
    with pytest.raises(Refused), books.write() as session:
        endorse(session, the_cheque(session), contact=session.get_one(Contact, supplier), date=day(4, 23))
    assert books.broken() == []


def test_rejection_restores_both_balances(tandem: Make) -> None:
    """C5: after endorse and reject, fees apart, everyone owes what he owed before the cheque came."""
    books = at(tandem("erp_treasury"), day(4, 22))
    with books.write() as session:
        key = money(session)
        before = balance_of(session, key.customer), balance_of(session, key.supplier, "payable")
        received(session, key)
        cheque = the_cheque(session)
        endorse(session, cheque, contact=session.get_one(Contact, key.supplier), date=day(3, 25))
        reject(session, cheque, date=day(4, 22))
        assert (balance_of(session, key.customer), balance_of(session, key.supplier, "payable")) == before
    assert books.broken() == []


def test_two_hands_at_one_cheque(tandem: Make) -> None:
    """C1: of two endorsements at once exactly one succeeds, the other leaves no trace."""
    books = at(tandem("erp_treasury"), day(3, 25))
    with books.write() as session:
        key = money(session)
        received(session, key)
        cheque = the_cheque(session).id
        other = Contact(name="Pinturas Sur", supplier=True)
        session.add(other)
        session.flush()
        suppliers = [key.supplier, other.id]
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def use(supplier: int) -> None:
        start.wait()
        try:
            books.database.run(
                lambda session: (
                    endorse(
                        session,
                        session.get_one(Cheque, cheque),
                        contact=session.get_one(Contact, supplier),
                        date=day(3, 25),
                    ).number
                ),
                **books.info(),
            )
            outcomes.append("endorsed")
        except Refused:
            outcomes.append("refused")

    threads = [threading.Thread(target=use, args=(supplier,)) for supplier in suppliers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["endorsed", "refused"]
    with books.read() as session:
        assert session.scalars(select(Payment.number)).all() == ["PAY-1"]
        assert balance(session, "cheques_portfolio") == D(0)
    assert books.broken() == []


ATTACKS = [
    "UPDATE erp_treasury_cheque SET amount = amount + 1",
    "UPDATE erp_treasury_cheque SET number = '12345'",
    "UPDATE erp_treasury_cheque SET place = 'portfolio'",
    "UPDATE erp_treasury_cheque SET place = 'credited', step = step + 1",
    "UPDATE erp_treasury_cheque SET step = 1",
    "DELETE FROM erp_treasury_cheque",
    "UPDATE erp_treasury_cheque_custody SET place = 'clearing'",
    "DELETE FROM erp_treasury_cheque_custody",
    "INSERT INTO erp_treasury_cheque_custody (version, created_at, updated_at, company_id, cheque_id, step, date, "
    "came_from, place) SELECT 1, created_at, updated_at, company_id, cheque_id, 3, date, 'endorsed', 'rejected' "
    "FROM erp_treasury_cheque_custody WHERE step = 2",
    "UPDATE erp_treasury_receipt SET amount = amount + 1, unallocated = unallocated + 1",
    "UPDATE erp_treasury_receipt SET state = 'draft'",
    "UPDATE erp_treasury_receipt SET state = 'reversed', contact_id = contact_id + 1",
    "DELETE FROM erp_treasury_payment",
    "UPDATE erp_treasury_payment_mean SET amount = amount + 1",
    "DELETE FROM erp_treasury_receipt_allocation",
    "INSERT INTO erp_treasury_receipt_mean (position, receipt_id, kind, amount) VALUES (5, 1, 'cash', 10000)",
]


def test_raw_sql_cannot_move_a_cheque_or_change_a_paper(tandem: Make) -> None:
    """C1, C3, C9 are the database's own business."""
    books = at(tandem("erp_treasury"), day(3, 25))
    endorsed(books)
    assert got_through(books.database, ATTACKS) == []
    assert books.broken() == []


def test_the_ledger_and_the_timeline_tell_the_same(tandem: Make) -> None:
    """Collected and paid stand in the histories of both contacts."""
    from addons.crm_contacts.models import TimelineEntry

    books = at(tandem("erp_treasury"), day(3, 25))
    customer, supplier = endorsed(books)
    with books.read() as session:
        told = session.execute(select(TimelineEntry.contact_id, TimelineEntry.summary)).all()
        assert (customer, "Collected: RC-1") in told
        assert (supplier, "Paid: PAY-1") in told
        assert sum(line.debit - line.credit for line in session.scalars(select(EntryLine))) == D(0)
