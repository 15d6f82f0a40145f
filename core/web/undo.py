"""Taking back what one did, and the report of what was done to many records."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, request
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from core.db import kernel_connection, now, trusted
from core.errors import Denied, Invalid, Missing, TandemError
from core.i18n import _, translated
from core.jobs import enqueue
from core.mail import drop_letters
from core.screens.lists.bulk.running import hand_over
from core.screens.mailing import report
from core.screens.pages import committed, render, wants_json
from core.screens.undo.memory import note_act
from core.screens.undo.models import Act, ActStep
from core.screens.undo.undoing import (
    AT_ONCE,
    UNDO,
    Undone,
    demand_undoable,
    last_act,
    own_act,
    said,
    steps_left,
    undo_at_once,
)
from core.signals import Delivery

undo = Blueprint("undo", __name__)
ACTS: Any = Act.__table__
STEPS: Any = ActStep.__table__
LISTED, ROWS, LATELY_MIN = 80, 100, 60
BUSY = ("waiting", "running", "undoing")
MARKS = {
    "waiting": ("wait", "Waits"),
    "running": ("open", "Under way"),
    "done": ("done", "Done"),
    "cancelled": ("void", "Stopped"),
    "failed": ("late", "Failed"),
    "undoing": ("open", "Being undone"),
    "undone": ("void", "Undone"),
}
RESULTS = {
    "create": _("created"),
    "update": _("changed"),
    "delete": _("deleted"),
    "verb": _("done"),
    "refused": _("refused"),
}


@undo.before_request
def only_people() -> None:
    """What one did belongs to whoever did it."""
    if g.user is None:
        raise Denied(_("Log in first"))


@undo.post("/undo/<int:key>")
def take_back(key: int) -> AnyResponse:
    """Take one act back; one of many records as a job."""
    try:
        told, address = committed(lambda session: taken_back(session, key))
    except TandemError as error:
        if isinstance(error, Missing | Denied) or wants_json():
            raise
        flash(said(error), "bad")
        return redirect(came_from(), 303)
    if told:
        flash(told, "good")
    if wants_json():
        return Response(status=204) if not address else redirect_told(address)
    return redirect(address or came_from(key), 303)


@undo.post("/undo/last")
def take_last_back() -> AnyResponse:
    """Take back what one did last, if that was lately."""
    found = last_act(g.session, now() - timedelta(minutes=LATELY_MIN))
    if found is None:
        raise Missing(_("There is nothing left to undo."))
    return take_back(found)


def taken_back(session: Session, key: int) -> tuple[str, str]:
    """What to say of it, and the address of the report where it goes on or something stayed."""
    act, address = own_act(session, key, lock=True), f"/acts/{key}"
    demand_undoable(act)
    if len(steps_left(session, key, AT_ONCE + 1)) > AT_ONCE:
        job_id = enqueue(session, UNDO, key=f"act {key}", act_id=key)
        note_act(session, key, state="undoing", job_id=job_id, error=None)
        return "", address
    done: Undone = undo_at_once(session, act)
    if done.why:
        return str(_("Undone for {count}; {kept} stay as they are.", count=done.done, kept=len(done.why))), address
    return str(_("Undone: {text}", text=act["text"].rstrip("."))), ""


def redirect_told(url: str) -> Response:
    """Where a script should go on."""
    answer = Response(status=204)
    answer.headers["HX-Redirect"] = url
    return answer


def came_from(key: int = 0) -> str:
    """The page that asked; the list, where that page is of a record which is gone now."""
    path = request.referrer or ""
    local = "/" + path.partition("://")[2].partition("/")[2].lstrip("/") if request.host in path else "/"
    if not key:
        return local
    first = kernel_connection(g.session).execute(select(STEPS).where(STEPS.c.act_id == key).limit(1)).mappings().first()
    if first is None or first["kind"] not in ("create", "delete"):
        return local
    home = model_url(first["model"])
    return f"{home}{first['record_id']}" if first["kind"] == "delete" and is_alone(key) else home


def is_alone(key: int) -> bool:
    """Whether an act was about one record."""
    counted = select(func.count()).select_from(STEPS).where(STEPS.c.act_id == key)
    return kernel_connection(g.session).scalar(counted) == 1


def composition() -> Any:
    """What the enabled addons make together."""
    return g.session.info["composition"]


def model_url(label: str) -> str:
    """The list of a model; home where its addon is switched off."""
    model = composition().models.get(label)
    return f"/{model.__addon__}/{model.__slug__}/" if model is not None else "/"


@undo.get("/acts/")
def index() -> Response:
    """What one did lately, newest first."""
    mine = select(ACTS).where(ACTS.c.user_id == g.user.id).order_by(ACTS.c.id.desc()).limit(LISTED)
    rows = kernel_connection(g.session).execute(mine).mappings().all()
    return render("acts/index.html", rows=rows, marks=MARKS, page_title=_("What I did"))


@undo.get("/acts/<int:key>")
def show(key: int) -> Response:
    """How far it is, how many were done, which refused and why."""
    act = own_act(g.session, key)
    with trusted(g.session) as session:
        job = session.get(Delivery, act["job_id"]) if act["job_id"] else None
    if job is not None and job.state == "parked" and act["state"] in BUSY:
        act = {**act, "state": "failed", "error": job.error}
    tabs = tabs_of(act)
    told = [name for name, _label, _count in tabs if name != "kept" or act["state"] == "undone"]
    tab = request.args.get("show") or next(iter(told), "done")
    rows = page_of(act, tab, request.args.get("after", 0, type=int))
    return render(
        "acts/act.html",
        act=act,
        mark=MARKS[act["state"]],
        busy=act["state"] in BUSY,
        leaving=bool(report.batch_of(act)) and report.is_leaving(g.session, act),
        letters=report.counts_of(g.session, act) if report.batch_of(act) else None,
        rows=rows[:ROWS],
        more=rows[ROWS - 1]["id"] if len(rows) > ROWS else 0,
        tab=tab,
        tabs=tabs,
        back=model_url(act["model"]),
        plural=plural_of(act["model"]),
        url_of=lambda step: f"{model_url(step['model'])}{step['record_id']}" if exists(act, step) else "",
        results=report.RESULTS if report.batch_of(act) else RESULTS,
    )


TABS = {"refused": _("Refused"), "kept": _("Not undone"), "done": _("Done")}


def tabs_of(act: Mapping[str, Any]) -> list[tuple[str, Any, int]]:
    """The parts of a report that hold something, with how many."""
    if not report.batch_of(act):
        return [(name, label, count) for name, label in TABS.items() if (count := counted(act["id"], name))]
    found = report.counts_of(g.session, act)
    return [(name, label, found[name]) for name, label in report.TABS.items() if found.get(name)]


def of_tab(key: int, tab: str) -> Any:
    """The steps of an act that one tab shows."""
    mine = STEPS.c.act_id == key
    if tab == "refused":
        return mine & (STEPS.c.kind == "refused")
    return mine & (STEPS.c.kind != "refused") & ((STEPS.c.why != "") if tab == "kept" else (STEPS.c.why == ""))


def page_of(act: Mapping[str, Any], tab: str, after: int) -> list[Any]:
    """A page of steps, and one more if there are."""
    if report.batch_of(act):
        return report.rows_of(g.session, act, tab, after, ROWS + 1)
    asked = select(STEPS).where(of_tab(act["id"], tab), STEPS.c.id > after).order_by(STEPS.c.id).limit(ROWS + 1)
    return list(kernel_connection(g.session).execute(asked).mappings())


def counted(key: int, tab: str) -> int:
    """How many steps a tab shows."""
    return int(kernel_connection(g.session).scalar(select(func.count()).select_from(STEPS).where(of_tab(key, tab))) or 0)


def exists(act: Mapping[str, Any], step: Mapping[str, Any]) -> bool:
    """Whether the record of a step can be opened."""
    is_gone = (step["kind"] == "delete" and not step["undone"]) or (step["kind"] == "create" and step["undone"])
    return not is_gone and step["model"] in composition().models


def plural_of(label: str) -> str:
    """What the records of a model are called."""
    model = composition().models.get(label)
    return str(composition().views.of(model).plural) if model is not None else label


@undo.post("/acts/<int:key>/stop")
def stop(key: int) -> AnyResponse:
    """Stop after the records at hand; letters that have not left stay here."""
    act, is_under_way = own_act(g.session, key), ("waiting", "running")
    batch = report.batch_of(act)
    if act["state"] not in is_under_way and not batch:
        raise Invalid(_("This has ended."))

    def work(session: Session) -> None:
        if act["state"] in is_under_way:
            with trusted(session):
                stopped = update(Delivery).where(Delivery.id == act["job_id"], Delivery.state == "waiting")
                session.execute(stopped.values(state="cancelled", lease=None))
            note_act(session, key, state="cancelled")
        if batch:
            drop_letters(session, batch)

    committed(work)
    return redirect(f"/acts/{key}", 303)


@undo.post("/acts/<int:key>/resume")
def resume(key: int) -> AnyResponse:
    """Go on after the last record that was tried."""
    act = own_act(g.session, key)
    if act["state"] not in ("cancelled", "failed") or "name" not in act["asked"]:
        raise Invalid(_("This has ended."))
    committed(lambda session: hand_over(session, key))
    return redirect(f"/acts/{key}", 303)


@undo.get("/acts/<int:key>/report.csv")
def download(key: int) -> Response:
    """Every record of it with what became of it."""
    act = own_act(g.session, key)
    asked = select(STEPS).where(STEPS.c.act_id == key).order_by(STEPS.c.id)
    mailed = bool(report.batch_of(act))
    rows = report.every_row(g.session, act) if mailed else kernel_connection(g.session).execute(asked).mappings().all()
    told = "".join(lines(rows, report.RESULTS if mailed else RESULTS))
    answer = Response("\ufeff" + told, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="report-{key}.csv"'
    return answer


def lines(rows: Any, results: Mapping[str, Any]) -> Iterator[str]:
    """The lines of a report."""
    heads = [translated(word) for word in ("Number", "Record", "Result", "Why")]
    told = (
        [r["record_id"], r["title"], str(results.get(r["kind"], r["kind"])), r["why"] or r.get("note", "")] for r in rows
    )
    for row in [heads, *told]:
        text = io.StringIO()
        csv.writer(text).writerow([guarded(cell) for cell in row])
        yield text.getvalue()


def guarded(cell: Any) -> Any:
    """A text that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t") else cell
