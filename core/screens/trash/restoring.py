"""What lies in the trash comes back under the number that it had, or somebody reads why it cannot."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from core.access.confirm import confirm
from core.access.guard import UserSession
from core.access.rules import set_viewer
from core.access.words import not_allowed
from core.db import Model, change_row, kernel_connection, now, record_changes
from core.errors import Missing, Refused
from core.i18n import _
from core.screens.records.refusals import told
from core.screens.trash.keeping import Tables
from core.screens.trash.models import KEPT_DAYS, Trashed
from core.screens.trash.packing import unpacked

KEPT: Any = Trashed.__table__


def restore(session: Session, trashed_id: int) -> Any:
    """Bring a record back with all that went with it, within the rights that the session's user has now.

    Refused or Invalid with the reason when its place was taken meanwhile, or when what it points at is gone.
    """
    connection = kernel_connection(session)
    kept = connection.execute(select(KEPT).where(KEPT.c.id == trashed_id).with_for_update()).mappings().first()
    if kept is None:
        raise Missing(_("This does not lie in the trash any more."))
    model = model_of(session, kept["model"])
    demand_create(session, model)
    session.flush()
    if connection.scalar(select(model.id).where(model.id == kept["record_id"])) is not None:
        raise Refused(_("{title} is here already.", title=kept["title"]))
    with told(session, model, title=kept["title"], restoring=True):
        Returning(session, connection).put_back(risen(kept), kept["loosened"])
    _vetted(session, model, kept["record_id"])
    row = change_row(session, model, kept["record_id"], "restore", kept["version"], {})
    record_changes(session, [row] if model.__history__ else [])
    connection.execute(delete(KEPT).where(KEPT.c.id == trashed_id))
    return session.get(model, kept["record_id"], populate_existing=True)


def model_of(session: Session, label: str) -> type[Model]:
    """The model of that label; Refused while its addon is switched off or gone."""
    composition = session.info.get("composition")
    model: Any = composition.models.get(label) if composition is not None else None
    if model is None or not issubclass(model, Model):
        raise Refused(_("The addon that this belongs to is switched off."))
    found: type[Model] = model
    return found


def demand_create(session: Session, model: type[Model]) -> None:
    """Whoever brings a record back makes it."""
    policy = session.info.get("policy")
    if policy is not None and not session.info.get("trusted") and not policy.may(model, "create"):
        raise not_allowed(model, "create")


def risen(kept: Any) -> list[Any]:
    """The rows, the record's own first; one that was away is another version: who still has the old one open is told."""
    first, *others = kept["rows"]
    return [{**first, "row": {**first["row"], "version": kept["version"] + 1}}, *others]


def _vetted(session: Session, model: Any, record_id: int) -> None:
    """The record lies among those that the user may make."""
    if isinstance(session, UserSession) and not session.is_trusted:
        set_viewer(session.viewer)
        confirm(session, model, "create", [record_id])


class Returning:
    """Writes kept rows back where there still is a place for them."""

    def __init__(self, session: Session, connection: Connection) -> None:
        self.connection, self.tables = connection, Tables.of(session)
        self.pointing = {(p.table, p.column): name for name, held in self.tables.pointers.items() for p in held}

    def put_back(self, rows: Sequence[Any], loosened: Sequence[Any]) -> None:
        """Rows in the order in which they were kept; then the keys that were emptied, where they still are empty."""
        mine = {(each["table"], each["row"].get("id")) for each in rows}
        for each in rows:
            table = self.tables.named(each["table"])
            if table is None:
                continue  # its addon was uninstalled meanwhile
            row = {name: value for name, value in unpacked(each["row"]).items() if name in table.c}
            if "id" not in table.c and self._leads_nowhere(table, row, mine):
                continue  # a link to something that is gone, such as a tag
            self.connection.execute(insert(table), row)
        for each in loosened:
            table = self.tables.named(each["table"])
            if table is not None and each["column"] in table.c:
                self._fasten(table, each["column"], each["rows"])

    def _leads_nowhere(self, table: Table, row: Any, mine: Iterable[Any]) -> bool:
        for name, value in row.items():
            other = self.pointing.get((table.name, name))
            far = self.tables.named(other) if other and value is not None else None
            if far is None or (other, value) in mine:
                continue
            if self.connection.scalar(select(func.count()).select_from(far).where(far.c.id == value)) == 0:
                return True
        return False

    def _fasten(self, table: Table, column: str, pairs: Sequence[Any]) -> None:
        empty = update(table).where(table.c.id == bindparam("n"), table.c[column].is_(None))
        self.connection.execute(empty.values({column: bindparam("key")}), [{"n": n, "key": key} for n, key in pairs])


def forget(session: Session, ids: Sequence[int]) -> None:
    """What lies in the trash is gone for good."""
    kernel_connection(session).execute(delete(KEPT).where(KEPT.c.id.in_(list(ids))))


def empty_old(session: Session) -> int:
    """Let go of what has lain here for its time; how many records that were."""
    old = delete(KEPT).where(KEPT.c.at < now() - timedelta(days=KEPT_DAYS))
    return int(kernel_connection(session).execute(old).rowcount)
