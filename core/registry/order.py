"""Which addons need which, in an order in which each stands on those before it."""

from collections.abc import Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from core.registry.manifest import Addon
from core.yaml_reader import Problem

Addons = Mapping[str, Addon]


def problems_of_order(addons: Addons) -> dict[str, list[Problem]]:
    """What is missing, too old or goes round in a circle, for each addon that says so."""
    found: dict[str, list[Problem]] = {}
    for addon in addons.values():
        for key, requirements in (("depends", addon.manifest.needed), ("optional", addon.manifest.welcome)):
            for index, requirement in enumerate(requirements):
                there = addons.get(requirement.name)
                message = ""
                if requirement.name == addon.name:
                    message = f"{addon.name} cannot stand on itself"
                elif there is None and key == "depends":
                    message = f"there is no addon {requirement.name!r}"
                elif there is not None and not requirement.accepts(there.version):
                    message = f"{addon.name} needs {requirement}, but {there.name} is {there.version}"
                if message:
                    wrong = "" if there else requirement.name
                    problem = addon.document.problem((key, index), message, wrong, addons)
                    found.setdefault(addon.name, []).append(problem)
    for circle in _circles(addons):
        names = " -> ".join([*circle, circle[0]])
        for name in circle:
            problem = addons[name].document.problem(("depends",), f"these addons stand on each other: {names}")
            found.setdefault(name, []).append(problem)
    return found


def _circles(addons: Addons) -> list[list[str]]:
    """Each group of addons that need each other, once; found one by one, as graphlib names only the first."""
    left, circles = {name: _inside(addons, addon) for name, addon in addons.items()}, []
    while True:
        try:
            TopologicalSorter(left).prepare()
        except CycleError as error:
            circle = list(dict.fromkeys(error.args[1]))
            circles.append(sorted(circle))
            left = {name: [n for n in needs if n not in circle] for name, needs in left.items() if name not in circle}
        else:
            return circles


def _inside(addons: Addons, addon: Addon) -> list[str]:
    return [name for name in addon.depends if name in addons and name != addon.name]


def in_order(addons: Iterable[Addon]) -> list[Addon]:
    """Each after those it needs, and after those it has bridges for where that is possible; otherwise by name."""
    by_name = {addon.name: addon for addon in sorted(addons, key=lambda addon: addon.name)}
    needs = {name: _inside(by_name, addon) for name, addon in by_name.items()}
    return [by_name[name] for name in TopologicalSorter(needs).static_order()]


def with_needs(addons: Addons, names: Iterable[str]) -> list[Addon]:
    """These addons and all that they need, in order; KeyError for an addon that is not there."""
    wanted: dict[str, Addon] = {}

    def want(name: str) -> None:
        if name not in wanted:
            wanted[name] = addons[name]
            for needed in addons[name].depends:
                want(needed)

    for name in names:
        want(name)
    return in_order(wanted.values())


def dependants(addons: Addons, name: str, among: Sequence[str]) -> list[str]:
    """Those of `among` that need this addon, directly or through others, the last ones first."""
    needing: set[str] = set()
    grown = True
    while grown:
        grown = False
        for other in among:
            if other in addons and other not in needing and {name, *needing} & set(addons[other].depends):
                needing.add(other)
                grown = True
    return [addon.name for addon in reversed(in_order(addons[other] for other in needing))]
