"""Reading the database behind the pages of access."""

import re
from typing import Any

from sqlalchemy import select

from core.access import User
from core.db import Database

PASSWORD = "long enough password"


class Stored:
    """A kernel's look at what is stored now; on SQLite a session sees what was when it first looked."""

    def __init__(self, session: Any) -> None:
        self.session = session

    def scalars(self, statement: Any) -> Any:
        """The rows of a statement, now."""
        self.renew()
        return self.session.scalars(statement)

    def renew(self) -> None:
        """Forget what was read."""
        self.session.rollback()


def user_id(database: Database, login: str) -> int:
    with database.read() as session:
        return session.scalars(select(User.id).where(User.login == login)).one()


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]
