"""Long exports: one's own files that workers make, how far each is, and the way to fetch it."""

import json
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, flash, g, redirect, send_file
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

import core.screens.exports.job  # noqa: F401 (makes the job known)
from core.db import trusted
from core.errors import Denied, Missing
from core.i18n import _
from core.screens.fields.rights import demand
from core.screens.lists.exporting import JOB
from core.screens.pages import committed, render
from core.signals import Delivery

exports = Blueprint("exports", __name__, url_prefix="/exports")
LISTED = 50


@exports.before_request
def only_people() -> None:
    """A file belongs to whoever asked for it."""
    if g.user is None:
        raise Denied(_("Log in first"))


@exports.get("/")
def index() -> Response:
    """One's own exports, newest first."""
    with trusted(g.session) as session:
        query = select(Delivery).where(Delivery.kind == "job", Delivery.receiver == JOB, Delivery.user_id == g.user.id)
        rows = session.scalars(query.order_by(Delivery.id.desc()).limit(LISTED)).all()
    return render("exports/index.html", rows=[told(row) for row in rows])


@exports.get("/<int:key>")
def show(key: int) -> Response:
    """How far a file is; when it is there, the way to fetch it."""
    return render("exports/export.html", made=told(own(key)))


@exports.get("/<int:key>/file")
def fetch(key: int) -> AnyResponse:
    """The file itself, if its model may still be exported."""
    made = told(own(key))
    if made["state"] != "done":
        raise Missing(_("This export is gone: make it again"))
    model = current_app.extensions["tandem"].models.get(made["model"])
    if model is None:
        raise Missing(_("There is no model {name}", name=made["model"]))
    demand(g.session, model, "export")
    return send_file(made["path"], mimetype=made["mimetype"], as_attachment=True, download_name=made["name"])


@exports.post("/<int:key>/stop")
def stop(key: int) -> AnyResponse:
    """Want it no more."""
    own(key)

    def work(session: Session) -> None:
        with trusted(session):
            waiting = update(Delivery).where(Delivery.id == key, Delivery.state == "waiting")
            session.execute(waiting.values(state="cancelled", lease=None))

    committed(work)
    flash(str(_("The export was stopped")), "good")
    return redirect(f"/exports/{key}", 303)


def own(key: int) -> Delivery:
    """One's own export; Missing for those of others."""
    with trusted(g.session) as session:
        row = session.get(Delivery, key)
    if row is None or row.receiver != JOB or row.user_id != g.user.id:
        raise Missing(_("There is no export {id}", id=key))
    return row


def told(row: Delivery) -> dict[str, Any]:
    """An export as its pages show it."""
    result, asked = json.loads(row.result or "{}"), json.loads(row.body)
    composition = current_app.extensions["tandem"]
    model = composition.models.get(asked["model"])
    state = row.state
    if state == "done":
        state = "failed" if "error" in result else "done" if Path(result["path"]).exists() else "gone"
    return {
        **result,
        "id": row.id,
        "state": "failed" if state == "parked" else state,
        "model": asked["model"],
        "kind": asked["kind"],
        "title": composition.views.of(model).plural if model is not None else asked["model"],
        "url": f"/{model.__addon__}/{model.__slug__}/" if model is not None else "/",
        "done": row.done,
        "total": row.total,
        "percent": 100 * row.done // row.total if row.total else 0,
    }
