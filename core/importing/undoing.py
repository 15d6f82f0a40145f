"""Takes a whole import back, updates included; what was touched or used since stays and is told."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.db import Change, kernel_connection, mapped_models
from core.db.pointing import Pointers, keys_between_tables
from core.errors import Refused
from core.i18n import _
from core.importing.dialects import among
from core.importing.documents.remembering import KIND, put_back
from core.importing.door import Door, Record, revived
from core.importing.importer import importer_of
from core.importing.models import Import
from core.importing.users import users_of

CHUNK_ROWS = 2_000


@dataclass
class Undone:
    """Counts of what was removed, restored and kept; of the kept ones model, record and reason."""

    counts: Counter[str] = field(default_factory=Counter)
    kept: list[tuple[str, int, str]] = field(default_factory=list)


def undo(
    open_session: Callable[[bool], Session], import_id: int, progress: Callable[[int], None] = lambda done: None
) -> Undone:
    """The latest changes first; a chunk that is taken back is marked in its own transaction, so a cut-off undo goes on.

    Refused where the importer of its model says that what came in is final.
    """
    done = Undone()
    with open_session(False) as session:
        demand_undoable(session, import_id)
        leaning = keys_between_tables(kernel_connection(session))
    while True:
        with open_session(True) as session:
            connection = kernel_connection(session)
            left = select(Change.model, Change.record_id).where(Change.import_id == import_id, ~Change.undone)
            last = connection.execute(left.order_by(Change.id.desc()).limit(CHUNK_ROWS)).all()
            if not last:
                connection.execute(update(Import).where(Import.id == import_id).values(state="undone"))
                session.commit()
                return done
            name = last[0].model
            ids = sorted({r.record_id for r in last if r.model == name})
            mine = (Change.import_id == import_id, Change.model == name, among(connection, Change.record_id, ids))
            changes = connection.execute(select(Change.__table__).where(*mine).order_by(Change.id.desc())).mappings().all()
            Taker(session, model_labelled(name), leaning, done).take_back(changes)
            connection.execute(update(Change).where(*mine).values(undone=True))
            session.commit()
            progress(sum(done.counts.values()))


def demand_undoable(session: Session, import_id: int) -> None:
    """Refused if the records of the import are final."""
    made, composition = session.get(Import, import_id), session.info.get("composition")
    if made is not None and composition is not None:
        names = {model.label() for model in mapped_models()}
        if made.model in names and importer_of(composition, model_labelled(made.model)).final:
            raise Refused(_("What this import brought in is posted for good: reverse the documents instead"))


def model_labelled(label: str) -> Any:
    """The mapped class of that label."""
    return next(m for m in mapped_models() if m.label() == label)


class Taker:
    """Takes back what an import did to records of one model, through the door, with the rights that the user has now."""

    def __init__(self, session: Session, model: Any, leaning: Pointers, done: Undone) -> None:
        self.session, self.model, self.leaning, self.done = session, model, leaning, done
        self.connection, self.door = kernel_connection(session), Door(session, model)

    def take_back(self, changes: Sequence[Any]) -> None:
        """Restore first, as what was restored no longer points at what was created; then remove what nobody uses."""
        of: dict[int, list[Any]] = defaultdict(list)
        for change in changes:
            of[change["record_id"]].append(change)
        versions = self._versions(sorted(of))
        kept = {i: why for i, told in of.items() if (why := reason_to_keep(i, told, versions))}
        created = {i for i, told in of.items() if any(c["kind"] == "create" for c in told)}
        back = [i for i in of if i not in created and i not in kept]
        whole = {i: of[i] for i in back if any(change["kind"] == KIND for change in of[i])}
        kept |= put_back(self.session, self.model, whole)
        restored = [i for i in back if i not in kept]
        back = [i for i in back if i not in whole]
        for relation, pairs in links_made(of, back).items():
            self.door.unlink(relation, pairs)
        self.door.update([r for i in back if len(r := as_before(self.door, i, of[i])) > 1])
        gone = created - kept.keys()
        kept |= {i: str(_("is used by {what}", what=what)) for i, what in self._used(gone, of).items()}
        gone -= kept.keys()
        self.door.delete(sorted(gone))
        name = self.model.label()
        self.done.counts.update({f"{name} removed": len(gone), f"{name} restored": len(restored), f"{name} kept": len(kept)})
        self.done.kept += [(name, i, why) for i, why in kept.items()]

    def _versions(self, ids: list[int]) -> dict[int, int]:
        stored = select(self.model.id, self.model.version).where(among(self.connection, self.model.id, ids))
        return {i: version for i, version in self.connection.execute(stored.order_by(self.model.id).with_for_update())}

    def _used(self, gone: set[int], of: Mapping[int, Sequence[Any]]) -> dict[int, str]:
        """What points at the records by now, beyond what did when they were made, and by whom that goes with them."""
        made = {i: next(c["values"] for c in of[i] if c["kind"] == "create") for i in gone}
        own, inner = self.model.__table__.name, self._inner_uses(gone)
        used: dict[int, str] = {}
        for i, uses in users_of(self.connection, self.model, sorted(gone), self.leaning).items():
            for name, count in uses.items():
                expected = len(inner.get(i, set()) & gone) if name == own else made[i].get(name, (0, 0))[1]
                if count > expected:
                    used[i] = name
        while stays := {i for i in gone - used.keys() if inner.get(i, set()) & used.keys()}:
            used |= dict.fromkeys(stays, own)
        return used

    def _inner_uses(self, gone: set[int]) -> dict[int, set[int]]:
        """Records of the same model that point at these."""
        found: dict[int, set[int]] = defaultdict(set)
        own = self.model.__table__
        for name, key, _fate in self.leaning.get(own.name, ()) if gone else ():
            if name == own.name:
                pointing = select(own.c[key], own.c.id).where(among(self.connection, own.c[key], sorted(gone)))
                for target, user in self.connection.execute(pointing):
                    found[target].add(user)
        return found


def reason_to_keep(record_id: int, changes: Sequence[Any], versions: Mapping[int, int]) -> str:
    """Why a record stays as it is; nothing if it can go back."""
    if record_id not in versions:
        return str(_("was removed since"))
    left = max(1 if change["kind"] == "create" else change["version"] + 1 for change in changes)
    return str(_("was changed since")) if versions[record_id] != left else ""


def links_made(of: Mapping[int, Sequence[Any]], ids: Sequence[int]) -> dict[str, list[tuple[int, int]]]:
    """The links that were added to these records, by relation."""
    pairs: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for i in ids:
        for change in of[i]:
            if change["kind"] == "link":
                for relation, pair in change["values"].items():
                    pairs[relation] += [(i, other) for other in pair[1]]
    return pairs


def as_before(door: Door, record_id: int, changes: Sequence[Any]) -> Record:
    """The values before the first of the changes, which come latest first; of fields that are gone since, none."""
    columns, record = {**dict(door.table.c.items()), **door.beside.columns}, {"id": record_id}
    for change in changes:
        if change["kind"] == "update":
            told = ((name, pair[0]) for name, pair in change["values"].items() if name in columns)
            record |= {name: revived(columns[name], old) for name, old in told}
    return record
