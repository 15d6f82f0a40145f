"""Addons where they lie: in the checkout, in folders that the installation names, in installed distributions."""

import importlib
import importlib.util
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

from core.i18n import LANGUAGES
from core.registry.manifest import NAME, Addon, Manifest
from core.registry.order import problems_of_order
from core.registry.settings import CHECKOUT
from core.yaml_reader import Document, Place, Problem, hint, problem_at, read_document

GROUP = "tandem.addons"


@dataclass
class Discovery:
    """The addons that were found, and the problems of each by its name; an addon with problems cannot be enabled."""

    addons: dict[str, Addon] = field(default_factory=dict)
    problems: dict[str, list[Problem]] = field(default_factory=dict)

    def complain(self, name: str, problems: Iterable[Problem]) -> None:
        """Write down what is wrong with an addon."""
        if told := list(problems):
            self.problems.setdefault(name, []).extend(told)

    def all_problems(self) -> list[Problem]:
        """Every problem of every file."""
        return sorted(problem for told in self.problems.values() for problem in told)


def discover(folders: Iterable[Path] = (), checkout: Path = CHECKOUT / "addons", installed: bool = True) -> Discovery:
    """All addons with all problems of their files. `folders` hold one folder for each addon.

    Without `installed` only the checkout and the folders are looked at.
    """
    found, folders_of = Discovery(), dict[str, Path]()
    for folder in addon_folders(folders, checkout, installed):
        name = folder.name
        if name in folders_of:
            message = f"an addon {name!r} lies in {folders_of[name]} too; this one is left out"
            found.complain(str(folder), [problem_at(Place(str(folder / "manifest.yaml")), message)])
            continue
        folders_of[name] = folder
        document = read_document(folder / "manifest.yaml", Manifest)
        found.complain(name, document.problems)
        if document.value is not None:
            addon = Addon(name, folder, document.value, document)
            found.addons[name] = addon
            found.complain(name, problems_of_files(addon))
    for name, problems in problems_of_order(found.addons).items():
        found.complain(name, problems)
    return found


def addon_folders(folders: Iterable[Path], checkout: Path, installed: bool) -> Iterator[Path]:
    """Every folder with a manifest, the checkout's first; makes all of them importable as `addons.<name>`."""
    roots = [checkout, *folders, *(_installed() if installed else ())]
    namespace = _namespace(roots)
    for root in dict.fromkeys(Path(path).resolve() for path in (namespace.__path__ if installed else roots)):
        if root.is_dir():
            yield from sorted(manifest.parent for manifest in root.glob("*/manifest.yaml"))


def _namespace(roots: Iterable[Path]) -> ModuleType:
    """The package `addons` over all roots. Its path becomes a plain list: Python's own would forget what was added."""
    try:
        package = importlib.import_module("addons")
    except ModuleNotFoundError:
        package = sys.modules["addons"] = ModuleType("addons")
        package.__path__ = []
    paths = [str(Path(root).resolve()) for root in roots]
    package.__path__ = list(dict.fromkeys([*paths, *(str(Path(path).resolve()) for path in package.__path__)]))
    importlib.invalidate_caches()
    return package


def _installed() -> Iterator[Path]:
    """Folders that hold addons of installed distributions, by entry points such as `crm_notes = "acme.crm_notes"`."""
    for entry in entry_points(group=GROUP):
        try:
            spec = importlib.util.find_spec(entry.value)
        except ImportError:
            continue
        if spec and spec.submodule_search_locations:
            yield from (Path(location).parent for location in spec.submodule_search_locations)


def problems_of_files(addon: Addon) -> Iterator[Problem]:
    """What the manifest declares and is not there, and what is there and it does not declare; nothing is imported."""
    document, manifest = addon.document, addon.manifest
    if not NAME.fullmatch(addon.name):
        yield document.problem((), f"{addon.name!r} is no addon name; write <area>_<domain>, such as crm_notes")
    yield from _view_files(addon)
    yield from _listed_twice(document)
    permissions = addon.folder / (manifest.permissions or "permissions.yaml")
    if manifest.permissions and not permissions.is_file():
        yield document.problem(("permissions",), f"there is no file {manifest.permissions}")
    elif not manifest.permissions and permissions.is_file():
        yield problem_at(Place(str(permissions)), "this file is not declared; write `permissions: permissions.yaml`")
    if manifest.models and not any((addon.folder / name).exists() for name in ("models.py", "models")):
        yield document.problem(("models",), "there is no models.py")
    if manifest.models and not (addon.folder / "migrations").is_dir():
        yield document.problem(("models",), "models need tables: there is no folder migrations")
    for path in sorted(addon.folder.glob("translations/*")):
        if path.suffix != ".po" or path.stem not in LANGUAGES:
            known = ", ".join(f"{language}.po" for language in LANGUAGES[1:])
            yield problem_at(Place(str(path)), f"no such translation is read; those are {known}")
    bridged = {*addon.depends, *addon.optional, addon.name}
    for path in sorted(addon.folder.glob("bridges/*.py")):
        if path.stem not in bridged and path.stem != "__init__":
            message = f"a bridge to {path.stem!r}, which is neither in depends nor in optional"
            yield problem_at(Place(str(path)), message, path.stem, bridged)


def _view_files(addon: Addon) -> Iterator[Problem]:
    present = {path.stem: path for path in addon.folder.glob("views/*.yaml")}
    for index, name in enumerate(addon.manifest.views):
        if name not in present:
            yield addon.document.problem(("views", index), f"there is no file views/{name}.yaml", name, present)
    for name, path in sorted(present.items()):
        if name not in addon.manifest.views:
            yield problem_at(Place(str(path)), f"this view is not declared{hint(name, addon.manifest.views)}")


def _listed_twice(document: Document[Manifest]) -> Iterator[Problem]:
    for key in ("depends", "optional", "models", "views", "signals"):
        names: list[str] = getattr(document.value, key)
        for index, name in enumerate(names):
            if name in names[:index]:
                yield document.problem((key, index), f"{name!r} is listed twice")
