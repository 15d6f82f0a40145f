"""The WSGI callable: it follows the generation and swaps app values; a request keeps the app that it began with."""

import logging
import os
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from io import BytesIO
from typing import Any

from flask import Flask
from werkzeug.exceptions import ClientDisconnected
from werkzeug.wsgi import ClosingIterator, LimitedStream

from core.access.seen import KEEP_EVERY_S
from core.db import kernel_connection
from core.registry.garbage import spare
from core.registry.kernel import Kernel
from core.registry.state import acknowledge, forget_worker, read_generation, read_state
from core.web.app import build_app
from core.web.globals import SERVED, Moved

BEAT_S = 2.0
DRAINED = 1 << 20
log = logging.getLogger(__name__)
Build = Callable[[Kernel, int, Iterable[str]], Flask]


class Site:
    """One worker's view of the installation; it registers before it serves, and acknowledges what it has swapped to."""

    def __init__(self, kernel: Kernel, build: Build = build_app, ready: tuple[Flask, int] | None = None) -> None:
        """`ready` is an app that was built before, with its generation."""
        self.kernel, self.build = kernel, build
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self.app: Flask | None
        self.app, self.value = ready or (None, -1)
        self.swept: int | None = None
        self.running: Counter[int] = Counter()
        self.counting, self.building, self.moved = threading.Lock(), threading.Lock(), threading.Event()
        self.ended, self.kept_at = threading.Event(), time.monotonic()
        self.follow()
        self.acknowledge()
        self.heart = threading.Thread(target=self.beat, daemon=True, name="heartbeat")
        self.heart.start()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request by the newest app.

        Which one that is comes with the session row, in the statement that asks who sends the request: the app that was
        tried first says Moved before it has done anything.
        """
        body = bounded(environ)
        while True:
            with self.counting:
                app, value = self.app, self.value
                self.running[value] += 1
            assert app is not None
            environ[SERVED] = value
            try:
                answer = app(environ, start_response)
                with suppress(ClientDisconnected):
                    body.exhaust()
                return ClosingIterator(answer, lambda: self.leave(value))  # noqa: B023 (returned)
            except Moved:
                self.leave(value)
                self.follow()
            except BaseException:
                self.leave(value)
                raise

    def follow(self) -> None:
        """Build and swap when the generation moved; requests that began before are not touched."""
        if read_generation(self.kernel.database.engine) == self.value:
            return
        with self.building:
            state = read_state(self.kernel.database)
            if state.generation == self.value:
                return
            if not self.kernel.addons.keys() >= set(state.enabled):
                self.kernel.rediscover()
            app = self.build(self.kernel, state.generation, state.enabled)
            with self.counting:
                self.app, self.value = app, state.generation
            spare()
            log.debug("app built: generation %s, %s addons", state.generation, len(state.enabled))
        self.moved.set()

    def leave(self, value: int) -> None:
        """The last request of an older app lets the worker acknowledge the newer one."""
        with self.counting:
            self.running[value] -= 1
            if not self.running[value]:
                del self.running[value]
            behind = value != self.value
        if behind:
            self.moved.set()

    def beat(self) -> None:
        """Follow and acknowledge apart from requests: those write nothing, and an idle worker follows too."""
        while not self.ended.is_set():
            self.moved.wait(BEAT_S)
            self.moved.clear()
            if not self.ended.is_set():
                self.beat_once()

    def beat_once(self) -> None:
        """Whatever goes wrong, the next beat comes: a worker without heartbeat is taken for dead while it serves."""
        try:
            self.follow()
            self.acknowledge()
            self.keep_seen()
            self.sweep()
        except Exception as error:
            log.warning("heartbeat failed: %s: %s", type(error).__name__, error)

    def keep_seen(self) -> None:
        """Write down now and then which browsers were used: requests themselves write nothing."""
        if time.monotonic() - self.kept_at >= KEEP_EVERY_S:
            self.kept_at = time.monotonic()
            self.kernel.seen.keep(self.kernel.database)

    def sweep(self) -> None:
        """Once no request runs on an older app, let go of what it was made of."""
        with self.counting:
            clean = self.swept == self.value or any(value != self.value for value in self.running)
        if clean:
            return
        first, self.swept = self.swept is None, self.value
        if not first:
            spare(clean=True)

    def acknowledge(self) -> None:
        """Tell the oldest generation that this worker still serves, and that it lives."""
        with self.counting:
            oldest = min([*self.running, self.value])
        with self.kernel.database.write() as session:
            acknowledge(kernel_connection(session), self.name, oldest)

    def close(self) -> None:
        """The worker ends; nobody waits for it any more."""
        self.ended.set()
        self.moved.set()
        self.heart.join()
        self.kernel.seen.keep(self.kernel.database)
        with self.kernel.database.write() as session:
            forget_worker(kernel_connection(session), self.name)


def bounded(environ: dict[str, Any]) -> LimitedStream:
    """The body of a request, so that what the app leaves of a small one can be read, as when it answers 404.

    Servers hang up on a sender that they do not hear out; a large body is not worth hearing.
    """
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length > DRAINED:
        return LimitedStream(BytesIO(), 0)
    body = environ["wsgi.input"] = LimitedStream(environ["wsgi.input"], length)
    return body
