"""The jobs of deeds over many records: do them in batches, take them back; each can be stopped and goes on where it was."""

import random
import time
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.db import is_repeatable, kernel_connection, now
from core.errors import TandemError
from core.i18n import using_language
from core.jobs import JobContext, every, job
from core.screens.lists.bulk.chosen import Chosen
from core.screens.lists.bulk.deeds import deed_of
from core.screens.lists.bulk.running import BULK, through
from core.screens.trash.restoring import empty_old
from core.screens.undo.memory import keep_steps, note_act
from core.screens.undo.models import KEPT_DAYS, Act
from core.screens.undo.undoing import UNDO, Undone, steps_left, undo_steps

BATCH, TRIES = 100, 3
ACTS: Any = Act.__table__
DAY_S = 24 * 3600


@job(BULK, label="Work on many records", tries=TRIES)
def bulk_job(context: JobContext, act_id: int) -> dict[str, Any]:
    """Do a deed to all its records with the rights that the user has now; after a break it goes on after its last batch."""
    return batches(context, act_id, _work)


@job(UNDO, label="Undo", tries=TRIES)
def undo_job(context: JobContext, act_id: int) -> dict[str, Any]:
    """Take a deed over many records back."""
    return batches(context, act_id, _take_back)


def batches(context: JobContext, act_id: int, work: Any) -> dict[str, Any]:
    """Do batch after batch, each in its own transaction, until nothing is left or somebody stops it."""
    with context.session() as probe:
        composition, language = probe.info["composition"], probe.info.get("language", "en")
    done, left = 0, 1
    with using_language(language, composition.catalogs):
        while left > 0:
            try:
                with context.session(True) as session:
                    act = act_of(session, act_id)
                    if act is None or act["state"] == "cancelled":
                        return {"done": done}
                    left, done, total = work(session, composition, act)
                    session.commit()
            except DBAPIError as error:
                if not is_repeatable(error):
                    raise
                time.sleep(random.uniform(0.01, 0.1))
                continue
            except TandemError as error:
                failed(context, act_id, str(error))
                return {"error": str(error)}
            context.progress(done, total)
    return {"done": done}


def act_of(session: Session, act_id: int) -> Any:
    """The act, locked for this batch."""
    asked = select(ACTS).where(ACTS.c.id == act_id).with_for_update()
    return kernel_connection(session).execute(asked).mappings().first()


def failed(context: JobContext, act_id: int, why: str) -> None:
    """Say on the act what stopped it."""
    with context.database.write() as session:
        note_act(session, act_id, state="failed", error=why)


def _work(session: Session, composition: Any, act: Any) -> tuple[int, int, int]:
    """A batch of a deed: how many records it had, how many were tried by now, of how many."""
    asked, screen = act["asked"], composition.screens[composition.models[act["model"]]]
    ids = Chosen.kept(asked).batch(session, screen, act["last_id"], BATCH, asked["until"])
    counts: dict[str, Any] = {"state": "running" if ids else "done"}
    if ids:
        deed = deed_of(screen, asked["name"], asked["values"])
        memory, done, refused = through(session, screen, deed, ids)
        keep_steps(session, act["id"], memory)
        counts |= {"last_id": ids[-1], "done": act["done"] + done, "refused": act["refused"] + refused}
        act = {**act, **counts}
    note_act(session, act["id"], **counts)
    return len(ids), act["done"] + act["refused"], act["total"]


def _take_back(session: Session, composition: Any, act: Any) -> tuple[int, int, int]:
    """A batch of an undo, the latest steps first."""
    steps, done = steps_left(session, act["id"], BATCH), Undone()
    undo_steps(session, steps, done)
    note_act(session, act["id"], state="undoing" if steps else "undone")
    return len(steps), done.done, act["done"]


@every(DAY_S, "core.empty_trash", label="Empty the trash")
def empty_trash(context: JobContext) -> dict[str, Any]:
    """What was deleted long ago is gone for good, and what was done long ago can be undone no more."""
    with context.database.write() as session:
        gone = empty_old(session)
        old = delete(ACTS).where(ACTS.c.at < now() - timedelta(days=KEPT_DAYS))
        kernel_connection(session).execute(old)
    return {"gone": gone}
