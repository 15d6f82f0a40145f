"""permissions.yaml: which role may do what to which model; every fault with its line."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import Field

from core.access.rules import KERNEL_RULES, OwnRule, RecordRule, mapper_of, rule_of
from core.db import CompanyScoped, Extension
from core.operations import verbs_of
from core.yaml_reader import Located, Problem, problem_at, read_document

READ, CREATE, UPDATE, DELETE = CRUD = ("read", "create", "update", "delete")
BESIDES = ("export", "import", "mail")
ADMIN, EVERYONE = "admin", "core.everyone"


class RoleEntry(Located):
    """A role as an addon declares it."""

    label: str
    """What people call the role."""
    summary: str = ""
    """What whoever has it may do, in a few words."""
    implies: list[str] = Field(default_factory=list)
    """Roles that it includes."""


class GrantEntry(Located):
    """What one role may do with one model."""

    may: list[str]
    """Operations: read, create, update, delete, export, import, mail, and the model's verbs."""
    records: str | list[str] | dict[str, str | list[str]] = "all"
    """Which records: the name of a rule, several joined by or, or for each operation its own (`others` for the rest)."""
    readonly: list[str] = Field(default_factory=list)
    """Fields that the role sees and does not write."""
    hidden: list[str] = Field(default_factory=list)
    """Fields that it never sees; their columns must be `sensitive()`."""

    def rules_for(self, operation: str) -> list[str]:
        """The names of the record rules of an operation; several are joined by OR."""
        named = self.records
        if isinstance(named, dict):
            named = named.get(operation, named.get("others", "all"))
        return [named] if isinstance(named, str) else named


class PermissionsFile(Located):
    """The whole file."""

    roles: dict[str, RoleEntry] = Field(default_factory=dict)
    """By name, which begins with the addon's."""
    models: dict[str, dict[str, GrantEntry]] = Field(default_factory=dict)
    """By model, then by role: what the role may do. Models of other addons are written with their addon."""


@dataclass(frozen=True)
class RoleGrant:
    """What one role may do with one model: for each operation the rules, joined by OR."""

    rules: Mapping[str, tuple[RecordRule, ...]]
    readonly: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Role:
    """A named bundle of grants."""

    name: str
    label: str
    summary: str = ""
    implies: tuple[str, ...] = ()
    addon: str = "core"


@dataclass
class AddonPermissions:
    """The permissions of one addon, its names resolved to models and rules."""

    addon: str
    roles: dict[str, Role] = field(default_factory=dict)
    grants: dict[type, dict[str, RoleGrant]] = field(default_factory=dict)
    entries: dict[tuple[type, str], GrantEntry] = field(default_factory=dict)
    rules: dict[str, RecordRule] = field(default_factory=dict)


def read_permissions(
    addon: str,
    path: Path,
    models: Mapping[str, type],
    rules: Mapping[str, OwnRule] | None = None,
    absent: Collection[str] = (),
) -> tuple[AddonPermissions, list[Problem]]:
    """The permissions of an addon's file.

    `models` are those that the file may name: `Contact` (its own) and `other_addon.Model`. `rules` are the functions
    of the addon's rules.py by name. Grants on models of `absent` addons (optional ones that are not enabled) wait.
    Roles of other addons are checked when all are composed.
    """
    found = AddonPermissions(addon)
    found.rules = KERNEL_RULES | {name: rule_of(name, function) for name, function in (rules or {}).items()}
    document = read_document(path, PermissionsFile)
    if document.value is None:
        return found, document.problems
    problems: list[Problem] = []
    for name, entry in document.value.roles.items():
        if not name.startswith(f"{addon}."):
            place = document.place_of_key(("roles", name))
            text = f"role {name!r} must begin with {addon}.: roles are named after their addon"
            problems.append(problem_at(place, text))
        found.roles[name] = Role(name, entry.label, entry.summary, tuple(entry.implies), addon)
    for label, by_role in document.value.models.items():
        model = models.get(label)
        if model is None and label.partition(".")[0] in absent:
            continue
        if model is None:
            place = document.place_of_key(("models", label))
            problems.append(problem_at(place, f"there is no model {label!r} here", label, models))
            continue
        for role, grant in by_role.items():
            found.entries[model, role] = grant
            problems += check_grant(model, grant, found.rules)
            found.grants.setdefault(model, {})[role] = resolved(model, grant, found.rules)
    return found, problems


def operations_of(model: type) -> list[str]:
    """What may be granted on a model: the four, export, import, mail, and its verbs."""
    return [*CRUD, *BESIDES, *verbs_of(model)]


def check_grant(model: type, grant: GrantEntry, rules: Mapping[str, RecordRule]) -> list[Problem]:
    """Operations, rules and fields that do not exist, each at its place."""
    problems: list[Problem] = []
    known = operations_of(model)
    for index, operation in enumerate(grant.may):
        if operation not in known:
            text = f"{model.__name__} has no operation {operation!r}; there are {', '.join(known)}"
            problems.append(grant.problem(text, "may", index, word=operation, among=known))
    for operation in grant.may:
        for name in grant.rules_for(operation):
            problems += check_rule(model, grant, name, rules)
    fields = field_names(model)
    for kind in ("readonly", "hidden"):
        for index, name in enumerate(getattr(grant, kind)):
            if name not in fields:
                text = f"{model.__name__} has no field {name!r}"
                problems.append(grant.problem(text, kind, index, word=name, among=fields))
            elif kind == "hidden" and not is_sensitive(model, name):
                text = f"{name!r} cannot be hidden: declare its column sensitive() in {model.__name__}"
                problems.append(grant.problem(text, kind, index))
    return sorted(set(problems))


def check_rule(model: type, grant: GrantEntry, name: str, rules: Mapping[str, RecordRule]) -> list[Problem]:
    """A record rule that is unknown, or that this model cannot answer."""
    if name not in rules:
        text = f"there is no record rule {name!r}; there are {', '.join(rules)} (others are functions in rules.py)"
        return [grant.problem(text, "records", word=name, among=rules)]
    fault = misfit(model, rules[name])
    return [grant.problem(f"record rule {name!r} does not suit {model.__name__}: {fault}", "records")] if fault else []


@lru_cache(4096)
def misfit(model: type, rule: RecordRule) -> str:
    """Why a rule cannot be asked of a model; tried once, however often addons come and go."""
    try:
        rule.by_row(model, 0, READ)
        rule.by_set(model, 0, READ)
    except Exception as error:
        return str(error) or type(error).__name__
    return ""


def field_names(model: type) -> list[str]:
    """The fields of a model as YAML names them: columns without those of relationships, and relationships."""
    return [a.key for a in mapper_of(model).attrs]


def columns_of_field(model: type, name: str) -> frozenset[str]:
    """A field and the columns beneath it: hiding `contact` hides `contact_id`."""
    mapper = mapper_of(model)
    relation = mapper.relationships.get(name)
    if relation is None or relation.secondary is not None or relation.uselist:
        return frozenset({name})
    return frozenset({name} | {mapper.get_property_by_column(c).key for c in relation.local_columns})


def is_sensitive(model: type, name: str) -> bool:
    """Whether a field is loaded only when it is asked for."""
    columns = mapper_of(model).columns
    beneath = [columns[n] for n in columns_of_field(model, name) if n in columns]
    return bool(beneath) and all(c.info.get("sensitive") for c in beneath)


def resolved(model: type, grant: GrantEntry, rules: Mapping[str, RecordRule]) -> RoleGrant:
    """A grant with its rules found and its fields spread over their columns; unknown names give nothing."""
    by_operation = {
        operation: tuple(rules[name] for name in grant.rules_for(operation) if name in rules) for operation in grant.may
    }
    return RoleGrant(by_operation, _spread(model, grant.readonly), _spread(model, grant.hidden))


def _spread(model: type, names: list[str]) -> frozenset[str]:
    known = set(field_names(model))
    return frozenset().union(*(columns_of_field(model, n) for n in names if n in known))


def is_scoped(model: type) -> bool:
    """Whether the records of a model belong to companies."""
    return issubclass(model, CompanyScoped)


def owner_of(model: type) -> type | None:
    """The model that an extension extends."""
    return model.__owner__ if issubclass(model, Extension) else None


def as_entry(value: Mapping[str, Any]) -> GrantEntry:
    """A grant that was made in the browser."""
    return GrantEntry.model_validate(dict(value))
