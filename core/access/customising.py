"""An administrator's changes of roles: kept as rows, laid over the YAML files when an app value is composed."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.models import RoleAssignment, RoleCustomisation
from core.access.permissions import Permissions
from core.access.schema import ADMIN, EVERYONE, GrantEntry, as_entry, check_grant
from core.db import snake, trusted
from core.errors import FieldError, Invalid, Missing, Refused
from core.i18n import _

CUSTOM = "custom."


def customisation_of(session: Session, role: str) -> RoleCustomisation | None:
    """What was changed of a role, if anything."""
    return session.scalars(select(RoleCustomisation).where(RoleCustomisation.role == role)).one_or_none()


def make_role(session: Session, name: str, summary: str, implies: list[str], permissions: Permissions) -> RoleCustomisation:
    """A role of this installation, `custom.<name>`; it grants nothing yet but what it implies."""
    slug = snake("".join(c if c.isalnum() else "_" for c in name.strip())).strip("_")
    role = CUSTOM + slug
    if not slug:
        raise Invalid(_("Give the role a name"), [FieldError("name", _("Give the role a name"))])
    if role in permissions.roles or customisation_of(session, role) is not None:
        text = _("There is a role {name} already", name=name)
        raise Invalid(text, [FieldError("name", text)])
    demand_implied(implies, permissions)
    made = RoleCustomisation(role=role, name=name.strip(), summary=summary, implies=implies, made_here=True, grants={})
    with trusted(session):
        session.add(made)
        session.flush()
    return made


def demand_implied(implies: list[str], permissions: Permissions) -> None:
    """Invalid if a role to include is none; nobody becomes an administrator by the way."""
    if unknown := [r for r in implies if r not in permissions.roles or r in (ADMIN, EVERYONE)]:
        text = _("There is no role {roles} to include", roles=", ".join(unknown))
        raise Invalid(text, [FieldError("implies", text)])


def set_grants(
    session: Session, role: str, permissions: Permissions, grants: Mapping[str, Mapping[str, Any] | None]
) -> None:
    """Keep the grants of a role that differ from what holds now; None takes a grant away. Invalid for what cannot be.

    They hold for everybody from the next generation on, which the caller begins.
    """
    if role not in permissions.roles:
        raise Missing(_("There is no role {role}", role=role))
    if role == ADMIN:
        raise Refused(_("The administrator may do everything; this cannot be changed"))
    given = [(label, value) for label, value in grants.items() if value is not None]
    faults = [fault for label, value in given for fault in faults_of(permissions, label, value)]
    if faults:
        raise Invalid(_("These rights cannot be taken as they are"), faults)
    with trusted(session):
        kept = customisation_of(session, role)
        if kept is None:
            kept = RoleCustomisation(role=role, grants={}, implies=[])
            session.add(kept)
        kept.grants = {**(kept.grants or {}), **{label: dict(value) if value else None for label, value in grants.items()}}
        session.flush()


def faults_of(permissions: Permissions, label: str, value: Mapping[str, Any]) -> list[FieldError]:
    """What is wrong with a grant from the browser."""
    model = permissions.models.get(label)
    if model is None:
        return [FieldError(label, _("There is no model {label}", label=label))]
    try:
        entry = as_entry(value)
    except ValidationError as error:
        return [FieldError(label, fault["msg"]) for fault in error.errors()]
    return [FieldError(label, problem.message) for problem in check_grant(model, entry, permissions.rules_of(model))]


def reset_role(session: Session, role: str) -> None:
    """As the addon's file says again; a role made here goes, unless somebody holds it."""
    kept = customisation_of(session, role)
    if kept is None:
        return
    if kept.made_here and session.scalars(select(RoleAssignment.id).where(RoleAssignment.role == role)).first() is not None:
        raise Refused(_("Somebody still holds the role {name}; take it from him first", name=kept.name))
    with trusted(session):
        session.delete(kept)
        session.flush()


def as_value(entry: GrantEntry | None) -> dict[str, Any] | None:
    """A grant as it is kept, without what is as usual."""
    if entry is None:
        return None
    return entry.model_dump(exclude_defaults=True) | {"may": list(entry.may)}
