"""Who points at a record: told apart by table, so that undo knows what came after an import."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Connection, column, func, select, table

from core.db.pointing import Pointers
from core.importing.dialects import among

Uses = dict[int, Counter[str]]


def users_of(connection: Connection, model: Any, ids: Sequence[int], leaning: Pointers) -> Uses:
    """How many rows of which tables point at each of the records."""
    used: Uses = defaultdict(Counter)
    for name, key, _fate in leaning.get(model.__table__.name, ()) if ids else ():
        source = table(name, column(key, BigInteger))
        pointing = select(source.c[key], func.count()).where(among(connection, source.c[key], list(ids)))
        for record, count in connection.execute(pointing.group_by(source.c[key])):
            used[record][name] += count
    return used
