"""Coming in and going out: a password, and a code if the user has a second step, become a session; a session ends."""

import hmac
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.access import two_step
from core.access.audit import note
from core.access.current import CurrentUser
from core.access.models import LoginAttempt, LoginSession, User, UserCompany, folded_login
from core.access.passwords import digest, hashed, is_outdated, is_password, new_token
from core.access.throttle import forgive, take_try
from core.db import Database, now
from core.errors import Denied
from core.i18n import _

SESSION_HOURS = 14
FORGOTTEN_AFTER = timedelta(days=90)


class CodeNeeded(Denied):
    """The password was right, and the user has a second step: `proof` ends with the password that it stands for."""

    def __init__(self, user_id: int, proof: str) -> None:
        super().__init__(_("Now the code of your authenticator"))
        self.user_id, self.proof = user_id, proof


def log_in(database: Database, login: str, password: str, ip: str = "", agent: str = "") -> str:
    """The token of a new session; a new one at every login, so that one planted before is worth nothing.

    Denied with one sentence for unknown, wrong and inactive alike; TooManyTries when it is tried too often; CodeNeeded
    when a second step comes first. Does its own transactions, as a failed try must be remembered and the password is
    judged while none is open.
    """
    with database.write() as session:
        attempt = take_try(session, login, ip)
    with database.read() as session:
        found = select(User.id, User.password_hash, User.active, User.two_step).where(User.login == folded_login(login))
        row = session.execute(found).first()
    kept = row.password_hash if row else None
    if not is_password(kept, password) or row is None or not row.active:
        with database.write(via="web") as session:
            note(session, "login_failed", row.id if row else None, folded_login(login), ip, agent)
        raise Denied(_("Login or password is wrong"))
    with database.write(via="web") as session:
        if is_outdated(row.password_hash):
            session.execute(update(User).where(User.id == row.id).values(password_hash=hashed(password)))
        if row.two_step:  # what failed before is forgiven once the code is right, lest codes be guessed freely
            session.execute(delete(LoginAttempt).where(LoginAttempt.id == attempt))
        else:
            return _begin(session, row.id, folded_login(login), ip, agent)
    with database.read() as session:
        raise CodeNeeded(row.id, _proof(session.scalars(select(User.password_hash).where(User.id == row.id)).one()))


def log_in_by_code(
    database: Database, user_id: int, proof: str, code: str, secret_key: str, ip: str = "", agent: str = ""
) -> str:
    """The second step: the token of a new session for whoever showed the password before.

    Denied if the code is wrong, was used before, or the password changed meanwhile; TooManyTries as for passwords.
    """
    with database.read() as session:
        found = select(User.login, User.password_hash).where(User.id == user_id, User.active, User.two_step)
        row = session.execute(found).first()
    if row is None or not hmac.compare_digest(_proof(row.password_hash), proof):
        raise Denied(_("Begin again with your password"))
    with database.write() as session:
        take_try(session, row.login, ip)
    with database.write(via="web") as session:
        right = two_step.is_proof(session, user_id, code, secret_key)
        if right:
            return _begin(session, user_id, row.login, ip, agent)
        note(session, "login_failed", user_id, row.login, ip, agent, step="code")
    raise Denied(_("This code is not right, or it was used already. Wait for the next one."))


def _proof(password_hash: str | None) -> str:
    return digest(f"second step {password_hash}")


def _begin(session: Session, user_id: int, login: str, ip: str, agent: str) -> str:
    forgive(session, login)
    session.execute(delete(LoginSession).where(LoginSession.expires_at < now() - FORGOTTEN_AFTER))
    token = new_token()
    session.add(new_session(user_id, token, ip, agent, _default_company(session, user_id)))
    note(session, "login", user_id, login, ip, agent)
    session.commit()
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
    with database.write(via="web") as session:
        mine = update(LoginSession).where(LoginSession.token_hash == digest(token), LoginSession.revoked_at.is_(None))
        session.execute(mine.values(revoked_at=now()))
        owner = select(LoginSession.user_id, LoginSession.ip).where(LoginSession.token_hash == digest(token))
        if row := session.execute(owner).first():
            note(session, "logout", row.user_id, ip=row.ip)


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
