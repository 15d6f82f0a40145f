"""Jobs: functions that are asked for in a transaction and run after it, with progress that a page can show."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import text, update
from sqlalchemy.orm import Session

from core.db import Database
from core.signals import Delivery, clock, put

F = TypeVar("F", bound=Callable[..., Any])
PROGRESS_S = 0.5
_jobs: dict[str, "Job"] = {}


@dataclass(frozen=True)
class Job:
    """A function that workers may be asked to run, and how often it runs by itself (0: only when asked)."""

    name: str
    label: str
    function: Callable[..., Any]
    addon: str
    every_s: int = 0
    tries: int = 5


@dataclass
class JobContext:
    """What a running job has: the database, who asked for it, and where to tell how far it is."""

    database: Database
    delivery_id: int
    lease: str
    user_id: int | None
    company_id: int | None
    sessions: Callable[..., Session]
    told: float = field(default=0.0)

    def session(self, writes: bool = False) -> Session:
        """A session with the rights of the person who asked; the caller commits and closes it."""
        return self.sessions(self.user_id, self.company_id, writes)

    @property
    def info(self) -> dict[str, Any]:
        """What the installation's own sessions carry: the composition of the enabled addons, the secret key."""
        with self.sessions(None, self.company_id, False) as session:
            return session.info

    def progress(self, done: int, total: int, note: str = "") -> None:
        """Tell how far the job is; written at most twice a second, outside of the job's own transactions."""
        if time.monotonic() - self.told < PROGRESS_S and done < total:
            return
        self.told = time.monotonic()
        table = Delivery.__table__
        with self.database.write() as session:
            session.execute(
                update(Delivery)
                .where(Delivery.id == self.delivery_id)
                .values(done=done, total=total, note=note or table.c.note)
            )

    def cancelled(self) -> bool:
        """Whether somebody asked to stop it; a long job looks at this between its steps."""
        with self.database.read() as session:
            state = session.scalar(text("select state from core_delivery where id = :id"), {"id": self.delivery_id})
        return bool(state == "cancelled")


def job(name: str, *, label: str = "", every_s: int = 0, tries: int = 5) -> Callable[[F], F]:
    """Make a function `(context: JobContext, **arguments)` a job; `every_s` also runs it on a schedule."""

    def register(function: F) -> F:
        parts = function.__module__.split(".")
        addon = parts[1] if parts[0] == "addons" else "core"
        _jobs[name] = Job(name, label or name, function, addon, every_s, tries)
        return function

    return register


def every(seconds: int, name: str, *, label: str = "") -> Callable[[F], F]:
    """Make a function `(context)` a scheduled job."""
    return job(name, label=label, every_s=seconds)


def jobs_known() -> dict[str, Job]:
    """All jobs of imported code by name."""
    return dict(_jobs)


def enqueue(session: Session, name: str, *, key: str = "", delay_s: float = 0.0, **arguments: Any) -> int:
    """Ask for a job in this transaction; it is run after the commit. Answers the id under which its progress is kept."""
    if name not in _jobs:
        raise KeyError(f"there is no job {name!r}")
    due = clock(session) + delay_s if delay_s else 0.0
    return put(session, "job", name, json.dumps(arguments, default=str), key=key, due=due)
