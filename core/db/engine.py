"""One way to open either database; SQLite's writers queue at a file lock instead of polling."""

import fcntl
import threading
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

IMMEDIATE = "BEGIN IMMEDIATE"
PRAGMAS = (
    "busy_timeout=10000",
    "journal_mode=wal",
    "foreign_keys=on",
    "synchronous=full",
    "mmap_size=268435456",
    "cache_size=-16000",
    "temp_store=memory",
)
LIKENESS = 0.45  # from which share of common trigrams on a word counts as misspelt; PostgreSQL's own 0.6 misses swaps
_writers: set[tuple[str, int]] = set()


def dumps(value: Any) -> str:
    """JSON columns are written by orjson; what it does not know becomes text."""
    return orjson.dumps(value, default=str).decode()


def connect(url: str, pool_size: int = 8) -> Engine:
    """An engine whose transactions begin when SQLAlchemy says so, on SQLite too.

    Connections that carry the option `begin="BEGIN IMMEDIATE"` take their turn at a lock file beside the database first.
    """
    parsed = make_url(url)
    options: dict[str, Any] = {"json_serializer": dumps, "json_deserializer": orjson.loads, "query_cache_size": 1500}
    engine = create_engine(parsed, pool_size=pool_size, max_overflow=16, **options)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite(engine))
        event.listen(engine, "begin", _begin_sqlite)
        event.listen(engine, "checkin", _leave_turn)
        event.listen(engine, "close", _close_turn)
    else:
        event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_sqlite(engine: Engine) -> Any:
    path = engine.url.database or ""

    def prepare(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # no BEGIN behind our back
        for pragma in PRAGMAS:
            connection.execute(f"pragma {pragma}")
        record.info["path"] = path
        record.info["turn"] = open(f"{path}-turn", "a") if path and path != ":memory:" else None  # noqa: SIM115

    return prepare


def _prepare_postgresql(connection: Any, record: Any) -> None:
    was = connection.autocommit
    connection.autocommit = True
    connection.execute("set jit = off")
    connection.execute(f"set pg_trgm.word_similarity_threshold = {LIKENESS}")
    connection.execute("set idle_in_transaction_session_timeout = '120s'")
    connection.autocommit = was


def _begin_sqlite(connection: Connection) -> None:
    how = connection.get_execution_options().get("begin", "BEGIN")
    if how == IMMEDIATE:
        _take_turn(connection.info)
    connection.exec_driver_sql(how)


def _take_turn(info: dict[str, Any]) -> None:
    """The kernel wakes the next writer at once; SQLite's own busy handler sleeps up to 100 ms and is not fair."""
    if info["turn"] is None:
        return
    me = (info["path"], threading.get_ident())
    if me in _writers:
        raise RuntimeError("a second write transaction was begun inside the first on one thread: it would wait for ever")
    fcntl.flock(info["turn"], fcntl.LOCK_EX)
    _writers.add(me)
    info["held"] = me


def _close_turn(connection: Any, record: Any) -> None:
    if turn := record.info.pop("turn", None):
        turn.close()


def _leave_turn(connection: Any, record: Any) -> None:
    held = record.info.pop("held", None)
    if held:
        _writers.discard(held)
        fcntl.flock(record.info["turn"], fcntl.LOCK_UN)
