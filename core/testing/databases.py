"""Empty databases of both kinds for tests, copied from templates so that each test has one of its own in milliseconds."""

import fcntl
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from core.db import Database

KINDS = ("sqlite", "postgresql")
LOCAL = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres?sslmode=disable"
_made: dict[tuple[str, str], str] = {}
FOLDER = Path(tempfile.gettempdir()) / f"tandem-test-{os.getuid()}"


def postgresql_url() -> str | None:
    """The server that tests may make databases on: `TANDEM_TEST_POSTGRES`, or a local one that lets us in."""
    if configured := os.environ.get("TANDEM_TEST_POSTGRES"):
        return configured.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(LOCAL, connect_args={"connect_timeout": 2})
    try:
        with engine.connect():
            return LOCAL
    except OperationalError:
        return None
    finally:
        engine.dispose()


@cache
def _server(url: str) -> Engine:
    """Where databases are made and dropped: kept open, as opening it again took longer than making one."""
    return create_engine(url, isolation_level="AUTOCOMMIT", pool_size=1)


def _administer(url: str, *statements: str) -> None:
    with _server(url).connect() as connection:
        for statement in statements:
            connection.execute(text(statement))


def _exists(url: str, name: str) -> bool:
    with _server(url).connect() as connection:
        query = text("select 1 from pg_database where datname = :name")
        return connection.execute(query, {"name": name}).first() is not None


def _copy(url: str, source: str, name: str) -> None:
    """A copy of a template; from PostgreSQL 15 on its files are copied as they lie, which takes half as long."""
    with _locked("postgresql-copy"), _server(url).connect() as connection:  # a template admits one copier at a time
        version = connection.dialect.server_version_info or (0,)
        strategy = " strategy file_copy" if version >= (15,) else ""
        connection.execute(text(f"create database {name} template {source}{strategy}"))


@contextmanager
def _locked(name: str) -> Iterator[None]:
    FOLDER.mkdir(exist_ok=True, parents=True)
    with open(FOLDER / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def template(kind: str, key: str, fill: Callable[[Database], None], base: Callable[[], str] | None = None) -> str:
    """The name of a database that `fill` has filled once; `key` changes whenever what it would fill changes.

    `base` answers the template of which it begins as a copy.
    """
    name = f"tandem_{key}"
    if (kind, name) not in _made:
        with _locked(f"{kind}-{name}"):
            _made[kind, name] = (_sqlite_template if kind == "sqlite" else _postgresql_template)(name, fill, base)
    return _made[kind, name]


def _sqlite_template(name: str, fill: Callable[[Database], None], base: Callable[[], str] | None) -> str:
    path = FOLDER / f"{name}.db"
    if not path.exists():
        draft = FOLDER / f"{name}.{uuid.uuid4().hex}.draft"
        if base:
            shutil.copy(base(), draft)
        database = Database(f"sqlite:///{draft}")
        fill(database)
        with database.engine.connect() as connection:
            connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
        database.dispose()
        draft.rename(path)
    return str(path)


def _postgresql_template(name: str, fill: Callable[[Database], None], base: Callable[[], str] | None) -> str:
    server = postgresql_url()
    assert server is not None
    if not _exists(server, name):
        source, draft = base() if base else "template1", f"draft_{uuid.uuid4().hex[:12]}"
        _copy(server, source, draft)
        database = Database(make_url(server).set(database=draft).render_as_string(hide_password=False))
        fill(database)
        database.dispose()
        _administer(server, f"alter database {draft} rename to {name}")
    return name


@contextmanager
def fresh(kind: str, key: str = "empty", fill: Callable[[Database], None] = lambda database: None) -> Iterator[Database]:
    """A database of one's own for the time of a test, filled like its template."""
    with copied(kind, template(kind, key, fill)) as database:
        yield database


@contextmanager
def copied(kind: str, source: str) -> Iterator[Database]:
    """A copy of a template for the time of a test."""
    if kind == "sqlite":
        folder = Path(tempfile.mkdtemp(prefix="tandem-"))
        shutil.copy(source, folder / "tandem.db")
        database = Database(f"sqlite:///{folder / 'tandem.db'}")
        with database.engine.connect() as connection:
            connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
        yield database
        database.dispose()
        shutil.rmtree(folder, ignore_errors=True)
        return
    server, name = postgresql_url(), f"test_{uuid.uuid4().hex[:12]}"
    assert server is not None
    _copy(server, source, name)
    database = Database(make_url(server).set(database=name).render_as_string(hide_password=False))
    yield database
    database.dispose()
    _administer(server, f"drop database {name} with (force)")
