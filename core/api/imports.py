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
from core.importing.service import Asked, import_now
from core.jobs.book import opener
from core.screens.fields.rights import demand

ERRORS_TOLD = 1000
YES = ("1", "true", "yes", "on")


def imported(addon: str, slug: str) -> Answer:
    """Import the uploaded `file`; with `dry_run` only say what would come of it. `mapping` is JSON: column to field."""
    model = model_at(addon, slug)
    demand(g.session, model, "create")
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        sentence = _("Send the file as multipart/form-data under the name file")
        raise Invalid(sentence, [FieldError("file", sentence)])
    dry, mapping = request.values.get("dry_run", "").lower() in YES, read_mapping(request.values.get("mapping", ""))
    with tempfile.TemporaryDirectory(prefix="tandem-import-") as folder:
        path = Path(folder) / (secure_filename(upload.filename) or "file")
        upload.save(path)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return done_apart(lambda: _run(model, path, dry, mapping), f"{digest} {dry} {sorted(mapping.items())}")


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


def _run(model: Any, path: Path, dry: bool, mapping: dict[str, str]) -> Answer:
    kernel, enabled, user = current_app.extensions["tandem_kernel"], composition(), g.user
    opens = opener(kernel, enabled, via="import")

    def sessions(writes: bool) -> Session:
        return opens(user.id, user.company_id, writes)

    asked = Asked(model, path, dry, language=user.language, saved=mapping)
    report = import_now(kernel.database, sessions, enabled, asked, (user.id, user.company_id))
    faults = report.faults[:ERRORS_TOLD]
    errors = [{"row": fault.row, "field": fault.field, "message": str(fault.message)} for fault in faults]
    refused = [{"row": row, "reason": str(why)} for row, why, _cells in report.refused[:ERRORS_TOLD]]
    told = {"dry_run": dry, "import": report.import_id, "counts": dict(report.counts), "left_out": report.left_out}
    return Answer({**told, "refused": refused, "errors": errors}, 200 if dry else 201)
