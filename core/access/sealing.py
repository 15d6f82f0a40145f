"""Secrets that must be read again, as the password of a mail account: kept under the installation's secret key."""

import base64
import hashlib

from core.errors import Refused
from core.i18n import _


def sealed(secret_key: str, text: str) -> str:
    """What may be kept of a secret: worth nothing to whoever has the database or a backup, but not the key."""
    from cryptography.fernet import Fernet

    return Fernet(_key(secret_key)).encrypt(text.encode()).decode()


def unsealed(secret_key: str, kept: str) -> str:
    """The secret again; Refused if it was kept under another key."""
    from cryptography.fernet import Fernet, InvalidToken

    try:
        return Fernet(_key(secret_key)).decrypt(kept.encode()).decode()
    except InvalidToken:
        raise Refused(_("This secret was kept under another secret key of the installation. Set it again.")) from None


def _key(secret_key: str) -> bytes:
    """A key of its own beside the one that signs cookies, so that neither helps with the other."""
    return base64.urlsafe_b64encode(hashlib.blake2b(secret_key.encode(), digest_size=32, person=b"tandem-sealing").digest())
