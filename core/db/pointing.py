"""Which columns point at which table: asked of the database, which knows the tables of disabled addons, too."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, inspect, text


class Pointer(NamedTuple):
    """One foreign key: the table and column that hold it, and what becomes of the row when its target goes."""

    table: str
    column: str
    fate: str = ""


Pointers = Mapping[str, Sequence[Pointer]]
ON_SQLITE = """SELECT key."table", held.name, key."from", CASE key.on_delete WHEN 'NO ACTION' THEN '' ELSE key.on_delete END
 FROM sqlite_master AS held JOIN pragma_foreign_key_list(held.name) AS key WHERE held.type = 'table' AND key.seq = 0
 ORDER BY held.name, key.id DESC"""


def keys_between_tables(connection: Connection) -> Pointers:
    """The foreign keys of the database by the table that they point at."""
    keys: dict[str, list[Pointer]] = defaultdict(list)
    if connection.dialect.name == "sqlite":  # all at once: SQLAlchemy asks three times for each table
        for target, *pointer in connection.execute(text(ON_SQLITE)):
            keys[target].append(Pointer(*pointer))
        return keys
    for (_schema, name), found in inspect(connection).get_multi_foreign_keys().items():
        for key in found:
            fate = str(key.get("options", {}).get("ondelete") or "").upper()
            keys[key["referred_table"]].append(Pointer(str(name), key["constrained_columns"][0], fate))
    return keys
