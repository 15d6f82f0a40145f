"""Which pages an app has: the kernel's own, a screen for every model, the API, and the routes of the addons."""

import sys

from flask import Flask

from core.registry.composition import Composition


def mount(app: Flask, composition: Composition) -> None:
    """Register all blueprints."""
    from core.api import install as install_api
    from core.screens.mount import mount_screens
    from core.screens.reports.page import reports
    from core.screens.saved.pages import saved
    from core.web.find import find
    from core.web.home import home
    from core.web.imports import imports
    from core.web.installable import installable
    from core.web.login import install as install_login
    from core.web.settings import install as install_settings
    from core.web.settings.addons import addons
    from core.web.settings.organisation import organisation
    from core.web.settings.profile import profile
    from core.web.settings.roles import roles
    from core.web.settings.system import system
    from core.web.settings.users import users
    from core.web.status import status
    from core.web.trash import trash
    from core.web.undo import undo
    from core.web.welcome import welcome
    from core.web.widgets.pages import widgets

    install_login(app)
    install_settings(app)
    of_people = (home, welcome, installable, find, widgets, reports, saved, imports, undo, trash, profile)
    for blueprint in (*of_people, addons, system, status, users, organisation, roles):
        app.register_blueprint(blueprint)
    install_api(app, composition)
    mount_screens(app, composition)
    for addon in composition.addons:
        routes = sys.modules.get(f"addons.{addon.name}.routes")
        if routes is not None:
            app.register_blueprint(routes.routes)
