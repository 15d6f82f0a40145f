"""Workers that fail and are killed leave no hole, no double, no broken link, and lose nothing they acknowledged."""

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from addons.erp_ledger.health import broken_links
from addons.erp_ledger.models import Entry
from addons.erp_ledger.operations import EntryDraft, LineDraft, account_for, post_entry
from addons.erp_ledger.tests.conftest import ROOT, Books
from core.db import Database, read_checks, run_checks

FORK: Any = multiprocessing.get_context("fork")
WORKERS, KILLS = 2, 25
DAY = date(2026, 3, 13)


class Failure(Exception):
    """What a program does when it breaks after the number was taken."""


def posting(text: str) -> Callable[[Session], str]:
    """Post an entry of this text; one time in ten fail before the commit."""

    def work(session: Session) -> str:
        lines = [
            LineDraft(account_id=account_for(session, "cash").id, debit=D(5)),
            LineDraft(account_id=account_for(session, "capital").id, credit=D(5)),
        ]
        entry = post_entry(session, EntryDraft(date=DAY, text=text, journal="general", lines=lines))
        if random.random() < 0.1:
            raise Failure
        return f"{text} {entry.number}"

    return work


def work(url: str, slot: int, log: int, done: Any) -> None:
    """Post one entry after the other and acknowledge each in one write."""
    random.seed(os.getpid() * time.time_ns())
    database = Database(url)
    while not done.is_set():
        try:
            told = database.run(posting(f"{slot}-{time.monotonic_ns()}"), company_id=1, today=DAY)
            os.write(log, f"{told}\n".encode())
        except (Failure, OperationalError):
            continue


def begin(url: str, slot: int, log: int, done: Any) -> Any:
    """Start a worker."""
    process = FORK.Process(target=work, args=(url, slot, log, done))
    process.start()
    return process


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_kills_leave_numbers_without_holes(books: Books, tmp_path: Path) -> None:
    url = books.database.url
    books.database.dispose()
    path = tmp_path / "acknowledged"
    log = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    done = FORK.Event()
    workers = [begin(url, slot, log, done) for slot in range(WORKERS)]
    for _ in range(KILLS):
        time.sleep(random.uniform(0.02, 0.25))
        slot = random.randrange(WORKERS)
        os.kill(workers[slot].pid, signal.SIGKILL)
        workers[slot].join()
        workers[slot] = begin(url, slot, log, done)
    time.sleep(0.5)
    done.set()
    for worker in workers:
        worker.join(20)
    os.close(log)
    told = dict(line.split() for line in path.read_text().splitlines())
    with books.read() as session:
        kept = {text: str(number) for text, number in session.execute(select(Entry.text, Entry.number)).all()}
        assert sorted(map(int, kept.values())) == list(range(1, len(kept) + 1))
        assert {text: kept.get(text) for text in told} == told
        assert len(told) >= 5
        checks = read_checks(ROOT / "addons" / "erp_ledger" / "health.sql", "erp_ledger")
        assert [str(finding) for finding in run_checks(session, [*checks, broken_links])] == []
