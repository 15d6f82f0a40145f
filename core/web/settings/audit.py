"""The audit log: who changed what, when and from where; who came in, who could not, who took a file along."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, current_app, g, redirect, request, send_file
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from core.access.audit import KINDS, note
from core.access.models import User
from core.access.trail import CHANGE_KINDS, VIAS, Cursor, Line, Wanted, models_in, trail
from core.access.words import model_word
from core.db import today, trusted
from core.errors import Invalid
from core.i18n import _, humanised, translated
from core.screens.exports.files import FORMATS, write_sheet
from core.screens.exports.sheets import Sheet, SheetColumn, SheetLine
from core.screens.fields.field import fields_of
from core.screens.forms.conflicts import names_of
from core.screens.pages import render
from core.web.login import caller
from core.web.settings.system import only_administrators

audit = Blueprint("audit", __name__, url_prefix="/settings")
audit.before_request(only_administrators)
ROWS, EXPORTED = 80, 50_000
NAMES = ("user", "model", "kind", "via", "since", "until")


def install(app: Flask) -> None:
    """Note every file of records that somebody takes along, by whatever page or address."""
    app.after_request(note_export)


def note_export(response: Response) -> Response:
    """A list, cube or report as a file is an export; what was attached to a record is not."""
    name = response.headers.get("Content-Disposition", "")
    kind = name.rstrip('"').rpartition(".")[2]
    if response.status_code == 200 and name.startswith("attachment") and kind in FORMATS and g.user is not None:
        held: Session | None = g.__dict__.get("_session")
        if held is not None:
            held.rollback()  # the file is finished; one thread writes in one transaction at a time
        with g.database.write(user_id=g.user.id, via=g.via) as session:
            (ip, agent), query = caller(), request.query_string.decode(errors="replace")[:500]
            note(session, "export", ip=ip, agent=agent, what=request.path, format=kind, query=query)
    return response


def wanted_here() -> Wanted:
    """What the address asks for; dates are days where the reader is."""
    given = request.args
    until = day_in("until")
    return Wanted(
        given.get("user", type=int),
        given.get("model", ""),
        given.get("kind", ""),
        given.get("via", ""),
        day_in("since"),
        until + timedelta(days=1) if until else None,
    )


def day_in(name: str) -> datetime | None:
    """The beginning of a day of the address, in the reader's zone."""
    text = request.args.get(name, "")
    try:
        return datetime.fromisoformat(text).replace(tzinfo=g.formats.zone).astimezone(UTC) if text else None
    except ValueError:
        raise Invalid(_("This is no date")) from None


@audit.get("/audit")
def log() -> AnyResponse:
    """A page of the log, or with `?export=` a file of what it shows."""
    wanted, kind = wanted_here(), request.args.get("export", "")
    if kind:
        return exported(wanted, kind)
    with trusted(g.session) as session:
        lines, after = trail(session, wanted, Cursor.read(request.args.get("before", "")), ROWS)
        models = models_in(session)
        people = session.execute(select(User.id, User.name).order_by(User.name)).all()
    given = {name: request.args[name] for name in NAMES if request.args.get(name)}
    labels = {label: str(model_word(m)) for label, m in current_app.extensions["tandem"].models.items()}
    return render(
        "settings/audit.html",
        lines=[shown(line) for line in lines],
        people=people,
        users={key: name for key, name in people},
        models=sorted(((label, labels.get(label, label)) for label in models), key=lambda pair: pair[1]),
        kinds=[(key, translated(word)) for key, word in (CHANGE_KINDS | KINDS).items()],
        vias=[(key, translated(word)) for key, word in VIAS.items()],
        given=given,
        formats=[(each, "?" + urlencode({**given, "export": each})) for each in FORMATS],
        more="?" + urlencode({**given, "before": str(after)}) if after else "",
    )


@audit.get("/changes")
def changes() -> AnyResponse:
    """Where the log was before it held more than changes."""
    return redirect("/settings/audit?" + request.query_string.decode())


def shown(line: Line) -> dict[str, Any]:
    """A line as people read it."""
    return {"line": line, "kind": word_of(line), "via": translated(VIAS.get(line.via, line.via))} | subject(line)


def word_of(line: Line) -> str:
    """What happened, in a word or two."""
    return translated((CHANGE_KINDS | KINDS).get(line.kind) or humanised(line.kind))


def subject(line: Line) -> dict[str, Any]:
    """The record with its address, and what is said of it: (label, old, new), or a sentence for what is no change."""
    model = current_app.extensions["tandem"].models.get(line.model)
    if line.model:
        label = f"{model_word(model)} {line.record_id}" if model is not None else f"{line.model} {line.record_id}"
        has_page = model is not None and line.kind not in ("delete", "export") and model.__addon__ != "core"
        url = f"/{model.__addon__}/{model.__slug__}/{line.record_id}" if has_page else ""
        return {"what": label, "url": url, "steps": list(steps_of(model, line)), "said": ""}
    said = ", ".join(
        str(value) for key, value in line.about.items() if key not in ("query",) and value not in ("", [], None)
    )
    return {"what": line.login, "url": "", "steps": [], "said": said}


def steps_of(model: Any, line: Line) -> Iterable[tuple[str, str, str]]:
    """The fields of a change by their labels, with old and new."""
    labels = {name: field.label for name, field in fields_of(model).items()} if model is not None else {}
    for name, pair in line.about.items():
        old, new = (*pair, None, None)[:2] if isinstance(pair, list) else (None, pair)
        yield labels.get(name) or labels.get(name.removesuffix("_id")) or translated(humanised(name)), text(old), text(new)


def text(value: Any) -> str:
    """A kept value in a cell."""
    return "–" if value is None or value == "" else str(value)[:200]


def exported(wanted: Wanted, kind: str) -> Response:
    """A file of the log, newest first, at most 50,000 lines."""
    with trusted(g.session) as session:
        lines, _after = trail(session, wanted, Cursor(), EXPORTED)
        users = names_of(session, {line.user_id for line in lines if line.user_id})
        day = today(session)
    heads = (_("When"), _("Who"), _("What happened"), _("From"), _("Record"), _("Address"), _("Details"))
    columns = [SheetColumn(str(head), "moment" if index == 0 else "text") for index, head in enumerate(heads)]
    rows = [SheetLine(cells_of(line, users)) for line in lines]
    made = write_sheet(Sheet(str(_("Audit log")), columns, rows), kind, day.year)
    return send_file(made.file, mimetype=made.mimetype, as_attachment=True, download_name=made.name)


def cells_of(line: Line, users: dict[int, str]) -> list[Any]:
    """One line of the file."""
    told = shown(line)
    details = "; ".join(f"{label}: {old} → {new}" for label, old, new in told["steps"]) or told["said"]
    who = users.get(line.user_id or 0, line.login)
    at = line.at.astimezone(g.formats.zone).replace(tzinfo=None)
    return [at, who, told["kind"], told["via"], told["what"], line.ip, details]
