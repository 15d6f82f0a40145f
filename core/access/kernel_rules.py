"""What everybody who is logged in may do with the kernel's own models: permissions.yaml of core."""

from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, select

from core.access.models import UserCompany
from core.access.rules import table_of
from core.access.schema import AddonPermissions, read_permissions
from core.db import mapped_models
from core.yaml_reader import Problem

FILE = Path(__file__).parent.parent / "permissions.yaml"


def my_companies(model: Any, user: Any) -> ColumnElement[bool]:
    """The companies that the user works in."""
    works = table_of(UserCompany).alias()
    answer: ColumnElement[bool] = model.id.in_(select(works.c.company_id).where(works.c.user_id == user))
    return answer


def mine(model: Any, user: Any) -> ColumnElement[bool]:
    """What belongs to the user by `user_id`."""
    answer: ColumnElement[bool] = model.user_id == user
    return answer


@cache
def kernel_permissions(models: int) -> tuple[AddonPermissions, list[Problem]]:
    """The kernel's grants; read again when more models were mapped since."""
    known = {m.__name__: m for m in mapped_models() if m.__addon__ == "core"}
    return read_permissions("core", FILE, known, {"my_companies": my_companies, "mine": mine})
