"""The import pages: a file is uploaded, checked without writing anything, brought in, and taken back."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, g, redirect, request
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.utils import secure_filename
from werkzeug.wrappers import Response as AnyResponse

import core.importing.jobs  # noqa: F401 (makes the jobs known)
from core.db import now, trusted
from core.errors import Denied, FieldError, Invalid, Missing
from core.i18n import LANGUAGES, _, translated
from core.importing.choosing import ADD, LINES, REPLACE, key_choices
from core.importing.importer import importer_of
from core.importing.keeping import SHOWN_ROWS
from core.importing.mapping import LEFT_OUT, choices, grouped_choices
from core.importing.mending import kept_refused, refused_lines
from core.importing.models import Import, ImportRow
from core.importing.reading import Unreadable, glance
from core.importing.service import mapping_for, save_mapping
from core.importing.showing import columns_of, shown_fields
from core.importing.texts import ENCODINGS
from core.jobs import enqueue
from core.screens.fields.rights import demand
from core.screens.pages import committed, render
from core.signals import Delivery

imports = Blueprint("imports", __name__, url_prefix="/imports")
LISTED, HEAD_ROWS = 80, 20
BUSY = ("uploaded", "checking", "running", "undoing")
VERDICTS = {
    "create": ("done", "Will be created", "Created"),
    "update": ("open", "Will be updated", "Updated"),
    "same": ("draft", "Here already, unchanged", "Here already, unchanged"),
    "duplicate": ("wait", "Maybe a duplicate, left out", "Maybe a duplicate, left out"),
    "refused": ("late", "Cannot be read, left out", "Refused"),
}
STATES = {
    "uploaded": ("wait", "Waits"),
    "checking": ("wait", "Being checked"),
    "checked": ("open", "Checked"),
    "running": ("wait", "Being brought in"),
    "done": ("done", "Done"),
    "cancelled": ("void", "Stopped"),
    "failed": ("late", "Failed"),
    "undoing": ("wait", "Being taken back"),
    "undone": ("void", "Taken back"),
}


@imports.before_request
def only_people() -> None:
    """Imports belong to whoever uploaded the file."""
    if g.user is None:
        raise Denied(_("Log in first"))


@imports.get("/")
def index() -> Response:
    """One's own imports, newest first."""
    with trusted(g.session) as session:
        query = select(Import).where(Import.user_id == g.user.id).order_by(Import.id.desc()).limit(LISTED)
        rows = session.scalars(query).all()
    return render("imports/index.html", rows=rows, states=STATES, model_title=model_title)


@imports.get("/new")
def new() -> Response:
    """Which file of which model."""
    return upload_page(model_asked())


@imports.post("/new")
def upload() -> AnyResponse:
    """Keep the file and ask for its check; a file that nobody can read is told so at once."""
    model = model_asked()
    file, encoding = request.files.get("file"), request.form.get("encoding", "")
    if file is None or not file.filename:
        return upload_page(model, str(_("Choose a file first")))
    folder = kernel().settings.home / "imports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    begun = committed(lambda session: _begin(session, model, file.filename or "file"))
    path = folder / f"{begun}-{secure_filename(file.filename) or 'file'}"
    file.save(path)
    try:
        seen = glance(path, encoding, rows=HEAD_ROWS)
    except Unreadable as error:
        path.unlink()
        told = str(_("{file} cannot be imported: {reason}", file=file.filename, reason=str(error)))
        committed(lambda session: _note(session, begun, state="failed", error=told))
        return upload_page(model, told)
    mapping = mapping_for(kernel().database, g.user.id, model, seen.rows)
    about = {
        "kind": seen.source.kind,
        "sheets": seen.source.sheets,
        "read_as": seen.source.encoding,
        "reused": bool(mapping),
    }
    language = request.form.get("language") or g.user.language
    values = {"path": str(path), "encoding": encoding, "language": language, "mapping": mapping, "about": about}
    committed(lambda session: ask(session, begun, dry=True, **values))
    return redirect(f"/imports/{begun}")


@imports.get("/<int:key>")
def show(key: int) -> Response:
    """What came, or would come, of the rows: counted, then row by row."""
    made = own(key)
    verdicts = [v for v in VERDICTS if made.counts.get(v)]
    usual = next((v for v in ("refused", "duplicate", "create") if v in verdicts), "columns")
    tab = request.args.get("show") or ("create" if made.state == "done" and "create" in verdicts else usual)
    with trusted(g.session) as session:
        rows = session.scalars(
            select(ImportRow)
            .where(ImportRow.import_id == key, ImportRow.verdict == tab)
            .order_by(ImportRow.row)
            .limit(SHOWN_ROWS)
        ).all()
        job = session.get(Delivery, made.job_id) if made.job_id else None
    if job is not None and job.state == "parked" and made.state in BUSY:
        made.state, made.error = "failed", job.error
    importer, words = importer_of(composition(), model_labelled(made.model)), VERDICTS.items()
    return render(
        "imports/import.html",
        made=made,
        job=job,
        state=STATES[made.state],
        busy=made.state in BUSY,
        tab=tab,
        rows=rows,
        shown=shown_fields(importer.fields, rows),
        labels={name: field.label for name, field in importer.fields.items()},
        columns=columns_of(made),
        choices=grouped_choices(importer),
        keys=key_choices(importer, filled := made.about.get("columns", {})),
        keyed_by=(made.key or "").split(","),
        line_groups=[group.label for group in importer.groups if any(importer.group_of(name) == group for name in filled)],
        decided=made.decisions or {},
        verdicts=[(v, mark, translated(done if made.state == "done" else will)) for v, (mark, will, done) in words],
        model_title=model_title(made.model),
        back=model_url(made.model),
        is_final=importer.final,
        encodings=ENCODINGS,
        languages=LANGUAGES,
    )


@imports.post("/<int:key>/check")
def check(key: int) -> AnyResponse:
    """Check the file again, with columns that somebody assigned."""
    made = own(key, "checked", "failed", "cancelled")
    header = made.about.get("header", [])
    wanted = {str(head): request.form.get(f"column-{at}", "") or LEFT_OUT for at, head in enumerate(header)}
    known = {name for name, _label in choices(importer_of(composition(), model_labelled(made.model)))} | {LEFT_OUT}
    if strange := sorted(set(wanted.values()) - known):
        raise Invalid(_("There is no field {name}", name=strange[0]), [FieldError("columns", strange[0])])
    key_by = [name for name in request.form.getlist("key") if name]
    if strange := sorted(set(key_by) - known):
        raise Invalid(_("There is no field {name}", name=strange[0]), [FieldError("key", strange[0])])
    if request.form.get("encoding", "") not in ("", *ENCODINGS) or request.form.get("language", "en") not in LANGUAGES:
        abort(422)
    settings: dict[str, Any] = {
        name: request.form.get(name, getattr(made, name)) for name in ("encoding", "language", "sheet")
    }
    if (lines := request.form.get("lines", "")) in (ADD, REPLACE):
        settings["decisions"] = (made.decisions or {}) | {LINES: lines}
    committed(lambda session: ask(session, key, dry=True, mapping=wanted, key=",".join(key_by) or None, **settings))
    if header:
        save_mapping(kernel().database, g.user.id, model_labelled(made.model), header, wanted)
    return redirect(f"/imports/{key}")


@imports.post("/<int:key>/run")
def run(key: int) -> AnyResponse:
    """Bring in what the check said."""
    made = own(key, "checked", "cancelled", "failed")
    demand(g.session, model_labelled(made.model), "create")
    committed(lambda session: ask(session, key, dry=False))
    return redirect(f"/imports/{key}")


@imports.post("/<int:key>/undo")
def take_back(key: int) -> AnyResponse:
    """Take the whole import back; what was touched since stays and is told."""
    own(key, "done", "cancelled")

    def work(session: Session) -> None:
        job_id = enqueue(session, "core.undo_import", key=f"import {key}", import_id=key)
        _note(session, key, state="undoing", job_id=job_id, error=None)

    committed(work)
    return redirect(f"/imports/{key}")


@imports.post("/<int:key>/stop")
def stop(key: int) -> AnyResponse:
    """Stop after the chunk at hand."""
    made = own(key, *BUSY)

    def work(session: Session) -> None:
        with trusted(session):
            stopped = update(Delivery).where(Delivery.id == made.job_id, Delivery.state == "waiting")
            session.execute(stopped.values(state="cancelled", lease=None))
        _note(session, key, state="cancelled")

    committed(work)
    flash(str(_("The import stops after the rows it is at")), "good")
    return redirect(f"/imports/{key}")


@imports.get("/<int:key>/refused.csv")
def refused(key: int) -> Response:
    """The rows that did not go in with their reasons, to be mended and imported again."""
    made = own(key)
    told = refused_lines(made.about.get("header", []), kept_refused(kernel().database, key))
    answer = Response("\ufeff" + "".join(told), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="refused-{key}.csv"'
    return answer


def kernel() -> Any:
    """The kernel of this process."""
    return current_app.extensions["tandem_kernel"]


def composition() -> Any:
    """What the enabled addons make together."""
    return current_app.extensions["tandem"]


def model_labelled(label: str) -> Any:
    """The model of that label; Missing if no enabled addon has it."""
    model = composition().models.get(label)
    if model is None:
        raise Missing(_("There is no model {name}", name=label))
    return model


def model_asked() -> Any:
    """The model that `?model=` names, if the person may make such records."""
    model = model_labelled(request.values.get("model", ""))
    demand(g.session, model, "create")
    return model


def model_url(label: str) -> str:
    """The list of that model."""
    model = composition().models.get(label)
    return f"/{model.__addon__}/{model.__slug__}/" if model is not None else "/"


def model_title(label: str) -> str:
    """What the records of a model are called."""
    model = composition().models.get(label)
    return str(composition().views.of(model).plural) if model is not None else label


def upload_page(model: Any, error: str = "") -> Response:
    """The form for a file."""
    label = model.label()
    values = {"model": label, "title": model_title(label), "back": model_url(label), "error": error}
    return render("imports/new.html", 422 if error else 200, encodings=ENCODINGS, languages=LANGUAGES, **values)


def own(key: int, *states: str) -> Import:
    """One's own import, in one of these states; Missing for those of others."""
    with trusted(g.session) as session:
        made = session.get(Import, key)
        is_own = made is not None and (made.user_id == g.user.id or g.user.is_admin)
    if made is None or not is_own:
        raise Missing(_("There is no import {id}", id=key))
    if states and made.state not in states:
        raise Invalid(_("This import is {state} now", state=translated(STATES[made.state][1]).lower()), [])
    return made


def _begin(session: Session, model: Any, filename: str) -> int:
    with trusted(session):
        made = Import(
            user_id=g.user.id, company_id=g.user.company_id, model=model.label(), filename=filename, path="", at=now()
        )
        session.add(made)
        session.flush()
        return made.id


def _note(session: Session, number: int, **values: Any) -> None:
    with trusted(session):
        session.execute(update(Import).where(Import.id == number).values(values))


def ask(session: Session, number: int, dry: bool, **values: Any) -> None:
    """Ask the workers to check a file, or to bring it in."""
    job_id = enqueue(session, "core.import", key=f"import {number}", import_id=number, dry=dry)
    _note(session, number, state="checking" if dry else "running", job_id=job_id, error=None, **values)
