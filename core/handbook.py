"""Writes the generated pages of the handbook: `python -m core.handbook` writes them, `--check` tells which are out of date.

`docs/signals.md` says what the addons of the checkout announce and who hears it; `docs/views.md` says every key of an
addon's YAML files, from their schemas, and the named places of every view.
"""

import ast
import inspect
import sys
import typing
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

import core.screens.parts  # noqa: F401 (adds views, figures and panels to every composition)
from core.access import schema
from core.registry import manifest
from core.registry.composition import Composition, compose
from core.registry.discover import discover
from core.registry.settings import CHECKOUT
from core.screens.views import schemas
from core.screens.views.compose import completed
from core.screens.views.placing import name_of, places_of
from core.screens.views.schemas import ViewSpec
from core.signals import Signal
from core.yaml_reader import Located, read_yaml

NOTE = "<!-- written by `python -m core.handbook`; do not edit -->\n"
#: What a file may say, in the order of the page: the heading, the module, its schemas from the outside in.
VOCABULARY: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("views/<model>.yaml", schemas, ("ViewSpec",)),
    ("list", schemas, ("ListSpec", "Slot", "Filter")),
    ("form", schemas, ("FormSpec", "Group", "Lines")),
    ("search", schemas, ("SearchSpec",)),
    ("kanban", schemas, ("KanbanSpec",)),
    ("calendar", schemas, ("CalendarSpec",)),
    ("pivot", schemas, ("PivotSpec",)),
    ("graph", schemas, ("GraphSpec",)),
    ("views/<model>+<aspect>.yaml", schemas, ("ExtensionSpec", "Placement")),
    ("manifest.yaml", manifest, ("Manifest", "MenuEntry")),
    ("permissions.yaml", schema, ("PermissionsFile", "RoleEntry", "GrantEntry")),
)
#: What one of a schema is called, and several, where the handbook does not call it by the name of its class.
CALLED = {
    "Slot": ("field", "fields"),
    "Filter": ("filter", "filters"),
    "Group": ("group", "groups"),
    "Lines": ("table of lines", "tables of lines"),
    "Placement": ("placement", "placements"),
    "MenuEntry": ("menu entry", "menu entries"),
    "RoleEntry": ("role", "roles"),
    "GrantEntry": ("grant", "grants"),
}


def everything() -> Composition:
    """All addons of the checkout, enabled together."""
    found = discover(installed=False)
    composition = compose(found.addons, list(found.addons))
    if told := [*found.all_problems(), *(p for problems in composition.broken.values() for p in problems)]:
        raise SystemExit("\n".join(map(str, told)))
    return composition


# signals


def signals_page() -> str:
    """What the addons announce, with its values, and who hears it."""
    composition = everything()
    lines = [NOTE, "# Signals", ""]
    lines += ["What each addon announces, and who hears it when all addons of the checkout are enabled. `tandem signals`"]
    lines += ["tells the same of a running installation, with lines of code. How it is done: [developer.md](developer.md)."]
    for addon in composition.addons:
        for name in addon.manifest.signals:
            lines += _signal(composition, addon.name, name)
    return "\n".join(lines) + "\n"


def _signal(composition: Composition, addon: str, name: str) -> Iterator[str]:
    kind: type[Signal] = getattr(sys.modules[f"addons.{addon}.signals"], name)
    yield from ("", f"## {addon}.{name}", "", _first_line(kind))
    hints = typing.get_type_hints(kind)
    if values := [f"`{each.name}`: {_type_name(hints[each.name])}" for each in fields(kind)]:
        yield from ("", ", ".join(values))
    heard = sorted((h for h in composition.switchboard.hearings if h.kind is kind), key=lambda hearing: hearing.name)
    if heard:
        yield from ("", "| heard by | when | does |", "| --- | --- | --- |")
    for hearing in heard:
        when = "after the commit" if hearing.after_commit else "in the transaction"
        yield f"| `{hearing.name.removeprefix('addons.')}` | {when} | {_first_line(hearing.receiver)} |"


# views


def views_page() -> str:
    """Every key of every YAML file of an addon, and the named places of the views."""
    lines = [NOTE, "# YAML of an addon", ""]
    lines += ["Every key that the files of an addon may use. Any other key is a problem with its file, line and column:"]
    lines += ["`tandem addon check NAME` prints them all. Keys that are not *needed* may be left out."]
    for title, module, names in VOCABULARY:
        lines += ["", f"## {title}"]
        documented = _attribute_docstrings(module)
        for name in names:
            lines += _schema(getattr(module, name), documented[name])
    lines += [
        "",
        "## Named places",
        "",
        "What another addon may name in `into:`, and what stands there before any extension.",
    ]
    for model, spec in _base_views():
        lines += ["", f"### {model}", ""]
        for place, (parts, _kind) in places_of(spec).items():
            if parts:
                lines.append(f"- `{place}`: " + ", ".join(f"`{name_of(part)}`" for part in parts))
    return "\n".join(lines) + "\n"


def _schema(kind: type[Located], documented: dict[str, str]) -> Iterator[str]:
    if kind.__name__ in CALLED:
        yield from ("", f"### {CALLED[kind.__name__][0].capitalize()}")
    yield from ("", " ".join((inspect.getdoc(kind) or "").split()))
    yield from ("", "| key | holds | meaning |", "| --- | --- | --- |")
    for name, info in kind.model_fields.items():
        key = f"`{info.alias or name}`" + (" *needed*" if info.is_required() else "")
        yield f"| {key} | {_type_name(info.annotation)}{_default(info)} | {documented[name]} |"


def _default(info: FieldInfo) -> str:
    value = info.get_default(call_default_factory=True) if not info.is_required() else None
    if value in (None, "", False, [], {}):
        return ""
    shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f" (`{shown}`)"


def _base_views() -> Iterator[tuple[str, ViewSpec]]:
    """The view files of the checkout as their own addons wrote them, with the list and form that they left to the model."""
    composition = everything()
    for addon in composition.addons:
        for name in sorted(addon.manifest.views):
            spec = read_yaml(addon.folder / "views" / f"{name}.yaml", ViewSpec)[0] if "+" not in name else None
            if spec is not None:
                yield spec.model, completed(composition.models[spec.model], spec)


# words


def _first_line(thing: Any) -> str:
    return (inspect.getdoc(thing) or "").split("\n\n")[0].replace("\n", " ")


NAMES: dict[Any, str] = {str: "text", int: "number", bool: "true or false", Any: "value", NoneType: ""}


def _type_name(kind: Any, several: bool = False) -> str:
    """A type in the words of the handbook: `list of text`."""
    if kind in NAMES:
        return NAMES[kind]
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Literal:
        return ", ".join(f"`{word}`" for word in inside)
    if origin in (list, tuple):
        return f"list of {_type_name(inside[0], several=True)}"
    if origin is dict:
        return f"mapping to {_type_name(inside[1])}"
    if origin in (UnionType, typing.Union):
        return " or ".join(filter(None, map(_type_name, inside)))
    name = getattr(kind, "__name__", str(kind))
    return CALLED[name][several] if name in CALLED else name.removesuffix("Spec").lower()


def _attribute_docstrings(module: Any) -> dict[str, dict[str, str]]:
    """The sentence below each field of each class; read here so that no start of the product pays for it."""
    found: dict[str, dict[str, str]] = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ClassDef):
            pairs = zip(node.body, node.body[1:], strict=False)
            found[node.name] = {name: text for first, second in pairs if (name := _field(first)) and (text := _text(second))}
    return found


def _field(node: ast.stmt) -> str:
    return node.target.id if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) else ""


def _text(node: ast.stmt) -> str:
    value = node.value if isinstance(node, ast.Expr) else None
    return str(value.value) if isinstance(value, ast.Constant) else ""


# the command

PAGES: dict[str, Callable[[], str]] = {"signals.md": signals_page, "views.md": views_page}


def outdated(folder: Path = CHECKOUT / "docs") -> list[str]:
    """The pages that are not what would be written."""
    texts = {name: folder / name for name in PAGES}
    return [n for n, path in texts.items() if not path.is_file() or path.read_text(encoding="utf-8") != PAGES[n]()]


def main(arguments: list[str]) -> int:
    """Write the pages, or only tell which would change."""
    for name in outdated():
        print(f"docs/{name}")
        if "--check" not in arguments:
            (CHECKOUT / "docs" / name).write_text(PAGES[name](), encoding="utf-8")
    return 1 if "--check" in arguments and outdated() else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
