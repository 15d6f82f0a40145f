"""Money between our accounts, and the bank's statements against the books."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from addons.erp_treasury.models import (
    BankTransfer,
    ReceiptMean,
    Statement,
    StatementLine,
)
from addons.erp_treasury.operations import (
    match_all,
    match_line,
    open_account,
    post_transfer,
    reconcile_statement,
    reverse_transfer,
    unmatch_line,
    usual_account,
)
from addons.erp_treasury.tests.story import balance, day, money, received
from core.errors import Refused
from core.testing.tandem import Tandem, at

D = Decimal
Make = Callable[..., Tandem]


def test_a_deposit_moves_money_and_costs_its_fee(tandem: Make) -> None:
    """C8: what left the till is what the bank got and the fee."""
    books = at(tandem("erp_treasury"), day(3, 25))
    with books.write() as session:
        money(session)
        company = session.info["company_id"]
        bank, till = usual_account(session, company, "bank"), usual_account(session, company, "cash")
        other = open_account(session, name="Banco Nación", bank="Nación", number="4-55")
        taken = BankTransfer(source=bank, destination=till, amount=D(1000))
        moved = BankTransfer(source=bank, destination=other, amount=D(300), fee=D("2.50"))
        session.add_all([taken, moved])
        session.flush()
        post_transfer(session, taken, date=day(3, 25))
        post_transfer(session, moved, date=day(3, 25))
        assert (taken.kind, moved.kind, taken.number, moved.number) == ("withdrawal", "transfer", "BT-1", "BT-2")
        assert (balance(session, "bank"), balance(session, "cash")) == (D("498697.50"), D(1000))
        reverse_transfer(session, moved)
        assert (balance(session, "bank"), balance(session, "bank_charges")) == (D(499000), D(0))
    assert books.broken() == []


def test_a_statement_is_reconciled_line_by_line(tandem: Make) -> None:
    """C6: amounts must agree, each ledger line once, and the statement must close where its lines lead."""
    books = at(tandem("erp_treasury"), day(3, 31))
    with books.write() as session:
        key = money(session)
        received(session, key, ReceiptMean(position=0, kind="transfer", amount=D("1000")))
        received(session, key, ReceiptMean(position=0, kind="transfer", amount=D("2500")), on=day(3, 21))
        account = usual_account(session, session.info["company_id"], "bank")
        statement = Statement(
            name="March",
            bank_account=account,
            first_day=day(3, 1),
            last_day=day(3, 31),
            opening=D(0),
            closing=D(503500),
            lines=[
                StatementLine(position=0, date=day(3, 1), text="Opening deposit", amount=D(500000)),
                StatementLine(position=1, date=day(3, 22), text="Ferretería El Sol", amount=D(3500)),
            ],
        )
        session.add(statement)
        session.flush()
        match_all(session, statement)
        from addons.erp_treasury.operations import open_bank_lines, open_ledger_lines

        (left,) = open_bank_lines(session, statement)
        items = [line.id for line in open_ledger_lines(session, statement)]
        with pytest.raises(Refused, match="not matched yet"):
            reconcile_statement(session, statement)
        with pytest.raises(Refused, match="the ledger"):
            match_line(session, statement, bank_line=left.id, items=items[:1])
        match_line(session, statement, bank_line=left.id, items=items)
        with pytest.raises(Refused, match="matched already"):
            match_line(session, statement, bank_line=left.id, items=items)
        unmatch_line(session, statement, bank_line=left.id)
        match_line(session, statement, bank_line=left.id, items=items)
        reconcile_statement(session, statement)
        assert statement.is_frozen
    assert books.broken() == []
