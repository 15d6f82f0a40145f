"""What a set of roles may do: grants united over roles, record rules as predicates, options that narrow statements.

One Policy serves all users of the same roles within one app value: the user and the companies are bound parameters.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import BindParameter, Column, ColumnElement, and_, false, inspect, or_, select, true
from sqlalchemy.orm import Mapper, aliased
from sqlalchemy.orm.util import LoaderCriteriaOption
from sqlalchemy.sql import visitors
from sqlalchemy.sql.annotation import _deep_annotate, _safe_annotate
from sqlalchemy.sql.elements import True_

from core.access.rules import ALL, COMPANIES, ME, Columns, RecordRule, mapper_of
from core.access.schema import BESIDES, CREATE, CRUD, READ, UPDATE, RoleGrant, is_scoped, owner_of
from core.db import Line, declared

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Grant:
    """What a set of roles may do with one model: for each operation, record rules joined by OR."""

    rules: Mapping[str, tuple["Rule", ...]]
    hidden: frozenset[str] = NOTHING
    readonly: frozenset[str] = NOTHING

    @property
    def operations(self) -> frozenset[str]:
        """What may be done to some record at least."""
        return frozenset(self.rules)

    @property
    def unwritable(self) -> frozenset[str]:
        """The fields that may not be set."""
        return self.hidden | self.readonly


class Narrowing(LoaderCriteriaOption):
    """`with_loader_criteria` that means an alias when it is asked about one, also in ON of a join by an expression.

    SQLAlchemy adapts the criteria of an alias where it writes WHERE, not where it writes ON; adapting twice does no harm.
    """

    __slots__ = ()
    _traverse_internals = LoaderCriteriaOption._traverse_internals

    def _resolve_where_criteria(self, ext_info: Any) -> ColumnElement[bool]:
        # Annotated parameters are equal to their originals but not identical: SQLAlchemy would compare them as SQL
        # expressions at each execution, 100 us a statement.
        criteria: ColumnElement[bool] = _deep_annotate(
            self.where_criteria,  # type: ignore[arg-type]
            {"for_loader_criteria": self},
            detect_subquery_cols=True,
            ind_cols_on_fromclause=True,
            annotate_callable=lambda e, said: e if isinstance(e, BindParameter) else _safe_annotate(e, said),
        )
        return ext_info._adapter.traverse(criteria) if ext_info.is_aliased_class else criteria


class Everything(dict[str, tuple["Rule", ...]]):
    """The rules of somebody who may do everything, verbs included."""

    def __init__(self, rule: "Rule" = ALL) -> None:
        self.rule = rule

    def __contains__(self, operation: object) -> bool:
        return True

    def __missing__(self, operation: str) -> tuple["Rule", ...]:
        return (self.rule,)


NO_GRANT = Grant({})


def united(grants: Iterable[RoleGrant]) -> Grant:
    """Several roles of one user: what one of them allows is allowed.

    A field is hidden (or read-only) only where every role that may read (or write) the model hides it.
    """
    rules: dict[str, tuple[Rule, ...]] = {}
    seen: list[frozenset[str]] = []
    written: list[frozenset[str]] = []
    for grant in grants:
        for operation, named in grant.rules.items():
            joined = dict.fromkeys((*rules.get(operation, ()), *named))
            rules[operation] = (ALL,) if ALL in joined else tuple(joined)
        if READ in grant.rules:
            seen.append(grant.hidden)
        if CREATE in grant.rules or UPDATE in grant.rules:
            written.append(grant.readonly | grant.hidden)
    return Grant(rules, _common(seen), _common(written))


def _common(sets: list[frozenset[str]]) -> frozenset[str]:
    return sets[0].intersection(*sets[1:]) if sets else NOTHING


@dataclass(eq=False)
class Policy:
    """What the users of some roles may do; a model without a grant is forbidden."""

    grants: Mapping[type, Grant]
    roles: frozenset[str] = NOTHING
    is_admin: bool = False
    user: Any = ME
    vetted: dict[Any, Any] = field(default_factory=dict, repr=False)
    shapes: dict[Any, frozenset[type]] = field(default_factory=dict, repr=False)
    questions: dict[tuple[type, str], Any] = field(default_factory=dict, repr=False)
    _by_company: dict[tuple[type, str], bool] = field(default_factory=dict, repr=False)
    _effective: dict[type, Grant] = field(default_factory=dict, repr=False)
    _options: dict[tuple[type, bool], LoaderCriteriaOption | None] = field(default_factory=dict, repr=False)
    _hidden: dict[type, frozenset[str]] = field(default_factory=dict, repr=False)

    def grant(self, model: type) -> Grant:
        """The grant of a model: its own, else that of the document or record that it belongs to."""
        found = self._effective.get(model)
        if found is None:
            found = self._effective.setdefault(model, self._find_grant(model))
        return found

    def _find_grant(self, model: type) -> Grant:
        above = parent_of(model)
        if self.is_admin:
            return Grant(Everything(FollowsParent(*above) if above else ALL))
        if model in self.grants or above is None:
            return self.grants.get(model, NO_GRANT)
        held = self.grant(above[0]).rules
        kept = {operation for operation in (*CRUD, *BESIDES) if operation in held}
        if UPDATE in held:
            kept.add(CREATE)
        hidden, readonly = closed_fields(model, self.roles)
        return Grant({operation: (FollowsParent(*above),) for operation in kept}, hidden, readonly)

    def follows(self, model: type) -> "FollowsParent | None":
        """The parent that the model's grant comes from, if it comes from one."""
        rules = self.grant(model).rules
        first = rules[READ][0] if READ in rules else None
        return first if isinstance(first, FollowsParent) else None

    def may(self, model: type, operation: str) -> bool:
        """Whether the operation is allowed on some record of the model: for menus and buttons."""
        return operation in self.grant(model).rules

    def hidden(self, model: type) -> frozenset[str]:
        """The fields that are not shown; sealed ones to nobody."""
        found = self._hidden.get(model)
        if found is None:
            found = self._hidden.setdefault(model, self.grant(model).hidden | sealed(model))
        return found

    def unwritable(self, model: type) -> frozenset[str]:
        """The fields that may not be set."""
        return self.hidden(model) | self.grant(model).readonly

    def predicate(self, model: Any, operation: str, by_set: bool = False) -> ColumnElement[bool]:
        """Which records of a model (or of an alias of it) the operation is allowed on."""
        cls = mapper_of(model).class_
        rules = self.grant(cls).rules
        if operation not in rules:
            return false()
        inside = self._of_companies(model, cls, by_set) + self._by_rules(model, rules[operation], operation, by_set)
        return and_(*inside) if inside else true()

    def _by_rules(self, model: Any, rules: tuple["Rule", ...], operation: str, by_set: bool) -> list[ColumnElement[bool]]:
        """The rules joined by OR; nothing if one of them leaves nothing out."""
        answers = []
        for rule in rules:
            form = rule.by_set if by_set else rule.by_row
            answers.append(form(model, self if isinstance(rule, FollowsParent) else self.user, operation))
        open_to_all = any(isinstance(answer, True_) for answer in answers)
        return [] if open_to_all else [or_(*answers) if len(answers) > 1 else answers[0]]

    def _of_companies(self, model: Any, cls: type, by_set: bool) -> list[ColumnElement[bool]]:
        """Documents of the session's companies, and lines of such documents that have a grant of their own."""
        if is_scoped(cls):
            return [model.company_id.in_(COMPANIES)]
        above = parent_of(cls)
        if above is None or self.follows(cls) or not is_scoped(above[0]):
            return []
        parent = Columns(inspect(above[0]))
        return [getattr(model, above[1]).in_(select(parent.id).where(parent.company_id.in_(COMPANIES)))]

    def asks_company(self, model: type, operation: str) -> bool:
        """Whether only its company decides if the operation is allowed on a record that belongs to one."""
        known = self._by_company.get((model, operation))
        if known is None:
            rules = self.grant(model).rules if is_scoped(model) else {}
            known = operation in rules and not self._by_rules(model, rules[operation], operation, False)
            self._by_company[model, operation] = known
        return known

    def is_open(self, model: type, operation: str = READ) -> bool:
        """Whether no record is left out."""
        return isinstance(self.predicate(model, operation), True_)

    def ruled_by(self, model: type, operation: str) -> frozenset[str]:
        """The columns of a model that decide whether the operation is allowed on a record."""
        mapper = mapper_of(model)
        columns = (e for e in visitors.iterate(self.predicate(model, operation)) if isinstance(e, Column))
        ours = (c for c in columns if c.table is mapper.local_table or c._annotations.get("parentmapper") is mapper)
        return frozenset(column.key for column in ours)

    def option(self, model: type, by_set: bool = False) -> LoaderCriteriaOption | None:
        """What narrows the model in a statement; None if every record is seen. Always the same object."""
        key = model, by_set
        if key not in self._options:
            predicate = self.predicate(model, READ, by_set)
            is_open = isinstance(predicate, True_)
            made = None if is_open else Narrowing(model, predicate, include_aliases=True)
            self._options.setdefault(key, made)
        return self._options[key]

    def criteria(self, models: Iterable[type], by_set: bool = False) -> list[LoaderCriteriaOption]:
        """The options that narrow these models."""
        found = (self.option(model, by_set) for model in models)
        return [option for option in found if option is not None]

    @cached_property
    def label(self) -> str:
        """The roles, for logs and messages."""
        return ", ".join(sorted(self.roles)) or "no role"


@dataclass(frozen=True)
class FollowsParent:
    """The rule of lines and extensions: a line is what its document is, an extension what its owner is."""

    parent: type
    key: str
    relation: str
    name: str = "parent"

    def by_row(self, model: Any, policy: Policy, operation: str) -> ColumnElement[bool]:
        """A scalar subquery on the parent's key; it selects a constant, as a SELECT list is not adapted to aliases."""
        parent, inside = self._parent(model, policy, operation, by_set=False)
        if isinstance(inside, True_):
            return inside
        key = getattr(model, self.key)
        return select(true()).where(parent.id == key, inside).correlate_except(parent).scalar_subquery()

    def by_set(self, model: Any, policy: Policy, operation: str) -> ColumnElement[bool]:
        """The keys of the parents."""
        parent, inside = self._parent(model, policy, operation, by_set=True)
        if isinstance(inside, True_):
            return inside
        answer: ColumnElement[bool] = getattr(model, self.key).in_(select(parent.id).where(inside))
        return answer

    def _parent(self, model: Any, policy: Policy, operation: str, by_set: bool) -> tuple[Any, ColumnElement[bool]]:
        """The parent under a name of its own, and which parents the operation is allowed on."""
        held = policy.grant(self.parent).rules
        asked = UPDATE if operation == CREATE and UPDATE in held else operation
        parent: Any = aliased(self.parent)
        if is_scoped(mapper_of(model).class_):  # its own company column says as much as the parent's
            answers = policy._by_rules(parent, held[asked], asked, by_set)
            return parent, answers[0] if answers else true()
        return parent, policy.predicate(parent, asked, by_set)


def parent_of(model: type) -> tuple[type, str, str] | None:
    """The document of a line or the owner of an extension, with the column and the relationship that name it."""
    owner = owner_of(model)
    if owner is not None:
        return owner, "id", "owner"
    if not issubclass(model, Line) or not model.__parent__:
        return None
    relation = inspect(model).relationships[model.__parent__]
    (column,) = relation.local_columns
    return relation.mapper.class_, relation.parent.get_property_by_column(column).key, relation.key


def closed_fields(model: type, roles: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Of an extension whose fields say by themselves who sees and changes them: those hidden, those read-only."""
    closed: Any = getattr(model, "__closed__", None)
    return closed(roles) if closed is not None else (NOTHING, NOTHING)


Rule = RecordRule | FollowsParent


def sealed(model: type) -> frozenset[str]:
    """The fields that nobody reads through a user's session: hashes of passwords and keys."""
    mapper: Mapper[Any] = inspect(model)
    return frozenset(a.key for a in mapper.column_attrs if declared(a).info.get("sealed"))
