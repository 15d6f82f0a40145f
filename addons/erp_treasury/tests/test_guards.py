"""What the database itself refuses of papers of money, chequebooks and places of cheques, whatever way one comes in."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from addons.erp_treasury.models import Chequebook, Payment, PaymentMean, Receipt, ReceiptMean
from addons.erp_treasury.operations import post_payment, usual_account
from addons.erp_treasury.tests.story import D, cheque_mean, day, money, received
from core.errors import Refused
from core.screens.records.writing import delete_record, write_record
from core.testing.attacks import got_through
from core.testing.tandem import Tandem, at

Make = Callable[..., Tandem]
RECEIPT, PAYMENT, CHEQUE = "erp_treasury_receipt", "erp_treasury_payment", "erp_treasury_cheque"
ENTRY = f"(SELECT entry_id FROM {RECEIPT} WHERE state = 'posted')"


def furnished(books: Tandem) -> None:
    """A posted receipt with a cheque, a posted payment by one of our own, and a draft of each."""
    with books.write() as session:
        key = money(session)
        received(session, key, cheque_mean("100", "00001"))
        bank = usual_account(session, session.info["company_id"], "bank")
        session.add(Chequebook(name="Book", bank_account=bank, first_number=7, last_number=9))
        own = PaymentMean(position=0, kind="own_cheque", amount=D(5), bank_account=bank, payable_on=day(5, 2))
        payment = Payment(contact_id=key.supplier, means=[own])
        session.add(payment)
        session.flush()
        post_payment(session, payment, date=day(3, 24))
        cash = ReceiptMean(position=0, kind="cash", amount=D(100))
        session.add(Receipt(contact_id=key.customer, date=day(3, 20), amount=D(100), unallocated=D(100), means=[cash]))
        session.add(Payment(contact_id=key.supplier, date=day(3, 20)))


ATTACKS = [
    f"UPDATE {RECEIPT} SET state = 'posted' WHERE state = 'draft'",
    f"UPDATE {RECEIPT} SET state = 'posted', number = 'RC-2' WHERE state = 'draft'",
    f"UPDATE {RECEIPT} SET state = 'posted', number = 'RC-2', entry_id = {ENTRY} WHERE state = 'draft'",
    f"UPDATE {RECEIPT} SET state = 'posted', number = 'RC-2', entry_id = {ENTRY}, amount = 50, unallocated = 50"
    " WHERE state = 'draft'",
    f"UPDATE {PAYMENT} SET state = 'posted', number = 'PAY-2', entry_id = {ENTRY} WHERE state = 'draft'",
    "UPDATE erp_treasury_chequebook SET first_number = 8",
    "UPDATE erp_treasury_chequebook SET last_number = 6, first_number = 1",
    "DELETE FROM erp_treasury_chequebook",
    f"INSERT INTO {CHEQUE} (version, created_at, updated_at, company_id, number, kind, bank, bank_folded, branch,"
    " account_number, drawer, drawer_folded, amount, currency, payable_on, place, step, bank_account_id, search_text)"
    " SELECT 1, created_at, updated_at, company_id, '00000010', kind, bank, bank_folded, branch, account_number,"
    f" drawer, drawer_folded, amount, currency, payable_on, place, step, bank_account_id, '' FROM {CHEQUE}"
    " WHERE kind = 'own'",
]


def test_raw_sql_posts_no_paper_and_bends_no_chequebook(tandem: Make) -> None:
    """L8, N1, C4 and C9."""
    books = at(tandem("erp_treasury"), day(3, 25))
    furnished(books)
    assert got_through(books.database, ATTACKS, because=("not its entry", "do not make it", "chequebook")) == []
    assert books.broken() == []


def test_a_used_chequebook_is_kept_with_a_sentence(tandem: Make) -> None:
    """C4 on the page: neither shortened nor deleted, and it says why."""
    books = at(tandem("erp_treasury"), day(3, 25))
    furnished(books)
    with pytest.raises(Refused, match="every own cheque"), books.write() as session:
        book = session.scalars(select(Chequebook)).one()
        write_record(session, Chequebook, book, {"first_number": 8})
    with pytest.raises(Refused, match="every own cheque"), books.write() as session:
        delete_record(session, session.scalars(select(Chequebook)).one())
    assert books.broken() == []


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_cheque_moves_only_with_its_log(tandem: Make) -> None:
    """C1: PostgreSQL asks at the commit; on SQLite, which cannot, health does."""
    books = at(tandem("erp_treasury"), day(3, 25))
    furnished(books)
    with books.database.engine.connect() as connection, pytest.raises(DBAPIError, match="does not say where it is"):
        connection.execute(text(f"UPDATE {CHEQUE} SET place = 'clearing', step = 2 WHERE place = 'portfolio'"))
        connection.commit()
    with books.read() as session:
        assert session.scalars(select(Receipt.number).where(Receipt.state == "posted")).all() == ["RC-1"]
