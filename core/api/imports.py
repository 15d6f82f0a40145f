"""Files with many records over HTTP: a dry run, or an import that answers counts and errors by row."""

import hashlib
import tempfile
from pathlib import Path
from typing import Any

import orjson
from flask import current_app, g, request
from sqlalchemy.orm import Session
from werkzeug.utils import secure_filename

from core.api.answers import Answer
from core.api.commands import done_apart
from core.api.records import composition, model_at
from core.errors import FieldError, Invalid
from core.i18n import _
from core.importing.choosing import ADD, LINES, REPLACE
from core.importing.importer import importer_of
from core.importing.service import Asked, import_now
from core.jobs.book import opener
from core.screens.fields.rights import demand

ERRORS_TOLD = 1000
YES = ("1", "true", "yes", "on")


def imported(addon: str, slug: str) -> Answer:
    """Import the uploaded `file`; with `dry_run` only say what would come of it. `mapping` is JSON: column to field.

    `key` names the fields by which records are found again (`contact,date`), `lines` says whether lines of a document that
    is here are replaced (`replace`, unless told) or added to (`add`).
    """
    model = model_at(addon, slug)
    demand(g.session, model, "create")
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        sentence = _("Send the file as multipart/form-data under the name file")
        raise Invalid(sentence, [FieldError("file", sentence)])
    dry, mapping = request.values.get("dry_run", "").lower() in YES, read_mapping(request.values.get("mapping", ""))
    key, lines = read_key(model, request.values.get("key", "")), read_lines(request.values.get("lines", ""))
    with tempfile.TemporaryDirectory(prefix="tandem-import-") as folder:
        path = Path(folder) / (secure_filename(upload.filename) or "file")
        upload.save(path)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return done_apart(
            lambda: _run(model, path, dry, mapping, key, lines), f"{digest} {dry} {sorted(mapping.items())} {key} {lines}"
        )


def read_mapping(text: str) -> dict[str, str]:
    """Which column is which field; Invalid if it is no JSON object of texts."""
    try:
        found = orjson.loads(text) if text else {}
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        sentence = _("mapping must be a JSON object such as {example}", example='{"Full name": "name"}')
        raise Invalid(sentence, [FieldError("mapping", sentence)])
    return found


def read_key(model: Any, text: str) -> str:
    """The fields of a key; Invalid for one that the model has not."""
    names, known = [name.strip() for name in text.split(",") if name.strip()], importer_of(composition(), model).fields
    if strange := [name for name in names if name not in known]:
        sentence = _("There is no field {name}", name=strange[0])
        raise Invalid(sentence, [FieldError("key", sentence)])
    return ",".join(names)


def read_lines(text: str) -> dict[str, str]:
    """What becomes of the lines of documents that are here; Invalid for what nobody knows how to do."""
    if text not in ("", ADD, REPLACE):
        sentence = _("lines is one of {all}", all=f"{REPLACE}, {ADD}")
        raise Invalid(sentence, [FieldError("lines", sentence)])
    return {LINES: text} if text else {}


def _run(model: Any, path: Path, dry: bool, mapping: dict[str, str], key: str, lines: dict[str, str]) -> Answer:
    kernel, enabled, user = current_app.extensions["tandem_kernel"], composition(), g.user
    opens = opener(kernel, enabled, via="import")

    def sessions(writes: bool) -> Session:
        return opens(user.id, user.company_id, writes)

    asked = Asked(model, path, dry, language=user.language, saved=mapping, key=key, decisions=lines)
    report = import_now(kernel.database, sessions, enabled, asked, (user.id, user.company_id))
    faults = report.faults[:ERRORS_TOLD]
    errors = [{"row": fault.row, "field": fault.field, "message": str(fault.message)} for fault in faults]
    refused = [{"row": row, "reason": str(why)} for row, why, _cells in report.refused[:ERRORS_TOLD]]
    told = {"dry_run": dry, "import": report.import_id, "counts": dict(report.counts), "left_out": report.left_out}
    return Answer({**told, "refused": refused, "errors": errors, "figures": dict(report.figures)}, 200 if dry else 201)
