"""Roles, for administrators: what each may do to which records; changes are laid over the addons' files."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, g, redirect, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from core.access import customising
from core.access.models import RoleAssignment, RoleCustomisation
from core.access.permissions import Permissions
from core.access.schema import (
    ADMIN,
    CRUD,
    EVERYONE,
    GrantEntry,
    Role,
    columns_of_field,
    field_names,
    is_sensitive,
    operations_of,
)
from core.access.words import model_word
from core.db import kernel_connection
from core.errors import TandemError
from core.i18n import _, translated
from core.registry.state import advance_generation
from core.screens.fields.field import fields_of
from core.screens.pages import committed, render
from core.web.settings.system import only_administrators

roles = Blueprint("roles", __name__, url_prefix="/settings/roles")
roles.before_request(only_administrators)


@dataclass(frozen=True)
class ModelRights:
    """One model on the page of a role."""

    label: str
    addon: str
    word: Any
    operations: tuple[str, ...]
    may: frozenset[str]
    rules: tuple[str, ...]
    rule: str
    is_mixed: bool
    fields: tuple[str, ...]
    sensitive: tuple[str, ...]
    readonly: tuple[str, ...]
    hidden: tuple[str, ...]
    is_changed: bool
    words: Mapping[str, str]


def permissions() -> Permissions:
    """Those of the app value that answers."""
    found: Permissions = current_app.extensions["tandem"].permissions
    return found


@roles.get("")
def index() -> Response:
    """All roles, and the matrix of roles and models."""
    known = permissions()
    holders = select(RoleAssignment.role, func.count(RoleAssignment.id)).group_by(RoleAssignment.role)
    counted = {role: count for role, count in g.session.execute(holders)}
    changed = set(g.session.scalars(select(RoleCustomisation.role)))
    listed = [role for role in known.roles.values() if role.name not in (ADMIN, EVERYONE)]
    rows = [
        (model_word(model), label, [short(known, model, role.name) for role in listed])
        for label, model in sorted(known.models.items())
    ]
    return render(
        "settings/roles.html", roles=listed, counted=counted, changed=changed, rows=rows, faults=known.faults, tr=translated
    )


def short(known: Permissions, model: type, role: str) -> str:
    """What a role may do with a model, in few letters: `RCU own`; with what it implies."""
    rules = known.policy([role]).grant(model).rules
    letters = "".join(operation[0].upper() for operation in CRUD if operation in rules)
    verbs = len([operation for operation in rules if operation not in CRUD])
    scope = "/".join(dict.fromkeys(rule.name for rule in rules.get("read", ()) if rule.name != "all"))
    return " ".join(part for part in (letters, f"+{verbs}" if verbs else "", scope) if part)


@roles.get("/<role>")
def edit(role: str) -> Response:
    """One role: what it may do of its own with every model, to change."""
    return page(role)


def page(role: str, status: int = 200, error: TandemError | None = None) -> Response:
    """The role's rights; what it has by roles that it includes is said beside."""
    known = permissions()
    found = known.roles.get(role)
    if found is None or role == ADMIN:
        abort(404)
    kept = customising.customisation_of(g.session, role)
    models = [rights_of(known, found, label, kept) for label in sorted(known.models)]
    titles = {addon.name: translated(addon.manifest.name) for addon in current_app.extensions["tandem"].addons}
    titles["core"] = str(_("Administration"))
    return render(
        "settings/role.html", status, role=found, models=models, titles=titles, kept=kept, error=error, tr=translated
    )


def rights_of(known: Permissions, role: Role, label: str, kept: RoleCustomisation | None) -> ModelRights:
    """What a role grants of its own on one model."""
    model = known.models[label]
    entry = known.entries.get((model, role.name))
    rules = sorted({name for operation in entry.may for name in entry.rules_for(operation)}) if entry else []
    named = {name: field.label for name, field in fields_of(model).items() if not field.kernel}
    kept_apart = {*entry.readonly, *entry.hidden} if entry else set()
    fields = tuple(f for f in field_names(model) if columns_of_field(model, f) and (f in named or f in kept_apart))
    verbs = current_app.extensions["tandem"].verbs(model).values()
    return ModelRights(
        label=label,
        addon=label.partition(".")[0],
        word=model_word(model),
        operations=tuple(operations_of(model)),
        may=frozenset(entry.may) if entry else frozenset(),
        rules=tuple(known.rules_of(model)),
        rule=rules[0] if len(rules) == 1 else "all" if not rules else "",
        is_mixed=len(rules) > 1,
        fields=fields,
        sensitive=tuple(f for f in fields if is_sensitive(model, f)),
        readonly=tuple(entry.readonly) if entry else (),
        hidden=tuple(entry.hidden) if entry else (),
        is_changed=kept is not None and label in (kept.grants or {}),
        words=named | {verb.name: translated(verb.label).rstrip("….") for verb in verbs},
    )


@roles.post("/<role>")
def save(role: str) -> AnyResponse:
    """Keep what differs from now; it holds from the next generation on, for everybody at once."""
    known = permissions()
    if role not in known.roles or role == ADMIN:
        abort(404)
    changes = {label: value for label in known.models if (value := asked(known, role, label)) != present(known, role, label)}

    def work(session: Session) -> None:
        customising.set_grants(session, role, known, changes)
        advance_generation(kernel_connection(session))

    if changes:
        try:
            committed(work)
        except TandemError as error:
            return page(role, error.status, error)
    flash(str(_("{count} models changed", count=len(changes))), "good")
    return redirect(f"/settings/roles/{role}")


def present(known: Permissions, role: str, label: str) -> dict[str, Any] | None:
    """The grant that holds now, as it would be kept."""
    return customising.as_value(known.entries.get((known.models[label], role)))


def asked(known: Permissions, role: str, label: str) -> dict[str, Any] | None:
    """The grant that the form asks for; several rules that the file gives to different operations stay as they are."""
    form, entry = request.form, known.entries.get((known.models[label], role))
    wanted = set(form.getlist(f"{label}:may"))
    may = [o for o in entry.may if o in wanted] if entry else []
    may += [o for o in operations_of(known.models[label]) if o in wanted and o not in may]
    if not may:
        return None
    rule = form.get(f"{label}:records", "")
    records = rule or (entry.records if entry else "all")
    fields = {kind: in_order(form.getlist(f"{label}:{kind}"), getattr(entry, kind, [])) for kind in ("readonly", "hidden")}
    return customising.as_value(GrantEntry(may=may, records=records, **fields))


def in_order(ticked: list[str], before: list[str]) -> list[str]:
    """What is ticked, first in the order that it had, so that the same ticks are no change."""
    return [name for name in before if name in ticked] + [name for name in ticked if name not in before]


@roles.post("/<role>/reset")
def reset(role: str) -> AnyResponse:
    """As the addon's file says again; a role made here is removed."""

    def work(session: Session) -> None:
        customising.reset_role(session, role)
        advance_generation(kernel_connection(session))

    committed(work)
    flash(str(_("As it was")), "good")
    return redirect("/settings/roles")


@roles.post("/new")
def make() -> AnyResponse:
    """A role of this installation, to be given rights on its page."""
    name, summary = request.form.get("name", ""), request.form.get("summary", "")
    implies, known = request.form.getlist("implies"), permissions()

    def work(session: Session) -> str:
        made = customising.make_role(session, name, summary, implies, known)
        advance_generation(kernel_connection(session))
        return made.role

    made = committed(work)
    flash(str(_("{name} may do nothing yet but what it includes", name=name)), "good")
    return redirect(f"/settings/roles/{made}")
