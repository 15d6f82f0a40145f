"""Data broken past every guard, as an owner of the database could: to see that a health check notices it."""

from sqlalchemy import Connection, text

from core.db import run_checks
from core.testing.tandem import Tandem

TRIGGERS = "select name from sqlite_master where type = 'trigger'"
UNIQUE = "select name from sqlite_master where type = 'index' and sql like 'CREATE UNIQUE%'"
CHECKS = "select conrelid::regclass::text, conname from pg_constraint where contype = 'c' and conrelid <> 0"
UNIQUE_PG = "select indexrelid::regclass::text from pg_index where indisunique and not indisprimary and indrelid > 16384"
CONSTRAINED = "select conindid::regclass::text from pg_constraint where contype = 'u'"


def firing(tandem: Tandem, *statements: str, only: str | None = None) -> set[str]:
    """The names of the checks (of the one that is asked for) that find these statements' damage; nothing of it stays."""
    checks = [each for each in tandem.composition.checks if only in (None, each.name)]
    with tandem.database.open(writes=True, **tandem.info()) as session:
        connection = session.connection()
        _unguard(connection)
        for statement in statements:
            assert connection.execute(text(statement)).rowcount, f"nothing was damaged by: {statement}"
        found = {finding.check.name for finding in run_checks(session, checks)}
        session.rollback()
        if connection.dialect.name == "sqlite":
            session.connection().exec_driver_sql("pragma ignore_check_constraints = off")
        return found


def _unguard(connection: Connection) -> None:
    """Take away triggers, checks and unique indexes until the transaction is rolled back."""
    run = connection.exec_driver_sql
    if connection.dialect.name == "sqlite":
        run("pragma ignore_check_constraints = on")
        for kind, listing in (("trigger", TRIGGERS), ("index", UNIQUE)):
            for name in run(listing).scalars().all():
                run(f'drop {kind} "{name}"')
        return
    run("set local session_replication_role = replica")
    for table, name in run(CHECKS).all():
        run(f'alter table {table} drop constraint "{name}"')
    constrained = set(run(CONSTRAINED).scalars())
    for name in run(UNIQUE_PG).scalars().all():
        if name not in constrained:
            run(f"drop index {name}")
