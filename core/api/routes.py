"""The addresses of the API: one set for all models of the app."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, g, render_template

from core.api import attachments, lists, records, trash
from core.api.answers import Answer, dumps
from core.api.imports import imported
from core.api.openapi import document
from core.errors import Denied
from core.i18n import _
from core.registry.composition import Composition


def install(app: Flask, composition: Composition) -> None:
    """Register the blueprint `/api/v1`."""
    app.register_blueprint(blueprint())


def blueprint() -> Blueprint:
    """A blueprint of all routes; each app value has its own."""
    made = Blueprint("api", __name__, url_prefix="/api/v1")
    made.before_request(known_asker)
    one, many = "/<string:addon>/<string:slug>/<int:id>", "/<string:addon>/<string:slug>"
    routes: list[tuple[str, str, Callable[..., Any]]] = [
        ("GET", "/openapi.json", openapi),
        ("GET", "/docs", docs),
        ("GET", "/<string:addon>/reports/<string:name>", lists.report),
        ("GET", "/trash", trash.trashed),
        ("POST", "/trash/<int:id>/restore", trash.brought_back),
        ("DELETE", "/trash/<int:id>", trash.let_go),
        ("GET", many, lists.listed),
        ("POST", many, records.create),
        ("GET", f"{many}/export", lists.export),
        ("GET", f"{many}/pivot", lists.pivot),
        ("POST", f"{many}/import", imported),
        ("GET", one, records.read),
        ("PATCH", one, records.change),
        ("DELETE", one, records.remove),
        ("GET", f"{one}/history", records.changes),
        ("GET", f"{one}/attachments", attachments.attachments),
        ("POST", f"{one}/attachments", attachments.add_attachments),
        ("GET", f"{one}/attachments/<int:number>", attachments.fetch_attachment),
        ("PATCH", f"{one}/attachments/<int:number>", attachments.rename_attachment),
        ("DELETE", f"{one}/attachments/<int:number>", attachments.remove_attachment),
        ("POST", f"{one}/<string:operation>", records.act),
        ("POST", f"{many}/<string:operation>", records.act_on_all),
    ]
    for method, rule, view in routes:
        made.add_url_rule(rule, f"{method.lower()}_{view.__name__}", answering(view), methods=[method])
    return made


def known_asker() -> None:
    """Nothing is answered to whoever does not say who he is."""
    if g.user is None:
        raise Denied(_("Send a key: Authorization: Bearer ..."))


def answering(view: Callable[..., Any]) -> Callable[..., Response]:
    """A view that answers an Answer, as Flask wants it."""

    def answered(**arguments: Any) -> Response:
        found = view(**arguments)
        return found.response() if isinstance(found, Answer) else found

    return answered


def openapi() -> Response:
    """The OpenAPI 3.1 document of what this user may do."""
    return Response(dumps(document(records.composition(), g.session.info["policy"])), content_type="application/json")


def docs() -> str:
    """The same as a page to read."""
    return render_template("api_docs.html", document=document(records.composition(), g.session.info["policy"]))
