"""An addon's Python: imported in one order, checked against its manifest, and taken out again when it does not load."""

import importlib
import inspect
import sys
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType

from sqlalchemy.orm import configure_mappers

from core.db import Base, Extension, mapped_models, unmap
from core.registry.manifest import Addon
from core.signals import Signal
from core.yaml_reader import Place, Problem, problem_at

PARTS = (
    "models",
    "signals",
    "rules",
    "operations",
    "figures",
    "panels",
    "screens",
    "reports",
    "importers",
    "health",
    "routes",
    "setup",
)


class DoesNotLoad(Exception):
    """An addon's Python raised, or is not what its manifest says."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def load_parts(addon: Addon) -> list[ModuleType]:
    """Import the addon's own modules and see that the manifest tells the truth about them."""
    try:
        modules = [_import(addon, part) for part in PARTS if _has(addon, part)]
        configure_mappers()
    except Exception as error:
        evict(addon)
        raise DoesNotLoad([problem_of(addon, error)]) from error
    if problems := [*_models(addon), *_signals(addon)]:
        raise DoesNotLoad(problems)
    return modules


def load_bridges(addon: Addon, enabled: Iterable[str]) -> list[ModuleType]:
    """Import the bridges to dependencies, to itself, and to those optional addons that are enabled."""
    wanted = {addon.name, *addon.depends, *(name for name in addon.optional if name in set(enabled))}
    try:
        names = [path.stem for path in sorted(addon.folder.glob("bridges/*.py")) if path.stem in wanted]
        return [_import(addon, f"bridges.{name}") for name in names]
    except Exception as error:
        raise DoesNotLoad([problem_of(addon, error)]) from error


def _has(addon: Addon, part: str) -> bool:
    return (addon.folder / f"{part}.py").is_file() or (addon.folder / part / "__init__.py").is_file()


def _import(addon: Addon, part: str) -> ModuleType:
    return importlib.import_module(f"addons.{addon.name}.{part}")


def problem_of(addon: Addon, error: BaseException) -> Problem:
    """An exception as a problem at the addon's own line that it came from."""
    if isinstance(error, SyntaxError) and error.filename:
        return problem_at(Place(error.filename, error.lineno or 1, error.offset or 1), f"SyntaxError: {error.msg}")
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if Path(frame.filename).is_relative_to(addon.folder)]
    place = Place(inside[-1].filename, inside[-1].lineno or 1, 1) if inside else addon.document.place_of()
    return problem_at(place, f"{type(error).__name__}: {error}")


def mapped_classes(name: str) -> dict[str, type[Base]]:
    """The classes with a table that an addon's modules define, by name."""
    return {kind.__name__: kind for kind in mapped_models() if kind.__module__.startswith(f"addons.{name}.")}


def _models(addon: Addon) -> Iterator[Problem]:
    mapped, declared = mapped_classes(addon.name), addon.manifest.models
    for index, name in enumerate(declared):
        if name not in mapped:
            yield addon.document.problem(("models", index), f"models.py maps no class {name}", name, mapped)
    for name, kind in sorted(mapped.items()):
        if name not in declared:
            message = f"{name} is not declared: the manifest's models do not name it"
            yield problem_at(_place_of_class(kind), message, name, declared)
        if not kind.__table__.name.startswith(f"{addon.name}_"):  # type: ignore[attr-defined]
            yield problem_at(_place_of_class(kind), f"the table of {name} must be named {addon.name}_...")


def _signals(addon: Addon) -> Iterator[Problem]:
    module = sys.modules.get(f"addons.{addon.name}.signals")
    defined = (
        {
            name: kind
            for name, kind in vars(module).items()
            if inspect.isclass(kind) and issubclass(kind, Signal) and kind.__module__.startswith(f"addons.{addon.name}.")
        }
        if module
        else {}
    )
    for index, name in enumerate(addon.manifest.signals):
        if name not in defined:
            yield addon.document.problem(("signals", index), f"signals.py has no signal {name}", name, defined)
    for name, kind in sorted(defined.items()):
        if name not in addon.manifest.signals:
            yield problem_at(_place_of_class(kind), f"the signal {name} is not declared in the manifest's signals")


def _place_of_class(kind: type) -> Place:
    try:
        return Place(inspect.getsourcefile(kind) or kind.__module__, inspect.getsourcelines(kind)[1])
    except OSError:
        return Place(kind.__module__)


def evict(addon: Addon) -> None:
    """Forget the modules and mapped classes of an addon that did not load.

    One mapper that cannot be configured makes SQLAlchemy refuse every query of the process, so it must go.
    """
    package = f"addons.{addon.name}"
    Extension.registered[:] = [kind for kind in Extension.registered if kind.__addon__ != addon.name]
    unmap(package)
    of_others = {kind.__table__ for kind in mapped_models()}
    for table in list(Base.metadata.tables.values()):
        if table.name.startswith(f"{addon.name}_") and table not in of_others:
            Base.metadata.remove(table)
    for name in [name for name in sys.modules if name == package or name.startswith(f"{package}.")]:
        del sys.modules[name]
