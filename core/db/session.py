"""Sessions: who acts, in which company, by which way; reading and writing."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, ClassVar, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.db.engine import IMMEDIATE, connect

T = TypeVar("T")
REPEATABLE = {"40001", "40P01", "55P03", "SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT"}
TRIES = 8


class TandemSession(Session):
    """The session of every record: it stamps who and when, keeps derived columns and writes the history."""

    def demand(self, subject: Any, operation: str) -> None:
        """Denied unless the session's user may do this to a record (or to a model); nobody is asked here."""

    def settle(self) -> None:
        """Write what is pending with the rights that hold now; only a user's session has any."""

    after_flush_hooks: ClassVar[list[Callable[[Session], None]]] = []

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Write what changed; then the hooks, which may write themselves (SQLAlchemy's own last event may not)."""
        super().flush(objects)
        for hook in TandemSession.after_flush_hooks:
            hook(self)


class SystemSession(TandemSession):
    """A session without a user: migrations, jobs, tests and the command line; no access guard applies."""


@dataclass(frozen=True)
class Actor:
    """Who acts in a session."""

    user_id: int | None
    company_id: int | None
    via: str
    language: str
    zone: str


def actor(session: Session) -> Actor:
    """Who acts in this session, in which company, and from where (`web`, `api`, `import`, `job`, `cli`)."""
    info = session.info
    return Actor(
        info.get("user_id"),
        info.get("company_id"),
        info.get("via", "cli"),
        info.get("language", "en"),
        info.get("zone", "UTC"),
    )


@contextmanager
def trusted(session: Session) -> Iterator[Session]:
    """Within, the access guard of a user's session does not apply.

    For what follows from a permitted act but is no right of the user's own: the ledger entry of an invoice that he may post.
    """
    settle = session.settle if isinstance(session, TandemSession) and not session.info.get("trusted") else None
    if settle:
        settle()  # what the user changed before is vetted as his
    session.info["trusted"] = session.info.get("trusted", 0) + 1
    try:
        yield session
        if settle:
            settle()  # what the kernel changed is not
    finally:
        session.info["trusted"] -= 1


def kernel_connection(session: Session) -> Connection:
    """The session's own connection and transaction, for statements of the kernel that are about no user's records."""
    return Session.connection(session)


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def today(session: Session) -> date:
    """The business date: today where the company is, or the date that the session pretends (`info["today"]`)."""
    pretended: date | None = session.info.get("today")
    return pretended or datetime.now(ZoneInfo(actor(session).zone)).date()


class Database:
    """One database of either kind: sessions that read, sessions that write."""

    def __init__(self, url: str, pool_size: int = 8) -> None:
        self.url = url
        self.engine: Engine = connect(url, pool_size)
        postgresql = self.engine.dialect.name == "postgresql"
        # A session that only reads needs no BEGIN and ROLLBACK on PostgreSQL: two round trips fewer.
        self.reader = self.engine.execution_options(isolation_level="AUTOCOMMIT") if postgresql else self.engine
        self.writer = self.engine if postgresql else self.engine.execution_options(begin=IMMEDIATE)

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    def open(self, kind: type[Session] = SystemSession, writes: bool = False, **info: Any) -> Session:
        """A session that the caller commits and closes."""
        return kind(self.writer if writes else self.reader, info=info, expire_on_commit=False)

    @contextmanager
    def read(self, kind: type[Session] = SystemSession, **info: Any) -> Iterator[Session]:
        """A session that reads; what it changes is thrown away."""
        with self.open(kind, **info) as session:
            yield session

    @contextmanager
    def write(self, kind: type[Session] = SystemSession, **info: Any) -> Iterator[Session]:
        """One transaction that commits at the end, or leaves no trace."""
        with self.open(kind, writes=True, **info) as session:
            yield session
            session.commit()

    def run(self, work: Callable[[Session], T], kind: type[Session] = SystemSession, **info: Any) -> T:
        """Do the work in a transaction; again, when the database asks for that (deadlock, serialization, busy)."""
        for left in reversed(range(TRIES)):
            try:
                with self.write(kind, **info) as session:
                    return work(session)
            except DBAPIError as error:
                if not is_repeatable(error) or not left:
                    raise
            time.sleep(random.uniform(0, 0.002 * 2 ** (TRIES - left)))
        raise AssertionError("unreachable")

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def is_repeatable(error: DBAPIError) -> bool:
    """Whether the database asks to try the whole transaction again."""
    code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
    return code in REPEATABLE
