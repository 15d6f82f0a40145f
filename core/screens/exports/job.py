"""Long files, made by a worker in constant memory: how far it is can be seen, it can be stopped, and the file is fetched."""

import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from core.errors import TandemError
from core.i18n import using_language
from core.jobs import JobContext, every, job
from core.screens.exports.files import FORMATS, file_name
from core.screens.exports.making import write_file
from core.screens.exports.sheets import Sheet, SheetLine

KEPT_S, LOOKED_EVERY = 2 * 24 * 3600, 2_000


class Stopped(Exception):
    """Somebody wants the file no more."""


@job("core.export", label="Export", tries=2)
def export_job(context: JobContext, model: str, args: dict[str, str], kind: str, paper: str, folder: str) -> dict[str, Any]:
    """Write the file of a list with the rights that the user has now; answers where it lies."""
    from core.screens.lists.exporting import sheet_of
    from core.screens.lists.index import ListPage

    path = Path(folder) / f"{context.delivery_id}-{secrets.token_hex(8)}.{kind}"
    with context.session() as session:
        composition, language = session.info["composition"], session.info.get("language", "en")
        mapped = composition.models[model]
        screen = composition.parts["screens"][mapped]

        def make(twin: Session) -> Sheet:
            sheet = sheet_of(ListPage(screen, twin, args))
            return replace(sheet, lines=watched(context, sheet))

        with using_language(language, composition.catalogs):
            try:
                with path.open("wb") as file:
                    title, rows = write_file(session, context.database, make, kind, mapped, paper, file)
            except (TandemError, Stopped) as error:
                path.unlink(missing_ok=True)
                return {"error": str(error)}
            except BaseException:
                path.unlink(missing_ok=True)
                raise
    context.progress(rows, rows)
    name = f"{file_name(title)}.{kind}"
    size = path.stat().st_size
    return {"path": str(path), "name": name, "rows": rows, "size": size, "mimetype": FORMATS[kind][0], "model": model}


def watched(context: JobContext, sheet: Sheet) -> Iterator[SheetLine]:
    """The lines of a sheet, telling now and then how many there were."""
    total, done = sheet.count() or 0, 0
    for line in sheet.lines:
        yield line
        done += line.style == "row"
        if done % LOOKED_EVERY == 0 and line.style == "row":
            context.progress(min(done, max(total - 1, 0)), total)
            if context.cancelled():
                raise Stopped


@every(3600, "core.sweep_exports", label="Old exports")
def sweep(context: JobContext) -> dict[str, int]:
    """Remove files that nobody fetched for two days."""
    import json

    from sqlalchemy import select

    from core.signals import Delivery

    with context.database.read() as session:
        rows = session.execute(
            select(Delivery.result, Delivery.finished).where(Delivery.kind == "job", Delivery.receiver == "core.export")
        ).all()
    removed = 0
    for result, finished in rows:
        path = json.loads(result or "{}").get("path")
        if path and finished and finished < time.time() - KEPT_S:
            with suppress(FileNotFoundError):
                Path(path).unlink()
                removed += 1
    return {"removed": removed}
