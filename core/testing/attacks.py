"""Raw SQL against guarded tables: what a hostile or careless hand could send, past the product."""

from collections.abc import Iterable

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from core.db import Database


def got_through(database: Database, attacks: Iterable[str], because: tuple[str, ...] = ("",)) -> list[str]:
    """The scripts (statements parted by `;`) that the database does not refuse; a commit is tried of each.

    Refused is what breaks a rule of the database, with one of the sentences `because`; any other error is a fault of the
    attack and is raised. Data stay as they were only if all are refused.
    """
    return [attack for attack in attacks if not _is_refused(database, attack, because)]


def _is_refused(database: Database, attack: str, because: tuple[str, ...]) -> bool:
    with database.engine.connect() as connection:
        try:
            for statement in attack.split(";"):
                connection.execute(text(statement.replace(":", "\\:")))
            connection.commit()
        except IntegrityError as error:
            return any(sentence in str(error.orig) for sentence in because)
    return False
