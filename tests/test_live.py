"""Addons come and go under load, with two workers: no request fails, none is stale, failures leave nothing behind."""

import json
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from core.access.accounts import add_key
from core.db import Database, kernel_connection
from core.errors import Refused
from core.registry import lifecycle
from core.registry.kernel import Kernel
from core.registry.state import advance_generation, flag, read_state
from core.testing.tandem import installed
from tests.load import Server, delivering, serving
from tests.registry.samples import new_name, sample
from tests.registry.test_lifecycle import HALF

pytestmark = pytest.mark.slow
SECONDS = float(os.environ.get("TANDEM_LIVE_SECONDS", "8"))
CLIENTS = 6
CONTACTS = "/api/v1/crm_contacts/contact"
SLOW = '''
import time

from flask import Blueprint, Response, g

from addons.{name}.models import {model}

routes = Blueprint("{name}", __name__)


@routes.get("/{name}/slow")
def slow():
    """Reads the table now and then for three seconds."""
    session = g.session
    def lines():
        for _ in range(6):
            session.query({model}).count()
            time.sleep(0.5)
            yield "line\\n"
        yield "end\\n"
    return Response(lines(), mimetype="text/plain")
'''
HEARS = '''
from addons.crm_contacts.signals import ContactCreated
from addons.{name}.models import {model}
from core.signals import hears


@hears(ContactCreated, after_commit=True)
def write_down(session, created):
    """One row for each contact."""
    session.add_all([{model}(subject=f"heard {{number}}") for number in created.contact_ids])
'''


@dataclass
class Lab:
    """An installation with contacts, and a folder of addons: a good one and one that fails half way; `away` is not there."""

    kernel: Kernel
    server: Server
    good: str
    half: str
    away: str
    path: str
    environment: dict[str, str]
    changes: list[tuple[str, float, float]] = field(default_factory=list)

    def change(self, verb: str) -> bool:
        """Enable, disable or uninstall the good addon, and write down since when that holds; False if it was refused."""
        began = time.monotonic()
        try:
            options = {"patience_s": 0} if verb == "uninstall" else {}
            getattr(lifecycle, verb)(self.kernel, self.good, **options)
        except Refused:
            self.changes.append(("refused", began, time.monotonic()))
            return False
        self.changes.append((verb, began, time.monotonic()))
        return True

    def uninstall(self) -> int:
        """Until it is done; how often it was refused meanwhile."""
        deadline = time.monotonic() + 30
        for refusals in range(1000):
            if self.change("uninstall"):
                return refusals
            assert time.monotonic() < deadline, "the uninstall is refused for ever"
            time.sleep(0.05)
        raise AssertionError("unreachable")

    def stale(self) -> list[str]:
        """Answers of requests that began after a change had been answered and ended before the next was asked for."""
        wanted = {"enable": {200, 201}, "disable": {404}, "uninstall": {404}}
        held: str | None = None
        found = []
        for index, (verb, _began, since) in enumerate(self.changes):
            held = verb if verb != "refused" else held
            until = self.changes[index + 1][1] if index + 1 < len(self.changes) else time.monotonic()
            for one in self.server.seen:
                mine = one.path.split("?")[0] == self.path and since < one.began and one.ended < until
                if mine and held and one.status not in wanted[held]:
                    found.append(f"{one.status} after {held}: {one.body[:200]!r}")
        return found


@pytest.fixture(params=[("granian", "sqlite"), ("granian", "postgresql"), ("gunicorn", "postgresql")], ids="-".join)
def lab(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Lab]:
    """A server of two workers on a database of its own."""
    server_kind, kind = request.param
    good, half, away = new_name("good"), new_name("half"), new_name("away")
    folder = tmp_path / "addons"
    sample(folder, good, "depends: [crm_contacts]\n")
    model, slug = _refer_to_contacts(folder / good, good)
    (folder / good / "routes.py").write_text(SLOW.format(name=good, model=model))
    (folder / good / "bridges").mkdir()
    (folder / good / "bridges" / "crm_contacts.py").write_text(HEARS.format(name=good, model=model))
    (migration,) = (sample(folder, half) / "migrations").glob("*.py")
    migration.write_text(HALF.format(name=half))
    with installed(kind, ["crm_contacts"]) as tandem:
        with tandem.write() as session:
            key = add_key(session, "admin")
        kernel = tandem.kernel
        kernel.settings = replace(kernel.settings, addons_path=(folder,))
        kernel.rediscover()
        environment = {
            "TANDEM_HOME": str(tmp_path / "home"),
            "TANDEM_DATABASE_URL": tandem.database.url,
            "TANDEM_ADDONS_PATH": str(folder),
            "TANDEM_SECRET_KEY": "for tests only " * 3,
        }
        with serving(server_kind, key, environment, tmp_path / "server.log") as server:
            yield Lab(kernel, server, good, half, away, f"/api/v1/{good}/{slug}", environment)


def _refer_to_contacts(folder: Path, name: str) -> tuple[str, str]:
    """Give the addon's model a foreign key to contacts, so that dropping its table needs a lock on theirs."""
    (migration,) = (folder / "migrations").glob("*.py")
    column = 'sa.Column("contact_id", sa.Integer(), sa.ForeignKey("crm_contacts_contact.id")),'
    migration.write_text(migration.read_text().replace("*model_columns(),", f"*model_columns(),\n        {column}"))
    models = folder / "models.py"
    source = models.read_text().replace("from sqlalchemy.orm", "from sqlalchemy import ForeignKey\nfrom sqlalchemy.orm")
    field_line = '    contact_id: Mapped[int | None] = mapped_column(ForeignKey("crm_contacts_contact.id"))\n'
    models.write_text(source + field_line)
    slug = migration.stem.removeprefix("0001_")
    return next(line.split()[1].split("(")[0] for line in source.splitlines() if line.startswith("class ")), slug


def test_addons_come_and_go_while_people_work(lab: Lab) -> None:
    paths: list[tuple[str, object]] = [(CONTACTS, {"name": "Ana Ruiz", "kind": "person"}), (lab.path, {"subject": "x"})]
    drops = refused = failures = 0
    with lab.server.clients(CLIENTS, paths):
        stop = time.monotonic() + SECONDS
        while time.monotonic() < stop or not drops:
            assert lab.change("enable")
            time.sleep(0.3)
            assert lab.change("disable")
            time.sleep(0.1)
            if drops % 2 == 0:
                with pytest.raises(Exception, match="nothing_of_this_name"):
                    lifecycle.enable(lab.kernel, lab.half)
                failures += 1
            refused += lab.uninstall()
            drops += 1
        held_back = _uninstall_behind_a_long_answer(lab)
        _flag_code_that_is_not_here(lab)
    _report(lab, drops, refused, failures, held_back)
    statuses = {one.status for one in lab.server.seen}
    assert statuses <= {200, 201, 404}, [one for one in lab.server.seen if one.status not in (200, 201, 404)][:5]
    assert {one.status for one in lab.server.seen if one.path.split("?")[0] == CONTACTS} <= {200, 201}
    assert lab.stale() == []
    assert held_back > 0
    _nothing_is_left_and_nothing_lost(lab)


def _uninstall_behind_a_long_answer(lab: Lab) -> int:
    """An answer of three seconds is sent whole; the uninstall waits for it."""
    assert lab.change("enable")
    answers: list[int] = []
    begun = threading.Event()
    ask = partial(lab.server.ask, "GET", f"/{lab.good}/slow", begun=begun)
    long = threading.Thread(target=lambda: answers.append(ask().status))
    long.start()
    assert begun.wait(30)
    assert lab.change("disable")
    refused = lab.uninstall()
    long.join()
    assert answers == [200]
    return refused


def _flag_code_that_is_not_here(lab: Lab) -> None:
    """A node with older code: what it lacks is left out and named, all else goes on."""
    with lab.kernel.database.write() as session:
        flag(kernel_connection(session), lab.away, "1.0", enabled=True)
        advance_generation(kernel_connection(session))
    assert lab.server.ask("GET", CONTACTS).status == 200
    page = lab.server.ask("GET", "/settings/addons/")
    assert page.status == 200
    assert lab.away.encode() in page.body
    assert b"its code is not on this machine" in page.body


def _nothing_is_left_and_nothing_lost(lab: Lab) -> None:
    database = lab.kernel.database
    left = [table for table in inspect(database.engine).get_table_names() if "lab_" in table]
    assert left == []
    assert read_state(database).installed.keys() == {"crm_contacts", lab.away}
    with database.read() as session:
        written = session.scalar(text("select count(*) from crm_contacts_contact"))
    assert written == sum(one.status == 201 for one in lab.server.seen if one.path == CONTACTS)


def _report(lab: Lab, drops: int, refused: int, failures: int, held_back: int) -> None:
    """What a run of this looked like; shown by `pytest -rP`."""
    times = sorted(one.ended - one.began for one in lab.server.seen if "slow" not in one.path)
    p50, p99, slowest = (1000 * times[int(len(times) * share) - 1] for share in (0.5, 0.99, 1))
    print(f"{len(times)} requests, {len(lab.changes)} changes, {drops + 1} drops, {failures} failed migrations")
    print(f"uninstall refused {refused} times, {held_back} times behind the long answer")
    print(f"ms: p50 {p50:.0f}, p99 {p99:.0f}, slowest {slowest:.0f}")
    for (method, path, status), count in sorted(lab.server.statuses().items()):
        print(f"{method} {path} {status}: {count}")


def test_the_browser_enables_and_refuses_while_people_work(lab: Lab) -> None:
    """The addons page itself, answered by one worker and followed by the other."""
    page = "/settings/addons"
    with lab.server.clients(3, [(CONTACTS, {"name": "Ana Ruiz", "kind": "person"})]):
        refused = lab.server.ask("POST", f"{page}/{lab.half}/enable")
        assert refused.status == 409
        assert b"nothing_of_this_name" in refused.body
        assert lab.server.ask("POST", f"{page}/{lab.good}/enable").status == 302
        assert [lab.server.ask("GET", lab.path).status for _ in range(8)] == [200] * 8
        assert lab.server.ask("POST", f"{page}/{lab.good}/disable").status == 302
        assert [lab.server.ask("GET", lab.path).status for _ in range(8)] == [404] * 8
    assert {one.status for one in lab.server.seen if one.path.split("?")[0] == CONTACTS} <= {200, 201}


def test_every_delivery_is_made_once_while_addons_come_and_go(lab: Lab, tmp_path: Path) -> None:
    """Two processes of two threads deliver; one more is killed; what was announced while the addon was on is heard once."""
    database, work = lab.kernel.database, [(CONTACTS, {"name": "Ana Ruiz", "kind": "person"})]
    with delivering(3, lab.environment, tmp_path / "jobs.log") as running:
        with lab.server.clients(CLIENTS, work):
            for turn in range(4):
                assert lab.change("enable")
                lab.server.wait_for(CONTACTS, 201)
                if turn == 2:
                    running[0].kill()
                assert lab.change("disable")
        assert lab.change("enable")
        deadline = time.monotonic() + 40
        while _waiting(database, hasten=True) and time.monotonic() < deadline:
            time.sleep(0.3)
    assert _waiting(database) == 0
    with database.read() as session:
        done = session.scalars(text("select body from core_delivery where state = 'done' and kind = 'signal'")).all()
        heard = session.scalars(text(f"select subject from {lab.good}_{lab.path.rpartition('/')[2]}")).all()
    announced = {f"heard {number}" for body in done for number in json.loads(body)["contact_ids"]}
    assert announced
    assert sorted(one for one in heard if one.startswith("heard")) == sorted(announced)


def _waiting(database: Database, hasten: bool = False) -> int:
    """Deliveries that are not made; `hasten` spares the pause after a try while the addon was off."""
    with database.write() as session:
        if hasten:
            session.execute(
                text("update core_delivery set due = 0 where state = 'waiting' and kind = 'signal' and tries > 0")
            )
        return session.scalar(text("select count(*) from core_delivery where kind = 'signal' and state <> 'done'")) or 0
