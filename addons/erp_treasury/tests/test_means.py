"""Receipts and payments of several means, cheques on every way they can go, banks."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from addons.crm_contacts.models import Contact
from addons.erp_ledger.models import Allocation
from addons.erp_ledger.operations import balance_of, open_items
from addons.erp_treasury.models import (
    BankAccount,
    Cheque,
    Chequebook,
    Payment,
    PaymentMean,
    Receipt,
    ReceiptAllocation,
    ReceiptMean,
)
from addons.erp_treasury.operations import (
    cash_cheque,
    clear,
    deposit,
    deposit_slip,
    open_account,
    post_payment,
    post_receipt,
    reject,
    return_cheque,
    reverse_payment,
    reverse_receipt,
    split_cheques,
    usual_account,
    void,
    withdraw,
)
from addons.erp_treasury.tests.story import balance, cheque_mean, day, money, received, the_cheque
from core.errors import Invalid, Refused
from core.testing.tandem import Tandem, at, installed

D = Decimal
Make = Callable[..., Tandem]


def book(session, first: int = 1, last: int = 50) -> BankAccount:
    """Our account with a chequebook."""
    account = usual_account(session, session.info["company_id"], "bank")
    session.add(Chequebook(name="Book 1", bank_account=account, first_number=first, last_number=last))
    session.flush()
    return account


def test_one_receipt_with_every_mean(tandem: Make) -> None:
    """C9: cash, a cheque, a transfer, a card and a withholding; what is more than owed is an advance."""
    books = at(tandem("erp_treasury"), day(3, 20))
    with books.write() as session:
        key = money(session)
        open_account(session, name="Cards", kind="card")
        receipt = received(
            session,
            key,
            ReceiptMean(position=0, kind="cash", amount=D("1000.50")),
            cheque_mean("250000"),
            ReceiptMean(position=2, kind="transfer", amount=D("194000")),
            ReceiptMean(position=3, kind="card", amount=D("500")),
            ReceiptMean(position=4, kind="withholding", amount=D("99.50"), number="C-77"),
        )
        assert (receipt.amount, receipt.allocated, receipt.unallocated) == (D(445600), D("445293.32"), D("306.68"))
        assert balance_of(session, key.customer) == D("-306.68")
        assert balance(session, "cash") == D("1000.50")
        assert balance(session, "bank") == D(694000)
        assert balance(session, "withholdings_suffered") == D("99.50")
    assert books.broken() == []


def test_items_that_are_named_are_settled_and_no_others(tandem: Make) -> None:
    """The second instalment is paid first if the receipt says so; the rest stays an advance."""
    books = at(tandem("erp_treasury"), day(3, 20))
    with books.write() as session:
        key = money(session)
        first, second = open_items(session, key.customer)
        receipt = Receipt(
            contact_id=key.customer,
            means=[ReceiptMean(position=0, kind="cash", amount=D(1000))],
            allocations=[ReceiptAllocation(position=0, item_id=second.line_id, amount=D(600))],
        )
        session.add(receipt)
        session.flush()
        post_receipt(session, receipt, date=day(3, 20))
        left = {item.line_id: item.residual for item in open_items(session, key.customer)}
        assert left[first.line_id] == first.residual
        assert left[second.line_id] == second.residual - 600
        assert (receipt.allocated, receipt.unallocated) == (D(600), D(400))
    assert books.broken() == []


def test_a_receipt_that_cannot_be_leaves_nothing(tandem: Make) -> None:
    """Each fault names its row; no cheque, no number, no entry is left behind."""
    books = at(tandem("erp_treasury"), day(3, 20))
    with books.write() as session:
        key = money(session)
    faults = [
        ([], "say how it is paid"),
        ([cheque_mean(number="")], "Row 1: enter the number"),
        ([cheque_mean(bank="")], "Row 1: enter the bank"),
        ([ReceiptMean(position=0, kind="withholding", amount=D(5))], "withholding certificate"),
        ([ReceiptMean(position=0, kind="cash", amount=D("1.001"))], "more decimals"),
        ([cheque_mean(), cheque_mean()], "is here already"),
    ]
    for means, sentence in faults:
        with pytest.raises((Invalid, Refused), match=sentence), books.write() as session:
            receipt = Receipt(contact_id=key.customer, means=means)
            session.add(receipt)
            session.flush()
            post_receipt(session, receipt, date=day(3, 20))
    with books.read() as session:
        assert session.scalars(select(Cheque)).all() == []
        assert session.scalars(select(Receipt)).all() == []
    assert books.broken() == []


def test_the_same_cheque_comes_in_once_while_it_lives(tandem: Make) -> None:
    """C4: a second time is refused, however the bank is written; after its return it may come again."""
    books = at(tandem("erp_treasury"), day(3, 20))
    with books.write() as session:
        key = money(session)
        received(session, key)
    with pytest.raises(Refused, match="is here already: In portfolio"), books.write() as session:
        received(session, key, cheque_mean("10", bank="BANCO GALICIA"))
    with books.write() as session:
        return_cheque(session, the_cheque(session), date=day(3, 21))
        received(session, key, on=day(3, 22))
        assert session.scalars(select(Cheque.place).order_by(Cheque.id)).all() == ["returned", "portfolio"]
    assert books.broken() == []


def test_a_cheque_goes_every_way(tandem: Make) -> None:
    """C2: after each step the accounts hold what the cheques in their places are worth."""
    books = at(tandem("erp_treasury"), day(5, 1))
    with books.write() as session:
        key = money(session)
        received(session, key, *(cheque_mean("100.00", f"0000{n}", drawer=f"Drawer {n}") for n in range(1, 7)))
        one, two, three, four, five, six = session.scalars(select(Cheque).order_by(Cheque.id)).all()
        deposit(session, one, date=day(4, 21))
        clear(session, one, date=day(4, 23))
        deposit_slip(session, cheques=[two.id, three.id], date=day(4, 21))
        withdraw(session, two, date=day(4, 22))
        reject(session, three, date=day(4, 23), charge_customer=False, fee=D("12.50"))
        assert balance(session, "cheques_rejected") == D(100)
        deposit(session, three, date=day(4, 24))
        cash_cheque(session, four, date=day(4, 21))
        reject(session, four, date=day(4, 25))
        return_cheque(session, five, date=day(4, 21))
        assert [c.place for c in (one, two, three, four, five, six)] == [
            "credited",
            "portfolio",
            "clearing",
            "returned",
            "returned",
            "portfolio",
        ]
        assert balance(session, "cheques_portfolio") == D(200)
        assert balance(session, "cheques_clearing") == D(100)
        assert balance(session, "bank_charges") == D("12.50")
        assert balance(session, "cheques_portfolio", day(4, 20)) == D(600)
        with pytest.raises(Refused, match="last moved on"):
            deposit(session, two, date=day(4, 1))
    assert books.broken() == []


def test_our_own_cheques_from_the_book_to_the_bank(tandem: Make) -> None:
    """Numbers in order from the book; one is debited, one bounces, one is voided: the supplier is owed those again."""
    books = at(tandem("erp_treasury"), day(5, 1))
    with books.write() as session:
        key = money(session)
        account = book(session, 7, 9)
        payment = Payment(contact_id=key.supplier)
        session.add(payment)
        session.flush()
        split_cheques(session, payment, bank_account=account, how_many=3, amount=D("1000.00"), first_payable=day(4, 10))
        post_payment(session, payment, date=day(3, 25))
        one, two, three = session.scalars(select(Cheque).order_by(Cheque.id)).all()
        assert [c.number for c in (one, two, three)] == ["00000007", "00000008", "00000009"]
        assert [c.amount for c in (one, two, three)] == [D("333.34"), D("333.33"), D("333.33")]
        assert [c.payable_on for c in (one, two, three)] == [day(4, 10), day(5, 10), day(6, 9)]
        assert balance(session, "own_cheques") == D(-1000)
        clear(session, one, date=day(4, 11))
        reject(session, two, date=day(4, 30))
        void(session, three, date=day(4, 30))
        assert balance(session, "own_cheques") == D(0)
        assert balance(session, "bank") == D("499666.66")
        assert balance_of(session, key.supplier, "payable") == D("484492.47") - D("333.34")
    with pytest.raises(Refused, match="no chequebook with a cheque left"), books.write() as session:
        payment = Payment(contact_id=key.supplier, means=[PaymentMean(position=0, kind="own_cheque", amount=D(5))])
        session.add(payment)
        session.flush()
        post_payment(session, payment, date=day(4, 30))
    assert books.broken() == []


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(count=st.integers(1, 6), amount=st.decimals(min_value="0.06", max_value="484492.47", places=2))
def test_own_cheques_add_up_however_many(count: int, amount: Decimal) -> None:
    """C9: 1 to 6 cheques of one payment are its amount, to the cent, and so is the ledger line."""
    with installed("sqlite", ["erp_treasury"]) as fresh, at(fresh, day(3, 25)).write() as session:
        key = money(session)
        account = book(session)
        payment = Payment(contact_id=key.supplier)
        session.add(payment)
        session.flush()
        split_cheques(session, payment, bank_account=account, how_many=count, amount=amount)
        parts = [mean.amount for mean in payment.means]
        post_payment(session, payment, date=day(3, 25))
        assert len(parts) == count
        assert sum(parts, D(0)) == amount == payment.allocated + payment.unallocated
        assert max(parts) - min(parts) <= D("0.01")
        assert balance(session, "own_cheques") == -amount


def test_a_receipt_is_reversed_while_its_cheques_are_here(tandem: Make) -> None:
    """The cheque is voided and the debt is open again; once it was endorsed, the reversal is refused."""
    books = at(tandem("erp_treasury"), day(3, 25))
    with books.write() as session:
        key = money(session)
        receipt = received(session, key)
        reverse_receipt(session, receipt, date=day(3, 21))
        assert (receipt.state, the_cheque(session).place) == ("reversed", "voided")
        assert balance_of(session, key.customer) == D("445293.32")
        assert [item.residual for item in open_items(session, key.customer)] == [D("222646.66"), D("222646.66")]
        again = received(session, key, on=day(3, 22))
        cheque = session.scalars(select(Cheque).where(Cheque.place == "portfolio")).one()
        payment = Payment(
            contact_id=key.supplier,
            means=[PaymentMean(position=0, kind="endorsed", cheque_id=cheque.id, amount=cheque.amount)],
        )
        session.add(payment)
        session.flush()
        post_payment(session, payment, date=day(3, 23))
    with pytest.raises(Refused, match="Endorsed"), books.write() as session:
        reverse_receipt(session, session.get_one(Receipt, again.id), date=day(3, 24))
    with books.write() as session:
        reverse_payment(session, session.get_one(Payment, payment.id), date=day(3, 24))
        assert session.get_one(Cheque, cheque.id).place == "portfolio"
        assert balance_of(session, key.supplier, "payable") == D("484492.47")
        allocated = session.scalars(select(Allocation.date)).all()
        assert allocated
    assert books.broken() == []


def test_a_contact_of_another_name_cannot_be_paid_with_a_cheque_of_ours_twice(tandem: Make) -> None:
    """C3: two drafts may name a cheque; only the first that is posted has it."""
    books = at(tandem("erp_treasury"), day(3, 25))
    with books.write() as session:
        key = money(session)
        received(session, key)
        cheque = the_cheque(session)
        drafts = []
        for contact in (key.supplier, key.customer):
            draft = Payment(
                contact_id=contact,
                means=[PaymentMean(position=0, kind="endorsed", cheque_id=cheque.id, amount=cheque.amount)],
            )
            session.add(draft)
            session.flush()
            drafts.append(draft.id)
        post_payment(session, session.get_one(Payment, drafts[0]), date=day(3, 25))
    with pytest.raises(Refused, match="Endorsed"), books.write() as session:
        post_payment(session, session.get_one(Payment, drafts[1]), date=day(3, 25))
    with books.read() as session:
        second = session.get_one(Payment, drafts[1])
        assert (second.state, second.number) == ("draft", None)
        assert session.get_one(Contact, key.supplier).supplier
    assert books.broken() == []
