"""A file is planned, shown, and brought in chunk by chunk; each chunk is a transaction that also keeps how far it came."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice

from sqlalchemy.orm import Session

from core.access.policy import Policy
from core.db import kernel_connection
from core.i18n import Catalogs
from core.importing.beside import Beside
from core.importing.checking import Checker, Planned
from core.importing.choosing import UNDECIDED, Decisions
from core.importing.documents.bringing import Bringing
from core.importing.documents.groups import fields_of_lines
from core.importing.documents.making import documents_of
from core.importing.door import policy_of
from core.importing.importer import Importer
from core.importing.keeping import Keeper, Report
from core.importing.mapping import Names
from core.importing.planning import Planner
from core.importing.reading import Row
from core.importing.writing import Writer
from core.screens.fields.field import fields_of
from core.screens.fields.parsing import Reading

CHUNK_ROWS, HEAD_ROWS = 2_000, 20


@dataclass
class Run:
    """One run of a file; with `dry` nothing is written. `open_session(writes)` opens a session with the user's rights.

    A run with an `import_id` is kept: its rows by a `Keeper`, its changes in the history, so that it can be taken back. A
    run that was cut off goes on after `done_rows`, with the counts that it had.
    """

    open_session: Callable[[bool], Session]
    importer: Importer
    how: Reading = field(default_factory=lambda: Reading("en"))
    catalogs: Catalogs | None = None
    saved: dict[str, str] = field(default_factory=dict)
    decisions: Decisions = UNDECIDED
    needed: frozenset[str] = frozenset()
    dry: bool = False
    import_id: int | None = None
    done_rows: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    figures: dict[str, int] = field(default_factory=dict)
    chunk_rows: int = CHUNK_ROWS
    progress: Callable[[int], None] = lambda done: None
    cancelled: Callable[[], bool] = lambda: False

    def over(self, rows: Iterable[Row]) -> Report:
        """Check, plan and, unless dry, write all rows."""
        numbered = self.opened(iter(rows))
        report = self.report
        report.counts.update(self.counts)
        report.figures.update(self.figures)
        if (make := documents_of(self)) is not None:
            return Bringing(self, make(self)).over(numbered)
        self.keeper = Keeper(self.import_id, self.importer.fields) if self.import_id is not None else None
        if self.keeper:
            self.keeper.kept.update(self.counts)
        while chunk := list(islice(numbered, self.chunk_rows)):
            if self.cancelled():
                report.state = "cancelled"
                break
            self._one_chunk([self.checker.check(number, row) for number, row in chunk], dict(chunk))
            self.progress(chunk[-1][0])
        return report

    def opened(self, rows: Iterator[Row]) -> Iterator[tuple[int, Row]]:
        """Begin a report, find the header and the columns; the rows below it with their numbers in the file."""
        first = list(islice(rows, HEAD_ROWS))
        report = self.report = Report()
        names = Names(self.importer, self.catalogs, self.saved)
        at = names.header_row(first)
        report.header, report.header_row = (first[at] if first else []), at + 1
        report.columns = names.guess(report.header)
        with self.open_session(False) as session:
            policy = policy_of(session)
            closed = policy.unwritable(self.importer.model) if policy is not None else frozenset()
            hidden = policy.hidden(self.importer.model) if policy is not None else frozenset()
            closed |= Beside(session, self.importer.model).closed(policy, "unwritable")
            closed |= self._closed_lines(policy)
            hidden |= Beside(session, self.importer.model).closed(policy, "hidden")
        self.checker = Checker(self.importer, report.columns, self.how, closed, self.catalogs)
        report.left_out = self.checker.left_out
        self.planner = Planner(self.importer, hidden, self.decisions)
        self.writer = Writer(self.planner, self.import_id or 0)
        return ((n, row) for n, row in enumerate(chain(first[at + 1 :], rows), at + 2) if any(row))

    def _closed_lines(self, policy: Policy | None) -> frozenset[str]:
        """The columns of lines that the user may not write."""
        closed: set[str] = set()
        for group in self.importer.groups if policy is not None else ():
            lines = fields_of(self.importer.model)[group.name]
            inner = fields_of_lines(self.importer.model, (group,))
            if policy is not None and group.name in policy.unwritable(self.importer.model):
                closed |= {*inner}
            elif policy is not None and lines.target is not None:
                closed |= {f"{group.name}.{name}" for name in policy.unwritable(lines.target)}
        return frozenset(closed)

    def _one_chunk(self, planned: list[Planned], rows: dict[int, Row]) -> None:
        with self.open_session(not self.dry) as session:
            session.info["import_id"] = self.import_id
            self.planner.plan(session, planned)
            fresh = [one for one in planned if one.row > self.done_rows]
            if not self.dry and fresh:
                self.writer.write(session, fresh)
            self.report.tell(fresh, rows)
            self._count(fresh)
            if self.keeper and fresh and not self.dry:
                self.keeper.keep(kernel_connection(session), fresh, rows, self.report, fresh[-1].row)
            if self.dry:
                session.rollback()
            else:
                session.commit()
        if self.keeper and self.dry:
            with self.open_session(True) as session:
                self.keeper.keep(kernel_connection(session), fresh, rows, self.report)
                session.commit()

    def _count(self, planned: list[Planned]) -> None:
        """How many of the new records are of each kind, in the words of the person who asked."""
        if counted := self.importer.fields.get(self.importer.counted):
            kinds = (one.values.get(counted.key, counted.default) for one in planned if one.verdict == "create")
            self.report.figures.update(counted.label_of(kind) for kind in kinds if kind)
