"""One screen for each model of a composition, and their routes."""

import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask

from core.db import Base, Extension, Line, Model
from core.registry.composition import CORE, Composition, composed
from core.screens import figures, panels
from core.screens.line_screen import LineScreen
from core.screens.records.paper_pages import Papers
from core.screens.screen import Screen
from core.screens.views import compose
from core.yaml_reader import Place, problem_at

__all__ = ["compose", "figures", "mount_screens", "panels", "screens_for"]
Screens = Mapping[type[Base], Screen[Any]]


def is_shown(model: type[Base]) -> bool:
    """Whether records of a model have pages of their own: lines and extensions belong to others."""
    return issubclass(model, Model) and not issubclass(model, Line | Extension)


@composed("screens")
def screens_for(composition: Composition) -> Screens:
    """The screen of each model: the one that an addon wrote for it, or the plain one."""
    written: dict[type[Base], tuple[str, type[Screen[Any]]]] = {}
    for addon, modules in composition.modules.items():
        for module in modules:
            for kind in vars(module).values():
                if inspect.isclass(kind) and issubclass(kind, Screen) and kind.__module__ == module.__name__:
                    _claim(composition, written, addon, kind)
    plain = {model: Screen for model in composition.models.values() if is_shown(model)}
    plain |= {link.model: LineScreen for link in composition.menu if link.model is not None and issubclass(link.model, Line)}
    return {
        model: written[model][1](composition) if model in written else kind(composition, model)
        for model, kind in plain.items()
    }


def _claim(
    composition: Composition, written: dict[type[Base], tuple[str, type[Screen[Any]]]], addon: str, kind: type[Screen[Any]]
) -> None:
    """Note whose screen a model has; two are a problem of the second addon that names both."""
    model = getattr(kind, "model", None)
    if model is None:
        message = f"{kind.__name__} names no model: write class {kind.__name__}(Screen[Ticket])"
        composition.complain(addon, [problem_at(_place(kind), message)])
    elif model in written:
        first = written[model][1]
        names = [f"{each.__module__}.{each.__name__}" for each in (first, kind)]
        message = f"{model.label()} has two screens: {names[0]} and {names[1]}"
        composition.complain(addon, [problem_at(_place(kind), message)])
    else:
        written[model] = addon, kind


def _place(kind: type) -> Place:
    file = inspect.getsourcefile(kind) or kind.__module__
    root = CORE.parent
    shown = str(Path(file).relative_to(root)) if Path(file).is_relative_to(root) else file
    return Place(shown, inspect.getsourcelines(kind)[1])


def mount_screens(app: Flask, composition: Composition) -> None:
    """Give every model its addresses; the kernel's own models are only chosen from."""
    for model, screen in composition.screens.items():
        name = f"{model.__addon__}__{model.__slug__}"
        blueprint = Blueprint(name, __name__, url_prefix=f"/{model.__addon__}/{model.__slug__}")
        blueprint.add_url_rule("/options", "options", screen.options)
        if model.__addon__ != "core":
            (add_line_routes if issubclass(model, Line) else add_routes)(blueprint, screen)
        app.register_blueprint(blueprint)


def add_line_routes(blueprint: Blueprint, screen: Screen[Any]) -> None:
    """The pages of lines: their list, and the way to their document."""
    blueprint.add_url_rule("/", "index", screen.index)
    blueprint.add_url_rule("/<int:id>", "show", screen.show)


def add_routes(blueprint: Blueprint, screen: Screen[Any]) -> None:
    """The pages of one screen."""
    both = ["GET", "POST"]
    add = blueprint.add_url_rule
    add("/", "index", screen.index, methods=both)
    add("/<int:id>", "show", screen.show)
    add("/new", "new", screen.new, methods=both)
    add("/quick", "quick", screen.quick, methods=both)
    add("/<int:id>/quick", "quick", screen.quick, methods=both)
    add("/recompute", "recompute", screen.compute, methods=["POST"])
    add("/<int:id>", "edit", screen.edit, methods=["POST"])
    for name, method in (("next", screen.next), ("previous", screen.previous), ("history", screen.history)):
        add(f"/<int:id>/{name}", name, method)
    add("/<int:id>/cell/<string:path>", "cell", screen.cell, methods=both)
    add("/<int:id>/delete", "delete", screen.delete, methods=both)
    add("/<int:id>/mail", "mail", screen.mail, methods=both)
    add("/<int:id>/duplicate", "duplicate", screen.duplicate, methods=both)
    add("/<int:id>/recompute", "recompute", screen.compute, methods=["POST"])
    for name, method in (("archive", screen.archive), ("unarchive", screen.unarchive)):
        add(f"/<int:id>/{name}", name, method, methods=["POST"])
    add("/<int:id>/history/<int:change>", "restore", screen.restore, methods=["POST"])
    Papers(screen.model).mount(blueprint)
    add("/<int:id>/<string:name>", "perform", screen.perform, methods=both)
    add("/<string:name>", "collect", screen.collect, methods=both)
