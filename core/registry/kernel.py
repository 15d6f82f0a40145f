"""One installation in one process: its settings, its database, and the addons that lie there."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import inspect, select

from core.access.models import RoleCustomisation
from core.access.permissions import Customisation
from core.access.seen import Seen
from core.custom.definition import read_definitions
from core.db import Database
from core.registry.composition import Composition, compose
from core.registry.discover import Discovery, discover
from core.registry.manifest import Addon
from core.registry.settings import CHECKOUT, Settings
from core.yaml_reader import Place, Problem, problem_at


@dataclass
class Kernel:
    """What every app value, command and job of a process shares."""

    settings: Settings
    database: Database
    discovery: Discovery = field(default_factory=Discovery)
    checkout: Path = CHECKOUT / "addons"
    installed: bool = True
    seen: Seen = field(default_factory=Seen)

    @classmethod
    def open(cls, settings: Settings | None = None) -> "Kernel":
        """Read the settings, find the addons, open the database; migrates nothing."""
        told = settings or Settings.read()
        kernel = cls(told, Database(told.database_url))
        kernel.rediscover()
        return kernel

    @property
    def addons(self) -> dict[str, Addon]:
        """The addons that were found, by name."""
        return self.discovery.addons

    def rediscover(self) -> Discovery:
        """Look again at what lies in the folders."""
        self.discovery = discover(self.settings.addons_path, self.checkout, self.installed)
        return self.discovery

    def compose(self, names: Iterable[str], generation: int = 0) -> Composition:
        """The composition of these addons; those whose files have problems or are not here are left out and named."""
        wanted = list(names)
        broken = {name: problems for name in wanted if (problems := self.problems_of(name))}
        added = read_definitions(self.database)
        made = compose(self.addons, wanted, generation, broken, self.customised(), added)
        made.parts["settings"] = self.settings
        return made

    def customised(self) -> list[Customisation]:
        """What an administrator changed of the roles; nothing in a database that is not migrated yet."""
        table = RoleCustomisation.__table__
        if not inspect(self.database.engine).has_table("core_role_customisation"):
            return []
        with self.database.reader.connect() as connection:
            rows = connection.execute(select(table).order_by(table.c.id)).all()
        return [
            Customisation(row.role, row.name, row.summary, tuple(row.implies), row.made_here, row.grants) for row in rows
        ]

    def problems_of(self, name: str) -> list[Problem]:
        """What is wrong with an addon's files; that it is not here at all is a problem as well."""
        if name in self.discovery.problems:
            return self.discovery.problems[name]
        if name not in self.addons:
            return [problem_at(Place(f"addons/{name}"), f"{name} is enabled, but its code is not on this machine")]
        return []
