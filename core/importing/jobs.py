"""The jobs of imports: check a file, bring it in, take it back; each can be cut off and goes on where it was."""

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from core.db import now
from core.errors import TandemError
from core.i18n import using_language
from core.importing.models import Import
from core.importing.service import Asked, ended, forget_rows, model_named, run_import
from core.importing.undoing import undo
from core.jobs import JobContext, every, job

TRIES, DAY_S, KEPT_DAYS = 3, 86_400, 30
FOLDER = "imports"
BUSY = ("uploaded", "checking", "running", "undoing")


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
    source = {name: made.about[name] for name in ("kind", "sheets", "read_as", "reused") if name in made.about}
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
        made.key or "",
        made.decisions or {},
        {} if dry else made.about.get("figures", {}) if made.done_rows else {},
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


@every(DAY_S, "core.forget_import_files", label="Remove uploaded files")
def forget_files_job(context: JobContext) -> dict[str, Any]:
    """Files that were uploaded a month ago go; what became of their rows, and the way back, stays."""
    with context.database.read() as session:
        old = select(Import.id, Import.path).where(Import.at < now() - timedelta(days=KEPT_DAYS), Import.path != "")
        found = session.execute(old.where(Import.state.not_in(BUSY))).all()
    gone = [key for key, path in found if is_uploaded(Path(path), key)]
    for key, path in found:
        if key in gone:
            Path(path).unlink(missing_ok=True)
    with context.database.write() as session:
        session.execute(update(Import).where(Import.id.in_(gone)).values(path=""))
    return {"removed": len(gone)}


def is_uploaded(path: Path, import_id: int) -> bool:
    """Whether a file is a copy that was uploaded, and not one that somebody imported from his own folder."""
    return path.parent.name == FOLDER and path.name.startswith(f"{import_id}-")


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
