"""When each browser was last used: requests note it in memory, as reading writes nothing; now and then it is kept."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_, update

from core.access.models import LoginSession
from core.db import Database, kernel_connection, now

KEEP_EVERY_S = 60.0


class Seen:
    """The sessions that this process has answered since it last wrote down which."""

    def __init__(self) -> None:
        self.noted: dict[int, datetime] = {}

    def note(self, session_id: int) -> None:
        """A request of this session comes in."""
        self.noted[session_id] = now()

    def keep(self, database: Database) -> None:
        """Write down the last use of each, unless another process knows of a later one."""
        noted, self.noted = self.noted, {}
        if not noted:
            return
        table: Any = LoginSession.__table__
        later = or_(table.c.last_used_at.is_(None), table.c.last_used_at < bindparam("moment"))
        statement = update(table).where(table.c.id == bindparam("key"), later).values(last_used_at=bindparam("moment"))
        rows = [{"key": key, "moment": moment} for key, moment in sorted(noted.items())]
        with database.write() as session:
            kernel_connection(session).execute(statement, rows)
