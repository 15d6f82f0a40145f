"""Alive, ready, and figures for monitoring; open on loopback and to whoever has a key."""

import ipaddress
import time
from functools import cache

from flask import Blueprint, Flask, Response, current_app, g, jsonify, request
from sqlalchemy.exc import DBAPIError

from core.db.migrate import current_revision, head_revision
from core.i18n import _
from core.registry.composition import CORE
from core.screens.pages import open_to_strangers
from core.web.answered import Answered

head_of = cache(head_revision)
status = Blueprint("status", __name__)
ANSWERED = Answered()


def install(app: Flask) -> None:
    """Count requests and their time."""

    @app.before_request
    def begin() -> None:
        g.begun = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        ANSWERED.note(request.endpoint or "none", response.status_code, time.perf_counter() - g.begun)
        return response


@status.before_request
def near_or_known() -> Response | None:
    """Others are not told how we are; whoever comes through a proxy of this machine is from elsewhere."""
    passed_on = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    near = not passed_on and request.remote_addr is not None and ipaddress.ip_address(request.remote_addr).is_loopback
    if near or g.user is not None:
        return None
    return Response(str(_("Only from this machine, or with a key")), 401, {"WWW-Authenticate": "Bearer"}, "text/plain")


@status.get("/healthz")
@open_to_strangers
def alive() -> Response:
    """The process answers."""
    return jsonify({"status": "alive"})


@status.get("/readyz")
@open_to_strangers
def ready() -> tuple[Response, int]:
    """The database is reachable, and the tables of the kernel and of every enabled addon are those of this code."""
    kernel, composition = current_app.extensions["tandem_kernel"], current_app.extensions["tandem"]
    heads = {"core": CORE} | {addon.name: addon.folder for addon in composition.addons}
    try:
        with kernel.database.engine.connect() as connection:
            behind = [n for n, folder in heads.items() if current_revision(connection, n) != head_of(folder)]
    except DBAPIError:
        return jsonify({"status": "the database does not answer"}), 503
    return jsonify({"status": "not migrated", "behind": behind} if behind else {"status": "ready"}), 503 if behind else 200


@status.get("/metrics")
@open_to_strangers
def metrics() -> Response:
    """Prometheus' text format; of this worker."""
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

    return Response(generate_latest(ANSWERED), content_type=CONTENT_TYPE_LATEST)
