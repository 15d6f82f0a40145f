"""Enable, disable, uninstall, upgrade: tables, flags and generation change in one transaction or not at all.

Whoever calls sees to the right to do so: in the browser only an administrator gets here.
"""

import random
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, column, func, inspect, select, table, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from core.custom.storing import forget_addon
from core.db import Change, Company, kernel_connection
from core.db.migrate import current_revision, head_revision, migrate, version_table
from core.errors import FieldError, Invalid, Missing, Refused, TandemError
from core.i18n import _
from core.registry.composition import CORE, Composition
from core.registry.kernel import Kernel
from core.registry.manifest import Addon
from core.registry.order import dependants, in_order, with_needs
from core.registry.state import (
    addon_table,
    advance_generation,
    flag,
    generation_table,
    read_state,
    turn_off,
    workers_behind,
)
from core.signals import CLOCK, Delivery
from core.yaml_reader import Problem

LOCK_TIMEOUT = "50ms"
PATIENCE_S = 3.0
LOCK_NOT_AVAILABLE = "55P03"


Telling = Callable[[Any, int, int], None]


def say_nothing(_what: Any, _done: int, _total: int) -> None:
    """Nobody wants to know how far it is."""


class StillServed(Refused):
    """Some worker has not ended its last request of an older app."""


def enable(
    kernel: Kernel, name: str, via: str = "cli", user_id: int | None = None, tell: Telling = say_nothing
) -> list[str]:
    """Switch an addon on, with all that it needs; answers the names of what was switched on, in order.

    Everything is imported, checked and composed before a lock is taken. Invalid, with each problem, if that fails.
    `tell` hears each step before it is done: what it is, how many are done, of how many.
    """
    state = read_state(kernel.database)
    adds = addons_to_add(kernel, name, state.enabled)
    composition = kernel.compose([*state.enabled, *(addon.name for addon in adds)])
    refuse_problems(name, [problem for addon in adds for problem in composition.broken.get(addon.name, [])])

    def step(session: Session) -> None:
        connection = kernel_connection(session)
        companies = session.scalars(select(Company).order_by(Company.id)).all()
        total = len(adds) + len(companies) + 1
        for done, addon in enumerate(adds):
            tell(_("Making the tables of {name}", name=_(addon.manifest.name)), done, total)
            migrate(connection, addon.name, addon.folder)
            flag(connection, addon.name, addon.version, enabled=True)
        for done, company in enumerate(companies, len(adds)):
            tell(_("Setting up {company}", company=company.name), done, total)
            set_up(session, composition, company, adds)
        tell(_("Giving everybody the new screens"), total - 1, total)

    try:
        change(kernel, step, via=via, user_id=user_id, switchboard=composition.switchboard)
    except TandemError:
        raise
    except Exception as error:  # a migration or a setup of the addon, which may raise anything
        reason = str(getattr(error, "orig", None) or error)
        message = _("{name} could not be enabled, and nothing was changed: {reason}", name=name, reason=reason)
        raise Refused(message) from error
    return [addon.name for addon in adds]


def addons_to_add(kernel: Kernel, name: str, enabled: Sequence[str]) -> list[Addon]:
    """The addon and what it needs, without what is on already; Missing or Refused if that cannot be."""
    if name not in kernel.addons and name not in kernel.discovery.problems:
        raise Missing(_("There is no addon {name}", name=name))
    refuse_problems(name, kernel.problems_of(name))
    if name in enabled:
        raise Refused(_("{name} is enabled already", name=name))
    wanted = with_needs(kernel.addons, [name])
    for addon in wanted:
        refuse_problems(addon.name, kernel.problems_of(addon.name))
    return [addon for addon in wanted if addon.name not in enabled]


def refuse_problems(name: str, problems: Sequence[Problem]) -> None:
    """Invalid, naming each problem with its place."""
    if problems:
        errors = [FieldError(str(problem).split(": ", 1)[0], problem.message) for problem in problems]
        message = _("{name} cannot be enabled: its files have {count} problems", name=name, count=len(errors))
        raise Invalid(message, errors)


def set_up(session: Session, composition: Composition, company: Company, addons: Sequence[Addon] | None = None) -> None:
    """Run the addons' `setup.install` for one company: accounts, series, locations. Each may be run again."""
    before = {key: session.info.get(key) for key in ("company_id", "zone")}
    session.info.update(company_id=company.id, zone=company.zone)
    for addon in composition.addons if addons is None else addons:
        if install := composition.setups.get(addon.name):
            install(session, company)
    session.flush()
    session.info.update(before)


def disable(kernel: Kernel, name: str, cascade: bool = False, via: str = "cli", user_id: int | None = None) -> list[str]:
    """Switch an addon off; tables, data and version stay. Refused, naming them, if others need it, unless `cascade`."""
    state = read_state(kernel.database)
    if name not in state.enabled:
        raise Refused(_("{name} is not enabled", name=name))
    needing = dependants(kernel.addons, name, state.enabled)
    if needing and not cascade:
        others = ", ".join(needing)
        raise Refused(_("{name} is needed by {others}; disable those first, or all together", name=name, others=others))
    change(kernel, lambda session: turn_off(kernel_connection(session), [*needing, name]), via=via, user_id=user_id)
    return [*needing, name]


def uninstall(
    kernel: Kernel, name: str, via: str = "cli", user_id: int | None = None, patience_s: float = PATIENCE_S
) -> None:
    """Drop the tables and data of a disabled addon, once no live worker runs a request that knew it.

    StillServed if one does even after `patience_s`; Refused for every other reason.
    """
    addon = kernel.addons.get(name)
    if addon is None:
        raise Missing(_("The code of {name} is not on this machine, so its tables cannot be dropped", name=name))

    def step(session: Session) -> None:
        connection = kernel_connection(session)
        refuse_uninstall(connection, kernel, name)
        refuse_running_jobs(connection)
        forget_addon(connection, name, tables_of(connection, name, kernel.addons))
        migrate(connection, name, addon.folder, "base")
        connection.exec_driver_sql(f"drop table if exists {version_table(name)}")
        connection.execute(addon_table.delete().where(addon_table.c.name == name))
        forget_traces(connection, name)
        if left := what_is_left(connection, name, kernel.addons):
            raise Refused(_("The migrations of {name} leave behind: {left}", name=name, left=", ".join(left)))

    deadline = time.monotonic() + patience_s
    while True:
        try:
            return change(kernel, step, via=via, user_id=user_id)
        except StillServed:
            if time.monotonic() >= deadline:
                raise
            time.sleep(0.1)


def refuse_uninstall(connection: Connection, kernel: Kernel, name: str) -> None:
    """Refused unless the addon is installed, off, needed by nothing installed, and served by no worker any more."""
    rows = connection.execute(select(addon_table.c.name, addon_table.c.enabled)).all()
    installed = {row.name: row.enabled for row in rows}
    if name not in installed:
        raise Refused(_("{name} is not installed", name=name))
    if installed[name]:
        raise Refused(_("{name} is enabled; disable it first", name=name))
    if needing := dependants(kernel.addons, name, list(installed)):
        raise Refused(_("{name} is needed by {others}; uninstall those first", name=name, others=", ".join(needing)))
    if waiting := workers_behind(connection):
        raise StillServed(
            _(
                "{count} workers still serve requests that began before {name} was disabled; try again in a moment",
                count=waiting,
                name=name,
            )
        )


def refuse_running_jobs(connection: Connection) -> None:
    """StillServed while a job or delivery is being done: it may have begun before the addon was disabled.

    A worker that died in the middle holds its row until the lease ends.
    """
    rows = Delivery.__table__.c
    held = (rows.state == "waiting", rows.lease.is_not(None), rows.due > text(CLOCK[connection.dialect.name]))
    if running := connection.scalar(select(func.count()).select_from(Delivery.__table__).where(*held)):
        raise StillServed(_("{count} jobs are being done; try again when they have ended", count=running))


def forget_traces(connection: Connection, name: str) -> None:
    """History, trash and outbox rows of an addon whose tables are gone: its keys begin at 1 again."""
    changes, deliveries = Change.__table__, Delivery.__table__
    connection.execute(changes.delete().where(changes.c.model.startswith(f"{name}.", autoescape=True)))  # type: ignore[attr-defined]
    for kept in (table(each, column("model")) for each in ("core_trashed", "core_act_step", "core_act")):
        connection.execute(kept.delete().where(kept.c.model.startswith(f"{name}.", autoescape=True)))
    mine = deliveries.c.receiver.startswith(f"addons.{name}.", autoescape=True)
    connection.execute(deliveries.delete().where(mine))  # type: ignore[attr-defined]


def what_is_left(connection: Connection, name: str, others: Iterable[str]) -> list[str]:
    """Tables and, on PostgreSQL, functions of an addon."""
    functions: list[str] = []
    if connection.dialect.name == "postgresql":
        query = "select proname from pg_proc where pronamespace = current_schema()::regnamespace"
        functions = list(connection.scalars(text(query)).all())
    return [*tables_of(connection, name, others), *_named_after(name, functions, others)]


def tables_of(connection: Connection, name: str, others: Iterable[str]) -> list[str]:
    """The tables of an addon, whether its code is loaded or not."""
    return _named_after(name, inspect(connection).get_table_names(), others)


def _named_after(name: str, found: Iterable[str], others: Iterable[str]) -> list[str]:
    """Those that begin with the addon's name, and not with a longer addon's."""
    longer = tuple(f"{other}_" for other in others if other.startswith(f"{name}_"))
    return sorted(each for each in found if each.startswith(f"{name}_") and not (longer and each.startswith(longer)))


def upgrade(kernel: Kernel) -> list[str]:
    """Bring the kernel's tables and those of all enabled addons to the newest revision; answers what was changed."""
    moved = []
    with kernel.database.write() as session:
        connection = kernel_connection(session)
        if current_revision(connection, "core") != head_revision(CORE):
            migrate(connection, "core", CORE)
            moved.append("core")
    state = read_state(kernel.database)
    for addon in in_order(kernel.addons[name] for name in state.enabled if name in kernel.addons):
        with kernel.database.engine.connect() as connection:
            behind = current_revision(connection, addon.name) != head_revision(addon.folder)
        if behind or state.installed[addon.name] != addon.version:
            change(kernel, _renewal(addon))
            moved.append(addon.name)
    return moved


def _renewal(addon: Addon) -> Callable[[Session], None]:
    def step(session: Session) -> None:
        connection = kernel_connection(session)
        migrate(connection, addon.name, addon.folder)
        flag(connection, addon.name, addon.version, enabled=True)

    return step


def change(kernel: Kernel, step: Callable[[Session], None], patience_s: float = PATIENCE_S, **info: Any) -> None:
    """One change at a time, with the next generation in the same transaction.

    On PostgreSQL it never makes others wait longer than the lock timeout, but tries again; Refused when patience ends.
    """
    deadline = time.monotonic() + patience_s
    while True:
        try:
            with kernel.database.write(**info) as session:
                connection = kernel_connection(session)
                if connection.dialect.name == "postgresql":
                    connection.exec_driver_sql(f"set local lock_timeout = '{LOCK_TIMEOUT}'")
                connection.scalar(select(generation_table.c.value).with_for_update())
                step(session)
                advance_generation(connection)
            return
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                raise
            if time.monotonic() > deadline:
                raise Refused(_("The tables are in use; nothing was changed. Try again in a moment.")) from error
            time.sleep(random.uniform(0.1, 0.3))
