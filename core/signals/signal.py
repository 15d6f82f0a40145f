"""A signal is something that happened, named in the past tense; its values travel, its records do not."""

import dataclasses
import json
import typing
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy.orm import Session


@dataclass(frozen=True, kw_only=True)
class Signal:
    """The base of all signals; subclasses are frozen dataclasses of ints, strings, Decimals, dates and lists of them."""

    @classmethod
    def label(cls) -> str:
        """`crm_tickets.TicketClosed`."""
        parts = cls.__module__.split(".")
        return f"{parts[1] if parts[0] == 'addons' else 'core'}.{cls.__name__}"


S = TypeVar("S", bound=Signal)
Receiver = Callable[[Session, Any], None]


@dataclass(frozen=True)
class Hearing:
    """That a function hears a kind of signal, in the transaction or after its commit."""

    kind: type[Signal]
    receiver: Receiver
    after_commit: bool

    @property
    def name(self) -> str:
        """How the outbox names the receiver."""
        return f"{self.receiver.__module__}.{self.receiver.__qualname__}"


def hears(
    kind: type[S], *, after_commit: bool = False
) -> Callable[[Callable[[Session, S], None]], Callable[[Session, S], None]]:
    """Mark a function of a `bridges/` module as a receiver; the app value of the enabled addons connects it."""

    def mark(receiver: Callable[[Session, S], None]) -> Callable[[Session, S], None]:
        heard = receiver.__dict__.setdefault("hears", [])
        heard.append(Hearing(kind, receiver, after_commit))
        return receiver

    return mark


def encoded(signal: Signal) -> str:
    """A signal as JSON text."""
    return json.dumps(
        dataclasses.asdict(signal), default=lambda v: v.isoformat() if isinstance(v, date | datetime) else str(v)
    )


@lru_cache(256)
def _types(kind: type[Signal]) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def decoded(kind: type[S], text: str) -> S:
    """The signal that `encoded` wrote."""
    from pydantic import TypeAdapter

    hints = _types(kind)  # type: ignore[arg-type]
    return kind(**{name: TypeAdapter(hints[name]).validate_python(v) for name, v in json.loads(text).items()})
