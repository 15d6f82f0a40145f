"""Passwords and secrets: how they are kept, compared and judged."""

import hashlib
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from core.access.models import folded_login
from core.errors import FieldError, Invalid
from core.i18n import Text, _

SHORTEST = 10
LONGEST = 1024
KEY_PREFIX = "tdm_"
hasher = PasswordHasher()


def hashed(password: str) -> str:
    """The argon2 hash of a password; its parameters are in it."""
    return hasher.hash(password)


@cache
def _nobodys_hash() -> str:
    return hashed(secrets.token_urlsafe(16))


def is_password(kept: str | None, password: str) -> bool:
    """Whether the password is the one that was kept; takes as long for a user that does not exist."""
    try:
        hasher.verify(kept or _nobodys_hash(), password[:LONGEST])
    except (Argon2Error, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether a hash was made with weaker parameters than today's."""
    return hasher.check_needs_rehash(kept)


def weakness(password: str, login: str) -> Text | None:
    """Why a password is not good enough, or None."""
    if len(password) < SHORTEST:
        return _("A password has at least {count} characters; a short sentence is good", count=SHORTEST)
    if len(password) > LONGEST:
        return _("A password has at most {count} characters", count=LONGEST)
    if folded_login(password) in (folded_login(login), folded_login(login) * 2):
        return _("The login is no password; a short sentence is good")
    if len(set(password)) < 4:
        return _("The password repeats few characters; a short sentence is good")
    return None


def demand_strength(password: str, login: str, field: str = "password") -> None:
    """Invalid, with the reason, if the password is too weak."""
    reason = weakness(password, login)
    if reason is not None:
        raise Invalid(reason, [FieldError(field, reason)])


def digest(secret: str) -> str:
    """What is kept of a token or key: they are long and random, so a fast hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_token() -> str:
    """A secret for a browser's cookie."""
    return secrets.token_urlsafe(32)


def new_key() -> str:
    """A secret for a program: `tdm_` and 43 characters."""
    return KEY_PREFIX + secrets.token_urlsafe(32)
