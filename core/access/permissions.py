"""The permissions of all enabled addons as one value, with an administrator's changes on top, and policies from it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from core.access.kernel_rules import kernel_permissions
from core.access.policy import Policy, united
from core.access.rules import KERNEL_RULES, RecordRule
from core.access.schema import (
    ADMIN,
    EVERYONE,
    AddonPermissions,
    GrantEntry,
    Role,
    RoleGrant,
    as_entry,
    check_grant,
    resolved,
)
from core.db import mapped_models
from core.yaml_reader import Problem


@dataclass(frozen=True)
class Customisation:
    """What an administrator changed of one role: see `RoleCustomisation`, of which this is the value."""

    role: str
    label: str | None = None
    summary: str | None = None
    implies: tuple[str, ...] = ()
    made_here: bool = False
    grants: Mapping[str, Mapping[str, Any] | None] = field(default_factory=dict)


@dataclass
class Permissions:
    """Roles and their grants, as composed for one app value; policies are made once per set of roles."""

    roles: dict[str, Role] = field(default_factory=dict)
    grants: dict[type, dict[str, RoleGrant]] = field(default_factory=dict)
    models: dict[str, type] = field(default_factory=dict)
    rules: dict[type, dict[str, RecordRule]] = field(default_factory=dict)
    entries: dict[tuple[type, str], GrantEntry] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    _policies: dict[frozenset[str], Policy] = field(default_factory=dict, repr=False)

    def policy(self, roles: Iterable[str]) -> Policy:
        """What the users of exactly these roles may do; unknown roles (of disabled addons) give nothing."""
        named = frozenset(roles)
        found = self._policies.get(named)
        if found is None:
            found = self._policies.setdefault(named, self._make(named))
        return found

    def _make(self, named: frozenset[str]) -> Policy:
        held = self.implied((*named, EVERYONE))
        grants = {
            model: united(grant for role, grant in by_role.items() if role in held)
            for model, by_role in self.grants.items()
            if held & by_role.keys()
        }
        return Policy(grants, held, ADMIN in named)

    def implied(self, roles: Iterable[str]) -> frozenset[str]:
        """These roles and all that they imply."""
        held: set[str] = set()
        queue = list(roles)
        while queue:
            name = queue.pop()
            if name not in held:
                held.add(name)
                queue += self.roles[name].implies if name in self.roles else ()
        return frozenset(held)

    def rules_of(self, model: type) -> dict[str, RecordRule]:
        """The record rules that a grant of this model may name."""
        return KERNEL_RULES | self.rules.get(model, {})


def compose(
    parts: Iterable[AddonPermissions], customised: Iterable[Customisation] = ()
) -> tuple[Permissions, list[Problem]]:
    """One value from the permissions of the enabled addons, in their order; problems are roles that do not exist.

    Customisations of models that are not enabled wait; one that cannot be read is left out and named in `faults`.
    """
    whole = Permissions({ADMIN: Role(ADMIN, "Administrator", "May do everything.")})
    kernel, problems = kernel_permissions(len(mapped_models()))
    listed, problems = [kernel, *parts], [*problems]
    for part in listed:
        whole.roles |= part.roles
    for part in listed:
        for model, by_role in part.grants.items():
            whole.models[label_of(model)] = model
            whole.rules.setdefault(model, {}).update(part.rules)
            for role, grant in by_role.items():
                entry = part.entries[model, role]
                if role not in whole.roles:
                    problems.append(entry.problem(f"there is no role {role!r}", word=role, among=whole.roles))
                whole.grants.setdefault(model, {})[role] = joined(whole.grants.get(model, {}).get(role), grant)
                whole.entries[model, role] = entry
    for change in customised:
        customise(whole, change)
    return whole, problems


def joined(one: RoleGrant | None, other: RoleGrant) -> RoleGrant:
    """Two addons grant the same role something on the same model: both hold, restrictions too."""
    if one is None:
        return other
    rules = {**one.rules}
    for operation, named in other.rules.items():
        rules[operation] = tuple(dict.fromkeys((*rules.get(operation, ()), *named)))
    return RoleGrant(rules, one.readonly | other.readonly, one.hidden | other.hidden)


def customise(whole: Permissions, change: Customisation) -> None:
    """Lay an administrator's change over the role of YAML, or add the role that was made in the browser."""
    if change.made_here:
        label = change.label or change.role
        whole.roles[change.role] = Role(change.role, label, change.summary or "", change.implies, "custom")
    elif change.role not in whole.roles:
        return
    for label, value in change.grants.items():
        model = whole.models.get(label)
        if model is None:
            continue
        if value is None:
            whole.grants.get(model, {}).pop(change.role, None)
            whole.entries.pop((model, change.role), None)
            continue
        try:
            entry = as_entry(value)
        except ValidationError as error:
            whole.faults.append(f"{change.role}, {label}: {error}")
            continue
        rules = whole.rules_of(model)
        if found := check_grant(model, entry, rules):
            whole.faults += [f"{change.role}, {label}: {problem.message}" for problem in found]
            continue
        whole.grants.setdefault(model, {})[change.role] = resolved(model, entry, rules)
        whole.entries[model, change.role] = entry


def label_of(model: type) -> str:
    """How YAML names a model: `crm_contacts.Contact`."""
    return f"{model.__addon__}.{model.__name__}"  # type: ignore[attr-defined]
