"""What is done to users: adding, roles, passwords, keys, companies; each in the caller's transaction."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.access.models import (
    CONTRASTS,
    DENSITIES,
    FIRST_DAYS,
    HALF_HOURS,
    THEMES,
    WORKS,
    ApiKey,
    LoginAttempt,
    LoginSession,
    RoleAssignment,
    User,
    UserCompany,
    folded_login,
)
from core.access.passwords import demand_strength, digest, hashed, is_password, new_key
from core.access.schema import ADMIN
from core.db import Company, now, trusted
from core.errors import FieldError, Invalid, Missing, Refused
from core.i18n import LANGUAGES, REGIONS, _

CHOICES: dict[str, Collection[Any]] = {
    "theme": THEMES,
    "density": DENSITIES,
    "contrast": CONTRASTS,
    "language": LANGUAGES,
    "zone": {"", *available_timezones()},
    "region": {"", *REGIONS},
    "week_begins": {"", *map(str, FIRST_DAYS)},
    "works_from": {"", *HALF_HOURS},
    "works_until": {"", *HALF_HOURS},
    "single_keys": (True, False),
    "guided": (True, False),
}


def add_user(
    session: Session,
    login: str,
    roles: Iterable[str] = (),
    password: str | None = None,
    *,
    name: str = "",
    email: str | None = None,
    language: str = "en",
    must_change_password: bool = False,
) -> User:
    """A new user, who works in every company there is; the first one is his own unless that is changed.

    Whoever runs the command line answers for the password's strength; pages demand it with `demand_strength`.
    """
    folded = folded_login(login)
    if not folded or any(character.isspace() for character in folded):
        raise Invalid(_("A login is one word"), [FieldError("login", _("A login is one word"))])
    with trusted(session):
        if session.scalars(select(User.id).where(User.login == folded)).first() is not None:
            taken = _("There is a user {login} already", login=folded)
            raise Invalid(taken, [FieldError("login", taken)])
        user = User(
            login=folded,
            name=name or login.strip(),
            email=email,
            language=language,
            must_change_password=must_change_password,
            password_hash=hashed(password) if password else None,
        )
        user.roles = [RoleAssignment(role=role) for role in dict.fromkeys(roles)]
        companies = session.scalars(select(Company.id).order_by(Company.id)).all()
        user.companies = [UserCompany(company_id=c, is_default=c == companies[0]) for c in companies]
        session.add(user)
        session.flush()
    return user


def user_by_login(session: Session, login: str) -> User:
    """The user of this login; Missing if there is none."""
    user = session.scalars(select(User).where(User.login == folded_login(login))).one_or_none()
    if user is None:
        raise Missing(_("There is no user {login}", login=login))
    return user


def assign_roles(session: Session, user: User, roles: Iterable[str]) -> None:
    """Give a user exactly these roles; the last active administrator stays one."""
    wanted = set(roles)
    with trusted(session):
        if ADMIN not in wanted:
            _demand_other_admin(session, user)
        user.roles = [a for a in user.roles if a.role in wanted]
        held = {a.role for a in user.roles}
        user.roles += [RoleAssignment(role=role) for role in sorted(wanted - held)]
        session.flush()


def set_active(session: Session, user: User, active: bool) -> None:
    """Let a user in again, or put him away: he is logged out everywhere and his keys stop at once."""
    with trusted(session):
        if not active:
            _demand_other_admin(session, user)
            revoke_sessions(session, user.id)
        user.active = active
        session.flush()


def _demand_other_admin(session: Session, user: User) -> None:
    """Refused if the user is the only active administrator, as nobody could let anybody in any more."""
    admins = select(User.id).join(User.roles).where(RoleAssignment.role == ADMIN, User.active)
    holders = set(session.scalars(admins))
    if holders == {user.id}:
        raise Refused(_("{login} is the only administrator: make another one first", login=user.login))


def assign_companies(session: Session, user: User, companies: Sequence[int], default: int | None) -> None:
    """Let a user work in exactly these companies."""
    if default is not None and default not in companies:
        text = _("The first company must be one of the chosen")
        raise Invalid(text, [FieldError("default", text)])
    first = default or (companies[0] if companies else None)
    with trusted(session):
        user.companies = [c for c in user.companies if c.company_id in companies]
        held = {c.company_id for c in user.companies}
        user.companies += [UserCompany(company_id=c) for c in companies if c not in held]
        for entry in user.companies:
            entry.is_default = entry.company_id == first
        stale = LoginSession.company_id.not_in(companies) | LoginSession.company_id.is_(None)
        session.execute(update(LoginSession).where(LoginSession.user_id == user.id, stale).values(company_id=first))
        session.flush()


def change_password(session: Session, user: User, old: str, new: str, keep_session: int | None = None) -> None:
    """The user's own change: needs the old password; other browsers are logged out."""
    with trusted(session):
        if not is_password(user.password_hash, old):
            wrong = _("This is not your present password")
            raise Invalid(wrong, [FieldError("old", wrong)])
        demand_strength(new, user.login, "new")
        if old == new:
            same = _("The new password is the old one")
            raise Invalid(same, [FieldError("new", same)])
        _set_password(session, user, new, must_change=False)
        revoke_sessions(session, user.id, keep_session)


def reset_password(session: Session, user: User, new: str, must_change: bool = True) -> None:
    """An administrator's new password for somebody; all of his browsers are logged out."""
    demand_strength(new, user.login, "password")
    with trusted(session):
        _set_password(session, user, new, must_change)
        revoke_sessions(session, user.id)


def _set_password(session: Session, user: User, new: str, must_change: bool) -> None:
    user.password_hash, user.must_change_password = hashed(new), must_change
    session.execute(delete(LoginAttempt).where(LoginAttempt.login == user.login))
    session.flush()


def revoke_sessions(session: Session, user_id: int, keep: int | None = None) -> int:
    """Log a user out everywhere, except perhaps in one browser; answers in how many."""
    mine = update(LoginSession).where(LoginSession.user_id == user_id, LoginSession.revoked_at.is_(None))
    if keep is not None:
        mine = mine.where(LoginSession.id != keep)
    with trusted(session):
        return int(session.execute(mine.values(revoked_at=now())).rowcount)  # type: ignore[attr-defined]


def add_key(session: Session, login: str, label: str = "", expires_at: datetime | None = None) -> str:
    """A new API key of a user; answers the key, which is shown this once, as only its hash is kept."""
    with trusted(session):
        user = user_by_login(session, login)
        key = new_key()
        made = ApiKey(user_id=user.id, name=label.strip() or "key", prefix=key[:10], key_hash=digest(key))
        made.created_at, made.expires_at = now(), expires_at
        session.add(made)
        session.flush()
    return key


def set_preferences(session: Session, user: User, **chosen: str | bool) -> None:
    """What a person chooses for himself: theme, density, contrast, language, zone; Invalid for a value there is none of."""
    faults = [FieldError(name, _("There is no such choice")) for name, value in chosen.items() if value not in CHOICES[name]]
    if faults:
        raise Invalid(_("There is no such choice"), faults)
    with trusted(session):
        for name, value in chosen.items():
            setattr(user, name, value if isinstance(value, bool) else value or None)
        if (user.works_from or WORKS[0]) >= (user.works_until or WORKS[1]):
            message = _("Working hours end after they begin: choose a later end")
            raise Invalid(message, [FieldError("works_until", message)])
        session.flush()


def revoke_key(session: Session, key: ApiKey) -> None:
    """The key stops at the next request."""
    with trusted(session):
        key.revoked_at = key.revoked_at or now()
        session.flush()
