"""The trash: what one deleted, to be brought back or let go of; administrators see what everybody deleted."""

from datetime import datetime, timedelta

from flask import Blueprint, Response, flash, g, redirect, request
from sqlalchemy import delete
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from core.db import kernel_connection, now
from core.errors import Denied, Missing
from core.i18n import _
from core.screens.forms.conflicts import names_of
from core.screens.pages import committed, render
from core.screens.trash.lying import KEPT, counts, lying, page_of, visible
from core.screens.trash.models import KEPT_DAYS
from core.screens.trash.restoring import forget, restore
from core.screens.undo.undoing import Undone, attempt

trash = Blueprint("trash", __name__, url_prefix="/trash")
LISTED = 80


@trash.before_request
def only_people() -> None:
    """What was deleted belongs to whoever deleted it."""
    if g.user is None:
        raise Denied(_("Log in first"))


@trash.get("/")
def index() -> Response:
    """What lies here, newest first."""
    session, model = g.session, request.args.get("model", "")
    rows = page_of(session, LISTED, request.args.get("before", 0, type=int), model)
    views = session.info["composition"].views
    models = session.info["composition"].models
    return render(
        "trash.html",
        rows=rows[:LISTED],
        more=rows[LISTED - 1]["id"] if len(rows) > LISTED else 0,
        names=names_of(session, {row["by_id"] for row in rows if row["by_id"]}),
        labels={row["model"]: views.of(models[row["model"]]).label for row in rows},
        tabs=sorted((views.of(models[label]).plural, label, count) for label, count in counts(session).items()),
        model=model,
        days_left=days_left,
        days=KEPT_DAYS,
        page_title=_("Trash"),
    )


def days_left(at: datetime) -> int:
    """How many days something stays here yet."""
    return max(0, (at + timedelta(days=KEPT_DAYS) - now()).days)


def chosen(session: Session) -> list[int]:
    """The ticked entries that this person may see, latest first; Missing if there are none."""
    ids = [int(word) for word in request.form.getlist("id") if word.isdigit() and len(word) < 10]
    known = lying(session, ids)
    if not known or len(known) < len(set(ids)):
        raise Missing(_("This does not lie in the trash any more."))
    return known


@trash.post("/restore")
def bring_back() -> AnyResponse:
    """Bring the chosen ones back under the numbers that they had, the last deleted first."""

    def work(session: Session) -> tuple[Undone, list[str]]:
        done, urls, ids = Undone(), [], chosen(session)
        for one in ids:
            record, why = attempt(session, lambda: restore(session, one))  # noqa: B023 (called at once)
            done.done += not why
            done.why += [why] if why else []
            urls += [f"/{record.__addon__}/{record.__slug__}/{record.id}"] if record is not None else []
        return done, urls

    done, urls = committed(work)
    if done.done:
        flash(str(_("{count} brought back.", count=done.done)), "good")
    for why in dict.fromkeys(done.why[:5]):
        flash(why, "bad")
    alone = len(urls) == 1 and not done.why
    return redirect(urls[0] if alone else "/trash/", 303)


@trash.post("/forget")
def let_go() -> AnyResponse:
    """The chosen ones are gone for good."""
    count = committed(lambda session: _forget(session, chosen(session)))
    flash(str(_("{count} are gone for good.", count=count)), "good")
    return redirect("/trash/", 303)


@trash.post("/empty")
def empty() -> AnyResponse:
    """All of one's own are gone for good."""
    mine = KEPT.c.by_id == g.user.id
    count = committed(lambda s: kernel_connection(s).execute(delete(KEPT).where(mine, *visible(s))).rowcount)
    flash(str(_("{count} are gone for good.", count=count)), "good")
    return redirect("/trash/", 303)


def _forget(session: Session, ids: list[int]) -> int:
    forget(session, ids)
    return len(ids)
