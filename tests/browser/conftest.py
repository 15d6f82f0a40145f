"""A served installation and a browser in front of it; whatever the browser complains of fails the test."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.desk import Complaints, Served, chromium, enter, serving

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-software-rasterizer",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

DESK: dict[str, Any] = {
    "viewport": {"width": 1280, "height": 860},
    "locale": "en-GB",
    "color_scheme": "light",
    "reduced_motion": "reduce",
}


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """All addons with the demonstration, once for all tests that look at pages and add little."""
    with serving("sqlite", tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture(scope="module")
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """All addons with the demonstration: the shared one, or one for the tests of a file alone.

    `parametrize("served", kinds(), indirect=True)`, with `kinds` of core.testing.fixtures, gives one on each database.
    """
    if not hasattr(request, "param"):
        yield request.getfixturevalue("demonstration")
        return
    with serving(request.param, tmp_path_factory.mktemp(f"home-{request.param}")) as running:
        yield running


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium, which asks nobody for anything."""
    return {**browser_type_launch_args, "executable_path": chromium(), "args": QUIET}


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """What browsers complained of; the test fails with the list of it."""
    heard = Complaints()
    yield heard
    assert not heard.found, "\n".join(heard.found)


@pytest.fixture
def new_context(complaints: Complaints, new_context: Callable[..., BrowserContext]) -> Callable[..., BrowserContext]:
    """`new_context(**options)` is another visitor, watched like the first: English, light, without motion unless told."""

    def watched(**options: Any) -> BrowserContext:
        context = new_context(**{**DESK, **options})
        context.set_default_timeout(10_000)
        complaints.watch(context)
        return context

    return watched


@pytest.fixture
def logged_in(page: Page, served: Served) -> Page:
    """The administrator's page, at home."""
    return enter(page, served)
