"""The worker: claims a row under a lease, does it, marks it; a kill repeats at most one row per thread.

The lease is nothing but a later due time, renewed while a long job runs. Tries are counted at the claim, so a row that kills
its worker is parked, too.
"""

import json
import logging
import os
import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import text, update
from sqlalchemy.orm import Session

from core.db import Database
from core.jobs.job import Job, JobContext
from core.signals import CLOCK, Delivery, Hearing, Switchboard, clock, decoded, put

TRIES, FIRST_PAUSE_S, LEASE_S, IDLE_S = 5, 2.0, 60.0, 0.2
log = logging.getLogger(__name__)
CLAIM = """
update core_delivery set lease = :lease, tries = tries + 1, due = {now} + :lease_s where id = (
  select d.id from core_delivery d where d.state = 'waiting' and d.due <= {now} and (d.key = '' or d.id = (
    select min(e.id) from core_delivery e where e.key = d.key and e.state = 'waiting'))
  order by d.due, d.id limit 1 {skip})
returning id, kind, receiver, body, tries, user_id, company_id"""


class Book(Protocol):
    """What the enabled addons can be asked to do."""

    hearings: dict[str, Hearing]
    jobs: dict[str, Job]
    switchboard: Switchboard


@dataclass(frozen=True)
class Claim:
    """A row that this worker holds until it is due again."""

    id: int
    kind: str
    receiver: str
    body: str
    tries: int
    user_id: int | None
    company_id: int | None


class LeaseLost(Exception):
    """Another worker took the row over."""


class Worker:
    """One thread of a worker process; `book` answers what the addons enabled now can do."""

    def __init__(
        self,
        database: Database,
        book: Callable[[], Book],
        sessions: Callable[..., Session],
        lease_s: float = LEASE_S,
        pause_s: float = FIRST_PAUSE_S,
    ) -> None:
        self.database, self.book, self.sessions, self.lease_s, self.pause_s = database, book, sessions, lease_s, pause_s
        self.lease = f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"
        self.now = CLOCK[database.dialect]
        skip = "for update skip locked" if database.dialect == "postgresql" else ""
        self.claim_statement = text(CLAIM.format(now=self.now, skip=skip))

    def run(self, stop: threading.Event, idle_s: float = IDLE_S) -> None:
        """Work until told to stop."""
        while not stop.is_set():
            if not self.step():
                stop.wait(idle_s)

    def drain(self, limit: int = 10_000) -> int:
        """Do all that is due now; how many rows that were."""
        for done in range(limit):
            if not self.step():
                return done
        return limit

    def step(self) -> bool:
        """Claim one row and do it; whether there was one."""
        claim = self.claim()
        if claim is None:
            return False
        try:
            with self.renewed(claim):
                self.do(claim)
        except LeaseLost:
            log.warning("lease lost: delivery %s", claim.id)
        except Exception as error:
            self.fail(claim, error)
        return True

    def claim(self) -> Claim | None:
        """The next due row, now ours for the time of the lease."""
        due = f"select 1 from core_delivery where state = 'waiting' and due <= {self.now} limit 1"
        with self.database.read() as session:
            if session.execute(text(due)).first() is None:
                return None
        with self.database.write() as session:
            row = session.execute(self.claim_statement, {"lease": self.lease, "lease_s": self.lease_s}).first()
            return Claim(*row) if row else None

    @contextmanager
    def renewed(self, claim: Claim) -> Iterator[None]:
        """Renew the lease while the work takes longer than a third of it."""
        over = threading.Event()

        def beat() -> None:
            while not over.wait(self.lease_s / 3):
                with self.database.write() as session:
                    moved = {"due": text(f"{self.now} + {self.lease_s}")}
                    session.execute(update(Delivery).where(*self.mine(claim)).values(moved))

        thread = threading.Thread(target=beat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()

    def mine(self, claim: Claim) -> tuple[Any, ...]:
        """That the row is still held by this worker for this try."""
        return (
            Delivery.id == claim.id,
            Delivery.lease == self.lease,
            Delivery.tries == claim.tries,
            Delivery.state == "waiting",
        )

    def do(self, claim: Claim) -> None:
        """A signal is heard in the transaction of its mark; a job has transactions of its own."""
        book = self.book()
        if claim.kind == "signal":
            hearing = book.hearings.get(claim.receiver)
            if hearing is None:
                raise LookupError(f"{claim.receiver} belongs to no enabled addon; enable it, then try again")
            with self.database.write(
                via="job", user_id=claim.user_id, company_id=claim.company_id, switchboard=book.switchboard
            ) as session:
                hearing.receiver(session, decoded(hearing.kind, claim.body))
                self.mark(session, claim, None)
            return
        job = book.jobs.get(claim.receiver)
        if job is None:
            raise LookupError(f"the job {claim.receiver} belongs to no enabled addon; enable it, then try again")
        context = JobContext(self.database, claim.id, self.lease, claim.user_id, claim.company_id, self.sessions)
        result = job.function(context, **json.loads(claim.body))
        with self.database.write() as session:
            self.mark(session, claim, result)
            if claim.kind == "schedule":
                self.again(session, job)

    def mark(self, session: Session, claim: Claim, result: Any) -> None:
        """Done; LeaseLost if it is not ours any more."""
        values = {"state": "done", "lease": None, "error": None, "finished": text(self.now)}
        if result is not None:
            values["result"] = json.dumps(result, default=str)
        session.flush()
        if not session.execute(update(Delivery).where(*self.mine(claim)).values(values)).rowcount:  # type: ignore[attr-defined]
            raise LeaseLost

    def fail(self, claim: Claim, error: Exception) -> None:
        """Later again with a growing pause, or parked for a person to see: at once where the error says it `is_final`."""
        said = "".join(traceback.format_exception(error, limit=-3))[-4000:]
        log.error("delivery %s failed at %s: %s", claim.id, claim.receiver, error)
        job = self.book().jobs.get(claim.receiver) if claim.kind != "signal" else None
        is_last = claim.tries >= (job.tries if job else TRIES) or getattr(error, "is_final", False)
        parked = is_last and claim.kind != "schedule"
        due = text(f"{self.now} + {self.pause_s * 2 ** min(claim.tries, 10)}")
        values = {"state": "parked" if parked else "waiting", "due": due, "lease": None, "error": said}
        with self.database.write() as session:
            session.execute(update(Delivery).where(*self.mine(claim)).values(values))

    def schedule(self) -> None:
        """See that every scheduled job of the enabled addons has its next row, and no other does."""
        with self.database.write() as session:
            waiting = "select receiver from core_delivery where kind = 'schedule' and state = 'waiting'"
            known = set(session.execute(text(waiting)).scalars())
            for job in self.book().jobs.values():
                if job.every_s and job.name not in known:
                    self.again(session, job)

    def again(self, session: Session, job: Job) -> None:
        """The next row of a schedule, written with the mark of the last: each tick once."""
        put(session, "schedule", job.name, "{}", key=f"schedule:{job.name}", due=clock(session) + job.every_s)
