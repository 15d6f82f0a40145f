"""Behind a reverse proxy the address of the client counts; without one nobody may invent an address."""

from typing import Any

import pytest
from werkzeug.test import Client

from core.testing.tandem import Tandem
from core.web.proxies import behind

FAR, NEAR = "203.0.113.9", "127.0.0.1"
THROUGH = {"X-Forwarded-For": FAR, "X-Forwarded-Proto": "https", "X-Forwarded-Host": "books.example"}


def ask(site: Tandem, proxies: int, path: str, headers: dict[str, str], sender: str = NEAR) -> Any:
    """The answer to whoever connects from `sender`."""
    return Client(behind(site.app, proxies)).get(path, headers=headers, environ_base={"REMOTE_ADDR": sender})


@pytest.mark.parametrize(
    ("proxies", "headers", "sender", "near"),
    [
        (0, {}, NEAR, True),
        (0, {}, FAR, False),
        (0, {"X-Forwarded-For": NEAR}, FAR, False),
        (1, THROUGH, NEAR, False),
        (1, {"X-Forwarded-For": f"{NEAR}, {FAR}"}, NEAR, False),
        (1, {}, NEAR, True),
        (2, {"X-Forwarded-For": f"{FAR}, 10.0.0.2"}, NEAR, False),
    ],
)
def test_who_is_near(site: Tandem, proxies: int, headers: dict[str, str], sender: str, near: bool) -> None:
    assert (ask(site, proxies, "/metrics", headers, sender).status_code == 200) is near


def test_https_ends_at_the_proxy(site: Tandem) -> None:
    assert ask(site, 1, "/login", THROUGH).headers["Strict-Transport-Security"]
    assert "Strict-Transport-Security" not in ask(site, 0, "/login", THROUGH).headers
