"""What browsers send and fetch of the notes and files of a record: written, dropped, renamed, removed, looked at."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, g, jsonify, redirect, request, send_file
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from core.attachments import (
    SHOWN,
    Attachment,
    Blob,
    Note,
    attach,
    file_of,
    remove,
    rename,
    store_of,
    write_note,
)
from core.attachments.keeping import demand_papers
from core.attachments.kinds import UNKNOWN
from core.db import Model
from core.errors import Invalid, TandemError
from core.i18n import _
from core.screens.pages import committed, wants_json
from core.screens.records.papers import NOTES
from core.screens.records.reading import load_record

KINDS: dict[str, Any] = {"notes": Note, "files": Attachment}
PDF = "application/pdf"
#: a file is no page: nothing in it acts, and nobody frames it
SEALED = "default-src 'none'; sandbox; frame-ancestors 'none'"
#: what browsers show PDF files with needs styles, and a frame of ours
VIEWER = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"


class Papers:
    """The notes and files of the records of one model."""

    def __init__(self, model: type[Model]) -> None:
        self.model = model

    def mount(self, blueprint: Blueprint) -> None:
        """Give them their addresses below the record's."""
        add = blueprint.add_url_rule
        add("/<int:id>/papers", "papers", self.add, methods=["POST"])
        add("/<int:id>/files/<int:number>", "file", self.fetch)
        add("/<int:id>/files/<int:number>/rename", "rename_file", self.rename, methods=["POST"])
        add("/<int:id>/<any(notes, files):kind>/<int:number>/remove", "remove_paper", self.remove, methods=["POST"])
        add("/<int:id>/<any(notes, files):kind>/<int:number>/put-back", "put_back_paper", self.put_back, methods=["POST"])

    def add(self, id: int) -> Response:
        """A note, and any number of files."""
        text = request.form.get("text", "").strip()
        sent = [each for each in request.files.getlist("file") if each.filename]
        load = self._loader(id)
        demand_papers(g.session, load(g.session))
        g.session.rollback()  # nobody waits for the database while files are copied

        def deed() -> list[Any]:
            blobs = [(each.filename or "", put(each)) for each in sent]

            def work(session: Session) -> list[Any]:
                record = load(session)
                notes: list[Any] = [write_note(session, record, text)] if text or not sent else []
                return [*notes, *(attach(session, record, name, blob) for name, blob in blobs)]

            return committed(work)

        return self._done(id, deed, "")

    def rename(self, id: int, number: int) -> Response:
        """Call a file something else."""
        name, load = request.form.get("name", ""), self._loader(id)
        return self._done(id, lambda: committed(lambda s: rename(s, load(s), number, name)), _("The file was renamed."))

    def remove(self, id: int, kind: str, number: int, back: bool = False) -> Response:
        """Remove a note or a file; for a month it can be put back."""
        load = self._loader(id)
        said = _("It is back.") if back else _("It was removed; below, it can be put back for a month.")
        return self._done(id, lambda: committed(lambda s: remove(s, load(s), KINDS[kind], number, back)), said)

    def put_back(self, id: int, kind: str, number: int) -> Response:
        """Take a note or a file out of the bin."""
        return self.remove(id, kind, number, back=True)

    def fetch(self, id: int, number: int) -> Response:
        """The content of a file; in place (`?view=1`) only what no browser acts upon."""
        session: Session = g.session
        file = file_of(session, load_record(session, self.model, id, lists=False), number)
        return sent_file(session, file, view="view" in request.args)

    def _loader(self, id: int) -> Callable[[Session], Any]:
        return lambda session: load_record(session, self.model, id, lists=False)

    def _done(self, id: int, deed: Callable[[], Any], said: Any) -> Response:
        """Back to the papers, or for a script what became of it."""
        try:
            deed()
        except Invalid as error:
            if wants_json():
                raise
            flash(told(error), "bad")
        else:
            if wants_json():
                return jsonify({"done": True})
            if said:
                flash(str(said), "good")
        return redirect(f"/{self.model.__addon__}/{self.model.__slug__}/{id}?panel={NOTES}", 303)


def told(error: TandemError) -> str:
    """A refusal in one line."""
    return str(error)


def put(sent: FileStorage) -> Blob:
    """Keep what was sent, before anything is written to the database."""
    return store_of(g.session).put(sent.stream)


def sent_file(session: Session, file: Attachment, view: bool = False) -> Response:
    """A file as an answer whose content acts nowhere, under its own name."""
    path = store_of(session).path(file.sha256)
    inline = view and file.media_type in SHOWN
    kind = file.media_type if inline else UNKNOWN
    answer = send_file(path, kind, not inline, file.name, etag=file.sha256, last_modified=file.at, max_age=None)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Content-Security-Policy"] = VIEWER if inline and file.media_type == PDF else SEALED
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
