"""The manifest is an addon's table of contents: whoever reads it knows what enabling the addon will bring."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

from core.yaml_reader import Document, Located

Section = Literal["Customers", "Operations", "Analysis", "Set-up"]
SECTIONS: tuple[Section, ...] = ("Customers", "Operations", "Analysis", "Set-up")
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")
REQUIREMENT = re.compile(r"(?P<name>[a-z][a-z0-9_]*)\s*(?P<bounds>(\s*,?\s*(>=|<)\s*[0-9.]+)*)")
BOUND = re.compile(r"(>=|<)\s*([0-9.]+)")


def version_key(version: str) -> tuple[int, ...]:
    """`1.10.0` as (1, 10), so that 1.10 is newer than 1.9 and 1.0 equals 1.0.0."""
    numbers = [int(number) for number in version.split(".") if number]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


@dataclass(frozen=True)
class Requirement:
    """An addon that is needed, and which versions of it will do: `crm_contacts>=1.0,<2`."""

    name: str
    bounds: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, words: str) -> "Requirement":
        """Read one entry of `depends` or `optional`; ValueError if it is none."""
        match = REQUIREMENT.fullmatch(words.strip())
        if not match:
            raise ValueError(f"{words!r} is not a name with versions such as crm_contacts>=1.0,<2")
        return cls(match["name"], tuple((sign, version) for sign, version in BOUND.findall(match["bounds"])))

    def accepts(self, version: str) -> bool:
        """Whether this version will do."""
        there = version_key(version)
        return all((there < version_key(at)) == (sign == "<") for sign, at in self.bounds)

    def __str__(self) -> str:
        return self.name + ",".join(sign + version for sign, version in self.bounds)


class MenuEntry(Located):
    """One entry of the menu: a model's screen, a report, or a page of the addon's own routes.

    One that leads to what a bridge brings is there beside that optional addon only: `beside` names it.
    """

    label: str
    """What the menu says."""
    section: Section
    """Under which heading."""
    screen: str | None = None
    """A model: its list."""
    report: str | None = None
    """A report of the addon."""
    path: str | None = None
    """A page of the addon's own `routes.py`."""
    beside: str | None = None
    """An optional addon without which the entry is not there."""
    order: int = 50
    """Its place in the section; small numbers first."""
    icon: str = "circle"
    """A Tabler icon."""

    @model_validator(mode="after")
    def leads_somewhere(self) -> "MenuEntry":
        """Exactly one target."""
        if sum(target is not None for target in (self.screen, self.report, self.path)) != 1:
            raise ValueError("a menu entry leads to one of screen, report or path")
        return self


class Manifest(Located):
    """manifest.yaml: what an addon is, needs and brings."""

    name: str
    """What people call it."""
    summary: str
    """One sentence for the page of addons."""
    version: str = Field(pattern=r"^\d+(\.\d+)*$")
    """Such as 1.0.0."""
    category: Literal["crm", "erp", "base"] = "base"
    """Where the page of addons puts it."""
    icon: str = "puzzle"
    """A Tabler icon."""
    depends: list[str] = []
    """Addons that it needs, with bounds if they matter: `crm_contacts>=1.0,<2`."""
    optional: list[str] = []
    """Addons that it has bridges for and can do without."""
    models: list[str] = []
    """Every class with a table, extensions too."""
    views: list[str] = []
    """Every file in `views/`, without `.yaml`."""
    permissions: str | None = None
    """The file with roles and grants."""
    signals: list[str] = []
    """Every signal that `signals.py` defines."""
    menu: list[MenuEntry] = []
    """Its entries in the menu."""

    @field_validator("depends", "optional")
    @classmethod
    def requirements_read(cls, words: list[str]) -> list[str]:
        """Each is a name with bounds."""
        for word in words:
            Requirement.parse(word)
        return words

    @property
    def needed(self) -> list[Requirement]:
        """What must be enabled with this addon."""
        return [Requirement.parse(words) for words in self.depends]

    @property
    def welcome(self) -> list[Requirement]:
        """What this addon has bridges for, if it is enabled too."""
        return [Requirement.parse(words) for words in self.optional]


@dataclass(frozen=True)
class Addon:
    """An addon that was found: its name is its folder's, its package `addons.<name>`."""

    name: str
    folder: Path
    manifest: Manifest
    document: Document[Manifest]

    @property
    def version(self) -> str:
        """The version of the code on disk."""
        return self.manifest.version

    @property
    def depends(self) -> list[str]:
        """The names of the addons it needs."""
        return [requirement.name for requirement in self.manifest.needed]

    @property
    def optional(self) -> list[str]:
        """The names of the addons it has bridges for."""
        return [requirement.name for requirement in self.manifest.welcome]

    def __str__(self) -> str:
        return self.name
