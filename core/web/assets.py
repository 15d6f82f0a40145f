"""The built static files: their hashed addresses, the icon markup, and the server that hands them out.

`core/assets_build.py` writes `static/dist/` with `manifest.json`, which maps a logical name (`app.js`) to its file.
"""

import json
import logging
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from markupsafe import Markup, escape
from whitenoise import WhiteNoise

from core.web.words import page_words

DIST = Path(__file__).parent / "static" / "dist"
PREFIX = "/static/dist/"
HASHED = re.compile(r"-[0-9A-Za-z]{8}\.\w+$")

log = logging.getLogger(__name__)
WsgiApp = Callable[..., Any]


@cache
def manifest(dist: Path = DIST) -> dict[str, str]:
    """Logical name → file below `dist`. Empty before the first build: pages then lack style, and the log says so."""
    path = dist / "manifest.json"
    if not path.exists():
        log.warning("static files are not built; run.py builds them: %s", dist)
        return {}
    files: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))["files"]
    return files


def asset(name: str) -> str:
    """The address of a built file, e.g. `asset("app.js")` → `/static/dist/app-5F3K2Q7A.js`."""
    return PREFIX + manifest().get(name, name)


def icon(name: str, small: bool = False, label: str = "") -> Markup:
    """One icon of the sprite. Without a label it is decoration; with one it speaks for itself."""
    return _icon(name, small, str(label))


@cache
def _icon(name: str, small: bool, label: str) -> Markup:
    size = " t-icon-sm" if small else ""
    spoken = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="t-icon{}" viewBox="0 0 24 24" {}><use href="{}#{}"/></svg>').format(
        size, spoken, asset("icons.svg"), escape(name)
    )


def install(app: Flask) -> None:
    """Make `asset`, `icon` and the browser's words known to every template and macro."""
    app.jinja_env.globals.update(asset=asset, icon=icon, page_words=page_words)


def serving(app: WsgiApp, dist: Path = DIST) -> WsgiApp:
    """The application with the built files in front of it: compressed, and kept for a year if the name is hashed."""
    wrapped = WhiteNoise(app, max_age=60, immutable_file_test=_is_hashed)
    if dist.is_dir():
        wrapped.add_files(str(dist), prefix=PREFIX)
    return wrapped  # type: ignore[no-any-return, unused-ignore]


def _is_hashed(path: str, url: str) -> bool:
    return bool(HASHED.search(url))
