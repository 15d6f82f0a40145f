"""Whoever sends a request: from the token of a browser or the key of a program to its user, in one statement."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Select,
    String,
    Table,
    and_,
    bindparam,
    cast,
    column,
    func,
    null,
    or_,
    select,
    true,
)
from sqlalchemy import table as named_table

from core.access.models import WORKS, ApiKey, LoginSession, RoleAssignment, User, UserCompany
from core.access.passwords import KEY_PREFIX, digest
from core.access.schema import ADMIN
from core.db import Company, Moment, now
from core.values import initials

OF_THE_USER = (
    *("id", "login", "name", "language", "theme", "density", "contrast"),
    *("single_keys", "guided", "week_begins", "works_from", "works_until"),
)
GENERATION = named_table("core_generation", column("value", Integer))  # the registry's, which lies above


@dataclass(frozen=True)
class CurrentUser:
    """Whoever sends a request: as much of the user as every request needs, read in one statement."""

    id: int
    login: str
    name: str
    language: str
    zone: str
    theme: str
    density: str
    contrast: str
    single_keys: bool
    guided: bool
    roles: frozenset[str]
    company_ids: tuple[int, ...]
    company_id: int | None
    company_name: str
    company_zone: str
    first_weekday: int = 1
    region: str | None = None
    week_begins: str | None = None
    works_from: str | None = None
    works_until: str | None = None
    must_change_password: bool = False
    two_step: bool = False
    session_id: int | None = None
    key_id: int | None = None
    token: str = ""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What Flask-Login keeps in the signed cookie: the session's token."""
        return self.token

    @property
    def is_admin(self) -> bool:
        """Whether he may everything."""
        return ADMIN in self.roles

    @property
    def works(self) -> tuple[str, str]:
        """From when until when he works, on the clock of the page."""
        return self.works_from or WORKS[0], self.works_until or WORKS[1]

    @property
    def initials(self) -> str:
        """Two letters for a small sign."""
        return initials(self.name) or self.login[:1].upper()

    def info(self) -> dict[str, Any]:
        """What a session of this user carries, besides the policy and what the app adds."""
        return {
            "user_id": self.id,
            "company_id": self.company_id,
            "language": self.language,
            "zone": self.zone,
        }


def load_actor(connection: Connection, token_hash: str) -> tuple[CurrentUser | None, int]:
    """The user of a browser's session, if it is still good, and the generation: one statement for both."""
    return _load(connection, _by_session(), token_hash)


def load_key(connection: Connection, key: str) -> tuple[CurrentUser | None, int]:
    """The user of an API key, if it is still good, and the generation; the key's use is written nowhere."""
    if not key.startswith(KEY_PREFIX):
        return _load(connection, _by_key(), "")
    return _load(connection, _by_key(), digest(key))


def _load(connection: Connection, statement: Select[Any], hashed_secret: str) -> tuple[CurrentUser | None, int]:
    row = connection.execute(statement, {"secret": hashed_secret, "moment": now()}).first()
    if row is None:
        return None, 0
    return (_current(row) if row.id is not None else None), int(row.generation)


def _current(row: Any) -> CurrentUser:
    companies = tuple(sorted(int(c) for c in (row.companies or "").split()))
    kept = {name: getattr(row, name) for name in OF_THE_USER}
    return CurrentUser(
        **kept,
        zone=row.zone or row.company_zone or "UTC",
        company_zone=row.company_zone or "UTC",
        first_weekday=int(row.week_begins or (1 if row.first_weekday is None else row.first_weekday)),
        roles=frozenset((row.roles or "").split()),
        company_ids=companies,
        company_id=row.company_id,
        company_name=row.company_name or "",
        region=row.region,
        must_change_password=row.must_change_password,
        two_step=row.two_step,
        session_id=row.session_id,
        key_id=row.key_id,
    )


def with_token(user: CurrentUser, token: str) -> CurrentUser:
    """The user as Flask-Login wants him: knowing the token of the cookie."""
    return replace(user, token=token)


@cache
def _by_session() -> Select[Any]:
    door = _table(LoginSession)
    good = and_(door.c.token_hash == bindparam("secret"), door.c.revoked_at.is_(None), door.c.expires_at > _moment())
    return _statement(door, good, door.c.company_id, door.c.id, null())


@cache
def _by_key() -> Select[Any]:
    door = _table(ApiKey)
    lives = or_(door.c.expires_at.is_(None), door.c.expires_at > _moment())
    good = and_(door.c.key_hash == bindparam("secret"), door.c.revoked_at.is_(None), lives)
    return _statement(door, good, null(), null(), door.c.id)


def _moment() -> Any:
    return bindparam("moment", type_=Moment())


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


def _statement(door: Table, good: Any, company_id: Any, session_id: Any, key_id: Any) -> Select[Any]:
    """Generation, door, user, roles, companies: outer joins, so that the generation comes even for a stranger."""
    user, role, works, company = _table(User), _table(RoleAssignment), _table(UserCompany), _table(Company)
    roles = select(func.aggregate_strings(role.c.role, " ")).where(role.c.user_id == user.c.id).scalar_subquery()
    listed = func.aggregate_strings(cast(works.c.company_id, String), " ")
    in_companies = select(listed).where(works.c.user_id == user.c.id)
    own = select(works.c.company_id).where(works.c.user_id == user.c.id).order_by(works.c.is_default.desc(), works.c.id)
    here = func.coalesce(company_id, own.limit(1).scalar_subquery())
    entered = door.join(user, and_(user.c.id == door.c.user_id, user.c.active)).outerjoin(company, company.c.id == here)
    columns = [user.c[name] for name in CurrentUser.__dataclass_fields__ if name in user.c]
    wanted = [*columns, company.c.name.label("company_name"), company.c.zone.label("company_zone"), company.c.first_weekday]
    wanted += [here.label("company_id"), roles.label("roles"), in_companies.scalar_subquery().label("companies")]
    wanted += [session_id.label("session_id"), key_id.label("key_id")]
    person = select(*wanted).select_from(entered).where(good).subquery()
    return select(GENERATION.c.value.label("generation"), person).select_from(GENERATION.outerjoin(person, true()))
