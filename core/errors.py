"""What can go wrong in a way that a person can mend: each error says what, where and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True)
class FieldError:
    """One fault of one field; `field` is a dotted path such as `lines.2.quantity`."""

    field: str
    message: Any

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


class TandemError(Exception):
    """A refusal that a person reads: a sentence, and the fields it concerns."""

    status: ClassVar[int] = 400
    kind: ClassVar[str] = "error"

    def __init__(self, message: Any = "", errors: Sequence[FieldError] = ()) -> None:
        super().__init__(message)
        self.message, self.errors = message, tuple(errors)
        for error in self.errors:
            self.add_note(str(error))  # traces in logs and tests name the fields, too

    def __str__(self) -> str:
        return str(self.message) or "; ".join(map(str, self.errors))


class Invalid(TandemError):
    """The input cannot be taken as it is; `errors` names each field."""

    status, kind = 422, "invalid"


class Refused(TandemError):
    """A rule of the business says no; nothing was changed."""

    status, kind = 409, "refused"


class Conflict(TandemError):
    """Somebody else changed the record meanwhile."""

    status, kind = 409, "conflict"


class Denied(TandemError):
    """The user's roles do not allow this."""

    status, kind = 403, "denied"


class Missing(TandemError):
    """There is no such record, or the user may not see it."""

    status, kind = 404, "missing"
