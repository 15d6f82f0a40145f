"""What everybody who is logged in may do with the kernel's own models: permissions.yaml of core."""

from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

import core.access.saved  # noqa: F401 (permissions.yaml grants these models)
from core.access.models import TeamMember, UserCompany
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


def owned(model: Any, user: Any) -> ColumnElement[bool]:
    """What the user keeps by `owner_id`."""
    answer: ColumnElement[bool] = model.owner_id == user
    return answer


def in_my_team(model: Any, user: Any) -> ColumnElement[bool]:
    """Whether a team of the user's is named."""
    member = table_of(TeamMember).alias()
    answer: ColumnElement[bool] = model.team_id.in_(select(member.c.team_id).where(member.c.user_id == user))
    return answer


def owned_apart(model: Any, user: Any) -> ColumnElement[bool]:
    """What the user keeps for himself or a team of his: to publish takes a role."""
    is_ours = and_(model.share == "team", in_my_team(model, user))
    return and_(model.owner_id == user, or_(model.share == "private", is_ours))


def owned_or_shown(model: Any, user: Any) -> ColumnElement[bool]:
    """What the user keeps, what is shared with a team of his, and what everybody sees."""
    return or_(model.owner_id == user, model.share == "all", and_(model.share == "team", in_my_team(model, user)))


def mine_or_roles(model: Any, user: Any) -> ColumnElement[bool]:
    """The user's own choice, and those for roles."""
    return or_(model.user_id == user, model.user_id.is_(None))


RULES = {rule.__name__: rule for rule in (my_companies, mine, owned, owned_apart, owned_or_shown, mine_or_roles)}


@cache
def kernel_permissions(models: int) -> tuple[AddonPermissions, list[Problem]]:
    """The kernel's grants; read again when more models were mapped since."""
    known = {m.__name__: m for m in mapped_models() if m.__addon__ == "core"}
    return read_permissions("core", FILE, known, RULES)
