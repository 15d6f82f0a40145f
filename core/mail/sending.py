"""A letter is a job of the outbox: written with the change that it tells of, sent after its commit, tried again."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formataddr, formatdate

from sqlalchemy.orm import Session

from core.access.sealing import unsealed
from core.db import Database
from core.errors import Refused
from core.i18n import Text, _
from core.jobs import JobContext, enqueue, job
from core.mail.account import MailAccount, account_for

LETTER, TRIES = "core.mail", 10  # ten tries with growing pauses are more than half an hour
PATIENCE_S = 20.0


class CannotSend(Refused):
    """A mail could not be handed over; the message says why, for whoever set up the account.

    `is_final` says that the server will never take it, so that it is not tried again.
    """

    is_final = False


@dataclass(frozen=True)
class Server:
    """What a connection needs to know of an account, apart from any session."""

    host: str
    port: int
    security: str
    username: str
    password: str
    sender: str
    sender_name: str


def server_of(account: MailAccount, secret_key: str) -> Server:
    """An account with its password opened."""
    password = unsealed(secret_key, account.password) if account.password else ""
    names = ("host", "port", "security", "username", "sender", "sender_name")
    return Server(password=password, **{name: getattr(account, name) for name in names})


def send_mail(session: Session, to: str, subject: str, text: str) -> int:
    """Ask for a mail in this transaction; answers the row of the outbox. It leaves by the account of the company."""
    return enqueue(session, LETTER, to=to, subject=subject, text=text)


@job(LETTER, label="Mail", tries=TRIES)
def deliver(context: JobContext, to: str, subject: str, text: str) -> None:
    """Hand one mail of the outbox over."""
    send_letter(context, to, subject, text)


def send_letter(context: JobContext, to: str, subject: str, text: str) -> None:
    """Hand a letter to the mail server; a second try carries the same Message-ID, by which receivers know a double."""
    server = present_server(context.database, context.company_id, context.info["secret_key"])
    hand_over(server, letter(server, to, subject, text, f"outbox-{context.delivery_id}"))


def present_server(database: Database, company_id: int | None, secret_key: str, account_id: int | None = None) -> Server:
    """The server for a company's mails as it is set up now, or the one that was chosen; CannotSend if there is none."""
    with database.read() as session:
        chosen = session.get(MailAccount, account_id) if account_id else None
        account = chosen if chosen is not None and chosen.active else account_for(session, company_id)
        if account is None:
            raise CannotSend(_("No mail account is set up. An administrator does that in the settings, under Mail."))
        return server_of(account, secret_key)


def letter(server: Server, to: str, subject: str, text: str, key: str, by_hand: bool = False) -> EmailMessage:
    """A plain letter; headers cannot be smuggled in, as EmailMessage refuses line breaks in them.

    Programs do not answer to what was not written `by_hand`, such as with a note that somebody is on holiday.
    """
    message = EmailMessage()
    message["From"] = formataddr((server.sender_name, server.sender))
    message["To"] = to
    message["Subject"] = " ".join(subject.split())
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = f"<{key}.tandem@{server.sender.rpartition('@')[2]}>"
    if not by_hand:
        message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message


def hand_over(server: Server, message: EmailMessage) -> None:
    """Give a message to the server; CannotSend with a reason that a person can act on."""
    with told_plainly(server), connected(server) as connection:
        connection.send_message(message)


@contextmanager
def connected(server: Server) -> Iterator[smtplib.SMTP]:
    """A connection that is encrypted as asked and logged in; the server must show a good certificate."""
    if server.security == "tls":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=PATIENCE_S, context=ssl.create_default_context()
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=PATIENCE_S)
    with connection:
        if server.security == "starttls":
            connection.starttls(context=ssl.create_default_context())
        if server.username:
            connection.login(server.username, server.password)
        yield connection


@contextmanager
def told_plainly(server: Server) -> Iterator[None]:
    """Whatever goes wrong within becomes a CannotSend."""
    try:
        yield
    except (smtplib.SMTPException, OSError) as error:
        refused = CannotSend(reason(error, server))
        refused.is_final = is_final(error)
        raise refused from error


def is_final(error: Exception) -> bool:
    """Whether the server said of the recipient or the letter itself that it will never take it."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500


def reason(error: Exception, server: Server) -> Text:
    """Why a mail could not be handed over, in a sentence."""
    if isinstance(error, socket.gaierror):
        return _("There is no server called {host}. Is its name written right?", host=server.host)
    if isinstance(error, ssl.SSLCertVerificationError):
        why = error.verify_message
        return _("The certificate of {host} is not trusted ({why}). Nothing was sent.", host=server.host, why=why)
    if isinstance(error, ssl.SSLError):
        return _(
            "{host} does not speak TLS on port {port}. Try another kind of security.", host=server.host, port=server.port
        )
    if isinstance(error, TimeoutError):
        return _("{host} does not answer on port {port}. Is the port right and open?", host=server.host, port=server.port)
    if isinstance(error, ConnectionError):
        return _("{host} refuses connections on port {port}.", host=server.host, port=server.port)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return _("The server does not take this user and password. It says: {said}", said=said(error))
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return _("The server does not offer this: {said}", said=error)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        who = ", ".join(error.recipients)
        code, words = next(iter(error.recipients.values()))
        return _("The server does not take mail for {who}. It says: {said}", who=who, said=f"{code} {plain(words)}")
    if isinstance(error, smtplib.SMTPSenderRefused):
        return _("The server does not take {sender} as a sender. It says: {said}", sender=error.sender, said=said(error))
    if isinstance(error, smtplib.SMTPResponseException):
        return _("The server refused the mail. It says: {said}", said=said(error))
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return _("The server hung up. Another port or kind of security may be right.")
    return _("The mail could not be sent: {why}", why=error)


def said(error: smtplib.SMTPResponseException) -> str:
    """What the server said."""
    return f"{error.smtp_code} {plain(error.smtp_error)}"


def plain(words: bytes | str) -> str:
    """A server's words as text."""
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words
