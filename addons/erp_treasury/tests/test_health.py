"""Each check of treasury notices the damage that it is there for."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from addons.crm_contacts.models import Contact
from addons.erp_treasury.models import Chequebook, Payment, PaymentMean, ReceiptMean, Statement, StatementLine
from addons.erp_treasury.operations import (
    endorse,
    match_all,
    post_payment,
    reconcile_statement,
    reject,
    usual_account,
)
from addons.erp_treasury.tests.story import cheque_mean, day, money, received
from core.testing.damage import noticed
from core.testing.fixtures import kinds
from core.testing.tandem import Tandem, at, installed

D = Decimal
CHEQUE, LOG, ENTRY = "erp_treasury_cheque", "erp_treasury_cheque_custody", "erp_ledger_entry_line"
REJECTED = f"(select entry_id from {LOG} where place = 'rejected' and came_from = 'endorsed')"
RETURNED = f"(select entry_id from {LOG} where place = 'returned')"
DAMAGE = {
    "C1 another place": ("C1", f"update {CHEQUE} set place = 'cleared' where place = 'portfolio'"),
    "C1 a step is missing": ("C1", f"delete from {LOG} where step = 2"),
    "C1 backwards in time": ("C1", f"update {LOG} set date = '2026-01-01' where step = 2"),
    "C2 the ledger": (
        "C2",
        f"update {ENTRY} set debit = debit + 100 where debit > 0"
        " and account_id in (select id from erp_ledger_account where purpose = 'cheques_portfolio')",
    ),
    "C3 paid twice": (
        "C3",
        "update erp_treasury_payment_mean set cheque_id = (select max(cheque_id) from erp_treasury_payment_mean)",
    ),
    "C3 another amount": ("C3", f"update {CHEQUE} set amount = amount + 1 where place = 'portfolio'"),
    "C4 twice in the house": (
        "C4",
        f"update {CHEQUE} set number = '77', bank_folded = 'x', drawer_folded = 'x' where kind = 'third'",
    ),
    "C4 in no chequebook": ("C4", "update erp_treasury_chequebook set last_number = first_number - 1"),
    "C5 the supplier": ("C5", f"update {ENTRY} set credit = credit - 1 where credit > 0 and entry_id in {REJECTED}"),
    "C5 the customer": ("C5", f"update {ENTRY} set debit = debit - 1 where debit > 0 and entry_id in {RETURNED}"),
    "C6 a matched line": ("C6", "update erp_treasury_statement_line set amount = amount + 1"),
    "C6 the closing balance": ("C6", "update erp_treasury_statement set closing = closing + 1"),
    "C9 a receipt": ("C9", "update erp_treasury_receipt_mean set amount = amount + 1 where kind = 'transfer'"),
    "C9 a payment": ("C9", "update erp_treasury_payment set allocated = allocated + 1"),
}


@pytest.fixture(scope="module", params=kinds())
def books(request: pytest.FixtureRequest) -> Iterator[Tandem]:
    """A cheque that bounced and went back, one that is in the house, one of our own, and a reconciled statement."""
    with installed(str(request.param), ["erp_treasury"]) as installation:
        made = at(installation, day(4, 25))
        with made.write() as session:
            key = money(session)
            bank = usual_account(session, session.info["company_id"], "bank")
            bounced = received(session, key).means[0].cheque
            endorse(session, bounced, contact=session.get_one(Contact, key.supplier), date=day(3, 25))
            reject(session, bounced, date=day(4, 22))
            received(session, key, cheque_mean("1000", "00099"), ReceiptMean(position=1, kind="transfer", amount=D(700)))
            received(session, key, cheque_mean("50", "00100"))
            session.add(Chequebook(name="Book 1", bank_account=bank, first_number=1, last_number=50))
            own = PaymentMean(position=0, kind="own_cheque", amount=D(400), bank_account=bank, payable_on=day(5, 2))
            payment = Payment(contact_id=key.supplier, means=[own])
            lines = [
                StatementLine(position=n, date=on, text=f"line {n}", amount=D(amount))
                for n, (on, amount) in enumerate(((day(3, 1), 500000), (day(3, 20), 700)))
            ]
            paper = Statement(
                name="March",
                bank_account=bank,
                first_day=day(3, 1),
                last_day=day(3, 31),
                opening=D(0),
                closing=D(500700),
                lines=lines,
            )
            session.add_all([payment, paper])
            session.flush()
            post_payment(session, payment, date=day(4, 2))
            match_all(session, paper)
            reconcile_statement(session, paper)
        assert made.broken() == []
        yield made


@pytest.mark.parametrize("what", list(DAMAGE))
def test_damage_is_noticed(books: Tandem, what: str) -> None:
    expected, statement = DAMAGE[what]
    assert expected in noticed(books, statement)
    assert books.broken() == []
