"""What enabling an addon will bring, told before anything happens."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import inspect

from core.access.permissions import label_of
from core.db import Base, Extension
from core.registry.composition import Composition
from core.registry.kernel import Kernel
from core.registry.lifecycle import addons_to_add, refuse_problems
from core.registry.manifest import Addon
from core.registry.state import read_state

UNSHOWN = {"id", "position"}


@dataclass
class Plan:
    """All that will happen, as plain text and lists, so that a page, a terminal and JSON can show it."""

    name: str
    title: str
    summary: str
    version: str
    adds: list[str] = field(default_factory=list)
    stands_on: list[str] = field(default_factory=list)
    tables: list[dict[str, str]] = field(default_factory=list)
    columns: list[dict[str, str]] = field(default_factory=list)
    menus: list[dict[str, str]] = field(default_factory=list)
    roles: list[dict[str, str]] = field(default_factory=list)
    views: list[dict[str, str]] = field(default_factory=list)
    hears: list[dict[str, str]] = field(default_factory=list)
    sets_up: list[str] = field(default_factory=list)
    keeps_data: bool = False

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def plan(kernel: Kernel, name: str) -> Plan:
    """The plan of an addon: Missing if there is none of that name, Invalid with all problems if it does not load."""
    state = read_state(kernel.database)
    adds = addons_to_add(kernel, name, state.enabled)
    names = [addon.name for addon in adds]
    composition = kernel.compose([*state.enabled, *names])
    refuse_problems(name, [problem for added in names for problem in composition.broken.get(added, [])])
    subject, manifest = kernel.addons[name], kernel.addons[name].manifest
    drawn = Plan(name, manifest.name, manifest.summary, subject.version, names)
    drawn.stands_on = [addon for addon in composition.names if addon in state.enabled and _is_needed(addon, adds)]
    drawn.keeps_data = name in state.installed
    for addon in adds:
        drawn.tables += _tables(composition, addon)
        drawn.columns += _columns(composition, addon)
        roles = (role for role in composition.permissions.roles.values() if role.addon == addon.name)
        drawn.roles += [{"addon": addon.name, "role": role.name, "label": role.label} for role in roles]
        drawn.views += [{"addon": addon.name, "view": view} for view in addon.manifest.views]
    drawn.menus = [
        {"addon": link.addon, "label": link.label, "section": link.section, "icon": link.icon, "url": link.url}
        for link in composition.menu
        if link.addon in names
    ]
    drawn.hears = list(_hearings(composition, names))
    drawn.sets_up = [added for added in names if added in composition.setups]
    return drawn


def _is_needed(name: str, adds: list[Addon]) -> bool:
    return any(name in addon.depends for addon in adds)


def _own(composition: Composition, addon: Addon) -> list[type[Base]]:
    return [composition.models[f"{addon.name}.{name}"] for name in addon.manifest.models]


def _tables(composition: Composition, addon: Addon) -> list[dict[str, str]]:
    """One for each model that is no extension of another's."""
    own = (kind for kind in _own(composition, addon) if not issubclass(kind, Extension))
    return [{"addon": addon.name, "model": kind.__name__, "table": str(inspect(kind).local_table)} for kind in own]


def _columns(composition: Composition, addon: Addon) -> list[dict[str, str]]:
    """The fields that extensions give to records of other addons."""
    return [
        {
            "addon": addon.name,
            "model": label_of(kind.__owner__),
            "field": f"{kind.__aspect__}.{_field_name(kind, column.key)}",
        }
        for kind in _own(composition, addon)
        if issubclass(kind, Extension)
        for column in inspect(kind).column_attrs
        if column.key not in UNSHOWN
    ]


def _field_name(kind: type[Base], column: str) -> str:
    """Screens and programs name the relationship, not its key: `terms` for `terms_id`."""
    related = column.removesuffix("_id")
    return related if related in inspect(kind).relationships else column


def _hearings(composition: Composition, names: list[str]) -> Iterator[dict[str, str]]:
    """Receivers that will hear something new: those of the added addons, and others' bridges to them that wake up."""
    for hearing in composition.switchboard.hearings:
        receiver, sender = hearing.receiver.__module__.split(".")[1], hearing.kind.label().split(".")[0]
        bridge = hearing.receiver.__module__.rsplit(".", 1)[-1]
        if {receiver, sender, bridge} & set(names):
            when = "after commit" if hearing.after_commit else "in the transaction"
            words = (hearing.receiver.__doc__ or hearing.name).strip().splitlines()
            yield {"addon": receiver, "signal": hearing.kind.label(), "when": when, "does": words[0]}
