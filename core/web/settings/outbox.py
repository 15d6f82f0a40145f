"""The outbox: mails and deliveries of signals, what waits, what failed and why; try again, or drop."""

import json
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, flash, g, redirect, request
from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from core.access.audit import note
from core.db import trusted
from core.i18n import _, humanised, translated
from core.jobs import jobs_known
from core.mail import LETTER, POSTED, Letter, note_dropped
from core.mail.letters import RESET_LETTER
from core.screens.forms.conflicts import names_of
from core.screens.pages import committed, render
from core.signals import Delivery, clock
from core.web.login import caller
from core.web.settings.system import MARKS, at, only_administrators

outbox = Blueprint("outbox", __name__, url_prefix="/settings/outbox")
outbox.before_request(only_administrators)
ROWS = 80
LETTERS = (LETTER, POSTED, RESET_LETTER)
KINDS = {"mail": "Mails", "signal": "Deliveries"}
STATES = {"waiting": "Waiting", "failing": "Tried in vain", "parked": "Parked", "done": "Done", "cancelled": "Cancelled"}


@dataclass(frozen=True)
class Shown:
    """One row as people read it."""

    row: Any
    what: str
    whereto: str
    error: str
    state: str

    @property
    def mark(self) -> str:
        """The shape of its state."""
        return "late" if self.state == "failing" else MARKS.get(self.state, "open")

    @property
    def word(self) -> str:
        """The word of its state."""
        return translated(STATES.get(self.state, self.state))


def leaves() -> Any:
    """Rows that tell somebody something: mails, and signals for a receiver; other jobs have a page of their own."""
    return or_(Delivery.kind == "signal", Delivery.receiver.in_(LETTERS))


def is_mail() -> Any:
    """Mails alone."""
    return Delivery.receiver.in_(LETTERS)


def in_state(state: str) -> list[Any]:
    """Rows of a state; one that was tried in vain waits for its next try."""
    tried = (Delivery.state == "waiting", Delivery.error.is_not(None))
    if state == "failing":
        return list(tried)
    if state == "waiting":
        return [Delivery.state == "waiting", Delivery.error.is_(None)]
    return [Delivery.state == state] if state else []


@outbox.get("")
def index() -> Response:
    """What is in the outbox, newest first; `?kind=` mail or signal, `?state=` narrows."""
    state, kind, before = request.args.get("state", ""), request.args.get("kind", ""), request.args.get("before", type=int)
    where = [leaves(), *in_state(state)] + ([is_mail()] if kind == "mail" else [])
    where += [Delivery.kind == "signal"] if kind == "signal" else []
    where += [Delivery.id < before] if before else []
    with trusted(g.session) as session:
        rows = session.scalars(select(Delivery).where(*where).order_by(Delivery.id.desc()).limit(ROWS + 1)).all()
        users, counted = names_of(session, {row.user_id for row in rows if row.user_id}), counts(session)
    more = f"?state={state}&kind={kind}&before={rows[ROWS - 1].id}" if len(rows) > ROWS else ""
    shown = [as_shown(row) for row in rows[:ROWS]]
    values: dict[str, Any] = {"users": users, "counted": counted, "state": state, "kind": kind, "more": more, "at": at}
    return render("settings/outbox.html", rows=shown, states=STATES, kinds=KINDS, **values)


def counts(session: Session) -> dict[str, int]:
    """How many rows are in each state."""
    failing = Delivery.error.is_not(None)
    query = select(Delivery.state, failing, func.count(Delivery.id)).where(leaves()).group_by(Delivery.state, failing)
    found: dict[str, int] = {}
    for state, has_error, count in session.execute(query):
        name = "failing" if state == "waiting" and has_error else state
        found[name] = found.get(name, 0) + count
    return found


def as_shown(row: Any) -> Shown:
    """A row with its words."""
    body = json.loads(row.body) if row.body.startswith("{") else {}
    state = "failing" if row.state == "waiting" and row.error else row.state
    error = row.error.strip().rsplit("\n", 1)[-1] if row.error else ""
    error = error.partition(": ")[2] or error
    if row.receiver in (LETTER, POSTED):
        return Shown(row, str(body.get("subject", "")), str(body.get("to", "")), error, state)
    job = jobs_known().get(row.receiver)
    if job is not None:
        return Shown(row, translated(job.label), "", error, state)
    return Shown(row, translated(humanised(row.receiver.rsplit(".", 1)[-1])), row.receiver, error, state)


@outbox.get("/<int:key>")
def one(key: int) -> Response:
    """One row: what it says, for whom, its tries and its error."""
    with trusted(g.session) as session:
        row = session.scalars(select(Delivery).where(Delivery.id == key, leaves())).first() or abort(404)
        users = names_of(session, {row.user_id} if row.user_id else set())
        body = json.loads(row.body) if row.body.startswith("{") else {}
        kept = session.get(Letter, body.pop("letter_id", 0)) if row.receiver == POSTED else None
    facts = [(translated(humanised(name)), str(value)) for name, value in body.items() if name != "text"]
    text = kept.text if kept is not None else body.get("text", "")
    return render("settings/outbox_row.html", shown=as_shown(row), users=users, at=at, facts=facts, text=text)


@outbox.post("/<int:key>/<any(again,drop):verb>")
def change(key: int, verb: str) -> AnyResponse:
    """Try a row again now, or drop it: it is never done."""
    done = committed(lambda session: moved(session, verb, [Delivery.id == key]))
    words = _("It will be tried again") if verb == "again" else _("It will not be done")
    flash(str(words if done else _("Nothing to change")), "good")
    return redirect("/settings/outbox")


@outbox.post("/again")
def all_again() -> AnyResponse:
    """Try all that failed again now, as after the mail server was mended."""
    failed = or_(Delivery.state == "parked", (Delivery.state == "waiting") & Delivery.error.is_not(None))
    count = committed(lambda session: moved(session, "again", [failed]))
    flash(str(_("{count} will be tried again", count=count)), "good")
    return redirect("/settings/outbox")


def moved(session: Session, verb: str, where: list[Any]) -> int:
    """How many rows were changed; one that a worker holds at this moment is left alone."""
    free = or_(Delivery.state != "waiting", Delivery.lease.is_(None))
    with trusted(session):
        if verb == "again":
            values: dict[str, Any] = {"state": "waiting", "tries": 0, "due": clock(session), "lease": None}
            states: tuple[str, ...] = ("parked", "cancelled", "waiting")
        else:
            values, states = {"state": "cancelled", "lease": None}, ("waiting", "parked")
        query = update(Delivery).where(leaves(), free, Delivery.state.in_(states), *where)
        count = int(session.execute(query.values(values)).rowcount)  # type: ignore[attr-defined]
        if count:
            note_dropped(session)
            note(session, "settings", ip=caller()[0], what="outbox", verb=verb, count=count)
        return count
