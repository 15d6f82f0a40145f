"""Slowing down whoever guesses passwords: failed tries are rows, so all workers see them."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core.access.models import LoginAttempt, folded_login
from core.db import now
from core.errors import Denied
from core.i18n import _

WINDOW = timedelta(hours=1)
FREE_BY_LOGIN = 5
FREE_BY_IP = 20  # an office shares one address
FIRST_WAIT_S, LONGEST_WAIT_S = 5, 900


class TooManyTries(Denied):
    """Somebody failed to log in too often; `seconds` says how long to wait."""

    status, kind = 429, "too-many-tries"

    def __init__(self, seconds: int) -> None:
        text = _("Too many failed tries. Wait {seconds} seconds and try again", seconds=seconds)
        super().__init__(text)
        self.seconds = seconds


def wait_s(failures: int, free: int) -> int:
    """How long to wait after the last of so many failures: 5 s after the fifth, then twice as long each time."""
    if failures < free:
        return 0
    return int(min(FIRST_WAIT_S * 2 ** min(failures - free, 10), LONGEST_WAIT_S))


def remaining_s(session: Session, login: str, ip: str, moment: datetime) -> int:
    """The seconds until this login may be tried from this address; 0 when it may be tried now."""
    longest = 0
    for column, value, free in (
        (LoginAttempt.login, folded_login(login), FREE_BY_LOGIN),
        (LoginAttempt.ip, ip, FREE_BY_IP),
    ):
        failed = select(func.count(LoginAttempt.id), func.max(LoginAttempt.at))
        failures, last = session.execute(failed.where(column == value, LoginAttempt.at > moment - WINDOW)).one()
        if wait := wait_s(failures, free):
            left = (last + timedelta(seconds=wait) - moment).total_seconds()
            longest = max(longest, int(left) + 1 if left > 0 else 0)
    return longest


def take_try(session: Session, login: str, ip: str) -> int:
    """Note a try before it is judged, so that tries at the same moment count; answers its row, which success removes.

    TooManyTries if it comes too early; such a try is not counted.
    """
    moment = now()
    session.execute(delete(LoginAttempt).where(LoginAttempt.at < moment - 24 * WINDOW))
    if seconds := remaining_s(session, login, ip, moment):
        raise TooManyTries(seconds)
    attempt = LoginAttempt(login=folded_login(login)[:200], ip=ip, at=moment)
    session.add(attempt)
    session.flush()
    return attempt.id


def forgive(session: Session, login: str) -> None:
    """A success: what failed before is forgotten."""
    session.execute(delete(LoginAttempt).where(LoginAttempt.login == folded_login(login)[:200]))
