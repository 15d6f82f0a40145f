"""One measurement after the other, on an installation that was filled."""

import time
from collections.abc import Iterator
from pathlib import Path

from bench import floor
from bench.installations import SECRET, installation, swept
from bench.measures import Figure, Keys, imported, many, queries_of, single, works
from bench.serving import FLOOR, PRODUCT, Request, serving
from core.access.accounts import add_key
from core.db import Base
from core.registry.kernel import Kernel
from core.registry.state import read_state
from core.testing.browser import Browser
from core.web.app import build_app

LIST = "/crm_contacts/contact/"
STARTS = 3
RATES = {"contacts list": "> 400", "create and post": "> 150"}


def bare_install(server: str) -> float:
    """The floor of installing: all tables by SQLAlchemy's create_all, in seconds."""
    with installation(server) as empty:
        begun = time.perf_counter()
        Base.metadata.create_all(empty.database.engine)
        return time.perf_counter() - begun


def measured(kernel: Kernel, only: str) -> Iterator[Figure]:
    """Every row of the table whose name has this word."""
    floor.make_tables()
    swept(kernel)
    state = read_state(kernel.database)
    app = build_app(kernel, state.generation, state.enabled)
    browser = Browser(app, "admin")
    with kernel.database.write() as session:
        key = add_key(session, "admin")
    cookie = browser.client.get_cookie("tandem")
    assert cookie is not None
    headers = {"Cookie": f"tandem={cookie.value}", "Authorization": ""}
    url = kernel.database.url
    environment = {"TANDEM_HOME": str(kernel.settings.home), "TANDEM_SECRET_KEY": SECRET, "TANDEM_DATABASE_URL": url}
    yield from starts(environment, headers, only)
    yield from served(kernel, environment, headers, key, only)
    if not only or only in "statements of":
        yield from statements(kernel, browser)
    if not only or only in "import":
        yield imported(kernel, app.extensions["tandem"], Path(kernel.settings.home), 10_000)


def starts(environment: dict[str, str], headers: dict[str, str], only: str) -> Iterator[Figure]:
    """From nothing to the first page, by one worker."""
    if only and only not in "cold start":
        return
    took: dict[str, list[float]] = {PRODUCT: [], FLOOR: []}
    for _turn in range(STARTS):
        for target, path in ((PRODUCT, LIST), (FLOOR, "/contacts")):
            with serving(target, environment, Request("GET", path), headers, workers=1) as server:
                took[target].append(server.started_s)
    yield Figure("cold start to the first contacts list", "s", min(took[PRODUCT]), min(took[FLOOR]), "< 0.8 s")


def served(kernel: Kernel, environment: dict[str, str], headers: dict[str, str], key: str, only: str) -> Iterator[Figure]:
    """What clients of a server with two workers see, and what a worker holds after that."""
    with (
        serving(PRODUCT, environment, Request("GET", LIST), headers) as product,
        serving(FLOOR, environment, Request("GET", "/contacts"), {}) as bare,
    ):
        for work in works(Keys.of(kernel)):
            if only and only not in work.name:
                continue
            product.headers = {"Authorization": f"Bearer {key}"} if "API" in work.name else headers
            yield single(work, product, bare)
            for words, target in RATES.items():
                if work.name.startswith(words):
                    yield many(work, product, bare, target)
        yield Figure("memory of a worker", "MB", product.memory_mb(), bare.memory_mb(), "< 90")


def statements(kernel: Kernel, browser: Browser) -> Iterator[Figure]:
    """How many statements a page takes."""
    contact = Keys.of(kernel).contacts[0]
    pages: dict[str, tuple[str, str]] = {"contacts list": (LIST, ""), "one contact form": (f"{LIST}{contact}", "<= 12")}
    for name, (path, target) in pages.items():
        yield Figure(f"statements of {name}", "", queries_of(kernel, lambda at=path: browser.get(at)), None, target)
