"""The outbox and its workers: nothing lost, nothing out of order, several workers, kills, schedules, progress."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Table, select, text
from sqlalchemy.orm import Session

from core.db import Base, Database
from core.jobs import Worker, enqueue, job, jobs_known
from core.jobs.job import Job, JobContext
from core.signals import Delivery, Hearing, Signal, Switchboard, hears, put, send

HEARD = "create table heard (id integer primary key, who text not null, body text not null)"


@dataclass(frozen=True, kw_only=True)
class TicketClosed(Signal):
    """A ticket of these tests was closed."""

    ticket_id: int
    hours: int


@hears(TicketClosed)
def refuse_negative(session: Session, closed: TicketClosed) -> None:
    """In the transaction."""
    if closed.hours < 0:
        raise ValueError("negative hours")


@hears(TicketClosed, after_commit=True)
def mail_customer(session: Session, closed: TicketClosed) -> None:
    """After the commit; 99 cannot be delivered."""
    if closed.hours == 99:
        raise ConnectionError("the mail server is down")
    session.execute(text("insert into heard (id, who, body) values (:id, 'mail', '')"), {"id": closed.ticket_id})


@job("test.count")
def count(context: JobContext, upto: int) -> int:
    """A job with progress."""
    for i in range(upto):
        context.progress(i + 1, upto)
    return upto


@job("test.tick", every_s=1)
def tick(context: JobContext) -> None:
    """A schedule."""


@dataclass
class Book:
    """What is enabled in these tests."""

    hearings: dict[str, Hearing] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    switchboard: Switchboard = field(default_factory=Switchboard)


def board() -> Switchboard:
    made = Switchboard()
    for receiver in (refuse_negative, mail_customer):
        for hearing in receiver.__dict__["hears"]:
            made.connect(hearing)
    return made


def book(jobs: tuple[str, ...] = ("test.count",)) -> Book:
    made = board()
    return Book({h.name: h for h in made.hearings}, {n: j for n, j in jobs_known().items() if n in jobs}, made)


def sessions(database: Database) -> Callable[..., Session]:
    return lambda user, company, writes: database.open(writes=writes, user_id=user, company_id=company)


def worker(database: Database, **options: Any) -> Worker:
    return Worker(database, book, sessions(database), **options)


@pytest.fixture
def outbox(database: Database) -> Database:
    table = Delivery.__table__
    assert isinstance(table, Table)
    Base.metadata.create_all(database.engine, tables=[table])
    with database.write() as session:
        session.execute(text(HEARD))
    return database


def states(database: Database) -> list[tuple[str, int]]:
    with database.read() as session:
        return [(d.state, d.tries) for d in session.scalars(select(Delivery).order_by(Delivery.id))]


def test_a_refusing_receiver_takes_the_whole_change_back(outbox: Database) -> None:
    with pytest.raises(ValueError, match="negative"), outbox.write(switchboard=board()) as session:
        session.execute(text("insert into heard (id, who, body) values (1, 'ticket', '')"))
        send(session, TicketClosed(ticket_id=1, hours=-1))
    with outbox.read() as session:
        assert session.scalar(text("select count(*) from heard")) == 0
        assert session.scalar(text("select count(*) from core_delivery")) == 0


def test_after_commit_is_delivered_once_and_an_error_waits_then_parks(outbox: Database) -> None:
    with outbox.write(switchboard=board()) as session:
        send(session, TicketClosed(ticket_id=1, hours=1))
        send(session, TicketClosed(ticket_id=2, hours=99))
    mine = worker(outbox, pause_s=0.0)
    mine.drain()
    assert states(outbox) == [("done", 1), ("parked", 5)]
    with outbox.read() as session:
        assert list(session.execute(text("select id from heard")).scalars()) == [1]
        assert "mail server is down" in (session.scalar(select(Delivery.error).where(Delivery.id == 2)) or "")
    assert mine.drain() == 0


def test_jobs_run_with_progress_and_a_result(outbox: Database) -> None:
    with outbox.write() as session:
        made = enqueue(session, "test.count", upto=3)
    assert worker(outbox).drain() == 1
    with outbox.read() as session:
        row = session.get_one(Delivery, made)
        assert (row.state, row.done, row.total, row.result) == ("done", 3, 3, "3")


def test_a_job_that_was_rolled_back_is_never_run(outbox: Database) -> None:
    with pytest.raises(RuntimeError), outbox.write() as session:
        enqueue(session, "test.count", upto=3)
        raise RuntimeError
    assert worker(outbox).drain() == 0


def test_rows_of_one_key_are_done_in_order_by_several_workers(outbox: Database) -> None:
    with outbox.write() as session:
        for i in range(40):
            signal_ = f'{{"ticket_id": {i}, "hours": 1}}'
            put(session, "signal", f"{__name__}.mail_customer", signal_, key=f"k{i % 4}")
    stop = threading.Event()
    threads = [threading.Thread(target=worker(outbox).run, args=(stop, 0.01)) for _ in range(3)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 20
    while any(state == "waiting" for state, _ in states(outbox)) and time.monotonic() < deadline:
        time.sleep(0.05)
    stop.set()
    for thread in threads:
        thread.join()
    assert states(outbox) == [("done", 1)] * 40
    with outbox.read() as session:
        finished = session.execute(text("select key, id from core_delivery order by finished, id")).all()
    for key in ("k0", "k1", "k2", "k3"):
        ids = [row.id for row in finished if row.key == key]
        assert ids == sorted(ids)


def test_a_schedule_has_one_next_row_and_each_tick_once(outbox: Database) -> None:
    mine = Worker(outbox, lambda: book(("test.tick",)), sessions(outbox))
    mine.schedule()
    mine.schedule()
    assert states(outbox) == [("waiting", 0)]
    time.sleep(1.1)
    assert mine.drain() == 1
    assert states(outbox) == [("done", 1), ("waiting", 0)]


def _work_for_ever(url: str) -> None:
    database = Database(url)
    worker(database, lease_s=0.6, pause_s=0.05).run(threading.Event(), 0.01)


def test_kills_lose_nothing_and_effects_happen_once(outbox: Database) -> None:
    rows, context = 120, multiprocessing.get_context("spawn")
    children = [context.Process(target=_work_for_ever, args=(outbox.url,), daemon=True) for _ in range(2)]
    for child in children:
        child.start()
    with outbox.write(switchboard=board()) as session:
        for i in range(rows):
            send(session, TicketClosed(ticket_id=i, hours=1))
    deadline, killed = time.monotonic() + 40, 0
    while any(state != "done" for state, _ in states(outbox)) and time.monotonic() < deadline:
        time.sleep(0.15)
        if killed < 5:
            victim = children.pop(0)
            assert victim.pid is not None
            os.kill(victim.pid, signal.SIGKILL)
            victim.join()
            killed += 1
            children.append(context.Process(target=_work_for_ever, args=(outbox.url,), daemon=True))
            children[-1].start()
    for child in children:
        child.kill()
        child.join()
    assert {state for state, _ in states(outbox)} == {"done"}
    with outbox.read() as session:
        assert session.scalar(text("select count(*) from heard")) == rows
        assert session.scalar(text("select count(distinct id) from heard")) == rows


def test_a_lost_lease_leaves_no_effect(outbox: Database) -> None:
    with outbox.write(switchboard=board()) as session:
        send(session, TicketClosed(ticket_id=7, hours=1))
    first, second = worker(outbox, lease_s=0.0), worker(outbox)
    second.lease = "another"
    claim = first.claim()
    assert claim is not None
    taken = second.claim()
    assert taken is not None and taken.tries == 2
    second.do(taken)
    with pytest.raises(Exception):  # noqa: B017 (LeaseLost, or the unique key of the effect)
        first.do(claim)
    with outbox.read() as session:
        assert session.scalar(text("select count(*) from heard")) == 1
