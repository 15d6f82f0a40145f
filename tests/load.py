"""A real server with two workers, clients that never pause, and what they saw."""

import http.client
import itertools
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

BIN = Path(sys.executable).parent
BROKEN_ANSWER, CUT_ANSWER = 599, 598
WORKERS, THREADS = 2, 4


@dataclass(frozen=True)
class Seen:
    """One request and its answer."""

    method: str
    path: str
    status: int
    began: float
    ended: float
    body: bytes = b""


@dataclass
class Server:
    """A running site; `seen` grows with each request."""

    port: int
    key: str
    seen: list[Seen] = field(default_factory=list)

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        kept: http.client.HTTPConnection | None = None,
        begun: threading.Event | None = None,
    ) -> Seen:
        """One request with the key; over a connection of its own unless one is given. Nothing is repeated.

        `begun` is set as soon as the answer begins.
        """
        connection = kept or http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        began = time.monotonic()
        try:
            headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = connection.getresponse()
            if begun:
                begun.set()
            status, content = answer.status, answer.read()
            if path.endswith("/slow") and status == 200 and not content.endswith(b"end\n"):
                status = CUT_ANSWER  # cut off in the middle: no status code tells
        except (OSError, http.client.HTTPException) as error:
            status, content = BROKEN_ANSWER, repr(error).encode()
            connection.close()
        finally:
            if kept is None:
                connection.close()
        found = Seen(method, path, status, began, time.monotonic(), content)
        self.seen.append(found)
        return found

    def wait_for(self, path: str, status: int, patience_s: float = 30) -> None:
        """Until one of the clients' requests that begin from now on is answered so, however busy the machine is."""
        now, known = time.monotonic(), len(self.seen)
        while not any(one.path == path and one.status == status and one.began > now for one in self.seen[known:]):
            assert time.monotonic() < now + patience_s, f"no {status} of {path}: {self.statuses()}"
            time.sleep(0.02)

    def work(self, number: int, stop: threading.Event, paths: list[tuple[str, object]]) -> None:
        """Read and write in turn until told to stop; every second client keeps its connection."""
        kept = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60) if number % 2 else None
        for turn in itertools.count(number):
            if stop.is_set():
                break
            path, body = paths[turn % len(paths)]
            if turn % 3 == 0:
                self.ask("POST", path, body, kept)
            else:
                self.ask("GET", f"{path}?limit=5", None, kept)
        if kept:
            kept.close()

    @contextmanager
    def clients(self, count: int, paths: list[tuple[str, object]]) -> Iterator[None]:
        """Clients at work for the time of the block."""
        stop = threading.Event()
        threads = [threading.Thread(target=self.work, args=(n, stop, paths)) for n in range(count)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    def statuses(self) -> Counter[tuple[str, str, int]]:
        """How often each answer was given, by method and path without its query."""
        return Counter((one.method, one.path.split("?")[0], one.status) for one in self.seen)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def command(kind: str, port: int) -> list[str]:
    """How granian or gunicorn serves the product with two workers."""
    if kind == "granian":
        options = ["--interface", "wsgi", "--workers", str(WORKERS), "--blocking-threads", str(THREADS), "--no-log"]
        return [str(BIN / "granian"), *options, "--backpressure", "64", "--port", str(port), "core.web.wsgi:application"]
    options = ["-w", str(WORKERS), "--threads", str(THREADS), "-b", f"127.0.0.1:{port}", "--log-level", "error"]
    return [str(BIN / "gunicorn"), *options, "core.web.wsgi:application"]


@contextmanager
def delivering(count: int, environment: dict[str, str], log: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """So many processes that deliver signals and run jobs, until the end of the block."""
    order = [sys.executable, "-m", "core.cli", "jobs", "run", "--threads", "2"]
    with log.open("wb") as output:
        running = [
            subprocess.Popen(order, env={**os.environ, **environment}, stdout=output, stderr=output) for _ in range(count)
        ]
        try:
            yield running
        finally:
            for process in running:
                process.terminate()
            for process in running:
                process.wait(30)


@contextmanager
def serving(kind: str, key: str, environment: dict[str, str], log: Path) -> Iterator[Server]:
    """A server of this kind until the end of the block; it must answer within a minute."""
    port = free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(command(kind, port), env={**os.environ, **environment}, stdout=output, stderr=output)
        server = Server(port, key)
        try:
            deadline = time.monotonic() + 60
            while server.ask("GET", "/healthz").status != 200:
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.2)
            server.seen.clear()
            yield server
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
