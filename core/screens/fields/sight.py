"""Which fields of a view somebody may see; the session's guard enforces the same, this only asks it beforehand."""

from typing import Any

from sqlalchemy.orm import Session

from core.screens.fields.paths import PathField


def policy_of(session: Session) -> Any:
    """What the session's user may do; None where no user is asked for (jobs, tests, inside `trusted`)."""
    return None if session.info.get("trusted") else session.info.get("policy")


def sees(session: Session, field: PathField) -> bool:
    """Whether the user may see this field, and all that the path to it leads through."""
    policy = policy_of(session)
    if policy is None:
        return True
    return all(policy.may(model, "read") and name not in policy.hidden(model) for model, name in field.spot.owned)
