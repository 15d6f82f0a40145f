"""A mail server on loopback that keeps what it is given, or refuses it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

USER, PASSWORD = "tandem", "the secret of the mail server"


@dataclass
class Postbox:
    """What came in; `refuses` is what every recipient is answered while it is set."""

    port: int = 0
    refuses: str = ""
    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        """Take a recipient, or not."""
        if self.refuses:
            return self.refuses
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Keep a mail."""
        made = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(made, EmailMessage)
        self.mails.append(made)
        return "250 OK"


def knows(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    """Whether user and password are right."""
    return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()), handled=False)


@contextmanager
def postbox() -> Iterator[Postbox]:
    """A server that runs within."""
    box = Postbox()
    options = {"auth_require_tls": False, "authenticator": knows}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        box.port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=box.port, **options)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def account(at: int, **more: str) -> dict[str, str]:
    """The form of an account on that server."""
    return {
        "name": "Outgoing mail",
        "company_id": "",
        "host": "127.0.0.1",
        "port": str(at),
        "security": "none",
        "username": USER,
        "password": PASSWORD,
        "sender": "tandem@example.org",
        "sender_name": "Muebles del Plata",
        "active": "y",
    } | more
