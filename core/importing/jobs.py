"""The jobs of imports: check a file, bring it in, take it back; each can be cut off and goes on where it was."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.errors import TandemError
from core.i18n import using_language
from core.importing.models import Import
from core.importing.service import Asked, ended, forget_rows, model_named, run_import
from core.importing.undoing import undo
from core.jobs import JobContext, job

TRIES = 3


@job("core.import", label="Import", tries=TRIES)
def import_job(context: JobContext, import_id: int, dry: bool = False) -> dict[str, Any]:
    """Check a file that was uploaded, or bring it in; a run that was cut off goes on after the last chunk it wrote."""
    with context.database.read() as session:
        made = session.get_one(Import, import_id)
    if dry or not made.done_rows:
        forget_rows(context.database, import_id)  # what an earlier check told of them
        made.counts = {}
    with context.session() as probe:
        composition, language = probe.info["composition"], probe.info.get("language", "en")
    source = {name: made.about[name] for name in ("kind", "sheets", "read_as") if name in made.about}
    asked = Asked(
        model_named(composition, made.model),
        Path(made.path),
        dry,
        import_id,
        made.language,
        made.encoding,
        made.sheet,
        made.mapping,
        0 if dry else made.done_rows,
        {} if dry else made.counts,
    )
    with using_language(language, composition.catalogs):
        try:
            report = run_import(
                context.session, composition, asked, lambda done: context.progress(done, 0), context.cancelled
            )
        except TandemError as error:
            ended(context.database, import_id, "failed", str(error))
            return {"error": str(error)}
    ended(context.database, import_id, "checked" if dry and report.state == "done" else report.state, **source)
    return {"counts": dict(report.counts), "left_out": report.left_out}


@job("core.undo_import", label="Undo import", tries=TRIES)
def undo_job(context: JobContext, import_id: int) -> dict[str, Any]:
    """Take an import back, with the rights that the user has now."""
    with context.session() as probe:
        composition, language = probe.info["composition"], probe.info.get("language", "en")
    with using_language(language, composition.catalogs):
        try:
            done = undo(context.session, import_id, lambda count: context.progress(count, 0))
        except TandemError as error:
            ended(context.database, import_id, "done", str(error))
            return {"error": str(error)}
    told = asdict(done) | {"counts": dict(done.counts)}
    ended(context.database, import_id, "undone", None, undone=told)
    return told
