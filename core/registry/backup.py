"""Backup and restore of a whole installation: one archive with the database and the files of the home folder."""

import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import zlib
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine import URL, make_url

from core.db import Database
from core.errors import Refused
from core.i18n import _
from core.registry.kernel import Kernel
from core.registry.settings import Settings
from core.registry.state import generation_table, read_generation

KEPT = ("secret_key", "demo", "attachments")


def write_backup(kernel: Kernel, file: Path) -> int:
    """Write the archive while others work; its size in bytes. One moment of the database, not a mixture."""
    home, url = kernel.settings.home, make_url(kernel.settings.database_url)
    with tempfile.TemporaryDirectory(dir=home) as folder:
        dump = Path(folder) / ("tandem.db" if url.get_backend_name() == "sqlite" else "tandem.dump")
        if dump.suffix == ".db":
            source, target = sqlite3.connect(str(url.database)), sqlite3.connect(dump)
            source.backup(target)
            target.close()
            source.close()
        else:
            _run(["pg_dump", "--format=custom", "--no-owner", f"--file={dump}"], url)
        draft = file.with_name(f"{file.name}.part")
        with tarfile.open(draft, "w:gz") as archive:
            archive.add(dump, dump.name)
            for name in KEPT:
                if (home / name).exists():
                    archive.add(home / name, f"home/{name}")
        os.chmod(draft, 0o600)  # it holds the secret key
        draft.rename(file)
    return file.stat().st_size


def read_backup(settings: Settings, file: Path) -> None:
    """Replace database and files by the archive's. Refused if it was written from the other kind of database.

    All of it or nothing; running workers notice by a generation that is higher than both.
    """
    url = make_url(settings.database_url)
    wanted = "tandem.db" if url.get_backend_name() == "sqlite" else "tandem.dump"
    with tempfile.TemporaryDirectory(dir=settings.home) as folder:
        try:
            with tarfile.open(file) as archive:
                archive.extractall(folder, filter="data")
        except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
            raise Refused(_("{file} is no backup, or a damaged one: {reason}", file=file.name, reason=str(error))) from error
        dump = Path(folder) / wanted
        if not dump.exists():
            raise Refused(
                _("{file} holds the other kind of database; restore it to an installation of that kind", file=file.name)
            )
        database = Database(settings.database_url)
        before = _generation(database)
        (_replace_sqlite if wanted == "tandem.db" else _replace_postgresql)(dump, url)
        with database.write() as session:
            session.execute(generation_table.update().values(value=max(before, _generation(database)) + 1))
        database.dispose()
        for name in KEPT:
            kept = Path(folder) / "home" / name
            if kept.is_dir():
                shutil.copytree(kept, settings.home / name, dirs_exist_ok=True)
            elif kept.exists():
                shutil.copy(kept, settings.home / name)


def _generation(database: Database) -> int:
    """The generation now; 0 in a database that is still empty."""
    there = inspect(database.engine).has_table(generation_table.name)
    return read_generation(database.engine) if there else 0


def _replace_sqlite(dump: Path, url: URL) -> None:
    """Through SQLite itself, so that a process that has the database open sees a whole one."""
    source, target = sqlite3.connect(dump), sqlite3.connect(str(url.database))
    source.backup(target)
    target.close()
    source.close()


def _replace_postgresql(dump: Path, url: URL) -> None:
    """In one transaction; tables that came after the backup go as well."""
    script, first = dump.with_suffix(".sql"), dump.with_name("first.sql")
    first.write_text("set client_min_messages = warning; drop schema public cascade; create schema public;")
    _run(["pg_restore", "--no-owner", f"--file={script}", str(dump)], url)
    options = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
    _run(["psql", *options, f"--file={first}", f"--file={script}"], url)


def _run(command: list[str], url: URL) -> None:
    environment = {
        **os.environ,
        "PGHOST": url.host or "",
        "PGPORT": str(url.port or 5432),
        "PGUSER": url.username or "",
    }
    environment |= {"PGDATABASE": url.database or "", "PGPASSWORD": str(url.password or "")}
    environment |= {"PGSSLMODE": str(url.query["sslmode"])} if "sslmode" in url.query else {}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(_("{program} failed: {reason}", program=command[0], reason=done.stderr.strip()[-500:]))
