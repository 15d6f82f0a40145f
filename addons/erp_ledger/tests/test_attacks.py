"""Raw SQL against posted books is refused; with the guards off, every changed value is found at its entry."""

import threading
from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Connection, Date, String, Text, select
from sqlalchemy.exc import DBAPIError

from addons.erp_ledger.health import broken_links
from addons.erp_ledger.models import Allocation, Entry, EntryLine, Period
from addons.erp_ledger.operations import allocate, close_period, lock_period
from addons.erp_ledger.tests.attacks import (
    ATTACKS,
    DRAFTS,
    LINE,
    MARCH,
    POSTGRESQL_ATTACKS,
    SQLITE_ATTACKS,
    flip,
)
from addons.erp_ledger.tests.conftest import ROOT, Books
from addons.erp_ledger.tests.test_posting import payment, sale
from core.db import Choice, Moment, kernel_connection, read_checks, run_checks
from core.testing.attacks import got_through


def run(connection: Connection, script: str) -> None:
    """Several statements, one by one."""
    for statement in script.split(";"):
        connection.exec_driver_sql(statement.replace("%", "%%"))


@pytest.fixture
def guarded(books: Books) -> Books:
    """Three posted entries, the first settled in part, January locked, February closed, and drafts to play with."""
    with books.write() as session:
        owed, _, paid = sale(session, "100.00"), sale(session, "50.00"), payment(session, "30.00")
        paid_line = paid.lines[1].id
        allocate(session, owed.lines[0].id, paid_line, D("20.00"))
        for name in ("2026-01", "2026-02"):
            close_period(session, session.scalars(select(Period).where(Period.name == name)).one())
        lock_period(session, session.scalars(select(Period).where(Period.name == "2026-01")).one())
        third = sale(session, "1.00")
        assert (paid.id, third.id) == (3, 4)
        run(kernel_connection(session), DRAFTS)
    return books


def other_value(column: Column[Any]) -> str:
    """An SQL expression that is certainly not the present value of a column."""
    kind = column.type
    if isinstance(kind, Choice | Text) or (isinstance(kind, String) and kind.length is None):
        return f"coalesce({column.name}, '') || '!'"
    if isinstance(kind, String):
        return f"'{'X' * (kind.length or 1)}'"
    if isinstance(kind, Date):
        return "'2026-04-01'"
    if isinstance(kind, Moment):
        return "'2027-01-01 00:00:00'"
    if isinstance(kind, Boolean):
        return f"NOT {column.name}"
    return f"coalesce({column.name}, 0) + {1 if column.foreign_keys else 10}"


def changes(everything: bool) -> list[tuple[str, str]]:
    """(column, UPDATE) for the columns of entry 2 and of a line of it; all, or those that the chain covers."""
    found = []
    for model, rows in ((Entry, "id = 2"), (EntryLine, "entry_id = 2 AND credit > 0")):
        table = model.__table__
        for column in table.columns:
            if everything or column.name in (*model.frozen, "number", "hash"):
                script = f"UPDATE {table.name} SET {column.name} = {other_value(column)} WHERE {rows}"
                found.append((column.name, script))
    return found


def state(books: Books) -> list[object]:
    """Everything posted, as it is stored."""
    with books.read() as session:
        connection = kernel_connection(session)
        return [
            connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY id").all()
            for table in (
                "erp_ledger_entry",
                "erp_ledger_entry_line",
                "erp_ledger_series",
                "erp_ledger_allocation",
                "erp_ledger_period",
            )
        ]


def test_every_attack_is_refused(guarded: Books) -> None:
    own = SQLITE_ATTACKS if guarded.database.dialect == "sqlite" else POSTGRESQL_ATTACKS
    everything = [*ATTACKS, *own, *(script for _, script in changes(everything=True))]
    before = state(guarded)
    assert got_through(guarded.database, everything) == []
    assert state(guarded) == before
    assert len(everything) > 90


def test_the_invariants_hold_and_the_drafts_could_be_posted(guarded: Books) -> None:
    checks = read_checks(ROOT / "addons" / "erp_ledger" / "health.sql", "erp_ledger")
    assert len(checks) >= 15
    with guarded.read() as session:
        assert [str(finding) for finding in run_checks(session, [*checks, broken_links])] == []
    assert got_through(guarded.database, [flip(4, 90)]), "the balanced draft is refused only when something is wrong"


def disarm(connection: Connection) -> None:
    """Take triggers and checks off."""
    if connection.dialect.name == "postgresql":
        for table in ("erp_ledger_entry", "erp_ledger_entry_line", "erp_ledger_series"):
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        named = "SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype IN ('c', 'f')"
        ours = f"{named} AND conrelid::regclass::text LIKE 'erp_ledger_entry%%'"
        for table, name in connection.exec_driver_sql(ours).all():
            connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        return
    for (name,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
        connection.exec_driver_sql(f"DROP TRIGGER {name}")


def test_every_covered_value_that_changes_is_found_at_its_entry(guarded: Books) -> None:
    with guarded.database.engine.begin() as connection:
        disarm(connection)
    tried = changes(everything=False)
    for column, script in tried:
        with guarded.database.open(writes=True) as session:
            connection = kernel_connection(session)
            if guarded.database.dialect == "sqlite":
                run(connection, "COMMIT;PRAGMA foreign_keys = off;PRAGMA ignore_check_constraints = on;BEGIN")
            run(connection, script)
            named = broken_links.find(session)
            assert "SAL 2" in named, (column, named)
            assert column in ("series_id", "number", "hash") or named == ["SAL 2"], (column, named)
            session.rollback()
    assert len(tried) >= 20


def race(books: Books, first: str, second: str) -> tuple[bool, str]:
    """Start `second` while `first` is not committed: whether it waited, and how it ended."""
    ended: list[str] = []

    def late() -> None:
        with books.database.engine.connect() as connection:
            try:
                run(connection, second)
                connection.commit()
                ended.append("done")
            except DBAPIError as error:
                ended.append(str(error.orig))

    with books.database.engine.connect() as connection:
        run(connection, first)
        thread = threading.Thread(target=late)
        thread.start()
        thread.join(0.3)
        waited = thread.is_alive()
        connection.commit()
        thread.join()
    return waited, ended[0]


@pytest.mark.parametrize("kind", ["postgresql"])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        (flip(4, 90), f"INSERT INTO {LINE} VALUES (90, 9, 20, 1, 0, {MARCH})"),
        (f"INSERT INTO {LINE} VALUES (90, 9, 20, 1, 0, {MARCH})", flip(4, 90)),
        (flip(4, 90), "UPDATE erp_ledger_period SET state = 'closed' WHERE name = '2026-03'"),
        ("UPDATE erp_ledger_period SET state = 'closed' WHERE name = '2026-03'", flip(4, 90)),
    ],
    ids=["post, add a line", "add a line, post", "post, close", "close, post"],
)
def test_two_sessions_cannot_break_a_posting_between_them(guarded: Books, first: str, second: str) -> None:
    waited, ended = race(guarded, first, second)
    assert waited
    assert ended == "done" if "state = 'closed'" in second else "refused" in ended or "entry 90" in ended
    with guarded.read() as session:
        checks = read_checks(ROOT / "addons" / "erp_ledger" / "health.sql", "erp_ledger")
        assert [finding for finding in run_checks(session, checks) if finding.check.name[:2] != "N3"] == []


@pytest.mark.parametrize("kind", ["postgresql"])
def test_two_sessions_cannot_settle_the_same_item_twice(guarded: Books) -> None:
    with guarded.read() as session:
        debit = session.scalars(select(EntryLine.id).where(EntryLine.entry_id == 1, EntryLine.debit > D(0))).one()
        credit = session.scalars(select(EntryLine.id).where(EntryLine.entry_id == 3, EntryLine.credit > D(0))).one()
    table = Allocation.__table__.name
    stamp = "1, '2026-03-13', '2026-03-13', 1"
    script = (
        f"INSERT INTO {table} (debit_line_id, credit_line_id, amount, date, version, created_at, updated_at,"
        " company_id)"
        f" VALUES ({debit}, {credit}, 60000, '2026-03-13', {stamp})"
    )
    waited, ended = race(guarded, script, script)
    assert waited
    assert "more than is open" in ended


def test_dates_are_days(guarded: Books) -> None:
    with guarded.read() as session:
        assert session.scalars(select(Entry.date).where(Entry.id == 1)).one() == date(2026, 3, 13)
