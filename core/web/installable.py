"""What lets a browser install Tandem: the manifest, the service worker, and the page that says there is no connection."""

import hashlib
from functools import cache

import orjson
from flask import Blueprint, Response, current_app, make_response

from core.i18n import _, current_language
from core.screens.pages import open_to_strangers
from core.web.assets import DIST, asset, manifest

installable = Blueprint("installable", __name__)
KEPT = ("app.css", "app.js", "icons.svg", "icon.svg")
ICONS = (
    ("icon-192.png", "192x192", "any"),
    ("icon-512.png", "512x512", "any"),
    ("icon-maskable.png", "512x512", "maskable"),
)


@installable.get("/manifest.webmanifest")
@open_to_strangers
def describe() -> Response:
    """What a browser is told when it installs the page."""
    icons = [{"src": asset(name), "sizes": sizes, "type": "image/png", "purpose": why} for name, sizes, why in ICONS]
    told = {
        "id": "/",
        "name": "Tandem",
        "short_name": "Tandem",
        "description": str(_("Customers and books")),
        "lang": current_language(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#eef2f2",
        "theme_color": "#0b6073",
        "icons": [*icons, {"src": asset("icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
        "shortcuts": [{"name": str(_("Find or do")), "url": "/find"}, {"name": str(_("My day")), "url": "/"}],
    }
    answer = make_response(orjson.dumps(told))
    answer.content_type, answer.headers["Cache-Control"] = "application/manifest+json", "no-cache"
    answer.vary.add("Accept-Language")
    return answer


@installable.get("/sw.js")
@open_to_strangers
def worker() -> Response:
    """The service worker, with the names of the files that it keeps."""
    answer = make_response(worker_text())
    answer.content_type, answer.headers["Cache-Control"] = "text/javascript; charset=utf-8", "no-cache"
    return answer


@cache
def worker_text() -> bytes:
    """Its script: another one as soon as any file is another."""
    files = [asset(name) for name in KEPT]
    built = DIST / manifest().get("sw.js", "sw.js")
    version = hashlib.sha256(" ".join(files).encode()).hexdigest()[:12]
    head = b"self.TANDEM_FILES = %s; self.TANDEM_VERSION = '%s'\n" % (orjson.dumps(files), f"tandem-{version}".encode())
    return head + (built.read_bytes() if built.is_file() else b"")


@installable.get("/offline")
@open_to_strangers
def offline() -> str:
    """The one page that a browser keeps: there is no connection. It says nothing of the business."""
    return current_app.jinja_env.get_template("offline.html").render(language=current_language())
