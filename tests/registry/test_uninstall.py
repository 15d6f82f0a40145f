"""An uninstall drops everything of an addon, and waits for whoever may still be using it."""

from pathlib import Path

import pytest
from sqlalchemy import text

from core.db import kernel_connection
from core.errors import Refused
from core.registry import lifecycle
from core.registry.kernel import Kernel
from core.registry.state import acknowledge, read_generation, read_state
from core.signals import clock, put
from tests.registry.samples import new_name, sample, tables


def test_uninstall_waits_for_workers_that_still_serve(kernel: Kernel, tmp_path: Path) -> None:
    name = new_name()
    sample(tmp_path, name)
    kernel.rediscover()
    lifecycle.enable(kernel, name)
    with pytest.raises(Refused, match="disable it first"):
        lifecycle.uninstall(kernel, name)
    lifecycle.disable(kernel, name)
    generation = read_generation(kernel.database.engine)

    def serves(oldest: int) -> None:
        with kernel.database.write() as session:
            acknowledge(kernel_connection(session), "node:1", oldest)

    serves(generation - 1)
    with pytest.raises(lifecycle.StillServed, match="1 workers still serve"):
        lifecycle.uninstall(kernel, name, patience_s=0)
    assert len(tables(kernel)) == 2
    serves(generation)
    lifecycle.uninstall(kernel, name)
    assert tables(kernel) == []
    assert read_state(kernel.database).installed == {}


def test_uninstall_waits_for_a_job_that_is_being_done(kernel: Kernel, tmp_path: Path) -> None:
    name = new_name()
    sample(tmp_path, name)
    kernel.rediscover()
    lifecycle.enable(kernel, name)
    lifecycle.disable(kernel, name)
    with kernel.database.write() as session:
        row = put(session, "job", "core.anything", {})
        session.execute(text("update core_delivery set lease = 'node:1:1', due = due + :far"), {"far": clock(session) + 60})
    with pytest.raises(lifecycle.StillServed, match="1 jobs are being done"):
        lifecycle.uninstall(kernel, name, patience_s=0)
    with kernel.database.write() as session:
        session.execute(text("update core_delivery set state = 'done', lease = null where id = :row"), {"row": row})
    lifecycle.uninstall(kernel, name)
    assert tables(kernel) == []


def test_a_worker_that_is_silent_counts_as_dead(kernel: Kernel, tmp_path: Path) -> None:
    name = new_name()
    sample(tmp_path, name)
    kernel.rediscover()
    lifecycle.enable(kernel, name)
    lifecycle.disable(kernel, name)
    with kernel.database.write() as session:
        acknowledge(kernel_connection(session), "node:1", 1)
        session.execute(text("update core_worker set seen = seen - 11"))
    lifecycle.uninstall(kernel, name)


def test_an_uninstall_that_would_leave_tables_is_refused(kernel: Kernel, tmp_path: Path) -> None:
    name = new_name()
    folder = sample(tmp_path, name)
    kernel.rediscover()
    lifecycle.enable(kernel, name)
    lifecycle.disable(kernel, name)
    (migration,) = (folder / "migrations").glob("*.py")
    source = migration.read_text()
    migration.write_text(source.replace("    op.drop_table", "    return\n    op.drop_table"))
    there = tables(kernel)
    with pytest.raises(Refused, match="leave behind"):
        lifecycle.uninstall(kernel, name)
    assert tables(kernel) == there
