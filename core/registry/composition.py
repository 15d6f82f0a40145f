"""What a set of enabled addons amounts to: an immutable value that one app is built from."""

import inspect
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from core.access.permissions import Customisation, Permissions, label_of
from core.access.permissions import compose as compose_permissions
from core.access.schema import AddonPermissions, read_permissions
from core.custom.definition import Definition
from core.custom.mapping import custom_classes
from core.db import Base, Check, Company, Model, mapped_models, read_checks
from core.i18n import Catalogs
from core.operations import Verb, verbs_of
from core.registry.loading import DoesNotLoad, load_bridges, load_parts, mapped_classes
from core.registry.manifest import SECTIONS, Addon, MenuEntry
from core.registry.order import in_order
from core.signals import Switchboard
from core.yaml_reader import Problem

T = TypeVar("T")
CORE = Path(__file__).resolve().parent.parent
Setup = Callable[[Session, Company], None]
Composer = Callable[["Composition"], Any]
composers: dict[str, Composer] = {}
loading = threading.RLock()  # one thread at a time imports, and takes out what does not load


def composed(part: str) -> Callable[[Composer], Composer]:
    """Let a layer above add a part (`views`, `figures`, `reports`) to every composition, which knows no layer above it.

    The function is given the composition, answers the part, and calls `complain` for what is wrong with an addon.
    """

    def register(composer: Composer) -> Composer:
        composers[part] = composer
        return composer

    return register


@dataclass(frozen=True)
class MenuLink:
    """One entry of the menu before it is known who reads it."""

    addon: str
    label: str
    section: str
    url: str
    icon: str
    order: int
    model: type[Base] | None = None
    report: str | None = None


@dataclass
class Composition:
    """The enabled addons in order, and all that they bring together; nothing changes it after `compose`."""

    addons: list[Addon]
    generation: int = 0
    broken: dict[str, list[Problem]] = field(default_factory=dict)
    modules: dict[str, list[ModuleType]] = field(default_factory=dict)
    models: dict[str, type[Base]] = field(default_factory=dict)
    switchboard: Switchboard = field(default_factory=Switchboard)
    catalogs: Catalogs = field(default_factory=Catalogs)
    menu: list[MenuLink] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    permissions: Permissions = field(default_factory=Permissions)
    setups: dict[str, Setup] = field(default_factory=dict)
    parts: dict[str, Any] = field(default_factory=dict)
    custom: Mapping[type[Model], Sequence[Definition]] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The names of the enabled addons, in order."""
        return [addon.name for addon in self.addons]

    def addon(self, name: str) -> Addon:
        """An enabled addon by name; KeyError if it is not enabled."""
        return {addon.name: addon for addon in self.addons}[name]

    def model(self, addon: str, slug: str) -> type[Base]:
        """The model at `/<addon>/<slug>`; KeyError if there is none."""
        return self.by_slug[addon, slug]

    @property
    def by_slug(self) -> dict[tuple[str, str], type[Base]]:
        """Models by addon and slug."""
        found: dict[tuple[str, str], type[Base]] = self.parts["by_slug"]
        return found

    def verbs(self, model: type[Base]) -> dict[str, Verb]:
        """The verbs that the enabled addons give a model."""
        return verbs_of(model, self.names)

    def declared(self, kind: type[T]) -> list[tuple[str, T]]:
        """What the modules of the enabled addons define of a kind (checks, figures), with the addon's name."""
        found: dict[int, tuple[str, T]] = {}
        for name, modules in self.modules.items():
            for module in modules:
                for value in vars(module).values():
                    if isinstance(value, kind):
                        found.setdefault(id(value), (name, value))
        return list(found.values())

    def complain(self, addon: str, problems: Iterable[Problem]) -> None:
        """Write down what is wrong with an addon; it will be left out."""
        if told := list(problems):
            self.broken.setdefault(addon, []).extend(told)

    def __getattr__(self, part: str) -> Any:
        """A part that a layer above composed: `composition.views`."""
        try:
            return self.__dict__["parts"][part]
        except KeyError:
            raise AttributeError(f"a composition has no part {part!r}") from None


def compose(
    addons: Mapping[str, Addon],
    names: Iterable[str],
    generation: int = 0,
    broken: Mapping[str, list[Problem]] | None = None,
    customised: Sequence[Customisation] = (),
    custom: Sequence[Definition] = (),
) -> Composition:
    """The composition of these addons, without those that are already known as broken.

    `customised` is what an administrator changed of the roles, `custom` the fields that he added.
    One that does not load is left out with all that needs it, and named in the composition's `broken`.
    """
    left_out, wanted = dict(broken or {}), list(dict.fromkeys(names))
    with loading:
        return _composed(addons, wanted, generation, left_out, customised, custom)


def _composed(
    addons: Mapping[str, Addon],
    wanted: list[str],
    generation: int,
    left_out: dict[str, list[Problem]],
    customised: Sequence[Customisation],
    custom: Sequence[Definition],
) -> Composition:
    """Attempt after attempt, each without what did not load in the one before."""
    while True:
        enabled = _standing(addons, [name for name in wanted if name not in left_out], left_out)
        composition = _attempt(in_order(addons[name] for name in enabled), generation, customised, custom)
        if not composition.broken:
            composition.broken = left_out
            return composition
        left_out |= composition.broken


def _standing(addons: Mapping[str, Addon], names: list[str], left_out: dict[str, list[Problem]]) -> list[str]:
    """Those of the addons whose needs are all among them; the others are left out, each with what it misses."""
    standing = list(names)
    while True:
        for name in standing:
            if missing := [needed for needed in addons[name].depends if needed not in standing]:
                message = f"{name} needs {', '.join(missing)}, which is not enabled or does not load"
                left_out[name] = [addons[name].document.problem(("depends",), message)]
        if not any(name in left_out for name in standing):
            return standing
        standing = [name for name in standing if name not in left_out]


def _attempt(
    addons: list[Addon], generation: int, customised: Sequence[Customisation], custom: Sequence[Definition]
) -> Composition:
    """Load and compose all; the first step with problems ends it, so that no step sees half an addon."""
    composition = Composition(addons, generation)
    names = composition.names
    for step in (load_parts, lambda addon: load_bridges(addon, names)):
        for addon in addons:
            if composition.broken.keys() & set(addon.depends):
                continue  # what it needs is left out, and so will it be: do not run half of another addon's code again
            try:
                composition.modules.setdefault(addon.name, []).extend(step(addon))
            except DoesNotLoad as error:
                composition.complain(addon.name, error.problems)
        if composition.broken:
            return composition
    _fill(composition, customised, custom)
    for part, composer in composers.items():
        composition.parts[part] = composer(composition)
    return composition


def _fill(composition: Composition, customised: Sequence[Customisation], custom: Sequence[Definition]) -> None:
    """What the kernel itself composes."""
    core = [kind for kind in mapped_models() if kind.__addon__ == "core"]
    composition.models = {label_of(kind): kind for kind in core}
    for addon in composition.addons:
        mapped = mapped_classes(addon.name)
        composition.models |= {f"{addon.name}.{name}": mapped[name] for name in addon.manifest.models}
    made = custom_classes(custom, composition.models)
    composition.models |= {label_of(kind): kind for kind, _fields in made.values()}
    composition.custom = {owner: fields for owner, (_kind, fields) in made.items()}
    composition.parts["by_slug"] = {(kind.__addon__, kind.__slug__): kind for kind in composition.models.values()}
    modules = [module for loaded in composition.modules.values() for module in loaded]
    composition.switchboard = Switchboard(modules)
    folders = [CORE / "translations", *(addon.folder / "translations" for addon in composition.addons)]
    composition.catalogs = Catalogs(tuple(folders))
    composition.checks = read_checks(CORE / "db" / "health.sql", "core/db/health.sql")
    for addon in composition.addons:
        composition.checks += read_checks(addon.folder / "health.sql", f"addons/{addon.name}/health.sql")
        for module in composition.modules[addon.name]:
            if module.__name__ == f"addons.{addon.name}.setup":
                composition.setups[addon.name] = module.install
    composition.checks += [check for _, check in composition.declared(Check)]
    composition.menu = _menu(composition)
    parts = [part for addon in composition.addons if (part := _permissions(composition, addon))]
    composition.permissions, problems = compose_permissions(parts, customised)
    for addon in composition.addons:
        inside = [problem for problem in problems if Path(problem.file).is_relative_to(addon.folder)]
        composition.complain(addon.name, inside)


def _permissions(composition: Composition, addon: Addon) -> AddonPermissions | None:
    """The addon's permissions.yaml, its names resolved; functions of rules.py are record rules."""
    if not addon.manifest.permissions:
        return None
    own = {name: composition.models[f"{addon.name}.{name}"] for name in addon.manifest.models}
    package = f"addons.{addon.name}.rules"
    rules = {
        name: function
        for module in composition.modules[addon.name]
        for name, function in vars(module).items()
        if module.__name__ == package and inspect.isfunction(function) and function.__module__ == package
    }
    path = addon.folder / addon.manifest.permissions
    absent = set(addon.optional) - set(composition.names)
    read, problems = read_permissions(addon.name, path, {**composition.models, **own}, rules, absent)
    composition.complain(addon.name, problems)
    return read


def _menu(composition: Composition) -> list[MenuLink]:
    """The entries of all addons by section and order; an entry that leads nowhere is a problem of its addon."""
    links = []
    for addon in composition.addons:
        for index, entry in enumerate(addon.manifest.menu):
            if entry.beside and entry.beside not in composition.names:
                continue
            model = composition.models.get(_full_name(addon, entry)) if entry.screen else None
            if entry.screen and model is None:
                names = [kind.__name__ for kind in composition.models.values() if kind.__addon__ == addon.name]
                message = f"the menu leads to a screen of {entry.screen}, which no enabled addon declares"
                path = ("menu", index, "screen")
                composition.complain(addon.name, [addon.document.problem(path, message, entry.screen, names)])
                continue
            url = entry.path or f"/reports/{addon.name}/{entry.report}"
            if model is not None:
                url = f"/{model.__addon__}/{model.__slug__}/"
            links.append(MenuLink(addon.name, entry.label, entry.section, url, entry.icon, entry.order, model, entry.report))
    return sorted(links, key=lambda link: (SECTIONS.index(link.section), link.order, link.label))


def _full_name(addon: Addon, entry: MenuEntry) -> str:
    return entry.screen if entry.screen and "." in entry.screen else f"{addon.name}.{entry.screen}"
