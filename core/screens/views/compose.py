"""The views of all enabled addons composed into one for each model, with every problem at its file, line and column.

A base view names its places; extensions of other addons place fields into them. A model without a file, or a file
without a list or a form, gets one derived from the model.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.custom.definition import Definition
from core.registry.composition import Composition, composed
from core.screens import figures, panels
from core.screens.views.added import place_fields
from core.screens.views.checking import Known, check_view
from core.screens.views.derived import derived_view
from core.screens.views.placing import apply_extension
from core.screens.views.schemas import ExtensionSpec, ViewSpec
from core.screens.views.view import View
from core.yaml_reader import Problem, problem_at, read_yaml

Models = Mapping[str, Any]


@dataclass(frozen=True)
class Source:
    """The view files of one addon; `optional` are the addons whose views it extends only when they are there."""

    addon: str
    folder: Path
    names: tuple[str, ...]
    optional: frozenset[str] = frozenset()

    def files(self, extensions: bool) -> Iterable[Path]:
        """Base views, or the files that extend other addons' views."""
        return [self.folder / f"{name}.yaml" for name in self.names if ("+" in name) is extensions]


@dataclass
class Views:
    """The composed view of each model; one that no addon wrote is derived when somebody first asks."""

    models: frozenset[Any]
    known: dict[Any, View] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def of(self, model: Any) -> View:
        """The view of a model."""
        found = self.known.get(model)
        if found is None:
            with self.lock:
                found = self.known.setdefault(model, View(model, derived_view(model), self.models))
        return found

    def __iter__(self) -> Any:
        return iter(self.known.values())


def compose_views(
    sources: Sequence[Source],
    models: Models,
    known: Known | None = None,
    custom: Mapping[Any, Sequence[Definition]] | None = None,
) -> tuple[Views, list[Problem]]:
    """The views of these addons, and what is wrong in their files, all at once; `custom` are the fields added by hand."""
    problems: list[Problem] = []
    specs = _bases(sources, models, problems)
    for source in sources:
        for path in source.files(extensions=True):
            _extend(source, path, models, specs, problems)
    for model, fields in (custom or {}).items():
        spec = specs[model] = completed(model, specs[model]) if model in specs else derived_view(model)
        place_fields(spec, fields)
    views = Views(frozenset(models.values()))
    for model, spec in specs.items():
        view = View(model, completed(model, spec), views.models)
        problems += check_view(view, known or Known())
        views.known[model] = view
    return views, sorted(set(problems))


def _bases(sources: Sequence[Source], models: Models, problems: list[Problem]) -> dict[Any, ViewSpec]:
    specs: dict[Any, ViewSpec] = {}
    for source in sources:
        for path in source.files(extensions=False):
            spec, faults = read_yaml(path, ViewSpec)
            problems += faults
            if spec is None:
                continue
            model = models.get(spec.model)
            if model is None:
                message = f"no enabled addon has a model {spec.model!r}"
                problems.append(problem_at(spec.place_of("model"), message, spec.model, models))
            elif model.__addon__ != source.addon:
                message = f"{spec.model} belongs to {model.__addon__}: place fields into its view with `extends:`"
                problems.append(spec.problem(message, "model"))
            elif model in specs:
                first = specs[model].place_of()
                problems.append(spec.problem(f"{spec.model} has a view already, in {first}", "model"))
            else:
                specs[model] = spec
    return specs


def _extend(source: Source, path: Path, models: Models, specs: dict[Any, ViewSpec], problems: list[Problem]) -> None:
    extension, faults = read_yaml(path, ExtensionSpec)
    problems += faults
    if extension is None:
        return
    model = models.get(extension.extends)
    if model is None:
        if extension.extends.partition(".")[0] not in source.optional:
            message = f"no enabled addon has a model {extension.extends!r}"
            problems.append(problem_at(extension.place_of("extends"), message, extension.extends, models))
        return
    base = specs[model] = completed(model, specs[model]) if model in specs else derived_view(model)
    problems += apply_extension(base, extension)


def completed(model: Any, spec: ViewSpec) -> ViewSpec:
    """A view file's content, with a list and a form where it wrote none."""
    derived = derived_view(model)
    spec.listing = spec.listing or derived.listing
    spec.form = spec.form or derived.form
    if spec.search is None:
        spec.search = derived.search
    return spec


@composed("views")
def compose_for(composition: Composition) -> Views:
    """The views of a composition; problems go to the addon whose file has them."""
    sources = [
        Source(addon.name, addon.folder / "views", tuple(addon.manifest.views), frozenset(addon.optional))
        for addon in composition.addons
    ]
    known = Known(
        {model: set(named) for model, named in composition.parts.get("figures", {}).items()},
        {model: set(named) for model, named in composition.parts.get("panels", {}).items()},
        complete="figures" in composition.parts and "panels" in composition.parts,
    )
    views, problems = compose_views(sources, composition.models, known, composition.custom)
    for link in composition.menu:
        if link.model is not None:
            views.of(link.model).entry = link.label
    for addon in composition.addons:
        composition.complain(addon.name, [p for p in problems if Path(p.file).is_relative_to(addon.folder)])
    return views


__all__ = ["Source", "Views", "compose_for", "compose_views", "figures", "panels"]
