"""Any sequence of commands, accepted or refused, leaves books in which every invariant holds (L1-L8, N1-N3, O1-O3)."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.erp_ledger.health import broken_links
from addons.erp_ledger.models import Allocation, Entry, EntryLine, Period
from addons.erp_ledger.operations import (
    EntryDraft,
    LineDraft,
    account_for,
    ageing,
    allocate,
    allocate_oldest,
    balance_of,
    close_period,
    open_items,
    post_entry,
    reopen_period,
    reverse_entry,
    statement,
    trial_balance,
    unallocate,
)
from addons.erp_ledger.tests.conftest import ROOT, Books, fill, key
from core.db import kernel_connection, read_checks, run_checks
from core.errors import TandemError
from core.testing.databases import fresh

FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 364).map(lambda n: FIRST + timedelta(days=n))
AMOUNTS = st.integers(1, 10**9).map(lambda cents: D(cents).scaleb(-2))
CONTACTS = st.sampled_from([1, 2])
CHECKS = read_checks(ROOT / "addons" / "erp_ledger" / "health.sql", "erp_ledger")
TABLES = ("erp_ledger_entry", "erp_ledger_entry_line", "erp_ledger_series", "erp_ledger_allocation", "erp_ledger_period")


class LedgerMachine(RuleBasedStateMachine):
    """A model in plain Python (balances by contact, closed months, numbers) beside the real books."""

    kind = "sqlite"
    entries: Bundle[int] = Bundle("entries")

    @initialize()
    def open_books(self) -> None:
        self.stack = ExitStack()
        self.books = Books(self.stack.enter_context(fresh(self.kind, key(), fill)), 1, 1, 2)
        self.balances = {1: D(0), 2: D(0)}
        self.closed: set[int] = set()
        self.posted = 0
        self.reversed: set[int] = set()
        self.frozen: dict[str, set[Any]] = {}

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.stack.close()

    @contextmanager
    def command(self, allowed: bool) -> Iterator[Session]:
        """A transaction that must succeed, or be refused and leave no trace (L8)."""
        before = self.rows()
        try:
            with self.books.write() as session:
                yield session
        except TandemError:
            assert not allowed, "refused, but the model allows it"
            assert self.rows() == before
        else:
            assert allowed, "accepted, but the model refuses it"

    def rows(self) -> list[Any]:
        with self.books.read() as session:
            connection = kernel_connection(session)
            return [connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY id").all() for table in TABLES]

    @rule(target=entries, contact=CONTACTS, day=DAYS, amounts=st.lists(AMOUNTS, min_size=1, max_size=3), sale=st.booleans())
    def post(self, contact: int, day: date, amounts: list[D], sale: bool) -> Any:
        made = []
        total = sum(amounts, D(0))
        with self.command(day.month not in self.closed) as session:
            sign = 1 if sale else -1
            owed, other = account_for(session, "receivable").id, account_for(session, "sales" if sale else "cash").id
            lines = [LineDraft.signed(owed, sign * a, contact_id=contact, due=day + timedelta(days=30)) for a in amounts]
            lines.append(LineDraft.signed(other, -sign * total))
            journal = "sales" if sale else "treasury"
            made.append(post_entry(session, EntryDraft(date=day, text="x", journal=journal, lines=lines)).id)
        if made:
            self.balances[contact] += total if sale else -total
            self.posted += 1
        return multiple(*made)

    @rule(amount=AMOUNTS, off=st.integers(1, 100), day=DAYS)
    def post_unbalanced(self, amount: D, off: int, day: date) -> None:
        with self.command(allowed=False) as session:
            cash, capital = account_for(session, "cash").id, account_for(session, "capital").id
            lines = [
                LineDraft(account_id=cash, debit=amount),
                LineDraft(account_id=capital, credit=amount + D(off).scaleb(-2)),
            ]
            post_entry(session, EntryDraft(date=day, text="x", journal="general", lines=lines))

    @rule(target=entries, entry=entries, day=DAYS)
    def reverse(self, entry: int, day: date) -> Any:
        made = []
        with self.books.read() as session:
            found = session.get_one(Entry, entry)
            effective = max(day, found.date)
            owed = account_for(session, "receivable").id
            change = {line.contact_id: D(0) for line in found.lines if line.account_id == owed}
            for line in found.lines:
                if line.account_id == owed:
                    change[line.contact_id] -= line.signed
        with self.command(entry not in self.reversed and effective.month not in self.closed) as session:
            made.append(reverse_entry(session, session.get_one(Entry, entry), date=day).id)
        if made:
            self.reversed.add(entry)
            self.posted += 1
            for contact, amount in change.items():
                self.balances[contact or 0] += amount
        return multiple(*made)

    @rule(entry=entries, part=st.none() | AMOUNTS)
    def settle_oldest(self, entry: int, part: D | None) -> None:
        with self.command(allowed=True) as session:
            line = session.get_one(Entry, entry).lines[0]
            before = balance_of(session, line.contact_id or 0)
            allocate_oldest(session, line.id, amount=part)
            assert balance_of(session, line.contact_id or 0) == before

    @rule(one=entries, other=entries, amount=AMOUNTS)
    def settle_too_much(self, one: int, other: int, amount: D) -> None:
        with self.command(allowed=False) as session:
            debit, credit = session.get_one(Entry, one).lines[0], session.get_one(Entry, other).lines[0]
            allocate(session, debit.id, credit.id, max(debit.debit, credit.credit) + amount)

    @rule(which=st.integers(0, 50))
    def unsettle(self, which: int) -> None:
        with self.command(allowed=True) as session:
            keys = session.scalars(select(Allocation.id).order_by(Allocation.id)).all()
            if keys:
                unallocate(session, keys[which % len(keys)])

    @rule(month=st.integers(1, 12))
    def close_or_reopen(self, month: int) -> None:
        with self.command(allowed=True) as session:
            period = session.scalars(select(Period).where(Period.name == f"2026-{month:02}")).one()
            (reopen_period if month in self.closed else close_period)(session, period)
        self.closed ^= {month}

    @invariant()
    def every_check_finds_nothing(self) -> None:
        with self.books.read() as session:
            assert [str(finding) for finding in run_checks(session, [*CHECKS, broken_links])] == []

    @invariant()
    def the_books_agree_with_the_model(self) -> None:
        with self.books.read() as session:
            assert session.scalar(select(func.count()).select_from(Entry).where(Entry.posted)) == self.posted
            for contact, balance in self.balances.items():
                assert balance_of(session, contact) == balance
                assert statement(session, contact).closing == balance
                assert sum((item.residual for item in open_items(session, contact)), D(0)) == balance

    @invariant()
    def reports_agree_on_any_day(self) -> None:
        with self.books.read() as session:
            for day in (date(2026, 4, 30), date(2026, 12, 31)):
                totals = trial_balance(session, day)
                assert sum((each.closing for each in totals), D(0)) == 0
                owed = sum((each.closing for each in totals if each.code == "1.2.01"), D(0))
                assert sum((each.total for each in ageing(session, "receivable", day)), D(0)) == owed

    @invariant()
    def nothing_posted_ever_changes(self) -> None:
        with self.books.read() as session:
            connection = kernel_connection(session)
            for model in (Entry, EntryLine):
                table = model.__table__.name
                now = {tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table}").all()}
                assert self.frozen.get(table, set()) <= now
                self.frozen[table] = now


@pytest.mark.slow
def test_any_sequence_of_commands_keeps_the_invariants(kind: str) -> None:
    machine = type("Machine", (LedgerMachine,), {"kind": kind})
    bounds = settings(
        max_examples=25 if kind == "sqlite" else 10,
        stateful_step_count=15,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=bounds)
