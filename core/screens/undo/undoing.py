"""Takes an act back, with the rights that the person has now; what others touched meanwhile stays and is told."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from core.db import Change, Model, actor, kernel_connection
from core.errors import Conflict, Denied, Invalid, Missing, Refused, TandemError
from core.i18n import _
from core.screens.fields.field import fields_of
from core.screens.forms.conflicts import label_of, names_of
from core.screens.records.reading import load_record
from core.screens.records.writing import delete_record, write_record
from core.screens.trash.restoring import model_of, restore
from core.screens.undo.memory import Values, kept_values, note_act
from core.screens.undo.models import Act, ActStep

T = TypeVar("T")
STEPS: Any = ActStep.__table__
ACTS: Any = Act.__table__
REFUSALS = (Refused, Invalid, Conflict, Denied, Missing)
AT_ONCE = 200
UNDO = "core.undo_act"


@dataclass
class Undone:
    """How many records are as they were, and the reasons of those that are not."""

    done: int = 0
    why: list[str] = field(default_factory=list)


def attempt(session: Session, work: Callable[[], T]) -> tuple[T | None, str]:
    """Do a piece of work behind a savepoint: what it answers, or the reason why nothing of it was done."""
    try:
        with session.begin_nested():
            return work(), ""
    except REFUSALS as error:
        return None, said(error)


def said(error: TandemError) -> str:
    """A refusal in one line: the faults of the fields say more than the sentence above them."""
    return " ".join(str(fault.message) for fault in error.errors) or str(error)


def own_act(session: Session, act_id: int, lock: bool = False) -> Any:
    """An act of the session's user; Missing for those of others."""
    asked = select(ACTS).where(ACTS.c.id == act_id, ACTS.c.user_id == actor(session).user_id)
    found = kernel_connection(session).execute(asked.with_for_update() if lock else asked).mappings().first()
    if found is None:
        raise Missing(_("There is nothing of yours to undo here."))
    return found


def last_act(session: Session, since: Any) -> int | None:
    """The newest act of the user that was not taken back."""
    mine = ACTS.c.user_id == actor(session).user_id, ACTS.c.state == "done", ACTS.c.can_undo, ACTS.c.at >= since
    asked = select(ACTS.c.id).where(*mine).order_by(ACTS.c.id.desc()).limit(1)
    found: int | None = kernel_connection(session).scalar(asked)
    return found


def undo_at_once(session: Session, act: Any) -> Undone:
    """Take an act of few steps back; a single step that cannot go back is refused with its reason."""
    demand_undoable(act)
    steps = steps_left(session, act["id"], AT_ONCE + 1)
    done = Undone()
    if len(steps) == 1:
        undo_step(session, steps[0])
        mark(session, [steps[0]["id"]])
        done.done = 1
    else:
        undo_steps(session, steps, done)
        if not done.done:
            raise Refused(done.why[0] if done.why else _("There is nothing left to undo."))
    note_act(session, act["id"], state="undone")
    return done


def demand_undoable(act: Any) -> None:
    """Refused when an act was taken back already, or is none that can be."""
    if act["state"] == "undone":
        raise Refused(_("This was undone already."))
    if not act["can_undo"] or act["state"] not in ("done", "cancelled", "failed", "undoing"):
        raise Refused(_("This cannot be undone."))


def steps_left(session: Session, act_id: int, limit: int) -> list[Any]:
    """The latest steps that were not taken back and were not refused before."""
    kinds = STEPS.c.kind.in_(("create", "update", "delete"))
    left = select(STEPS).where(STEPS.c.act_id == act_id, kinds, ~STEPS.c.undone, STEPS.c.why == "")
    return list(kernel_connection(session).execute(left.order_by(STEPS.c.id.desc()).limit(limit)).mappings())


def undo_steps(session: Session, steps: Iterable[Any], done: Undone) -> None:
    """Take steps back one by one; those that refuse keep their reason."""
    for step in steps:
        _none, why = attempt(session, lambda: undo_step(session, step))  # noqa: B023 (called at once)
        if why:
            done.why.append(why)
            kernel_connection(session).execute(update(STEPS).where(STEPS.c.id == step["id"]).values(why=why))
        else:
            done.done += 1
            mark(session, [step["id"]])


def mark(session: Session, ids: list[int]) -> None:
    """These steps were taken back."""
    kernel_connection(session).execute(update(STEPS).where(STEPS.c.id.in_(ids)).values(undone=True))


def undo_step(session: Session, step: Any) -> None:
    """One record as it was before the step."""
    if step["kind"] == "delete":
        if step["trashed_id"] is None:
            raise Missing(_("This does not lie in the trash any more."))
        restore(session, step["trashed_id"])
        return
    record = load_record(session, model_of(session, step["model"]), step["record_id"])
    demand_untouched(session, record, step["version"])
    if step["kind"] == "create":
        delete_record(session, record)
        return
    there = kept_values(session, record, list(step["after"]))
    for path, value in step["after"].items():
        if there.get(path) != value:
            label = label_of(type(record), path)
            raise Conflict(_("{field} of {title} was changed since: it stays.", field=label, title=record.title))
    write_record(session, type(record), record, as_before(record, step["before"], there))


def demand_untouched(session: Session, record: Model, version: int) -> None:
    """Conflict that names whoever else changed the record since it had this version."""
    changes: Any = Change.__table__
    mine = changes.c.by_id == actor(session).user_id
    since = changes.c.model == record.label(), changes.c.record_id == record.id, changes.c.version >= version
    asked = (
        select(changes.c.by_id).where(*since, or_(~mine, changes.c.by_id.is_(None))).order_by(changes.c.id.desc()).limit(1)
    )
    found = kernel_connection(session).execute(asked).first()
    if found is not None:
        who = names_of(session, {found.by_id} if found.by_id else set()).get(found.by_id) or _("Somebody")
        raise Conflict(
            _("{who} changed {title} meanwhile: look at it before you change it back.", who=who, title=record.title)
        )


def as_before(record: Model, before: Values, there: Values) -> Values:
    """The values to write: a line that is gone comes back as a new one."""
    fields, values = fields_of(type(record)), dict(before)
    for path in before:
        if path in fields and fields[path].kind == "lines":
            ids = {line["id"] for line in there[path]}
            values[path] = [
                {name: value for name, value in line.items() if name != "id" or value in ids} for line in before[path]
            ]
    return values
