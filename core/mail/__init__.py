"""Mails that leave: accounts that an administrator sets up, letters through the outbox, sent by a worker with retries."""

from core.mail.account import SECURITY, MailAccount, account_for
from core.mail.letters import ask_reset_letter, tell_password_changed
from core.mail.sending import LETTER, CannotSend, send_letter, send_mail

__all__ = [
    "LETTER",
    "SECURITY",
    "CannotSend",
    "MailAccount",
    "account_for",
    "ask_reset_letter",
    "send_letter",
    "send_mail",
    "tell_password_changed",
]
