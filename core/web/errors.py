"""Refusals and failures as pages, as fragments of pages, and as problem details (RFC 9457) for programs."""

import logging
import uuid
from typing import Any

from flask import Flask, Response, g, jsonify, redirect, request
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from core.errors import Conflict, Denied, TandemError
from core.i18n import _
from core.screens.pages import render

log = logging.getLogger(__name__)
TITLES = {
    400: _("This request cannot be understood"),
    403: _("This is not open to you"),
    404: _("There is nothing here"),
    405: _("This cannot be done here"),
    409: _("This cannot be done now"),
    413: _("This is too large"),
    422: _("Something is missing or wrong"),
    429: _("Too many tries"),
    500: _("Something went wrong here"),
}


def install(app: Flask) -> None:
    """Answer every error in the shape that the asker reads."""
    app.register_error_handler(TandemError, refused)
    app.register_error_handler(StaleDataError, overtaken)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, failed)


def refused(error: TandemError) -> AnyResponse:
    """A refusal of the kernel or an addon; whoever is not logged in is asked to."""
    roll_back()
    if isinstance(error, Denied) and g.user is None:
        return unknown()
    return answer(error.status, error.message, [(e.field, str(e.message)) for e in error.errors], kind=error.kind)


def unknown() -> AnyResponse:
    """Nobody is logged in: a person goes to the door, a program is told."""
    if is_program():
        response = answer(401, _("Send a key: Authorization: Bearer ..."), kind="unauthorized")
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    target = request.full_path.rstrip("?") if request.method == "GET" else "/"
    if request.headers.get("HX-Request"):
        response = Response(status=204)
        response.headers["HX-Redirect"] = "/login"
        return response
    from urllib.parse import quote

    return redirect(f"/login?next={quote(target)}" if target != "/" else "/login")


def overtaken(error: StaleDataError) -> AnyResponse:
    """Somebody else changed the record between reading and writing."""
    return refused(Conflict(_("Somebody else changed this meanwhile. Look at it again, then repeat your change.")))


def http_error(error: HTTPException) -> AnyResponse:
    """What routing and parsing refuse."""
    roll_back()
    code = error.code or 500
    if 300 <= code < 400:
        return error.get_response()
    answered = answer(code, TITLES.get(code, error.name))
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            answered.headers[name] = value
    return answered


def failed(error: Exception) -> AnyResponse:
    """A fault of ours: the log has the trace, the person a code to tell."""
    roll_back()
    incident = uuid.uuid4().hex[:8]
    log.exception("request failed: incident %s, %s %s", incident, request.method, request.path)
    return answer(500, _("It was written down as {incident}. Nothing was changed.", incident=incident), incident=incident)


def answer(
    status: int, message: Any, errors: list[tuple[str, str]] | None = None, kind: str = "", incident: str = ""
) -> Response:
    """A problem document, a line for a toast, or a page."""
    faults = errors or []
    title = TITLES.get(status, _("This did not work"))
    text = str(message) or "; ".join(f"{field}: {told}" for field, told in faults) or str(title)
    if is_program():
        problem = {"type": f"urn:tandem:{kind or status}", "title": str(title), "status": status, "detail": text}
        problem["errors"] = [{"field": field, "message": told} for field, told in faults]
        response = jsonify(problem)
        response.status_code, response.content_type = status, "application/problem+json"
        return response
    if request.headers.get("HX-Request"):
        return Response(text, status, content_type="text/plain; charset=utf-8")
    template = "refused.html" if status < 500 and g.user is not None else "error.html"
    told = "" if text == str(title) else text
    try:
        return render(template, status, code=status, title=title, message=told, errors=faults, incident=incident)
    except Exception:
        log.exception("the error page failed: %s", request.path)
        return Response(f"{title}. {text}", status, content_type="text/plain; charset=utf-8")


def is_program() -> bool:
    """Whether the answer is for a program."""
    return (
        request.path.startswith("/api/")
        or request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
    )


def roll_back() -> None:
    """Nothing of a refused request stays."""
    session = g.__dict__.get("_session")
    if session is not None:
        session.rollback()
