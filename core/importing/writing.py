"""One chunk of planned rows is written through the door; what relations name and is not there is made."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from core.db import kernel_connection
from core.db.pointing import Pointers, keys_between_tables
from core.importing.checking import Planned
from core.importing.door import Door, policy_of
from core.importing.planning import Planner
from core.importing.signals import RecordsImported
from core.importing.users import users_of
from core.signals import send
from core.values import fold


@dataclass
class Writer:
    """Writes the chunks of one file; `planner` knows which names were found, and learns which were made."""

    planner: Planner
    import_id: int = 0

    def __post_init__(self) -> None:
        self.model: Any = self.planner.importer.model
        makes, fields = self.planner.importer.makes, self.planner.importer.fields
        self.within = [n for n in makes if fields[n].target is self.model and fields[n].kind == "relation"]
        self.made_here: dict[str, int] = {}
        self.leaning: Pointers | None = None

    def write(self, session: Session, planned: Sequence[Planned]) -> None:
        """Create, change and link, in the caller's transaction; one signal for all."""
        door = Door(session, self.model)
        self.fresh: dict[int, None] = {}
        new, old = ([one for one in planned if one.verdict == verdict] for verdict in ("create", "update"))
        self._create(door, [one for one in new if not self._waits(one)])
        self._make_missing(session, [*new, *old])
        self._create(door, [one for one in new if one.record_id is None])
        door.update([one.values | {"id": one.record_id} for one in old if one.values])
        for name in {n for one in planned for n in one.tags}:
            record = self.planner.namer.record
            door.link(
                name, [(one.record_id or 0, record(name, t) or 0) for one in (*new, *old) for t in one.tags.get(name, ())]
            )
        created = [*self.fresh, *(one.record_id or 0 for one in new if one.record_id not in self.fresh)]
        self._tell(session, door, created, [one.record_id or 0 for one in old])

    def _tell(self, session: Session, door: Door, created: list[int], updated: list[int]) -> None:
        """One signal for all; the history keeps what followed from it, so that undo can tell it from what came later."""
        label, fresh = self.model.label(), [*self.fresh]
        send(session, RecordsImported(model=label, import_id=self.import_id, created=created, updated=updated))
        if self.import_id and fresh:
            connection, own = kernel_connection(session), self.model.__table__.name
            if self.leaning is None:
                found = keys_between_tables(connection).get(own, ())
                self.leaning = {own: [each for each in found if each.table != own]}
            door.made(fresh, users_of(connection, self.model, fresh, self.leaning))

    def _waits(self, one: Planned) -> bool:
        return any(name in one.texts for name in self.within)

    def _create(self, door: Door, planned: Sequence[Planned]) -> None:
        """Rows for which a name was made already fill that record; the others are made, and may be what others name."""
        if self._may_change(door.session):
            for one in planned:
                if self._could_be_named(one):
                    one.record_id = self.made_here.pop(self._called(one), None)
        door.update([one.values | {"id": one.record_id} for one in planned if one.record_id is not None])
        fresh = [one for one in planned if one.record_id is None]
        if fresh:
            ids = door.create([one.values for one in fresh], remember=False)
            self.fresh |= dict.fromkeys(ids)
            for one, record_id in zip(fresh, ids, strict=True):
                one.record_id = record_id
        for name in self.within:
            for one in planned:
                if self._could_be_named(one):
                    self.planner.namer.found.setdefault((name, self._called(one)), one.record_id or 0)

    def _may_change(self, session: Session) -> bool:
        policy = policy_of(session)
        return policy is None or policy.may(self.model, "update")

    def _called(self, one: Planned) -> str:
        return fold(str(one.values.get(self.model.__title__) or ""))

    def _could_be_named(self, one: Planned) -> bool:
        makes = self.planner.importer.makes
        return any(all(one.values.get(k) == v for k, v in makes[name].items()) for name in self.within)

    def _make_missing(self, session: Session, planned: Sequence[Planned]) -> None:
        """Make the records that relations name and that are not there, where the importer says so."""
        namer = self.planner.namer
        missing = self.planner.missing_names(planned)
        known = set(namer.found)
        namer.make(session, missing)
        for name in self.within:
            made = {key: namer.found[name, key] for n, key in set(namer.found) - known if n == name}
            self.made_here |= made
            self.fresh |= dict.fromkeys(sorted(made.values()))
        for one in planned:
            for name, text in one.texts.items():
                one.values[self.planner.key_of[name]] = namer.record(name, text)
            one.texts = {}
