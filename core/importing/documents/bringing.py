"""One run over a file of documents: a batch in each transaction; one that was cut off goes on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Protocol

from sqlalchemy.orm import Session

from core.db import kernel_connection
from core.i18n import _
from core.importing.checking import Planned
from core.importing.documents.gathering import Gathered, Keys, gathered
from core.importing.keeping import Keeper, Report
from core.importing.reading import Row

if TYPE_CHECKING:
    from core.importing.running import Run


class Maker(Protocol):
    """What turns gathered rows into documents: `keys` tell the rows of a document, `batch_rows` how many go together.

    Where it `tries`, a dry run does all that the run would, in a transaction that is taken back.
    """

    keys: Keys
    batch_rows: int
    tries: bool

    def demand(self, session: Session) -> None:
        """Invalid or Denied where the file as a whole cannot come in."""

    def settle(self, session: Session, batch: Sequence[Gathered]) -> list[Planned]:
        """Write these documents, each whole or not at all; what became of each row."""


@dataclass
class Bringing:
    """A run over the documents of one file."""

    run: "Run"
    maker: Maker

    def over(self, numbered: Iterable[tuple[int, Row]]) -> Report:
        """Settle all documents; those that are complete before `done_rows` were settled before."""
        run = self.run
        with run.open_session(False) as session:
            self.maker.demand(session)
        self.keeper = Keeper(run.import_id, run.importer.fields) if run.import_id is not None else None
        if self.keeper:
            self.keeper.kept.update(run.counts)
        for batch in gathered(numbered, run.checker.cells, self.maker.keys, self.maker.batch_rows):
            if run.cancelled():
                run.report.state = "cancelled"
                break
            fresh = [each for each in batch if each.last_row > run.done_rows]
            if fresh:
                self._settle(fresh)
            run.progress(batch[-1].last_row)
        return run.report

    def _settle(self, batch: Sequence[Gathered]) -> None:
        """One batch in one transaction; a dry run keeps what it found in a transaction of its own."""
        run, report = self.run, self.run.report
        rows = {row.number: row.row for each in batch for row in each.rows}
        with run.open_session(self.maker.tries or not run.dry) as session:
            session.info["import_id"] = run.import_id
            planned = sorted(self.maker.settle(session, batch), key=lambda one: one.row)
            report.tell(planned, rows)
            if self.keeper and not run.dry:
                self.keeper.keep(kernel_connection(session), planned, rows, report, batch[-1].last_row)
            session.rollback() if run.dry else session.commit()
        if self.keeper and run.dry:
            with run.open_session(True) as session:
                self.keeper.keep(kernel_connection(session), planned, rows, report)
                session.commit()


def refuse_whole(rows: Iterable[Planned]) -> None:
    """Where one row of a document is refused, the others are too, and say because of which."""
    rows = list(rows)
    faulty = next((one.row for one in rows if one.verdict == "refused"), None)
    for one in rows if faulty is not None else ():
        if one.verdict != "refused":
            one.refuse("", _("Row {row} of the same document is refused, so the document is: mend it", row=faulty))


def all_of(batch: Iterable[Iterable[Planned]]) -> list[Planned]:
    """The rows of all documents."""
    return list(chain.from_iterable(batch))
