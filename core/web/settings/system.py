"""Settings of the system itself, for administrators: jobs and deliveries, signals, health, the log of changes."""

import time
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, g, redirect, request
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from core.db import Check, run_checks, trusted
from core.errors import Denied
from core.i18n import _, translated
from core.jobs import jobs_known
from core.screens.forms.conflicts import names_of
from core.screens.pages import committed, render
from core.signals import Delivery, clock

system = Blueprint("system", __name__, url_prefix="/settings")
ROWS = 80
MARKS = {"waiting": "wait", "done": "done", "parked": "late", "cancelled": "void"}


@system.before_request
def only_administrators() -> None:
    """Nobody else sees how the system works inside."""
    if g.user is None or not g.user.is_admin:
        raise Denied(_("Only an administrator may see this page"))


@system.get("/jobs")
def jobs() -> Response:
    """Jobs, deliveries and schedules: what waits, what runs, what failed, newest first; `?state=` narrows."""
    state = request.args.get("state", "")
    before = request.args.get("before", type=int)
    with trusted(g.session) as session:
        counted = {
            s: n for s, n in session.execute(select(Delivery.state, func.count(Delivery.id)).group_by(Delivery.state))
        }
        query = select(Delivery).order_by(Delivery.id.desc()).limit(ROWS + 1)
        query = query.where(Delivery.state == state) if state else query
        rows = session.scalars(query.where(Delivery.id < before) if before else query).all()
        users = names_of(session, {r.user_id for r in rows if r.user_id})
    known = jobs_known()
    labels = {r.id: translated(known[r.receiver].label) if r.receiver in known else r.receiver for r in rows}
    more = f"?state={state}&before={rows[ROWS - 1].id}" if len(rows) > ROWS else ""
    return render(
        "settings/jobs.html",
        rows=rows[:ROWS],
        counted=counted,
        state=state,
        marks=MARKS,
        users=users,
        labels=labels,
        more=more,
        at=at,
    )


def at(seconds: float | None) -> datetime | None:
    """A moment of the database's clock."""
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


@system.get("/jobs/<int:key>")
def job(key: int) -> Response:
    """One row of the outbox with its error."""
    with trusted(g.session) as session:
        row = session.get(Delivery, key) or abort(404)
        users = names_of(session, {row.user_id} if row.user_id else set())
    return render("settings/job.html", row=row, marks=MARKS, users=users, at=at)


@system.post("/jobs/<int:key>/<any(again,cancel):verb>")
def change_job(key: int, verb: str) -> AnyResponse:
    """Try a parked row again, or stop a waiting one."""

    def work(session: Session) -> bool:
        with trusted(session):
            if verb == "again":
                values: dict[str, Any] = {"state": "waiting", "tries": 0, "due": clock(session), "error": None}
                narrowed = update(Delivery).where(Delivery.id == key, Delivery.state.in_(("parked", "cancelled")))
            else:
                values = {"state": "cancelled", "lease": None}
                narrowed = update(Delivery).where(Delivery.id == key, Delivery.state == "waiting")
            return bool(session.execute(narrowed.values(values)).rowcount)  # type: ignore[attr-defined]

    done = committed(work)
    flash(
        str(_("It will be tried again") if verb == "again" else _("It will not be done"))
        if done
        else str(_("Nothing to change")),
        "good",
    )
    return redirect("/settings/jobs")


@system.get("/signals")
def signals() -> Response:
    """Who hears what."""
    return render("settings/signals.html", rows=list(current_app.extensions["tandem"].switchboard.listing()))


@system.get("/health")
def health() -> Response:
    """Every invariant as it is now: what must hold, and the rows where it does not."""
    checks: list[Check] = current_app.extensions["tandem"].checks
    begun = time.perf_counter()
    with trusted(g.session) as session:
        findings = {f.check.name: f for f in run_checks(session, checks)}
    return render("settings/health.html", checks=checks, findings=findings, seconds=time.perf_counter() - begun)
