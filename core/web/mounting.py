"""Which pages an app has: the kernel's own, a screen for every model, the API, and the routes of the addons."""

import sys
from importlib import import_module

from flask import Flask

from core.registry.composition import Composition

#: the kernel's own pages: the module that holds each blueprint; it is called like the last part of its module
OWN = (
    "core.web.home",
    "core.web.find",
    "core.screens.reports.page:reports",
    "core.screens.saved.pages:saved",
    "core.web.import_choices:imports",
    "core.web.exports",
    "core.web.undo",
    "core.web.trash",
    "core.web.status",
    "core.web.forgotten",
    "core.web.installable",
    "core.web.welcome",
    "core.web.widgets.pages:widgets",
)


def mount(app: Flask, composition: Composition) -> None:
    """Register all blueprints."""
    from core.api import install as install_api
    from core.screens.mount import mount_screens
    from core.web.login import install as install_login
    from core.web.settings import install as install_settings
    from core.web.settings.pages import PAGES

    install_login(app)
    install_settings(app)
    for place in OWN:
        module, _colon, name = place.partition(":")
        app.register_blueprint(getattr(import_module(module), name or module.rpartition(".")[2]))
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    install_api(app, composition)
    mount_screens(app, composition)
    for addon in composition.addons:
        routes = sys.modules.get(f"addons.{addon.name}.routes")
        if routes is not None:
            app.register_blueprint(routes.routes)
