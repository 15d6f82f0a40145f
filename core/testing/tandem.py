"""A whole Tandem for a test: a database of either kind with some addons enabled, sessions, and clients of its app."""

import hashlib
import inspect
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import core.screens.parts  # noqa: F401 (adds views, figures and reports to every composition)
from core.access.guard import UserSession
from core.access.models import User
from core.custom.definition import read_definitions
from core.db import Company, Database
from core.jobs import Worker
from core.registry import lifecycle
from core.registry.composition import CORE, Composition, compose
from core.registry.discover import Discovery, discover
from core.registry.kernel import Kernel
from core.registry.order import with_needs
from core.registry.settings import Settings, folders_of
from core.registry.state import read_state
from core.signals import Switchboard
from core.testing.databases import copied, template

COMPANY = {"name": "Muebles del Plata", "country": "AR", "currency": "ARS", "zone": "America/Argentina/Buenos_Aires"}
ROOTS = ("migrations", "guards")
SOURCES = {".py", ".yaml", ".sql", ".po", ".csv"}
FILES = ("setup.py", "models.py", "operations.py", "manifest.yaml")


@dataclass
class Tandem:
    """One installation that a test has to itself; `kernel` and `composition` are those of the product."""

    kernel: Kernel
    composition: Composition
    today: Any = None
    _apps: list[Any] = field(default_factory=list)

    @property
    def database(self) -> Database:
        """Its database."""
        return self.kernel.database

    def info(self, login: str | None = None) -> dict[str, Any]:
        """What a session carries: the switchboard, the company, and the user with his policy."""
        info: dict[str, Any] = {"switchboard": self.composition.switchboard, "composition": self.composition}
        with self.database.read() as session:
            company = session.scalars(select(Company).order_by(Company.id)).first()
            user = session.scalars(select(User).where(User.login == login)).one() if login else None
            roles = [assignment.role for assignment in user.roles] if user else []
        if company:
            info |= {"company_id": company.id, "zone": company.zone}
        if user:
            info |= {"user_id": user.id, "policy": self.composition.permissions.policy(roles)}
        if self.today:
            info["today"] = self.today
        return info

    @contextmanager
    def write(self, login: str | None = None, **more: Any) -> Iterator[Session]:
        """A transaction: of the system, or with the rights of a user."""
        info = self.info(login) | more
        with self.database.write(UserSession, **info) if login else self.database.write(**info) as session:
            yield session

    @contextmanager
    def read(self, login: str | None = None, **more: Any) -> Iterator[Session]:
        """A session that reads: as the system, or with the rights of a user."""
        info = self.info(login) | more
        with self.database.read(UserSession, **info) if login else self.database.read(**info) as session:
            yield session

    def add_user(self, login: str, *roles: str, password: str = "long enough password") -> str:
        """A user with these roles in the company; answers the login."""
        from core.access.accounts import add_user

        with self.write() as session:
            add_user(session, login, roles, password)
        return login

    def client(self, login: str = "admin") -> Any:
        """A browser of this app that is logged in; its posts carry the CSRF token."""
        from core.testing.browser import Browser

        return Browser(self.app, login)

    def load_demo(self, names: Sequence[str]) -> None:
        """Load the demonstration data of these addons, in order."""
        from core.registry.demo import load_demo

        load_demo(self.kernel, self.composition, names)

    def broken(self) -> list[str]:
        """What the health checks find; nothing when all is well."""
        from core.db import run_checks

        with self.read() as session:
            return [str(finding) for finding in run_checks(session, self.composition.checks)]

    def work(self) -> int:
        """Do all deliveries and jobs that are due; how many that were."""
        from core.jobs.book import book_of, opener

        return Worker(self.database, lambda: book_of(self.composition), opener(self.kernel, self.composition)).drain()

    @property
    def app(self) -> Any:
        """The Flask app of these addons; its requests are of the day that `today` says, if it says one."""
        from core.web.app import build_app

        if not self._apps:
            app = build_app(self.kernel, self.composition.generation, self.composition.names)
            app.app_ctx_globals_class = pretending(self)
            self._apps.append(app)
        return self._apps[0]


def pretending(tandem: Tandem) -> type[Any]:
    """The `g` of an app whose requests are of the day that the installation pretends."""
    from core.web.globals import RequestGlobals

    class Pretending(RequestGlobals):
        def info(self, user: Any) -> dict[str, Any]:
            return super().info(user) | ({"today": tandem.today} if tandem.today else {})

    return Pretending


@cache
def known() -> Discovery:
    """The addons of the checkout, and those of the folders that `TANDEM_ADDONS_PATH` names."""
    return discover(folders_of(os.environ.get("TANDEM_ADDONS_PATH", "")))


def closure(addons: Sequence[str], discovery: Discovery) -> list[str]:
    """The addons with all that they need, in order."""
    return [addon.name for addon in with_needs(discovery.addons, list(addons))]


def template_key(names: Sequence[str], discovery: Discovery) -> str:
    """Changes whenever what a template holds would change."""
    digest = hashlib.sha256(",".join(names).encode())
    folders = [CORE, *(discovery.addons[name].folder for name in names)]
    paths = [
        p for folder in folders for root in ROOTS for p in sorted((folder / root).rglob("*")) if p.suffix in (".py", ".sql")
    ]
    paths += [folder / name for folder in folders for name in FILES if (folder / name).is_file()]
    paths += [*sorted((CORE / "db").glob("*.py")), Path(__file__)]
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@lru_cache(8)  # a composition takes four megabytes, and there are 89 closed sets of addons
def _composed(names: tuple[str, ...], generation: int) -> Composition:
    """Addons of the checkout, as they are where nothing was customised."""
    return compose(known().addons, names, generation)


class KernelOfTest(Kernel):
    """A kernel that shares what it composes with those of other tests, which read the same files."""

    def compose(self, names: Iterable[str], generation: int = 0) -> Composition:
        """A test's own composition as far as anything in it may change: its switchboard, and its parts by name."""
        wanted = tuple(names)
        is_plain = self.discovery is known() and not any(self.problems_of(name) for name in wanted)
        if not is_plain or self.customised() or read_definitions(self.database):
            return super().compose(wanted, generation)
        shared = _composed(wanted, generation)
        if shared.broken:
            return super().compose(wanted, generation)
        switchboard = Switchboard([module for modules in shared.modules.values() for module in modules])
        return replace(shared, switchboard=switchboard, parts=shared.parts | {"settings": self.settings})


def kernel_of(database: Database, discovery: Discovery) -> Kernel:
    """A kernel on a test's database, with settings that touch nothing else."""
    settings = Settings(home=Path("/nonexistent"), database_url=database.url, secret_key="for tests only " * 3)
    return KernelOfTest(settings, database, discovery)


def company(database: Database, discovery: Discovery) -> None:
    """An installation without addons: the kernel's tables, a company, an administrator."""
    from core.access.accounts import add_user

    lifecycle.upgrade(kernel_of(database, discovery))
    with database.write() as session:
        session.add(Company(**COMPANY))
        session.flush()
        add_user(session, "admin", ["admin"], "long enough password")


def installation(kind: str, names: Sequence[str], discovery: Discovery) -> str:
    """The template with these addons, which grew by the last of them out of that with the others."""

    def grow(database: Database) -> None:
        if not names:
            company(database, discovery)
        elif names[-1] not in read_state(database).enabled:
            lifecycle.enable(kernel_of(database, discovery), names[-1])

    base = partial(installation, kind, names[:-1], discovery) if names else None
    return template(kind, template_key(names, discovery), grow, base)


def opened(database: Database, discovery: Discovery) -> Tandem:
    """The installation that lies in a database; AssertionError, with what is wrong, where an addon does not load."""
    kernel, state = kernel_of(database, discovery), read_state(database)
    composition = kernel.compose(state.enabled, state.generation)
    if composition.broken:
        raise AssertionError("\n".join(str(p) for told in composition.broken.values() for p in told))
    return Tandem(kernel, composition)


Furnish = Callable[[Tandem], None]


def furnished(kind: str, names: Sequence[str], furnish: Furnish) -> str:
    """The template of an installation in which a function, called like nothing else in its file, has done its work."""
    text = f"{names}{state_of_the_code()}{Path(inspect.getfile(furnish)).read_text()}"
    key = f"{furnish.__name__}_{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    return template(
        kind, key, lambda database: furnish(opened(database, known())), lambda: installation(kind, names, known())
    )


@cache
def state_of_the_code() -> str:
    """Changes with any source of the product and with the day, since what is furnished may tell of the last months."""
    digest = hashlib.sha256(date.today().isoformat().encode())  # noqa: DTZ011 (the day of this machine)
    for folder in (CORE, CORE.parent / "addons"):
        for path in sorted(folder.rglob("*")):
            if path.suffix in SOURCES and "tests" not in path.parts:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def installed(
    kind: str, addons: Sequence[str], discovery: Discovery | None = None, furnish: Furnish | None = None
) -> Iterator[Tandem]:
    """An installation with these addons and what they need, gone afterwards; `furnish` is done once for all tests."""
    discovery = discovery or known()
    names = closure(addons, discovery)
    source = furnished(kind, names, furnish) if furnish else installation(kind, names, discovery)
    with copied(kind, source) as database:
        yield opened(database, discovery)


@pytest.fixture
def tandem(kind: str) -> Iterator[Callable[..., Tandem]]:
    """`tandem("crm_contacts")` is an installation with this addon and what it needs, on either kind of database."""
    with ExitStack() as stack:
        yield lambda *addons, furnish=None: stack.enter_context(installed(kind, addons, furnish=furnish))


def at(tandem: Tandem, day: Any) -> Tandem:
    """The same installation on another day."""
    return replace(tandem, today=day, _apps=[])
