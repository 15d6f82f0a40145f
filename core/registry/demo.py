"""The demonstration company: each addon's `demo.load(session)`, in order, each in a transaction of its own."""

import importlib
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import Company
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
    for addon in composition.addons:
        if (names is None or addon.name in names) and (addon.folder / "demo.py").is_file():
            progress(addon.name)
            module = importlib.import_module(f"addons.{addon.name}.demo")
            info = demo_info(kernel, composition)
            with kernel.database.write(**info) as session, noting(session, composition, addon.name):
                module.load(session)
            loaded.append(addon.name)
    return loaded


def demo_info(kernel: Kernel, composition: Composition) -> dict[str, Any]:
    """What a session of the demonstration carries."""
    with kernel.database.read() as session:
        company = first_company(session)
    info = {"switchboard": composition.switchboard, "composition": composition, "via": "demo"}
    return info | ({"company_id": company.id, "zone": company.zone} if company else {})


def first_company(session: Session) -> Company | None:
    """The company that was there first."""
    return session.scalars(select(Company).order_by(Company.id)).first()
