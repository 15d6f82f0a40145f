"""Which records a grant is about: the kernel's rules, written once and rendered in two forms.

A rule answers a predicate for a model (or an alias of it). *By row* asks each row by itself, so that an ordered page
may stop early; *by set* asks for the set of keys, which is right for sums and groups over everything. The user and
the companies are bound parameters, so all users of the same roles share the same statements.
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Integer, Table, and_, bindparam, inspect, or_, select, true, union
from sqlalchemy.orm import Mapper

from core.access.models import RecordShare, TeamMember
from core.db import Company, Moment

OwnRule = Callable[[Any, Any], ColumnElement[bool]]
Form = Callable[[Any, Any, str], ColumnElement[bool]]


@dataclass(frozen=True)
class Viewer:
    """Who looks, in which companies."""

    user_id: int | None
    company_ids: tuple[int, ...]


_viewer: ContextVar[Viewer] = ContextVar("viewer")
set_viewer = _viewer.set
ME: BindParameter[Any] = bindparam("tandem_user", callable_=lambda: _viewer.get().user_id, type_=Integer)
COMPANIES: BindParameter[Any] = bindparam(
    "tandem_companies", callable_=lambda: _viewer.get().company_ids, type_=Integer, expanding=True
)
MOMENT: BindParameter[Any] = bindparam("tandem_moment", callable_=lambda: datetime.now(UTC), type_=Moment())


@dataclass(frozen=True)
class RecordRule:
    """A named set of records of a model; `by_set` is the same set said as keys."""

    name: str
    by_row: Form
    by_set: Form


@lru_cache(512)
def rule_of(name: str, function: OwnRule) -> RecordRule:
    """A rule of an addon: a function of (model, user); its attribute `by_set`, if any, is the same as keys."""
    by_set = getattr(function, "by_set", function)
    return RecordRule(name, lambda model, user, _: function(model, user), lambda model, user, _: by_set(model, user))


def owner_columns(model: Any) -> tuple[str, ...]:
    """The columns that say whose a record is: who is assigned, else who made it."""
    named = getattr(mapper_of(model).class_, "__assignee__", None)
    columns = mapper_of(model).columns
    found = [n for n in ((named,) if named else ("assigned_to_id", "owner_id")) if n in columns]
    return (*found, "created_by_id") if "created_by_id" in columns else tuple(found)


def is_owned_by(model: Any, users: Callable[[Any], ColumnElement[bool]]) -> ColumnElement[bool]:
    """Assigned to one of the users; what is assigned to nobody belongs to who made it."""
    names = owner_columns(model)
    if not names:
        raise ValueError(f"{mapper_of(model).class_.__name__} has no column that says whose a record is")
    first = getattr(model, names[0])
    if len(names) == 1:
        return users(first)
    return or_(users(first), and_(first.is_(None), users(getattr(model, names[1]))))


def _all(model: Any, user: Any, operation: str) -> ColumnElement[bool]:
    return true()


def _own(model: Any, user: Any, operation: str) -> ColumnElement[bool]:
    return is_owned_by(model, lambda column: column == user)


def _team(model: Any, user: Any, operation: str) -> ColumnElement[bool]:
    """Mine, my team mates', and what is given to a team of mine."""
    mates = table_of(TeamMember)
    mine = mates.alias()
    teams = select(mine.c.team_id).where(mine.c.user_id == user)
    of_mates = select(mates.c.user_id).where(mates.c.team_id.in_(teams))
    ours = or_(is_owned_by(model, lambda column: column.in_(of_mates)), _own(model, user, operation))
    return or_(ours, model.team_id.in_(teams)) if "team_id" in mapper_of(model).columns else ours


def _company(model: Any, user: Any, operation: str) -> ColumnElement[bool]:
    columns = mapper_of(model).columns
    if "company_id" in columns:
        return _in_companies(model.company_id)
    if inspect(model).class_ is Company:
        return _in_companies(model.id)
    raise ValueError(f"{mapper_of(model).class_.__name__} belongs to no company")


def _in_companies(column: Any) -> ColumnElement[bool]:
    answer: ColumnElement[bool] = column.in_(COMPANIES)
    return answer


def _shares(model: Any, user: Any, operation: str) -> tuple[Any, Any]:
    """The table of shares narrowed to this user, and its column that names the record."""
    mapper = mapper_of(model)
    relation: Any = mapper.relationships.get("shared_with")
    if relation is not None and relation.secondary is not None:
        links = relation.secondary.alias()
        near, far = relation.synchronize_pairs[0][1], relation.secondary_synchronize_pairs[0][1]
        return links.c[near.name], links.c[far.name] == user
    shares = table_of(RecordShare).alias()
    name = f"{mapper.class_.__addon__}.{mapper.class_.__slug__}"
    mine = [shares.c.user_id == user, shares.c.model == name, or_(shares.c.until.is_(None), shares.c.until > MOMENT)]
    if operation not in ("read", "export"):
        mine.append(shares.c.may_write)
    return shares.c.record_id, and_(*mine)


def _own_or_shared(model: Any, user: Any, operation: str) -> ColumnElement[bool]:
    """A scalar subquery: EXISTS lets PostgreSQL hash all shares of the user before the first row."""
    record, mine = _shares(model, user, operation)
    shared = select(true()).where(record == model.id, mine).correlate_except(record.table).limit(1)
    return or_(_own(model, user, operation), shared.scalar_subquery())


def _own_or_shared_by_set(model: Any, user: Any, operation: str) -> ColumnElement[bool]:
    record, mine = _shares(model, user, operation)
    twin = Columns(mapper_of(model))
    keys = union(select(twin.id).where(_own(twin, user, operation)), select(record).where(mine))
    answer: ColumnElement[bool] = model.id.in_(keys)
    return answer


class Columns:
    """A model's table under another name, its columns by attribute: what a rule looks at apart from the statement.

    Its columns are marked so that a statement on an alias of the model does not take them for its own.
    """

    def __init__(self, mapper: Any) -> None:
        self._mapper = mapper
        self._table = mapper.local_table.alias()

    def __getattr__(self, name: str) -> Any:
        column = self._table.c[self._mapper.columns[name].name]
        return column._annotate({"no_replacement_traverse": True})


def mapper_of(model: Any) -> Mapper[Any]:
    """The mapper of a model, of an alias of it, or of its columns."""
    mapper: Mapper[Any] = model._mapper if isinstance(model, Columns) else inspect(model).mapper
    return mapper


def table_of(model: Any) -> Table:
    """The table itself: a rule that names tables is not narrowed again by other rules."""
    table: Table = model.__table__
    return table


ALL = RecordRule("all", _all, _all)
KERNEL_RULES = {
    rule.name: rule
    for rule in (
        ALL,
        RecordRule("own", _own, _own),
        RecordRule("own_or_shared", _own_or_shared, _own_or_shared_by_set),
        RecordRule("team", _team, _team),
        RecordRule("company", _company, _company),
    )
}
