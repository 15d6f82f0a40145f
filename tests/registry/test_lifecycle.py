"""Addons come and go in one transaction on both databases; what fails leaves nothing behind."""

import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from core.db import Company
from core.errors import Refused
from core.registry import lifecycle
from core.registry.kernel import Kernel
from core.registry.plan import plan
from core.registry.state import read_generation, read_state
from tests.registry.samples import bare, model_of, new_name, sample, tables, write

HALF = '''
"""Fails in the middle."""
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table("{name}_first", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("insert into {name}_first (id) values (1)")
    op.execute("select * from nothing_of_this_name")
'''
SETUP = """
from sqlalchemy import text

def install(session, company):
    session.execute(text("insert into {table} (subject, text, version, created_at, updated_at) values (:name, '', 1, 0, 0)"),
                    {{"name": company.name}})
"""


def test_enabling_takes_what_is_needed_and_plans_tell_it_before(kernel: Kernel, tmp_path: Path) -> None:
    base, top = new_name("base"), new_name("top")
    sample(tmp_path, base)
    sample(tmp_path, top, f"depends: [{base}]\n")
    kernel.rediscover()
    drawn = plan(kernel, top)
    assert drawn.adds == [base, top]
    assert drawn.stands_on == []
    assert [row["model"] for row in drawn.tables] == [model_of(kernel, base), model_of(kernel, top)]
    assert [row["role"] for row in drawn.roles] == [f"{base}.user", f"{top}.user"]
    assert [row["section"] for row in drawn.menus] == ["Set-up", "Set-up"]
    assert len(drawn.views) == 2
    assert tables(kernel) == []
    before = read_generation(kernel.database.engine)
    assert lifecycle.enable(kernel, top) == [base, top]
    state = read_state(kernel.database)
    assert state.generation == before + 1
    assert state.enabled == (base, top)
    assert state.installed == {base: "0.1.0", top: "0.1.0"}
    assert {f"core_version_{base}", f"core_version_{top}"} < set(tables(kernel))
    with pytest.raises(Refused, match="enabled already"):
        lifecycle.enable(kernel, top)


def test_extensions_signals_and_bridges_are_in_the_plan(kernel: Kernel, tmp_path: Path) -> None:
    base, top = new_name("base"), new_name("top")
    sample(
        tmp_path,
        base,
        "signals: [NoteKept]\n",
        signals__py="""
            from dataclasses import dataclass
            from core.signals import Signal

            @dataclass(frozen=True, kw_only=True)
            class NoteKept(Signal):
                note_id: int
        """,
    )
    kernel.rediscover()
    owner = model_of(kernel, base)
    bare(
        tmp_path,
        top,
        f"depends: [{base}]\nmodels: [{owner}Extra]\n",
        models__py=f"""
            from sqlalchemy.orm import Mapped
            from addons.{base}.models import {owner}
            from core.db import Extension

            class {owner}Extra(Extension[{owner}]):
                weight: Mapped[int]
        """,
    )
    write(
        tmp_path / top,
        {
            "migrations/0001_extra.py": f"""
                import sqlalchemy as sa
                from alembic import op
                revision, down_revision = "0001", None
                owner = sa.ForeignKey("{base}_{kernel.addons[base].manifest.views[0]}.id", ondelete="CASCADE")

                def upgrade():
                    key = sa.Column("id", sa.Integer, owner, primary_key=True)
                    op.create_table("{top}_extra", key, sa.Column("weight", sa.Integer))

                def downgrade():
                    op.drop_table("{top}_extra")
            """,
            f"bridges/{base}.py": f"""
                from addons.{base}.signals import NoteKept
                from core.signals import hears

                @hears(NoteKept, after_commit=True)
                def weigh_note(session, signal):
                    \"\"\"Weighs the note.\"\"\"
            """,
        },
    )
    lifecycle.enable(kernel, base)
    kernel.rediscover()
    drawn = plan(kernel, top)
    assert drawn.stands_on == [base]
    assert drawn.tables == []
    assert drawn.columns == [{"addon": top, "model": f"{base}.{owner}", "field": "extra.weight"}]
    expected = {"addon": top, "signal": f"{base}.NoteKept", "when": "after commit", "does": "Weighs the note."}
    assert drawn.hears == [expected]


def test_disabling_names_who_needs_it_and_keeps_the_data(kernel: Kernel, tmp_path: Path) -> None:
    base, middle, top = new_name("base"), new_name("middle"), new_name("top")
    sample(tmp_path, base)
    sample(tmp_path, middle, f"depends: [{base}]\n")
    sample(tmp_path, top, f"depends: [{middle}]\n")
    kernel.rediscover()
    lifecycle.enable(kernel, top)
    there = tables(kernel)
    with pytest.raises(Refused, match=f"{base} is needed by {top}, {middle}"):
        lifecycle.disable(kernel, base)
    assert lifecycle.disable(kernel, base, cascade=True) == [top, middle, base]
    state = read_state(kernel.database)
    assert state.enabled == ()
    assert state.installed.keys() == {base, middle, top}
    assert tables(kernel) == there
    assert plan(kernel, top).keeps_data
    with pytest.raises(Refused, match="not enabled"):
        lifecycle.disable(kernel, base)
    with pytest.raises(Refused, match=f"needed by {top}, {middle}"):
        lifecycle.uninstall(kernel, base)
    for name in (top, middle, base):
        lifecycle.uninstall(kernel, name)
    assert tables(kernel) == []


@pytest.mark.parametrize("fault", ["migration", "setup", "second addon"])
def test_a_change_that_fails_half_way_leaves_nothing_behind(kernel: Kernel, tmp_path: Path, fault: str) -> None:
    good, bad = new_name("good"), new_name("bad")
    sample(tmp_path, good)
    folder = sample(tmp_path, bad, f"depends: [{good}]\n" if fault == "second addon" else "")
    (migration,) = (folder / "migrations").iterdir()
    if fault == "setup":
        write(folder, {"setup.py": "def install(session, company):\n    raise ValueError('no accounts')\n"})
    else:
        migration.write_text(HALF.format(name=bad))
    kernel.rediscover()
    before, generation = tables(kernel), read_generation(kernel.database.engine)
    with pytest.raises(Exception, match=r"nothing_of_this_name|no accounts"):
        lifecycle.enable(kernel, bad)
    assert tables(kernel) == before
    assert read_state(kernel.database).installed == {}
    assert read_generation(kernel.database.engine) == generation
    lifecycle.enable(kernel, good)


def test_setup_runs_for_each_company(kernel: Kernel, tmp_path: Path) -> None:
    name = new_name()
    folder = sample(tmp_path, name)
    kernel.rediscover()
    table = f"{name}_{kernel.addons[name].manifest.views[0]}"
    write(folder, {"setup.py": SETUP.format(table=table)})
    with kernel.database.write() as session:
        session.add(Company(name="Second"))
    if kernel.database.dialect == "postgresql":
        setup = (folder / "setup.py").read_text().replace("1, 0, 0)", "1, now(), now())")
        (folder / "setup.py").write_text(setup)
    lifecycle.enable(kernel, name)
    with kernel.database.read() as session:
        assert "Second" in session.scalars(text(f"select subject from {table}")).all()


def test_upgrade_runs_new_revisions(kernel: Kernel, tmp_path: Path) -> None:
    name = new_name()
    folder = sample(tmp_path, name)
    kernel.rediscover()
    lifecycle.enable(kernel, name)
    assert lifecycle.upgrade(kernel) == []
    table = f"{name}_{kernel.addons[name].manifest.views[0]}"
    column = f'op.add_column("{table}", sa.Column("colour", sa.String()))'
    source = "import sqlalchemy as sa\nfrom alembic import op\nrevision, down_revision = '0002', '0001'\n"
    (folder / "migrations" / "0002_colour.py").write_text(f"{source}def upgrade():\n    {column}\n")
    manifest = folder / "manifest.yaml"
    manifest.write_text(manifest.read_text().replace("0.1.0", "0.2.0"))
    kernel.rediscover()
    generation = read_generation(kernel.database.engine)
    assert lifecycle.upgrade(kernel) == [name]
    assert read_state(kernel.database).installed == {name: "0.2.0"}
    assert read_generation(kernel.database.engine) == generation + 1
    assert "colour" in {column["name"] for column in inspect(kernel.database.engine).get_columns(table)}


@pytest.mark.parametrize("kind", ["postgresql"])
def test_nobody_waits_behind_a_change_that_waits(kernel: Kernel, tmp_path: Path) -> None:
    """A report holds the company table; the change gives up after 50 ms and tries again, so readers and writers go on."""
    name = new_name()
    folder = sample(tmp_path, name)
    (migration,) = (folder / "migrations").glob("*.py")
    plain, referring = "*model_columns(),", '*model_columns(), sa.Column("c", sa.Integer, sa.ForeignKey("core_company.id")),'
    migration.write_text(migration.read_text().replace(plain, referring))
    kernel.rediscover()
    slowest, stop = [0.0], threading.Event()

    def work() -> None:
        while not stop.is_set():
            began = time.monotonic()
            with kernel.database.write() as session:
                session.execute(text("update core_company set phone = '1'"))
            slowest[0] = max(slowest[0], time.monotonic() - began)

    worker = threading.Thread(target=work)
    with kernel.database.engine.begin() as report:
        report.execute(
            text(
                "insert into core_company (name, version, created_at, updated_at, country, currency, zone, active)"
                " values ('held', 1, now(), now(), 'AR', 'ARS', 'UTC', true)"
            )
        )
        worker.start()
        with pytest.raises(Refused, match="in use"):
            lifecycle.change(kernel, lambda session: session.execute(text("lock table core_company")), patience_s=1)
    try:
        lifecycle.enable(kernel, name)
    finally:
        stop.set()
        worker.join()
    assert slowest[0] < 1.0
