"""A server of the product or of the floor, and clients on this machine that ask it and take the time."""

import http.client
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import psutil

from core.registry.settings import CHECKOUT
from tests.load import free_port

PRODUCT, FLOOR = "product", "floor"
GRANIAN = ["--interface", "wsgi", "--blocking-threads", "4", "--backpressure", "128", "--no-log", "--no-ws"]
COMMANDS = {
    PRODUCT: [sys.executable, "-m", "core.cli", "serve", "--no-demo"],
    FLOOR: [str(Path(sys.executable).parent / "granian"), *GRANIAN, "bench.floor:application"],
}
PATIENCE_S = 60.0


class Request(NamedTuple):
    """What is asked for; `then` makes the request that follows from the answer, as posting follows drafting."""

    method: str
    path: str
    body: object = None
    then: Callable[[bytes], "Request"] | None = None


Requests = Callable[[int], Request]


@dataclass
class Client:
    """One keep-alive connection."""

    port: int
    headers: dict[str, str]
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)

    def ask(self, request: Request) -> bytes:
        """The answer, and that of what follows; RuntimeError unless it succeeds."""
        body = None if request.body is None else json.dumps(request.body)
        headers = self.headers | ({"Content-Type": "application/json"} if body is not None else {})
        self.connection.request(request.method, request.path, body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status not in (200, 201):
            raise RuntimeError(f"{request.method} {request.path}: {answer.status} {content[:300]!r}")
        return self.ask(request.then(content)) if request.then else content


@dataclass
class Server:
    """A running server; `headers` let its clients in."""

    port: int
    process: "subprocess.Popen[bytes]"
    headers: dict[str, str]
    started_s: float = 0.0

    def times(self, requests: Requests, count: int, start: int = 0) -> list[float]:
        """Milliseconds of each of so many requests by one client."""
        client, found = Client(self.port, self.headers), []
        for number in range(start, start + count):
            begun = time.perf_counter()
            client.ask(requests(number))
            found.append((time.perf_counter() - begun) * 1000)
        return found

    def rate(self, requests: Requests, clients: int, seconds: float, start: int = 0) -> tuple[float, float]:
        """(Answers a second, median milliseconds of one) of clients that never pause."""
        stop, found = time.perf_counter() + seconds, list[float]()
        faults = list[Exception]()

        def work(number: int) -> None:
            client, at = Client(self.port, self.headers), start + number
            try:
                while (begun := time.perf_counter()) < stop:
                    client.ask(requests(at))
                    found.append((time.perf_counter() - begun) * 1000)
                    at += clients
            except Exception as error:
                faults.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
        begun = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if faults:
            raise faults[0]
        return len(found) / (time.perf_counter() - begun), statistics.median(found)

    def memory_mb(self) -> float:
        """Proportional memory of the largest worker."""
        below = psutil.Process(self.process.pid).children(recursive=True)
        workers = [each for each in below if not {"jobs", "resource_tracker"} & set(each.cmdline())]
        return max(each.memory_full_info().pss for each in workers) / 2**20


@contextmanager
def serving(
    target: str, environment: dict[str, str], first: Request, headers: dict[str, str], workers: int = 2
) -> Iterator[Server]:
    """A server until the end of the block; `started_s` is the time until its first answer to `first`."""
    port = free_port()
    command = [*COMMANDS[target], "--workers", str(workers), "--port", str(port)]
    begun = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=CHECKOUT, env={**os.environ, "PYTHONPATH": str(CHECKOUT), **environment}, stdout=subprocess.DEVNULL
    )
    server = Server(port, process, headers)
    try:
        while True:
            try:
                Client(port, headers).ask(first)
                break
            except (OSError, http.client.HTTPException) as error:
                if process.poll() is not None or time.perf_counter() - begun > PATIENCE_S:
                    raise RuntimeError(f"{target} does not answer") from error
                time.sleep(0.005)
        server.started_s = time.perf_counter() - begun
        yield server
    finally:
        process.terminate()
        process.wait(20)
