"""How many requests a worker answered and how long they took, counted here and told as Prometheus reads it.

Its library is loaded when it is first asked: with the servers in it, it was a twelfth of what a start imports.
"""

import threading
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

#: seconds; the upper ends of the histogram's buckets, before the one that has none
UP_TO = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
NAMES = [*map(str, UP_TO), "+Inf"]


class Answered:
    """The figures of one process; `collect` is what Prometheus' library asks of a registry."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.requests: Counter[tuple[str, int]] = Counter()
        self.buckets: dict[str, list[int]] = defaultdict(lambda: [0] * len(NAMES))
        self.seconds: dict[str, float] = defaultdict(float)

    def note(self, endpoint: str, status: int, seconds: float) -> None:
        """One request was answered."""
        with self.lock:
            self.requests[endpoint, status] += 1
            self.buckets[endpoint][bisect_left(UP_TO, seconds)] += 1
            self.seconds[endpoint] += seconds

    def collect(self) -> Iterator[Any]:
        """The count by endpoint and status, and the histogram of the time by endpoint."""
        from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily

        count = CounterMetricFamily("tandem_requests", "Requests by endpoint and status", labels=["endpoint", "status"])
        took = HistogramMetricFamily("tandem_request_seconds", "Time to answer by endpoint", labels=["endpoint"])
        with self.lock:
            for (endpoint, status), times in self.requests.items():
                count.add_metric([endpoint, str(status)], times)
            for endpoint, buckets in self.buckets.items():
                took.add_metric([endpoint], list(zip(NAMES, accumulate(buckets), strict=True)), self.seconds[endpoint])
        return iter((count, took))
