"""What would become of a chunk of rows: found in the file, found in the database, relations looked up, the rule asked."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.db import kernel_connection
from core.i18n import _
from core.importing.beside import MARK, Beside
from core.importing.checking import Planned
from core.importing.choosing import UNDECIDED, Decisions
from core.importing.door import Door
from core.importing.importer import Importer
from core.importing.matching import Matcher
from core.importing.naming import Namer


@dataclass
class Planner:
    """Plans the chunks of one file; it remembers which keys earlier rows had and which names were found."""

    importer: Importer
    hidden: frozenset[str] = frozenset()
    decisions: Decisions = UNDECIDED

    def __post_init__(self) -> None:
        self.matcher = Matcher(self.importer, self.hidden, self.decisions)
        self.namer = Namer(self.importer)
        self.key_of = {name: each.key for name, each in self.importer.fields.items()}
        self.labels = self.importer.fields

    def plan(self, session: Session, chunk: Sequence[Planned]) -> None:
        """Give each row its verdict; a few statements a chunk."""
        for one in self._open(chunk):
            if self.decisions.leaves(one.row):
                one.verdict, one.why = "duplicate", str(_("left out by hand"))
        for one in self._open(chunk):
            self.matcher.find_in_file(one)
        self.namer.look(session, self._open(chunk))
        for one in self._open(chunk):
            self.place_names(one)
        known = self.matcher.find_records(session, self._open(chunk))
        self._compare(session, known)
        self._demand_added(session, chunk)
        self._ask_rule(session, chunk)

    def missing_names(self, planned: Sequence[Planned]) -> dict[str, set[str]]:
        """The names that these rows need and that no record has."""
        wanted: dict[str, set[str]] = defaultdict(set)
        for one in planned:
            for name, text in one.texts.items():
                wanted[name].add(text)
            for name, texts in one.tags.items():
                wanted[name].update(texts)
        return wanted

    def _open(self, chunk: Sequence[Planned]) -> list[Planned]:
        return [one for one in chunk if one.verdict == "create"]

    def place_names(self, one: Planned) -> None:
        """Texts become keys where the record is there; the others are made later, or refused."""
        for name, text in list(one.texts.items()):
            record = self.namer.record(name, text)
            if record is not None:
                one.values[self.key_of[name]] = record
                del one.texts[name]
            elif not self.namer.makes(name):
                self._refuse_name(one, name, text)
        for name, texts in one.tags.items():
            if not self.namer.makes(name):
                for text in texts:
                    if self.namer.record(name, text) is None:
                        self._refuse_name(one, name, text)

    def _refuse_name(self, one: Planned, name: str, text: str) -> None:
        told = _("there is no {field} “{text}” that you may see", field=self.labels[name].label, text=text[:60])
        one.refuse(name, told)

    def _compare(self, session: Session, known: Sequence[Planned]) -> None:
        """Of a record that is here only what differs is kept; nothing differs: the row is the same."""
        for name in {n for one in known for n in one.tags}:
            tagged = [one for one in known if name in one.tags]
            linked = self.namer.linked(session, name, [one.record_id or 0 for one in tagged])
            for one in tagged:
                has = linked[one.record_id or 0]
                one.tags[name] = tuple(t for t in one.tags[name] if self.namer.record(name, t) not in has)
        beside = Beside(session, self.importer.model)
        there = beside.stored(kernel_connection(session), [one.record_id or 0 for one in known])
        for one in known:
            stored = one.stored = {**(one.stored or {}), **(there.get(one.record_id or 0) or dict.fromkeys(beside.columns))}
            one.tags = {name: texts for name, texts in one.tags.items() if texts}
            one.file = one.values
            one.values = {key: value for key, value in one.values.items() if stored[key] != value}
            one.verdict = "update" if one.values or one.tags or one.texts else "same"

    def _demand_added(self, session: Session, chunk: Sequence[Planned]) -> None:
        """A new record has the fields that were added and must be filled in; one that is here need not be told of them."""
        given = Beside(session, self.importer.model).initial()
        for wanted in (each for each in self.labels.values() if each.required and each.name.startswith(MARK)):
            for one in self._open(chunk):
                if wanted.key not in given and one.values.get(wanted.key) is None and wanted.name not in one.texts:
                    told = _("{field} is needed: fill the column or map another to it", field=wanted.label)
                    one.refuse(wanted.name, told)

    def _ask_rule(self, session: Session, chunk: Sequence[Planned]) -> None:
        """The record rule is asked about the records as they would become, before anything is written."""
        door = Door(session, self.importer.model)  # type: ignore[arg-type]
        for operation, verb in (("create", _("make")), ("update", _("change"))):
            asked = [one for one in chunk if one.verdict == operation]
            become = [dict(one.stored or {}) | one.values for one in asked]
            for n in door.would_refuse(become, operation):
                asked[n].refuse("", _("you may not {verb} such a record", verb=verb))
