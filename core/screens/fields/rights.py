"""What the user of a session may do with a model and its fields, for those who draw forms and read values.

The session's guard enforces the same; this only asks it beforehand, so that people are told instead of stopped.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.access.policy import Policy
from core.access.words import not_allowed
from core.db import Base
from core.screens.fields.field import Field


@dataclass(frozen=True)
class Rights:
    """What one user may do with one model; without a policy (jobs, tests, inside `trusted`) everything."""

    model: type[Base]
    policy: Policy | None = None

    @property
    def hidden(self) -> frozenset[str]:
        """The fields that are not shown."""
        return frozenset() if self.policy is None else self.policy.hidden(self.model)

    @property
    def unwritable(self) -> frozenset[str]:
        """The fields that may not be set."""
        return frozenset() if self.policy is None else self.policy.unwritable(self.model)

    def may(self, operation: str) -> bool:
        """Whether an operation (`read`, `create`, `update`, `delete`, or a verb) is granted at all."""
        return self.policy is None or self.policy.may(self.model, operation)

    def sees(self, field: Field) -> bool:
        """Whether a field may be read."""
        return not field.sealed and not {field.key, field.name} & self.hidden

    def writes(self, field: Field) -> bool:
        """Whether a field may be set; what the kernel keeps, nobody sets."""
        return not field.kernel and not {field.key, field.name} & self.unwritable


def rights(session: Session, model: type[Base]) -> Rights:
    """The rights of the session's user on a model."""
    policy = None if session.info.get("trusted") else session.info.get("policy")
    return Rights(model, policy)


def enabled(session: Session) -> Collection[type[Base]] | None:
    """The models that this session knows as enabled; None where nobody said, which means all."""
    composition = session.info.get("composition")
    if composition is None:
        return None
    views = composition.parts.get("views")
    models: Collection[type[Base]] = composition.models.values() if views is None else views.models
    return models


def demand(session: Session, model: type[Base], operation: str) -> None:
    """Denied, with what is missing, unless the operation is granted."""
    if not rights(session, model).may(operation):
        raise not_allowed(model, operation)
