"""What commands are drawn from: amounts in cents, quantities in hundredths, parts of what is left."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal as D
from typing import Any

from hypothesis import strategies as st

PRICES = st.integers(1, 10**6).map(lambda cents: D(cents) / 100)
QUANTITIES = st.integers(1, 2000).map(lambda hundredths: D(hundredths) / 100)
BOUGHT = st.integers(1, 20000).map(lambda hundredths: D(hundredths) / 100)
PARTS = st.sampled_from([D("0.25"), D("0.5"), D("0.71"), D(1), D(1)])
DISCOUNTS = st.sampled_from([D(0), D(0), D("7.5"), D(10)])
RATES = st.sampled_from([D("21"), D("10.5"), D("27"), D("0")])
PICK = st.integers(0, 50)
DAYS = st.integers(0, 9)


@dataclass(frozen=True)
class Action:
    """A command of the machine: when it makes sense, how often, and what its arguments are drawn from."""

    name: str
    when: Callable[[Any], Any]
    weight: int
    arguments: dict[str, st.SearchStrategy[Any]]


def action(
    when: Callable[[Any], Any] = lambda machine: True, weight: int = 1, **arguments: st.SearchStrategy[Any]
) -> Callable[[Any], Any]:
    """Make a method a command.

    One rule draws all of them: with a rule for each, whole examples would go by in orders that nobody receives.
    """

    def mark(method: Any) -> Any:
        method.action = Action(method.__name__, when, weight, arguments)
        return method

    return mark


def actions_of(machine: type) -> list[Action]:
    """The commands of a machine, each as often as it weighs."""
    found = [method.action for name in dir(machine) if hasattr(method := getattr(machine, name), "action")]
    return [each for each in found for _ in range(each.weight)]


def posts_nothing(work: Any) -> Any:
    """A command that a closed month does not stop."""

    def named(session: Any) -> Any:
        return work(session)

    named.posts_nothing = True  # type: ignore[attr-defined]
    return named


def part_of(quantity: D, part: D) -> D:
    """Some of it, in hundredths; all of it where that would be nothing."""
    some = (quantity * part).quantize(D("0.01"))
    return min(some, quantity) if some > 0 else quantity
