"""A new password for whoever forgot his: a link that is good once and for an hour."""

from datetime import timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from core.access.accounts import reset_password
from core.access.models import User, folded_login
from core.access.passwords import digest, new_token
from core.access.proofs import PasswordReset
from core.db import now, trusted
from core.errors import Missing
from core.i18n import _

GOOD_FOR = timedelta(hours=1)


def users_asked_for(session: Session, asked: str) -> list[int]:
    """The users who may come in and are called so, by login or mail, and have a mail address."""
    name = folded_login(asked)
    called = or_(User.login == name, func.lower(User.email) == name)
    return list(session.scalars(select(User.id).where(User.active, User.email.is_not(None), User.email != "", called)))


def make_link(session: Session, user_id: int, made_by: int | None = None) -> str:
    """The token of a new link; the links that this user was given before are worth nothing from now on."""
    token, moment = new_token(), now()
    with trusted(session):
        forget_links(session, user_id)
        made = PasswordReset(user_id=user_id, token_hash=digest(token), made_by_id=made_by)
        made.created_at, made.expires_at = moment, moment + GOOD_FOR
        session.add(made)
        session.flush()
    return token


def forget_links(session: Session, user_id: int) -> None:
    """No link of this user is good any more."""
    open_ones = update(PasswordReset).where(PasswordReset.user_id == user_id, PasswordReset.used_at.is_(None))
    session.execute(open_ones.values(used_at=now()))


def user_of_link(session: Session, token: str) -> User | None:
    """Whose link this is; nobody's if it was used, is too old, or its user may not come in."""
    live = (PasswordReset.token_hash == digest(token), PasswordReset.used_at.is_(None), PasswordReset.expires_at > now())
    query = select(User).join(PasswordReset, PasswordReset.user_id == User.id).where(*live, User.active)
    return session.scalars(query).first()


def use_link(session: Session, token: str, password: str) -> User:
    """Set the new password; every browser is logged out, every link is used up. Missing if the link is worth nothing."""
    user = user_of_link(session, token)
    taken = update(PasswordReset).where(PasswordReset.token_hash == digest(token), PasswordReset.used_at.is_(None))
    if user is None or not session.execute(taken.values(used_at=now())).rowcount:  # type: ignore[attr-defined]
        raise Missing(_("This link was used or is too old. Ask for a new one."))
    reset_password(session, user, password, must_change=False)
    forget_links(session, user.id)
    return user
