"""The demonstration company: each addon's `demo.load(session)`, in order, each in a transaction of its own."""

import importlib
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import Company, Database
from core.registry.composition import Composition
from core.registry.kernel import Kernel
from core.registry.samples import noting


def load_demo(
    kernel: Kernel,
    composition: Composition,
    names: Sequence[str] | None = None,
    progress: Callable[[str], None] = lambda name: None,
) -> list[str]:
    """Load what these addons (all enabled ones, unless told) show of themselves into the first company."""
    loaded = []
    for name in demonstrated(composition):
        if names is None or name in names:
            progress(name)
            furnish(kernel.database, composition, name)
            loaded.append(name)
    return loaded


def demonstrated(composition: Composition) -> list[str]:
    """The addons that have something to show, in their order."""
    return [addon.name for addon in composition.addons if (addon.folder / "demo.py").is_file()]


def furnish(database: Database, composition: Composition, name: str) -> None:
    """Load the demonstration of one addon, in a transaction of its own."""
    module = importlib.import_module(f"addons.{name}.demo")
    with database.write(**demo_info(database, composition)) as session, noting(session, composition, name):
        module.load(session)


def demo_info(database: Database, composition: Composition) -> dict[str, Any]:
    """What a session of the demonstration carries."""
    with database.read() as session:
        company = first_company(session)
    info = {"switchboard": composition.switchboard, "composition": composition, "via": "demo"}
    return info | ({"company_id": company.id, "zone": company.zone} if company else {})


def first_company(session: Session) -> Company | None:
    """The company that was there first."""
    return session.scalars(select(Company).order_by(Company.id)).first()
