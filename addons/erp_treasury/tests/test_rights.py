"""Who may do what with money: through verbs, with the rights of a user, on both databases."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import select

from addons.erp_treasury.models import BankTransfer, Cheque, Payment, Receipt
from addons.erp_treasury.operations import usual_account
from addons.erp_treasury.reports import cash_forecast_report, cheque_portfolio, collection_round
from addons.erp_treasury.tests.story import cheque_mean, day, money
from core.db import trusted
from core.errors import Denied
from core.operations import perform, verbs_of
from core.testing.tandem import Tandem, at

D = Decimal
Make = Callable[..., Tandem]


def test_a_clerk_collects_and_pays_a_manager_rejects(tandem: Make) -> None:
    """The clerk's verbs reach the ledger without a right of his own there; what is the manager's is denied to him."""
    books = at(tandem("erp_treasury"), day(3, 25))
    for login, role in (("lucia", "clerk"), ("marta", "manager")):
        books.add_user(login, f"erp_treasury.{role}")
    with books.write() as session:
        key = money(session)
    with books.write("lucia") as session:
        receipt = Receipt(contact_id=key.customer, means=[cheque_mean()])
        session.add(receipt)
        session.flush()
        perform(session, verbs_of(Receipt)["post"], receipt, {"date": "2026-03-20"})
        assert (receipt.number, receipt.created_by_id is not None) == ("RC-1", True)
    with books.write("lucia") as session:
        cheque = session.scalars(select(Cheque)).one()
        payment = perform(session, verbs_of(Cheque)["endorse"], cheque, {"contact": key.supplier})
        assert isinstance(payment, Payment)
        assert payment.number == "PAY-1"
    with books.write("lucia") as session, pytest.raises(Denied):
        perform(session, verbs_of(Cheque)["reject"], session.scalars(select(Cheque)).one(), {})
    with books.write("marta", today=day(4, 22)) as session:
        cheque = session.scalars(select(Cheque)).one()
        perform(session, verbs_of(Cheque)["reject"], cheque, {"fee": "1850.00"})
        assert cheque.place == "returned"
    assert books.broken() == []


def test_a_stranger_sees_no_money(tandem: Make) -> None:
    """Without a role neither rows nor verbs nor reports: a contacts user has none of them."""
    books = at(tandem("erp_treasury"), day(3, 25))
    books.add_user("nadie", "crm_contacts.user")
    with books.write() as session:
        money(session)
        company = session.info["company_id"]
        moved = BankTransfer(
            source=usual_account(session, company, "bank"),
            destination=usual_account(session, company, "cash"),
            amount=D(10),
        )
        session.add(moved)
        session.flush()
    with books.read("nadie") as session:
        assert session.scalars(select(BankTransfer)).all() == []
        assert not any(report.is_open(session) for report in (cheque_portfolio, cash_forecast_report, collection_round))


def test_the_reports_answer_a_clerk(tandem: Make) -> None:
    """Portfolio with availability, forecast, round: as a clerk sees them."""
    books = at(tandem("erp_treasury"), day(4, 15))
    books.add_user("lucia", "erp_treasury.clerk")
    with books.write("lucia") as session:
        with trusted(session):
            key = money(session)
        receipt = Receipt(contact_id=key.customer, means=[cheque_mean("100000")])
        session.add(receipt)
        session.flush()
        perform(session, verbs_of(Receipt)["post"], receipt, {"date": "2026-03-20"})
    with books.read("lucia") as session:
        (held,) = cheque_portfolio(session, pay_on=day(4, 18)).rows
        assert (held["number"], held["days"], held["available"]) == ("00012345", 2, D(100000))
        rows = cash_forecast_report(session, as_of=day(3, 31)).rows
        assert [row["balance"] for row in rows] == [
            D(500000),
            D("15507.53"),
            D("138154.19"),
            D("238154.19"),
            D("460800.85"),
        ]
        (visit,) = collection_round(session).rows
        assert (visit["contact"], visit["due"], visit["days"]) == ("Ferretería El Sol", D("122646.66"), 3)
