"""Coming in and going out: a password becomes a session, a session ends."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import delete, select, update

from core.access.current import CurrentUser
from core.access.models import LoginSession, User, UserCompany, folded_login
from core.access.passwords import digest, hashed, is_outdated, is_password, new_token
from core.access.throttle import forgive, take_try
from core.db import Database, now
from core.errors import Denied
from core.i18n import _

SESSION_HOURS = 14
FORGOTTEN_AFTER = timedelta(days=90)


def log_in(database: Database, login: str, password: str, ip: str = "", agent: str = "") -> str:
    """The token of a new session; a new one at every login, so that one planted before is worth nothing.

    Denied with one sentence for unknown, wrong and inactive alike; TooManyTries when it is tried too often. Does
    its own transactions, as a failed try must be remembered and the password is judged while none is open.
    """
    with database.write() as session:
        take_try(session, login, ip)
    with database.read() as session:
        found = select(User.id, User.password_hash, User.active).where(User.login == folded_login(login))
        row = session.execute(found).first()
    kept = row.password_hash if row else None
    if not is_password(kept, password) or row is None or not row.active:
        raise Denied(_("Login or password is wrong"))
    with database.write() as session:
        forgive(session, login)
        session.execute(delete(LoginSession).where(LoginSession.expires_at < now() - FORGOTTEN_AFTER))
        if is_outdated(row.password_hash):
            session.execute(update(User).where(User.id == row.id).values(password_hash=hashed(password)))
        token = new_token()
        session.add(new_session(row.id, token, ip, agent, _default_company(session, row.id)))
    return token


def _default_company(session: Any, user_id: int) -> int | None:
    mine = select(UserCompany.company_id).where(UserCompany.user_id == user_id)
    company: int | None = session.scalars(mine.order_by(UserCompany.is_default.desc(), UserCompany.company_id)).first()
    return company


def new_session(user_id: int, token: str, ip: str, agent: str, company_id: int | None) -> LoginSession:
    """The row of a session that begins now."""
    moment = now()
    return LoginSession(
        user_id=user_id,
        company_id=company_id,
        token_hash=digest(token),
        created_at=moment,
        expires_at=moment + timedelta(hours=SESSION_HOURS),
        ip=ip,
        agent=agent[:200],
    )


def log_out(database: Database, token: str) -> None:
    """End a session; its token is worth nothing from now on."""
    with database.write() as session:
        mine = update(LoginSession).where(LoginSession.token_hash == digest(token), LoginSession.revoked_at.is_(None))
        session.execute(mine.values(revoked_at=now()))


def switch_company(database: Database, user: CurrentUser, company_id: int) -> None:
    """Work in another of one's companies from now on, in this browser."""
    if company_id not in user.company_ids:
        raise Denied(_("You do not work in this company"))
    with database.write() as session:
        mine = update(LoginSession).where(LoginSession.id == user.session_id, LoginSession.user_id == user.id)
        session.execute(mine.values(company_id=company_id))


def safe_next(target: str | None, default: str = "/") -> str:
    """Where to go after the login: a path of this site, never another site."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return default
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(ord(character) < 32 for character in target):
        return default
    return target
