"""Who hears which signal, for one set of enabled addons; nothing is ever disconnected, another set has another board."""

import inspect
from collections.abc import Iterable, Iterator
from types import ModuleType

from blinker import Signal as Wire
from sqlalchemy.orm import Session

from core.signals.outbox import put
from core.signals.signal import Hearing, Signal, encoded


class Switchboard:
    """The receivers of the enabled addons; one blinker wire for each kind of signal."""

    def __init__(self, modules: Iterable[ModuleType] = ()) -> None:
        self.wires: dict[type[Signal], Wire] = {}
        self.after: dict[type[Signal], list[Hearing]] = {}
        self.hearings: list[Hearing] = []
        for module in modules:
            for hearing in hearings_of(module):
                self.connect(hearing)

    def connect(self, hearing: Hearing) -> None:
        """Let a receiver hear."""
        self.hearings.append(hearing)
        if hearing.after_commit:
            self.after.setdefault(hearing.kind, []).append(hearing)
        else:
            self.wires.setdefault(hearing.kind, Wire()).connect(hearing.receiver, weak=False)

    def send(self, session: Session, signal: Signal) -> None:
        """Tell the receivers: those in the transaction at once (an exception refuses it all), the others by the outbox."""
        if wire := self.wires.get(type(signal)):
            for receiver in wire.receivers_for(None):
                receiver(session, signal)
        for hearing in self.after.get(type(signal), ()):
            put(session, "signal", hearing.name, encoded(signal))

    def listing(self) -> Iterator[tuple[str, str, str, str]]:
        """(signal, when, receiver, file:line) of every hearing, sorted."""
        for hearing in sorted(self.hearings, key=lambda h: (h.kind.label(), h.after_commit, h.name)):
            file = hearing.receiver.__module__.replace(".", "/") + ".py"
            line = inspect.getsourcelines(hearing.receiver)[1]
            yield (
                hearing.kind.label(),
                "after commit" if hearing.after_commit else "in the transaction",
                hearing.name,
                f"{file}:{line}",
            )


def hearings_of(module: ModuleType) -> Iterator[Hearing]:
    """The marked receivers that a module defines."""
    for value in vars(module).values():
        if callable(value) and getattr(value, "__module__", None) == module.__name__:
            yield from getattr(value, "hears", ())


def send(session: Session, signal: Signal) -> None:
    """Announce something that happened to whoever hears it in this session's app."""
    board: Switchboard | None = session.info.get("switchboard")
    if board is not None:
        board.send(session, signal)
