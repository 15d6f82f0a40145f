"""Doing it: a few records at once, many as a job; each record is done wholly or refuses alone, and the report says which."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from core.errors import Invalid, Refused
from core.i18n import Text, _
from core.jobs import enqueue
from core.screens.lists.bulk.chosen import Chosen
from core.screens.lists.bulk.deeds import Deed, Values, deed_of
from core.screens.lists.bulk.offered import bulk_actions
from core.screens.records.reading import load_record
from core.screens.undo.memory import Memory, begin_act, keep_steps, note_act, remembering
from core.screens.undo.undoing import AT_ONCE, attempt

BULK = "core.bulk"


@dataclass(frozen=True)
class Outcome:
    """What came of it: in words; the act; whether it goes on in the background; how many refused."""

    text: Text
    act_id: int
    waits: bool = False
    refused: int = 0
    can_undo: bool = False


def act_on(session: Session, screen: Any, name: str, chosen: Chosen, values: Values | None = None) -> Outcome:
    """Do it to every chosen record, in the order of their numbers."""
    known = {action.name for action in bulk_actions(session, screen)}
    if name not in known:
        raise Invalid(_("This cannot be done to several records at once: {name}", name=name))
    deed = deed_of(screen, name, values or {})
    total = chosen.count(session, screen)
    if not total:
        raise Invalid(_("Nothing matches any more."))
    asked = {**chosen.keep(), "name": name, "values": dict(values or {})}
    if total > AT_ONCE:
        asked["until"] = chosen.last(session, screen)
        text = deed.told(total, screen.view)
        act_id = begin_act(session, screen.model, text, state="waiting", total=total, can_undo=deed.can_undo, asked=asked)
        hand_over(session, act_id)
        return Outcome(text, act_id, waits=True)
    memory, done, refused = through(session, screen, deed, chosen.batch(session, screen, 0, AT_ONCE))
    if not done:
        raise Refused(memory.steps[0]["why"] if len(memory.steps) == 1 else all_refused(memory))
    text, can_undo = deed.told(done, screen.view), deed.can_undo and memory.can_undo
    counts = {"total": total, "done": done, "refused": refused, "can_undo": can_undo}
    act_id = begin_act(session, screen.model, text, state="done", asked=asked, **counts)
    keep_steps(session, act_id, memory)
    return Outcome(text, act_id, refused=refused, can_undo=can_undo)


def all_refused(memory: Memory) -> Text:
    """Why not one of several records was done."""
    reasons = list(dict.fromkeys(step["why"] for step in memory.steps))
    return _("Nothing was done. {reasons}", reasons=" ".join(reasons[:3]))


def hand_over(session: Session, act_id: int) -> None:
    """Let a job do it, or go on with it."""
    job_id = enqueue(session, BULK, key=f"act {act_id}", act_id=act_id)
    note_act(session, act_id, state="waiting", job_id=job_id, error=None)


def through(session: Session, screen: Any, deed: Deed, ids: Sequence[int]) -> tuple[Memory, int, int]:
    """Do it to these records: the steps, how many were done, how many refused."""
    steps, done, refused = Memory(), 0, 0
    record: Any
    for number in ids:
        with remembering(session) as memory:
            record, why = attempt(session, lambda: one(session, screen, deed, number))  # noqa: B023 (called at once)
        if why:
            refused += 1
            steps.steps.append(refusal(session, screen, number, why))
            continue
        done += 1
        if not deed.can_undo:
            memory.steps = []
        if not memory.steps:
            memory.step(record, "update" if deed.can_undo else "verb")
        steps.steps += memory.steps
    return steps, done, refused


def one(session: Session, screen: Any, deed: Deed, number: int) -> Any:
    """Do it to one record."""
    record = load_record(session, screen.model, number)
    deed.do(session, record)
    return record


def refusal(session: Session, screen: Any, number: int, why: str) -> dict[str, Any]:
    """A record that refused, as a step of the report."""
    record: Any
    record, _why = attempt(session, lambda: load_record(session, screen.model, number))
    memory = Memory()
    if record is not None:
        memory.step(record, "refused", why=why)
    else:
        title = f"{screen.view.label} {number}"
        step = {"model": screen.model.label(), "record_id": number, "title": title, "kind": "refused", "version": 0}
        memory.steps.append({**step, "before": {}, "after": {}, "trashed_id": None, "why": why, "undone": False})
    return memory.steps[0]
