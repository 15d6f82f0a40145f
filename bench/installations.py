"""Installations of their own for measurements: made empty, filled, and gone afterwards."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from core.registry.kernel import Kernel
from core.registry.settings import Settings

SECRET = "for measuring only " * 3


@contextmanager
def installation(server: str, word: str = "bench") -> Iterator[Kernel]:
    """An empty installation: in a file, or on this PostgreSQL server in a database of its own."""
    with tempfile.TemporaryDirectory(prefix=f"tandem-{word}-") as folder:
        name, url = f"tandem_{word}_{time.time_ns()}", f"sqlite:///{folder}/tandem.db"
        if server:
            administer(server, f"create database {name}")
            url = make_url(server).set(database=name).render_as_string(hide_password=False)
        kernel = Kernel.open(Settings(home=Path(folder), database_url=url, secret_key=SECRET))
        try:
            yield kernel
        finally:
            kernel.database.dispose()
            if server:
                administer(server, f"drop database {name} with (force)")


def administer(server: str, statement: str) -> None:
    """Tell a server to make or drop a database."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def swept(kernel: Kernel) -> None:
    """After a bulk of writes: what a database does at night, so that it plans with true figures."""
    if kernel.database.dialect == "postgresql":
        with kernel.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("vacuum analyze"))
            connection.execute(text("checkpoint"))
        return
    with kernel.database.engine.connect().execution_options(begin="BEGIN IMMEDIATE") as connection:
        connection.exec_driver_sql("analyze")
        connection.commit()
    with kernel.database.engine.raw_connection().driver_connection as raw:  # type: ignore[union-attr]
        raw.execute("pragma wal_checkpoint(truncate)")
