"""Answers for people: what may this user do, and why does he see this record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from core.access.models import RoleAssignment, User, UserCompany
from core.access.permissions import Permissions
from core.access.policy import Policy
from core.access.rules import Viewer, set_viewer
from core.access.schema import ADMIN, CRUD, DELETE, EVERYONE, READ, UPDATE, is_scoped
from core.access.words import model_word
from core.db import kernel_connection
from core.i18n import Text, _

RULE_WORDS = {
    "all": "all records",
    "own": "one's own",
    "own_or_shared": "one's own and shared ones",
    "team": "those of one's teams",
    "company": "those of one's companies",
    "parent": "as its document",
}


@dataclass(frozen=True)
class Cell:
    """What may be done to one model: an operation, on which records, by which roles."""

    operation: str
    rules: tuple[str, ...]
    roles: tuple[str, ...]

    @property
    def text(self) -> str:
        """The records in words; rules of addons by their name."""
        return ", ".join(str(_(RULE_WORDS.get(rule, rule.replace("_", " ")))) for rule in self.rules)


@dataclass(frozen=True)
class Row:
    """One model of the matrix."""

    model: type
    label: str
    word: Text
    cells: tuple[Cell | None, ...]
    besides: tuple[Cell, ...]
    hidden: tuple[str, ...]
    readonly: tuple[str, ...]


@dataclass(frozen=True)
class Reason:
    """One way in which a user sees a record, or not: `holds` says whether this way leads to it."""

    holds: bool
    text: Text
    role: str = ""


def matrix(permissions: Permissions, roles: Iterable[str]) -> list[Row]:
    """What the users of these roles may do, model by model: read, create, change, delete, and the rest."""
    named = frozenset(roles)
    policy, held = permissions.policy(named), permissions.implied((*named, EVERYONE))
    rows = []
    for label, model in sorted(permissions.models.items()):
        cells = {c.operation: c for c in _cells(permissions, policy, held, model)}
        if cells:
            grant = policy.grant(model)
            besides = tuple(cell for operation, cell in sorted(cells.items()) if operation not in CRUD)
            four = tuple(cells.get(operation) for operation in CRUD)
            fields = tuple(sorted(grant.hidden)), tuple(sorted(grant.readonly))
            rows.append(Row(model, label, model_word(model), four, besides, *fields))
    return rows


def _cells(permissions: Permissions, policy: Policy, held: frozenset[str], model: type) -> list[Cell]:
    if policy.is_admin:
        return [Cell(operation, ("all",), (ADMIN,)) for operation in CRUD]
    by_role = {r: g for r, g in permissions.grants.get(model, {}).items() if r in held}
    rules = policy.grant(model).rules
    roles = {operation: tuple(r for r, g in by_role.items() if operation in g.rules) for operation in rules}
    return [Cell(o, tuple(rule.name for rule in named), roles[o]) for o, named in rules.items()]


def may_do(
    session: Session, permissions: Permissions, user: User, roles: Iterable[str], model: Any, key: int
) -> tuple[bool, ...]:
    """Whether a user may see, change and delete a record, by the very predicates that the guard uses; one statement."""
    if not user.active:
        return (False, False, False)
    companies = tuple(session.scalars(select(UserCompany.company_id).where(UserCompany.user_id == user.id)))
    set_viewer(Viewer(user.id, companies))
    policy = permissions.policy(set(roles))
    asked = [policy.predicate(model, operation) for operation in (READ, UPDATE, DELETE)]
    (primary,) = inspect(model).primary_key
    attribute = getattr(model, inspect(model).get_property_by_column(primary).key)
    row = kernel_connection(session).execute(select(*asked).select_from(model).where(attribute == key)).first()
    return tuple(bool(answer) for answer in row) if row is not None else (False, False, False)


def why(session: Session, permissions: Permissions, user: User, model: Any, key: int, operation: str = READ) -> list[Reason]:
    """Every grant of the user that speaks about the model, and whether it reaches this record; companies first.

    Asked by the kernel or an administrator, of the record as it is stored.
    """
    roles = set(session.scalars(select(RoleAssignment.role).where(RoleAssignment.user_id == user.id)))
    companies = tuple(session.scalars(select(UserCompany.company_id).where(UserCompany.user_id == user.id)))
    set_viewer(Viewer(user.id, companies))
    policy = permissions.policy(roles)
    if not _holds(session, model, key, []):
        return [Reason(False, _("There is no such record"))]
    reasons = []
    if not user.active:
        reasons.append(Reason(False, _("{name} is put away and cannot log in", name=user.name)))
    if is_scoped(model):
        inside = _holds(session, model, key, policy._of_companies(model, model, by_set=False))
        works = _("It is of a company that {name} works in", name=user.name)
        not_there = _("It is of a company that {name} does not work in", name=user.name)
        reasons.append(Reason(inside, works if inside else not_there))
    if policy.is_admin:
        return [*reasons, Reason(True, _("Administrators see every record of their companies"), ADMIN)]
    return reasons + _reasons_of_roles(session, permissions, policy, roles, model, key, operation)


def _reasons_of_roles(
    session: Session, permissions: Permissions, policy: Policy, roles: set[str], model: Any, key: int, operation: str
) -> list[Reason]:
    held = permissions.implied((*roles, EVERYONE))
    grants = {r: g for r, g in permissions.grants.get(model, {}).items() if r in held and operation in g.rules}
    reasons = [
        Reason(_holds(session, model, key, [rule.by_row(model, policy.user, operation)]), _said(role, rule.name), role)
        for role, grant in grants.items()
        for rule in grant.rules[operation]
    ]
    follows = policy.follows(model)
    if follows is not None:
        inside = _holds(session, model, key, [follows.by_row(model, policy, operation)])
        reasons.append(Reason(inside, _("As its {parent}", parent=model_word(follows.parent))))
    return reasons or [Reason(False, _("No role of this user says anything about it"))]


def _said(role: str, rule: str) -> Text:
    words = _(RULE_WORDS[rule]) if rule in RULE_WORDS else rule.replace("_", " ")
    return _("{role}: {rule}", role=role, rule=words)


def _holds(session: Session, model: Any, key: int, predicates: Sequence[Any]) -> bool:
    (primary,) = inspect(model).primary_key
    attribute = getattr(model, inspect(model).get_property_by_column(primary).key)
    found = kernel_connection(session).execute(select(attribute).where(attribute == key, *predicates)).first()
    return found is not None
