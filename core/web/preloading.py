"""The app built before workers are forked: they share the memory it lies in, and the first of them answers sooner."""

from flask import Flask

from core.registry.garbage import spare
from core.registry.kernel import Kernel
from core.registry.state import read_state
from core.web.app import build_app
from core.web.site import Site

_preloaded: list[tuple[Kernel, Flask, int]] = []


def preload(kernel: Kernel) -> None:
    """Build the app of what is enabled now; where workers are not forked, they build their own and lose nothing.

    No connection of the database is left open, as two processes cannot share one.
    """
    state = read_state(kernel.database)
    app = build_app(kernel, state.generation, state.enabled)
    kernel.database.dispose()
    _preloaded[:] = [(kernel, app, state.generation)]
    spare()


def site() -> Site:
    """The site of this process."""
    if not _preloaded:
        return Site(Kernel.open())
    kernel, app, generation = _preloaded[0]
    return Site(kernel, ready=(app, generation))
