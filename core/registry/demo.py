"""The demonstration company: each addon's `demo.load(session)`, in order, each in a transaction of its own."""

import importlib
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import Company, Model
from core.errors import Refused
from core.i18n import _
from core.registry import lifecycle
from core.registry.composition import Composition
from core.registry.kernel import Kernel
from core.registry.state import read_state


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
            with kernel.database.write(**demo_info(kernel, composition)) as session:
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


def remove_demo(kernel: Kernel, composition: Composition) -> None:
    """Empty all addons by removing and making their tables. Refused as soon as a person has written into one of them."""
    with kernel.database.read() as session:
        for model in composition.models.values():
            if issubclass(model, Model) and model.__addon__ != "core":
                by_people = session.scalar(select(model.id).where(model.created_by_id.is_not(None)).limit(1))
                if by_people is not None:
                    raise Refused(_("{model} holds what people wrote; it is not emptied", model=model.label()))
    names = composition.names
    for name in reversed(names):
        lifecycle.disable(kernel, name)
    for name in reversed(names):
        lifecycle.uninstall(kernel, name)
    for name in names:
        if name not in read_state(kernel.database).enabled:
            lifecycle.enable(kernel, name)
