"""The product as a person meets it: a served installation with all addons, and what a browser complains of."""

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response, WebError, expect

from core.registry.settings import CHECKOUT
from core.testing.tandem import Tandem, installed, known
from tests.load import free_port

PASSWORD = "long enough password"
#: the browser itself writes one of these for each answer of 4xx; a test that expects a refusal looks at the page
ANSWERED_4XX = "Failed to load resource: the server responded with a status of 4"


@dataclass(frozen=True)
class Served:
    """A site that runs for a test; `tandem` is the same installation from inside."""

    url: str
    kind: str
    tandem: Tandem

    def to(self, path: str) -> str:
        """The whole address of a path."""
        return self.url + path


@dataclass
class Complaints:
    """What went wrong in a browser's contexts while a test ran."""

    found: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        """Write down errors of scripts, of the console (where the content policy speaks) and of the server."""
        context.on("console", self.hear)
        context.on("weberror", self.stumble)
        context.on("response", self.answer)

    def hear(self, message: ConsoleMessage) -> None:
        """Of the console only what is an error."""
        if message.type == "error" and not message.text.startswith(ANSWERED_4XX):
            self.found.append(f"console: {message.text} ({message.location.get('url')})")

    def stumble(self, error: WebError) -> None:
        """A script ended by an exception that nothing caught."""
        self.found.append(f"script: {error.error}")

    def answer(self, response: Response) -> None:
        """The server failed."""
        if response.status >= 500:
            self.found.append(f"{response.status}: {response.request.method} {response.url}")


def chromium() -> str:
    """The browser's program; without one the test is skipped, or fails where all is required."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("TANDEM_TEST_CHROMIUM") or next(filter(None, map(shutil.which, names)), "")
    if not found:
        told = "no Chromium was found; TANDEM_TEST_CHROMIUM names one"
        if os.environ.get("TANDEM_REQUIRE_ALL"):
            pytest.fail(told)
        pytest.skip(told)
    return found


def enter(page: Page, served: Served, login: str = "admin", password: str = PASSWORD) -> Page:
    """Log in at the door, as people do."""
    page.goto(served.to("/login"))
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(password)
    page.locator("form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/login" not in url)
    return page


def settled(page: Page) -> None:
    """Wait until the page's script has run and its widgets are drawn."""
    page.locator("html[data-ready], html:not(:has(script[type=module]))").wait_for(state="attached")
    expect(page.locator("[data-widget]:not([data-drawn])")).to_have_count(0)
    if page.locator("[data-widget=calendar]").count():
        page.wait_for_load_state("networkidle")


def the_demonstration(tandem: Tandem) -> None:
    """Fill an installation with what the first start gives a newcomer."""
    tandem.load_demo(tandem.composition.names)


@contextmanager
def serving(kind: str, home: Path) -> Iterator[Served]:
    """All addons with the demonstration, served by the product's own command until the end of the block."""
    with installed(kind, sorted(known().addons), furnish=the_demonstration) as tandem:
        port = free_port()
        command = [sys.executable, "-m", "core.cli", "serve", "--no-demo", "--port", str(port), "--home", str(home)]
        environment = {**os.environ, "TANDEM_DATABASE_URL": tandem.database.url}
        log = home / "server.log"
        with log.open("wb") as output:
            process = subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=output, stderr=output)
            try:
                served = Served(f"http://127.0.0.1:{port}", kind, tandem)
                _until_it_answers(served, process, log)
                yield served
            finally:
                process.terminate()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def _until_it_answers(served: Served, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(served.to("/healthz"), timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
