"""The register of verbs: which functions may be done to which kind of record."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from core.db import Base

F = TypeVar("F", bound=Callable[..., Any])
_verbs: dict[type[Base], dict[str, "Verb"]] = {}


def always(record: Any) -> bool:
    """A verb that suits every record."""
    return True


@dataclass(frozen=True)
class Verb:
    """Something that can be done to a record: its name in addresses, its label on the button, when it suits."""

    model: type[Base]
    name: str
    label: str
    function: Callable[..., Any]
    addon: str
    when: Callable[[Any], bool] = always
    icon: str = ""
    primary: bool = False
    confirm: str | None = None
    collection: bool = False
    order: int = 50


def verb(
    model: type[Base],
    name: str,
    *,
    label: str = "",
    when: Callable[[Any], bool] = always,
    icon: str = "",
    primary: bool = False,
    confirm: str | None = None,
    collection: bool = False,
    order: int = 50,
) -> Callable[[F], F]:
    """Make a function `(session, record, *, arguments)` a verb of a model; without a record if `collection`."""

    def register(function: F) -> F:
        parts = function.__module__.split(".")
        addon = parts[1] if parts[0] == "addons" else "core"
        made = Verb(
            model,
            name,
            label or name.replace("_", " ").capitalize(),
            function,
            addon,
            when,
            icon,
            primary,
            confirm,
            collection,
            order,
        )
        known = _verbs.setdefault(model, {})
        if name in known and known[name].function.__qualname__ != function.__qualname__:
            raise ValueError(f"{model.label()} has two verbs {name!r}: in {known[name].addon} and in {addon}")
        known[name] = made
        return function

    return register


def verbs_of(model: type[Base], addons: Iterable[str] | None = None) -> dict[str, Verb]:
    """The verbs of a model by name, in order; only those of these addons, if they are given."""
    wanted = None if addons is None else set(addons)
    found = [v for v in _verbs.get(model, {}).values() if wanted is None or v.addon in wanted or v.addon == "core"]
    return {v.name: v for v in sorted(found, key=lambda v: (v.order, v.name))}
