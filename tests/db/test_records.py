"""Records: stamps, versions, history, derived columns, search, extensions, numbers; on both databases."""

import threading
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Table, func, select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from core.db import (
    Base,
    Change,
    Company,
    Database,
    Piece,
    Series,
    extensions_of,
    holds,
    insert_rows,
    take_number,
    today,
)
from core.db.search import search_statements
from tests.db.models import Instrument, InstrumentRepair, Loan, LoanLine


@pytest.fixture
def shop(database: Database) -> Database:
    """A database with the tables of these tests and one company."""
    models: list[Any] = [Company, Series, Change, Instrument, InstrumentRepair, Loan, LoanLine]
    tables = [m.__table__ for m in models]
    assert all(isinstance(t, Table) for t in tables)
    with database.engine.begin() as connection:
        if database.dialect == "postgresql":
            connection.execute(text("create extension if not exists pg_trgm"))
        Base.metadata.create_all(connection, tables=tables)
        for statement in search_statements("core_instrument", database.dialect):
            connection.exec_driver_sql(statement)
    with database.write() as session:
        session.add(Company(name="Casa de Música"))
    return database


def named(session: Session, name: str) -> Instrument:
    return session.scalars(select(Instrument).where(Instrument.name == name)).one()


def test_who_and_when_is_stamped(shop: Database) -> None:
    with shop.write(user_id=7) as session:
        session.add(Instrument(name="Viola"))
    with shop.write(user_id=8) as session:
        named(session, "Viola").maker = "Guarneri"
    with shop.read() as session:
        viola = named(session, "Viola")
        assert (viola.created_by_id, viola.updated_by_id, viola.version) == (7, 8, 2)
        assert viola.created_at.tzinfo is not None
        assert viola.updated_at >= viola.created_at


def test_saving_without_a_change_writes_nothing(shop: Database) -> None:
    with shop.write(user_id=7) as session:
        session.add(Instrument(name="Viola"))
    with shop.write(user_id=8) as session:
        viola = named(session, "Viola")
        viola.name = "Viola"
    with shop.read() as session:
        assert (named(session, "Viola").version, named(session, "Viola").updated_by_id) == (1, 7)
        assert session.scalar(select(func.count()).select_from(Change)) == 0


def test_two_people_cannot_overwrite_each_other(shop: Database) -> None:
    with shop.write() as session:
        session.add(Instrument(name="Viola"))
    with shop.read() as stale:
        seen = named(stale, "Viola")
        with shop.write() as session:
            named(session, "Viola").maker = "Amati"
        with pytest.raises(StaleDataError), shop.write() as late:
            mine = late.merge(seen, load=False)
            mine.maker = "Guarneri"
    with shop.read() as session:
        assert named(session, "Viola").maker == "Amati"


def test_history_keeps_old_and_new_and_where_from(shop: Database) -> None:
    with shop.write() as session:
        session.add(Instrument(name="Viola", price=Decimal("10.5")))
    with shop.write(user_id=3, via="api") as session:
        viola = named(session, "Viola")
        viola.price = Decimal("11.25")
        viola.maker = "Amati"
    with shop.write(user_id=3) as session:
        session.delete(named(session, "Viola"))
    with shop.read() as session:
        update, deletion = session.scalars(select(Change).order_by(Change.id)).all()
    assert (update.model, update.by_id, update.via, update.version) == ("core.Instrument", 3, "api", 1)
    assert update.values == {"price": ["10.5", "11.25"], "maker": [None, "Amati"]}
    assert deletion.kind == "delete" and deletion.values["name"] == ["Viola", None]


def test_a_key_is_never_given_twice(shop: Database) -> None:
    with shop.write() as session:
        session.add(Instrument(name="Viola"))
    with shop.write() as session:
        first = named(session, "Viola").id
        session.delete(named(session, "Viola"))
    with shop.write() as session:
        session.add(Instrument(name="Oboe"))
    with shop.read() as session:
        assert named(session, "Oboe").id > first


def test_derived_columns_are_kept_by_flush_and_by_rows(shop: Database) -> None:
    with shop.write() as session:
        session.add(Instrument(name="Ñandú", maker="Áccento"))
        insert_rows(session, Instrument, [{"name": "ÓBOE", "active": True, "price": Decimal(1), "kind": "wind"}])
    with shop.write() as session:
        named(session, "Ñandú").maker = "Otro"
    with shop.read() as session:
        assert named(session, "Ñandú").search_text == "nandu otro"
        assert (named(session, "ÓBOE").name_folded, named(session, "ÓBOE").version) == ("oboe", 1)


@pytest.mark.parametrize("piece", ["and", "nandu ac", 'x" OR "y', "%", "100_", "\\"])
def test_search_finds_pieces_and_takes_no_wildcard(shop: Database, piece: str) -> None:
    with shop.write() as session:
        session.add_all([Instrument(name="Ñandú", maker="Accento"), Instrument(name='100% \\ 100_ x" OR "y')])
    with shop.read() as session:
        from sqlalchemy import bindparam

        found = session.scalars(
            select(Instrument.name).where(holds(Instrument.search_text, Instrument.id, bindparam("p", type_=Piece))),
            {"p": piece.casefold()},
        ).all()
    if len(piece) >= 3:
        assert found == [
            name
            for name in ("Ñandú", '100% \\ 100_ x" OR "y')
            if piece.casefold() in {"Ñandú": "nandu accento"}.get(name, name.casefold())
        ]


def test_an_extension_is_made_on_first_use_and_goes_with_its_owner(shop: Database) -> None:
    with shop.write() as session:
        viola = Instrument(name="Viola")
        session.add(viola)
        InstrumentRepair.of(viola).hours = Decimal("1.5")
        assert InstrumentRepair.of(viola).hours == Decimal("1.5")
    with shop.read() as session:
        viola = named(session, "Viola")
        assert InstrumentRepair.among(session, [viola])[viola.id].hours == Decimal("1.5")
        assert extensions_of(Instrument)["repair"] is InstrumentRepair
    with shop.write() as session:
        session.delete(named(session, "Viola"))
    with shop.read() as session:
        assert session.scalar(select(func.count()).select_from(InstrumentRepair)) == 0


def test_sums_in_sql_are_exact(shop: Database) -> None:
    rows = [{"name": f"i{n}", "active": True, "kind": "wind", "price": Decimal("0.1")} for n in range(1_000)]
    with shop.write() as session:
        insert_rows(session, Instrument, rows)
        assert session.scalar(select(func.sum(Instrument.price))) == Decimal(100)


@pytest.mark.parametrize("wrong", [1.5, "1.5", Decimal("0.0000001"), Decimal("1e18"), Decimal("NaN"), True])
def test_money_columns_refuse_what_they_would_have_to_round(shop: Database, wrong: Any) -> None:
    with pytest.raises((StatementError, TypeError, ValueError)), shop.write() as session:
        session.add(Instrument(name="x", price=wrong))


def test_a_word_outside_its_list_is_refused(shop: Database) -> None:
    with pytest.raises(StatementError, match="not one of string, wind"), shop.write() as session:
        session.add(Instrument(name="x", kind="brass"))


def test_a_naive_moment_is_refused(shop: Database) -> None:
    with pytest.raises(StatementError, match="time zone"), shop.write() as session:
        session.add(Instrument(name="x", created_at=datetime(2026, 1, 1)))


def test_lines_keep_their_order_and_go_with_their_document(shop: Database) -> None:
    with shop.write(company_id=1) as session:
        loan = Loan()
        loan.lines = [LoanLine(description="second", position=2), LoanLine(description="first", position=1)]
        session.add(loan)
    with shop.write(company_id=1) as session:
        loan = session.scalars(select(Loan)).one()
        assert [line.description for line in loan.lines] == ["first", "second"] and loan.company_id == 1
        session.delete(loan)
    with shop.read() as session:
        assert session.scalar(select(func.count()).select_from(LoanLine)) == 0


def test_numbers_have_no_holes_with_several_threads_and_refusals(shop: Database) -> None:
    def lend(worker: int) -> None:
        for n in range(12):
            try:
                with shop.write(company_id=1) as session:
                    loan = Loan(deposit=Decimal(worker))
                    session.add(loan)
                    session.flush()
                    take_number(session, loan)
                    if n % 4 == 3:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                pass

    threads = [threading.Thread(target=lend, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with shop.read() as session:
        assert sorted(session.scalars(select(Loan.sequence))) == list(range(1, 37))
        assert session.scalar(select(Series.last_number)) == 36


def test_a_number_is_unique_in_its_company(shop: Database) -> None:
    with pytest.raises(IntegrityError), shop.write(company_id=1) as session:
        session.add_all([Loan(number="LO-1"), Loan(number="LO-1")])


def test_a_second_write_inside_the_first_is_refused_instead_of_waiting_for_ever(shop: Database) -> None:
    if shop.dialect != "sqlite":
        pytest.skip("only SQLite has one writer")
    with pytest.raises(RuntimeError, match="inside the first"), shop.write() as session:
        session.execute(select(Loan))
        with shop.write() as inner:
            inner.execute(select(Loan))
    with shop.write() as session:
        session.add(Instrument(name="after"))


def test_a_failed_write_leaves_no_trace(shop: Database) -> None:
    with pytest.raises(ZeroDivisionError), shop.write() as session:
        session.add(Instrument(name="x"))
        session.flush()
        raise ZeroDivisionError
    with shop.read() as session:
        assert session.scalar(select(func.count()).select_from(Instrument)) == 0


def test_today_is_where_the_company_is(shop: Database) -> None:
    with shop.read(zone="Pacific/Kiritimati") as east, shop.read(zone="Pacific/Midway") as west:
        apart = (today(east) - today(west)).days
        assert apart in (1, 2), "25 hours apart: a new day begins in the east before the last one ends in the west"
        assert today(east) >= datetime.now(UTC).date()
    with shop.read(today=date(2026, 3, 31)) as session:
        assert today(session) == date(2026, 3, 31)
