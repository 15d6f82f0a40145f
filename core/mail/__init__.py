"""Mails that leave: accounts that an administrator sets up, letters through the outbox, sent by a worker with retries."""

from core.mail.account import SECURITY, MailAccount, account_for, accounts_for
from core.mail.addresses import mail_address
from core.mail.letters import ask_reset_letter, tell_password_changed
from core.mail.posting import POSTED, drop_letters, note_dropped, post_letter
from core.mail.sending import LETTER, CannotSend, send_letter, send_mail
from core.mail.signals import LetterSent
from core.mail.written import Letter, LetterTemplate

__all__ = [
    "LETTER",
    "POSTED",
    "SECURITY",
    "CannotSend",
    "Letter",
    "LetterSent",
    "LetterTemplate",
    "MailAccount",
    "account_for",
    "accounts_for",
    "ask_reset_letter",
    "drop_letters",
    "mail_address",
    "note_dropped",
    "post_letter",
    "send_letter",
    "send_mail",
    "tell_password_changed",
]
