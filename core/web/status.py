"""Alive, ready, and figures for monitoring; open on loopback and to whoever has a key."""

import ipaddress
import time

from flask import Blueprint, Flask, Response, current_app, g, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from sqlalchemy import text

from core.db.migrate import current_revision, head_revision
from core.errors import Denied
from core.i18n import _
from core.registry.composition import CORE
from core.screens.pages import open_to_strangers

status = Blueprint("status", __name__)
REGISTRY = CollectorRegistry()
REQUESTS = Counter("tandem_requests_total", "Requests by endpoint and status", ["endpoint", "status"], registry=REGISTRY)
SECONDS = Histogram("tandem_request_seconds", "Time to answer by endpoint", ["endpoint"], registry=REGISTRY)


def install(app: Flask) -> None:
    """Count requests and their time."""

    @app.before_request
    def begin() -> None:
        g.begun = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        REQUESTS.labels(endpoint, response.status_code).inc()
        SECONDS.labels(endpoint).observe(time.perf_counter() - g.begun)
        return response


@status.before_request
def near_or_known() -> None:
    """Others are not told how we are."""
    near = request.remote_addr is not None and ipaddress.ip_address(request.remote_addr).is_loopback
    if not near and g.user is None:
        raise Denied(_("Only from this machine, or with a key"))


@status.get("/healthz")
@open_to_strangers
def alive() -> Response:
    """The process answers."""
    return jsonify({"status": "alive"})


@status.get("/readyz")
@open_to_strangers
def ready() -> tuple[Response, int]:
    """The database is reachable and migrated."""
    kernel = current_app.extensions["tandem_kernel"]
    with kernel.database.engine.connect() as connection:
        connection.execute(text("select 1"))
        migrated = current_revision(connection, "core") == head_revision(CORE)
    return jsonify({"status": "ready" if migrated else "not migrated"}), 200 if migrated else 503


@status.get("/metrics")
@open_to_strangers
def metrics() -> Response:
    """Prometheus' text format; of this worker."""
    return Response(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)
