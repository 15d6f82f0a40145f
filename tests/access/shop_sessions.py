"""Sessions of a shop's people under rules."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from core.access import KERNEL_RULES, RecordRule, UserSession
from core.access.policy import Grant

ALL = ("read", "create", "update", "delete")


Open = Callable[..., AbstractContextManager[UserSession]]


def grant(rule: str | RecordRule, *operations: str, **fields: frozenset[str]) -> Grant:
    found = KERNEL_RULES[rule] if isinstance(rule, str) else rule
    return Grant(dict.fromkeys(operations, (found,)), **fields)


def names(session: UserSession, statement: Any) -> list[str]:
    return sorted(session.scalars(statement))
