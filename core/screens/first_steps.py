"""First steps: what a newcomer does once in each addon, so that something real stands there; done by itself when it does.

An addon declares steps beside its figures: `@first_step("contact", label="Add a contact", order=20, url=..., model=Contact)`
on a function `(session) -> bool` that says whether it is done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import Base, Model, trusted
from core.i18n import translated
from core.registry.composition import Composition, composed


@dataclass(frozen=True)
class FirstStep:
    """One step as its addon declares it; shown to who may create records of `model`."""

    name: str
    text: str
    url: str
    order: int
    icon: str
    model: type[Base]
    is_done: Callable[[Session], bool]


@dataclass(frozen=True)
class ShownStep:
    """One step for the person who looks."""

    label: str
    url: str
    icon: str
    done: bool


def first_step(
    name: str, *, label: str, url: str, model: type[Base], order: int = 50, icon: str = "circle"
) -> Callable[[Callable[[Session], bool]], FirstStep]:
    """Make a function `(session) -> bool` one of the first steps."""
    return lambda is_done: FirstStep(name, label, url, order, icon, model, is_done)


def made_by_people(session: Session, model: type[Model], *conditions: Any) -> bool:
    """Whether somebody has made a record of a model, not only the demonstration."""
    with trusted(session):
        query = select(model.id).where(model.created_by_id.is_not(None), *conditions).limit(1)
        return session.scalar(query) is not None


@composed("first_steps")
def compose_steps(composition: Composition) -> list[FirstStep]:
    """The steps of the enabled addons, in order."""
    return sorted((step for _, step in composition.declared(FirstStep)), key=lambda step: (step.order, step.name))


def steps_for(session: Session, composition: Composition) -> list[ShownStep]:
    """The steps that the person may do, each with whether it is done."""
    policy = session.info["policy"]
    steps = [step for step in composition.parts.get("first_steps", []) if policy.may(step.model, "create")]
    return [ShownStep(translated(step.text), step.url, step.icon, step.is_done(session)) for step in steps]
