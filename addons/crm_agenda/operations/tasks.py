"""What becomes of a task."""

from datetime import date
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from addons.crm_agenda.models import PRIORITIES, Task
from core.db import actor, insert_once, trusted
from core.operations import verb

URGENCY = case({name: number for number, name in enumerate(reversed(PRIORITIES))}, value=Task.priority)


def is_open(task: Task) -> bool:
    """Whether something is left to do."""
    return task.state == "open"


@verb(Task, "done", label="Done", icon="check", when=is_open, primary=True, order=10)
def do_task(session: Session, task: Task) -> None:
    """It is done."""
    task.state = "done"


@verb(Task, "drop", label="Drop", icon="x", when=is_open, order=30)
def drop_task(session: Session, task: Task) -> None:
    """It will not be done."""
    task.state = "dropped"


@verb(Task, "reopen", label="Open again", icon="arrow-back-up", when=lambda task: not is_open(task), order=10)
def reopen_task(session: Session, task: Task) -> None:
    """There is something left to do after all."""
    task.state = "open"


@verb(Task, "postpone", label="Later", icon="calendar-time", when=is_open, order=20)
def postpone(session: Session, task: Task, *, due: date) -> None:
    """Moves it to another day."""
    task.due = due


def open_tasks(session: Session, user_id: int, until: date | None = None, limit: int = 50) -> list[Task]:
    """What a user has to do, by its day and its urgency; those without a day come last."""
    wanted = select(Task).where(Task.assigned_to_id == user_id, Task.state == "open")
    if until is not None:
        wanted = wanted.where(Task.due <= until)
    order = (Task.due.is_(None), Task.due, URGENCY, Task.id)
    return list(session.scalars(wanted.order_by(*order).limit(limit)))


def remind(session: Session, key: str, **values: Any) -> None:
    """A task that follows from something, made once whoever asks again; `key` names what it follows from.

    It is for whoever acts, unless the values say otherwise.
    """
    with trusted(session):
        insert_once(session, Task, {"key": key, "assigned_to_id": actor(session).user_id, **values})


def forget(session: Session, key: str) -> None:
    """A task that followed from something is no longer needed; one that is done stays."""
    with trusted(session):
        wanted = select(Task).where(Task.company_id == actor(session).company_id, Task.key == key, Task.state == "open")
        task = session.scalar(wanted)
        if task is not None:
            task.state = "dropped"
            session.flush()
