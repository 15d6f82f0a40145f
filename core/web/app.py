"""One app value: a Flask app of a composition, never changed after it is built; another set of addons is another app."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson
from flask import Flask, current_app, g, request, session
from flask.json.provider import JSONProvider
from jinja2 import ChoiceLoader, FileSystemLoader

import core.screens.parts  # noqa: F401 (adds views, figures and reports to every composition)
from core import i18n
from core.registry.composition import Composition
from core.registry.kernel import Kernel
from core.registry.options import read_options
from core.web import assets, context, errors, headers, status
from core.web.compiled import CompiledTemplates
from core.web.globals import RequestGlobals, close_session
from core.web.menu import Menus
from core.web.models import Recent, Widget  # noqa: F401 (their tables are known to every composition)
from core.web.mounting import mount
from core.web.routing import LazyRule

TEMPLATES = Path(__file__).parent / "templates"
LARGEST_UPLOAD = 100 << 20


class OrJson(JSONProvider):
    """JSON by orjson; amounts and dates travel as text."""

    def dumps(self, obj: Any, **options: Any) -> str:
        """An object as JSON text."""
        return orjson.dumps(obj, default=str).decode()

    def loads(self, s: str | bytes, **options: Any) -> Any:
        """JSON text as an object."""
        return orjson.loads(s)


class TandemFlask(Flask):
    """Flask with the request's own session and user in `g`."""

    app_ctx_globals_class = RequestGlobals
    json_provider_class = OrJson
    url_rule_class = LazyRule


def build_app(kernel: Kernel, generation: int, addons: Iterable[str]) -> Flask:
    """The app of these addons; those that do not load are left out and named in its composition's `broken`."""
    composition = kernel.compose(addons, generation)
    app = TandemFlask(f"tandem-{generation}", static_folder=None, template_folder=None)
    app.secret_key = kernel.settings.secret_key
    app.config.update(
        MAX_CONTENT_LENGTH=max(LARGEST_UPLOAD, (kernel.settings.attachment_mb + 1) << 20),
        SESSION_COOKIE_NAME="tandem",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=kernel.settings.secure_cookies,
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.extensions["tandem_kernel"] = kernel
    app.extensions["tandem"] = composition
    app.extensions["tandem_options"] = read_options(kernel.database)
    app.jinja_loader = ChoiceLoader([FileSystemLoader(folder) for folder in template_folders(composition)])
    app.jinja_env.bytecode_cache = CompiledTemplates(kernel.settings.home / "templates")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.before_request(speak)
    app.teardown_request(fall_silent)
    app.teardown_appcontext(close_session)
    for part in (headers, errors, status, assets):
        part.install(app)
    context.install(app, Menus(composition, app.jinja_env))
    mount(app, composition)
    return app


def template_folders(composition: Composition) -> list[Path]:
    """The kernel's templates, then each addon's."""
    return [TEMPLATES, *(addon.folder / "templates" for addon in composition.addons)]


def speak() -> None:
    """The request's language: the user's; a stranger's choice at the door, else the best that the browser asks for."""
    language, region = (g.user.language, g.user.region) if g.user is not None else (language_at_door(), "")
    catalogs = current_app.extensions["tandem"].catalogs
    g.spoken = i18n.speak(language, catalogs, region or "")


def language_at_door() -> str:
    """Of the languages that are offered, what a stranger chose by `?language=`, now or before, or his browser asks for."""
    offered: list[str] = current_app.extensions["tandem_options"]["languages"]
    chosen = request.args.get("language")
    if chosen in offered and request.path.startswith("/login"):
        session["language"] = chosen
    kept: str = session.get("language", "")
    return kept if kept in offered else request.accept_languages.best_match(offered) or offered[0]


def fall_silent(error: BaseException | None = None) -> None:
    """The thread's next request begins without a language."""
    if spoken := g.pop("spoken", None):
        i18n.fall_silent(spoken)
