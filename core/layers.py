"""Which way imports may point: kept by a test and by every addon's own suite. Reads source, imports nothing."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from core.registry.manifest import Requirement

#: Modules of core/: each may import those before it.
LAYERS = (
    "errors",
    "i18n",
    "yaml_messages",
    "yaml_reader",
    "values",
    "db",
    "custom",
    "signals",
    "operations",
    "access",
    "registry",
    "jobs",
    "mail",
    "attachments",
    "screens",
    "importing",
    "api",
    "web",
    "cli",
)
#: Beside the layers: what only tests, set-up and Alembic use.
ABOVE_ALL = ("testing", "layers", "assets_build", "handbook", "migrations")
#: What an addon shows to others.
PUBLIC = ("models", "signals", "operations")


@dataclass(frozen=True, order=True)
class WrongImport:
    """An import that points the wrong way."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Needs:
    """What an addon's manifest says of others."""

    depends: frozenset[str]
    optional: frozenset[str]


def wrong_imports(root: Path, elsewhere: Iterable[Path] = ()) -> list[WrongImport]:
    """Every import below `core/` and `addons/` of a checkout that its place does not allow; tests may import anything.

    `elsewhere` are folders of addons that lie outside the checkout.
    """
    outside = [folder for folder in elsewhere if not folder.is_relative_to(root)]
    manifests = [*root.glob("addons/*/manifest.yaml"), *(folder / "manifest.yaml" for folder in outside)]
    needs = {path.parent.name: _needs(path) for path in manifests}
    places = [(path, path.relative_to(root)) for area in ("core", "addons") for path in (root / area).rglob("*.py")]
    for folder in outside:
        places += [(path, Path("addons", folder.name, path.relative_to(folder))) for path in folder.rglob("*.py")]
    found: list[WrongImport] = []
    for path, place in places:
        here = place.with_suffix("").parts
        if "tests" not in here:
            found += _wrong_in(path, place.as_posix(), here, needs)
    return sorted(found)


def _needs(path: Path) -> Needs:
    """Names from a manifest; one that cannot be read needs nobody, and says so elsewhere."""
    try:
        read = yaml.safe_load(path.read_text()) or {}
        depends, optional = (
            [Requirement.parse(words).name for words in read.get(key, ())] for key in ("depends", "optional")
        )
    except (yaml.YAMLError, ValueError, AttributeError):
        depends, optional = [], []
    return Needs(frozenset(depends), frozenset(optional))


def _wrong_in(path: Path, file: str, here: tuple[str, ...], needs: dict[str, Needs]) -> Iterator[WrongImport]:
    for line, there in _imports(path, here):
        if message := _objection(here, there, needs):
            yield WrongImport(file, line, message)


def _imports(path: Path, here: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Line and dotted parts of every import, those inside functions as well; `from x import y` counts as `x.y`."""
    package = here[:-1]
    for node in ast.walk(ast.parse(path.read_bytes(), str(path))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, tuple(alias.name.split("."))) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = (*base, *(node.module.split(".") if node.module else ()))
            yield from ((node.lineno, (*module, alias.name)) for alias in node.names)


def _objection(here: tuple[str, ...], there: tuple[str, ...], needs: dict[str, Needs]) -> str:
    """Why this import is wrong, or nothing."""
    if here[0] == "core":
        return _of_core(here, there)
    if there[0] == "addons" and len(there) > 1 and len(here) > 1 and there[1] != here[1]:
        return _of_addon(here, there, needs)
    return ""


def _of_core(here: tuple[str, ...], there: tuple[str, ...]) -> str:
    if there[0] == "addons":
        return "" if here[1] in ABOVE_ALL else "core imports no addon"
    if there[0] != "core" or len(there) < 2 or len(here) < 2 or here[1] in ABOVE_ALL:
        return ""
    if there[1] in ABOVE_ALL:
        return f"core.{here[1]} may not import core.{there[1]}"
    if here[1] not in LAYERS or there[1] not in LAYERS:
        unknown = here[1] if here[1] not in LAYERS else there[1]
        return "" if unknown == "__init__" else f"core.{unknown} has no place in the layers; give it one in core/layers.py"
    if LAYERS.index(there[1]) > LAYERS.index(here[1]):
        return f"core.{here[1]} may not import core.{there[1]}"
    return ""


def _of_addon(here: tuple[str, ...], there: tuple[str, ...], needs: dict[str, Needs]) -> str:
    mine, other = here[1], there[1]
    wanted = needs.get(mine, Needs(frozenset(), frozenset()))
    bridge = here[3] if here[2:3] == ("bridges",) and len(here) > 3 else None
    if other not in wanted.depends and not (other in wanted.optional and bridge == other):
        if other in wanted.optional:
            return f"{other} is optional for {mine}: import it in bridges/{other}.py only"
        return f"{mine} does not depend on {other}; name it in depends, or in optional and bridge to it"
    if len(there) > 2 and there[2] not in PUBLIC:
        return f"{'.'.join(there[:3])} is not public; only {', '.join(PUBLIC)} are"
    return ""
