"""A million invoice lines: pages, groups, cube and files beside their floor, in one run on each database.

    python -m bench.million                                   # SQLite, in a temporary folder
    python -m bench.million --postgresql URL_OF_A_SERVER      # the same on a database of its own there as well
    python -m bench.million --lines 100000                    # smaller
    python -m bench.million --only cube,csv                   # the rows whose name has one of these words

The floor is the same answer as one plain SQL statement through the driver, and the same file by the plainest writer.
Times are medians of one client inside the process, after one round that is not counted; memory is the most that a process
of its own held while it made one file.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any
from urllib.parse import quote

from bench import floor_lines
from bench.building import build_contacts, build_products, install
from bench.installations import SECRET, installation, swept
from bench.lines import build_lines
from bench.measures import Figure
from core.registry.kernel import Kernel
from core.registry.settings import CHECKOUT, Settings

LIST = "/erp_invoicing/invoice_line/"
ROUNDS, SLOW_ROUNDS, SLOW_MS = 15, 3, 400
CONTACTS, PRODUCTS = 20_000, 2_000
FILES = ("csv", "xlsx", "ods", "txt", "html", "pdf")
GROUPED = "group=category"


def main() -> int:
    """Build and measure on each database, then print the tables."""
    asked = argparse.ArgumentParser(description="A million invoice lines beside the floor.")
    asked.add_argument("--postgresql", default="", help="a server to make a database on, postgresql+psycopg://...")
    asked.add_argument("--lines", type=int, default=1_000_000)
    asked.add_argument("--only", default="", help="a word of the rows to measure; all unless told")
    asked.add_argument("--no-sqlite", action="store_true", help="PostgreSQL alone")
    asked.add_argument("--file", default="", help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.file:
        return one_file(*given.file.split(","))
    for server in ([] if given.no_sqlite else [""]) + ([given.postgresql] if given.postgresql else []):
        with installation(server, "million") as kernel:
            filled(kernel, given.lines)
            print(f"{'':<58} {'Tandem':>10} {'floor':>10} {'times':>7}  target")
            for figure in measured(kernel, given.only):
                show(figure)
            print(f"load {os.getloadavg()[0]:.1f}\n")
    return 0


def filled(kernel: Kernel, lines: int) -> None:
    """All addons, and the rows."""
    import random

    from core.registry.demo import demo_info
    from core.registry.state import read_state

    print(f"{kernel.database.dialect}, load {os.getloadavg()[0]:.1f}", flush=True)
    install(kernel)
    state, chance = read_state(kernel.database), random.Random(7)
    info = demo_info(kernel.database, kernel.compose(state.enabled, state.generation))
    contacts = build_contacts(kernel, info, CONTACTS, chance)
    build_products(kernel, info, PRODUCTS, chance)
    build_lines(kernel, lines, contacts, lambda told: print(f"  {told}", flush=True))
    swept(kernel)
    size = floor_lines.size_mb(kernel.database)
    print(f"  the database takes {size:,.0f} MB\n", flush=True)


def show(figure: Figure) -> None:
    """One row of the table."""
    floor = f"{figure.floor:>10,.2f} {figure.product / figure.floor:>7.1f}" if figure.floor else f"{'':>18}"
    print(f"{figure.work + ', ' + figure.unit:<58} {figure.product:>10,.2f} {floor}  {figure.target}", flush=True)


def measured(kernel: Kernel, only: str) -> Iterator[Figure]:
    """Every row of the table whose name has this word."""
    from core.registry.garbage import spare
    from core.registry.state import read_state
    from core.testing.browser import Browser
    from core.web.app import build_app

    state = read_state(kernel.database)
    browser = Browser(build_app(kernel, state.generation, state.enabled), "admin")
    spare()
    with floor_lines.connected(kernel.database) as plain:
        for name, path, bare, target in pages(browser, plain):
            if is_wanted(name, only):
                yield Figure(name, "ms", median(lambda at=path: asked(browser, at)), median(bare), target)
        for kind in FILES:
            for grouped in (False, True):
                name = f"{'grouped ' if grouped else ''}export, {kind}"
                if is_wanted(name, only):
                    yield from file_figures(kernel, plain, name, kind, grouped)


def is_wanted(name: str, only: str) -> bool:
    """Whether a row has one of these words."""
    return any(word in name for word in only.split(","))


def asked(browser: Any, path: str) -> str:
    """An answer's text; it must be one."""
    answer = browser.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:300]}")
    return str(answer.text)


def pages(browser: Any, plain: floor_lines.Plain) -> Iterator[tuple[str, str, Callable[[], Any], str]]:
    """Name, address, the plain statement and the target of each page."""
    cursor = deep_cursor(browser)
    cube = f"{LIST}?view=pivot&rows=month(date)&cols=category&measures=sum:amount"
    lines = f"{LIST}?where={conditions('contact', plain.contact)}"
    of_category = f"&where={conditions('category', plain.category)}"
    contacts = f"{LIST}?view=pivot&rows=contact&cols=quarter(date)&measures=sum:amount{of_category}"
    opened = f"{LIST}?{GROUPED}&open={quote(json.dumps([[plain.category]]))}"
    yield "first page, newest first", LIST, plain.page, "< 10 ms"
    yield "page in the middle, by cursor", f"{LIST}?after={quote(cursor)}", plain.deep_page, "< 10 ms"
    yield "page of one contact", lines, plain.of_contact, "< 10 ms"
    yield "groups by category", f"{LIST}?{GROUPED}", plain.groups, "< 1000 ms"
    yield "one group opened", opened, plain.opened, "< 1000 ms"
    yield "cube, month x category, net", cube, plain.cube, "< 1000 ms"
    yield "cube, month x category, net and quantity", f"{cube},sum:quantity", plain.cube_of_two, "< 1000 ms"
    yield "cube of one category, contact x quarter", contacts, plain.cube_of_contacts, "< 1000 ms"


def conditions(path: str, value: Any) -> str:
    """A filter of one field, as an address says it."""
    return quote(json.dumps([[path, "=", value]]))


def deep_cursor(browser: Any) -> str:
    """The cursor of a page that begins in the middle of the time that the lines span."""
    answer = browser.get("/api/v1" + LIST.rstrip("/") + '?limit=80&where=[["date","<","2026-01-01"]]&order=-date,-id')
    return str(answer.json["next"])


def median(work: Callable[[], Any]) -> float:
    """Median milliseconds, after one round that is not counted; fewer rounds of what is slow."""
    work()
    taken: list[float] = []
    while len(taken) < (SLOW_ROUNDS if taken and taken[0] > SLOW_MS else ROUNDS):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def file_figures(kernel: Kernel, plain: floor_lines.Plain, name: str, kind: str, grouped: bool) -> Iterator[Figure]:
    """How long a file of all lines takes in a process of its own, and how much memory at most."""
    begun = time.perf_counter()
    bare = plain.written(kind, grouped)
    floor_s = time.perf_counter() - begun if bare else None
    environment = {"TANDEM_HOME": str(kernel.settings.home), "TANDEM_SECRET_KEY": SECRET}
    environment["TANDEM_DATABASE_URL"] = kernel.database.url
    made = subprocess.run(
        [sys.executable, "-m", "bench.million", "--file", f"{kind},{int(grouped)}"],
        cwd=CHECKOUT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(made.stdout.splitlines()[-1])
    yield Figure(f"{name} ({told['rows']:,} rows, {told['mb']:.0f} MB)", "s", told["seconds"], floor_s)
    yield Figure("  memory at most, over the start", "MB", told["memory_mb"] - told["before_mb"], None, "constant")


def one_file(kind: str, grouped: str) -> int:
    """Make one file as a worker does, and tell how long it took and how much memory."""
    from flask import g

    from core.registry.state import read_state
    from core.screens.exports.files import write_into
    from core.screens.exports.streams import steady
    from core.screens.lists.exporting import sheet_of
    from core.screens.lists.index import ListPage
    from core.web.app import build_app

    home = Path(os.environ["TANDEM_HOME"])
    settings = Settings(home=home, database_url=os.environ["TANDEM_DATABASE_URL"], secret_key=SECRET)
    kernel = Kernel.open(settings)
    state = read_state(kernel.database)
    app = build_app(kernel, state.generation, state.enabled)
    args = {"group": "category"} if grouped == "1" else {}
    from core.testing.browser import Browser

    browser = Browser(app, "admin")
    asked(browser, LIST)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with browser.client, TemporaryFile() as file:
        browser.client.get(LIST + "options")
        screen = next(s for m, s in app.extensions["tandem"].screens.items() if m.__slug__ == "invoice_line")
        begun = time.perf_counter()
        with steady(g.session, kernel.database) as session:
            rows = write_into(file, sheet_of(ListPage(screen, session, args)), kind, 2026)
        seconds, size = time.perf_counter() - begun, file.tell()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {"seconds": seconds, "rows": rows, "mb": size / 2**20, "memory_mb": most, "before_mb": before}
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
