"""Gathered rows become documents as a form would write them: found again by their key, made or changed, or refused whole."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from core.db import kernel_connection
from core.db.pointing import Pointers, keys_between_tables
from core.errors import TandemError
from core.i18n import _
from core.importing.checking import Fault, Planned
from core.importing.choosing import keyed
from core.importing.documents.bringing import all_of, refuse_whole
from core.importing.documents.gathering import Gathered, Keys
from core.importing.documents.lines import Lines, merged_lines
from core.importing.documents.remembering import remember_documents
from core.importing.matching import Matcher
from core.importing.signals import RecordsImported
from core.screens.fields.field import unique_keys
from core.screens.fields.rights import demand
from core.screens.records.reading import load_record
from core.screens.records.writing import write_record
from core.screens.undo.memory import remembering
from core.signals import send

if TYPE_CHECKING:
    from core.importing.running import Run

BATCH_ROWS = 1_000
REFERENCE = "reference"
FIGURES = {"create": _("new documents"), "update": _("changed documents"), "refused": _("refused documents")}


@dataclass
class Made:
    """One document on its way: its rows as they were read, its head as one row, its lines by group."""

    rows: list[Planned]
    head: Planned
    lines: dict[str, Lines] = field(default_factory=dict)
    step: Mapping[str, Any] | None = None

    @property
    def is_open(self) -> bool:
        """Whether nothing was found against it so far."""
        return self.head.verdict == "create" and all(row.verdict == "create" for row in self.rows)

    def end(self, verdict: str) -> None:
        """What became of all its rows."""
        for row in self.rows:
            row.verdict, row.record_id = verdict, self.head.record_id


class Documents:
    """Writes the documents of a file of one model through `write_record`, each behind a savepoint."""

    batch_rows = BATCH_ROWS
    tries = True

    def __init__(self, run: "Run") -> None:
        self.run, self.importer, self.planner = run, run.importer, run.planner
        self.leaning: Pointers | None = None
        self.model: Any = run.importer.model
        filled = run.report.columns
        self.heads = {n: f for n, f in run.checker.fields.items() if n in filled and run.importer.group_of(n) is None}
        self.inner = {n: f for n, f in run.checker.fields.items() if n in filled and n not in self.heads}
        self.number = run.importer.numbered if run.importer.numbered in filled else ""
        run.checker.required = []  # of what a document needs, it is told when it is written
        self.keys = self._keys()
        self.finders = self._finders()

    def _keys(self) -> Keys:
        """The fields chosen as the key, else the number, the reference or the title; else all of the head."""
        heads = (*self.heads, *([self.number] if self.number else []))
        usual = (self.number, REFERENCE, *sorted(unique_keys(self.model)), self.model.__title__)
        known = self.importer.by or next(((name,) for name in usual if name and name in heads), ())
        self.known = tuple(name for name in known if name in heads)
        return Keys(heads, self.known or heads)

    def _finders(self) -> list[Matcher]:
        """What looks for documents that are here: by the key, by a number kept as reference, or as the addon says."""
        taken: dict[int, int] = {}
        names = [self.known] if self.known else []
        if self._keeps_number:
            names.append((REFERENCE,))
        asked = [keyed(self.importer, ",".join(each)) for each in names]
        if not self.importer.is_plain and not self.importer.by:
            asked = [self.importer]
        return [Matcher(each, self.planner.hidden, self.run.decisions, taken=taken) for each in asked]

    @property
    def _keeps_number(self) -> bool:
        """Whether a document of the file keeps its number as the reference, as ours come from our own series."""
        own = self.importer.fields.get(REFERENCE)
        return bool(
            self.number and own is not None and own.kind == "text" and not own.kernel and REFERENCE not in self.heads
        )

    def demand(self, session: Session) -> None:
        """Denied unless the user may make such documents."""
        demand(session, self.model, "create")

    def settle(self, session: Session, batch: Sequence[Gathered]) -> list[Planned]:
        """Read, find, and write a batch of documents."""
        documents = [self._read(each) for each in batch]
        rows = [row for each in documents if each.is_open for row in each.rows]
        self.planner.namer.look(session, rows)
        for row in rows:
            self.planner.place_names(row)
        for each in documents:
            self._gather(each)
        self._find(session, [each for each in documents if each.is_open])
        for each in documents:
            if each.is_open:
                self._write(session, each)
            self._tell(each)
        self._announce(session, documents)
        return all_of(each.rows for each in documents)

    def _read(self, gathered: Gathered) -> Made:
        rows = [self.run.checker.check(row.number, row.row) for row in gathered.rows]
        for one, read in zip(rows, gathered.rows, strict=True):
            one.titles |= {self.number: read.cells[self.number]} if read.cells.get(self.number) else {}
        head = Planned(rows[0].row)
        if self.number and gathered.rows[0].cells.get(self.number):
            head.values[self.number] = gathered.rows[0].cells[self.number]
            if self._keeps_number:
                head.values[REFERENCE] = head.values[self.number]
        if self.run.decisions.leaves(head.row):
            head.verdict, head.why = "duplicate", str(_("left out by hand"))
        return Made(rows, head)

    def _gather(self, document: Made) -> None:
        """One head out of all rows, which may not differ in it; the lines by group."""
        head = document.head
        for name, known in self.heads.items():
            for row in document.rows:
                if known.kind == "tags":
                    head.tags[name] = tuple(dict.fromkeys((*head.tags.get(name, ()), *row.tags.get(name, ()))))
                elif name in row.texts:
                    head.texts.setdefault(name, row.texts[name])
                elif (value := row.values.get(known.key)) is not None and head.values.setdefault(known.key, value) != value:
                    told = _("{field} differs from row {row}: a document has one", field=known.label, row=head.row)
                    row.refuse(name, told)
        for group in self.importer.groups:
            inner = {n: f for n, f in self.inner.items() if n.startswith(f"{group.name}.")}
            if inner:
                lines = Lines.of(group.name, inner, document.rows)
                document.lines |= {group.name: lines} if lines.entries else {}

    def _find(self, session: Session, documents: Sequence[Made]) -> None:
        """The documents that are here already; one statement for each way to find them."""
        for finder in self.finders:
            left = [each.head for each in documents if each.head.stored is None and each.head.verdict == "create"]
            for head in left:
                head.keys = finder.keys_of(head.values)
            finder.find_records(session, left)

    def _write(self, session: Session, document: Made) -> None:
        """Behind a savepoint; what is refused is told at the row that it is about."""
        head, made = document.head, set(self.planner.namer.found)
        try:
            with session.begin_nested(), remembering(session) as memory:
                record = load_record(session, self.model, head.record_id) if head.record_id else None
                self.planner.namer.make(session, self.planner.missing_names([head]))
                written = write_record(session, self.model, record, self._values(record, document), needed=self.run.needed)
                head.record_id = written.id
        except TandemError as error:
            for key in set(self.planner.namer.found) - made:
                del self.planner.namer.found[key]
            self._blame(document, error)
            return
        document.step = memory.steps[0] if memory.steps else None
        head.verdict = "same" if document.step is None else str(document.step["kind"])

    def _values(self, record: Any, document: Made) -> dict[str, Any]:
        """What `write_record` takes: the head, and of each group of lines all that the document will have."""
        head, namer = document.head, self.planner.namer
        own = {n: head.values[f.key] for n, f in self.heads.items() if head.values.get(f.key) is not None}
        own |= {n: namer.record(n, text) for n, text in head.texts.items()}
        own |= {n: [namer.record(n, text) for text in texts] for n, texts in head.tags.items() if texts}
        if record is None and self._keeps_number and REFERENCE in head.values:
            own[REFERENCE] = head.values[REFERENCE]
        adds = self.run.decisions.adds_lines
        return own | {name: merged_lines(record, lines, adds) for name, lines in document.lines.items()}

    def _blame(self, document: Made, error: TandemError) -> None:
        """Each fault at its row: that of a line at the row which the line came from."""
        for fault in error.errors:
            group, _dot, rest = fault.field.partition(".")
            place, _dot, name = rest.partition(".")
            lines = document.lines.get(group)
            at = lines.rows.get(int(place)) if lines is not None and place.isdigit() else None
            row = next((each for each in document.rows if each.row == at), document.rows[0])
            row.refuse(f"{group}.{name}" if at else fault.field, fault.message)
        if not error.errors:
            document.rows[0].refuse("", error.message)
        document.head.verdict = "refused"

    def _tell(self, document: Made) -> None:
        """What became of the rows follows from what became of the document."""
        head, rows = document.head, document.rows
        if head.verdict in ("refused", "duplicate") and all(row.verdict == "create" for row in rows):
            rows[0].faults += [replace_row(fault, rows[0].row) for fault in head.faults]
            for row in rows:
                row.verdict, row.why, row.fits = head.verdict, head.why, head.fits
        refuse_whole(rows)
        if rows[0].verdict == "create":
            document.end(head.verdict)
            rows[0].stored = head.stored
        if words := FIGURES.get(rows[0].verdict):
            self.run.report.figures[str(words)] += 1

    def _announce(self, session: Session, documents: Sequence[Made]) -> None:
        """One signal for the batch; how each document was, for undo."""
        done = [each.step for each in documents if each.step is not None]
        created, updated = ([step["record_id"] for step in done if step["kind"] == kind] for kind in ("create", "update"))
        if not done or self.run.dry:
            return
        import_id = self.run.import_id or 0
        send(session, RecordsImported(model=self.model.label(), import_id=import_id, created=created, updated=updated))
        if import_id:
            connection, own = kernel_connection(session), self.model.__table__.name
            if self.leaning is None:
                self.leaning = {own: [each for each in keys_between_tables(connection).get(own, ()) if each.table != own]}
            remember_documents(session, connection, self.model, done, self.leaning)


def replace_row(fault: Fault, row: int) -> Fault:
    """The same fault, of this row."""
    return replace(fault, row=row)


def documents_of(run: "Run") -> Callable[["Run"], Any] | None:
    """What makes documents of this file; None if its rows are records each."""
    importer, filled = run.importer, run.report.columns
    if importer.documents is not None:
        return importer.documents
    has_lines = any(importer.group_of(name) is not None for name in filled)
    return Documents if has_lines or (importer.groups and hasattr(importer.model, "recompute")) else None
