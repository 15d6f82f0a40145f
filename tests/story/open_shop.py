"""The shop of the story, open for a browser: a served, empty installation, on the day that the story tells of."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from werkzeug.serving import WSGIRequestHandler, make_server

from core.testing.tandem import Tandem, installed, known
from core.web.assets import serving as with_assets
from tests.browser.desk import Served


@dataclass(frozen=True)
class Shop:
    """The site and the calendar on its wall."""

    served: Served
    tandem: Tandem

    def turn_to(self, day: str) -> None:
        """From now on it is this day."""
        self.tandem.today = date.fromisoformat(day)


class Quiet(WSGIRequestHandler):
    """Connections stay open between requests, and nothing is written of each."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *told: object) -> None:
        """Say nothing."""


@contextmanager
def open_shop(kind: str) -> Iterator[Shop]:
    """All addons on an empty company; the pages are served from this process, so that the test can turn the calendar."""
    with installed(kind, list(known().addons)) as tandem:
        server = make_server("127.0.0.1", 0, with_assets(tandem.app), threaded=True, request_handler=Quiet)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield Shop(Served(f"http://127.0.0.1:{server.server_port}", kind, tandem), tandem)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
