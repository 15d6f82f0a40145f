"""The rows of a file by the document that they name, wherever in the file they stand; a batch of documents at a time.

The rows lie on disk meanwhile: of the whole file only the last row of each document is kept in mind, and a document is
complete, and leaves memory, with its last row.
"""

import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from core.importing.reading import Row

IN_MEMORY, SPOOLED_ROWS = 8 << 20, 500
Cells = Mapping[str, str]


@dataclass(slots=True)
class FileRow:
    """One row of the file: its number, its cells as they stand, and the texts of the fields that its columns fill."""

    number: int
    row: Row
    cells: dict[str, str]


@dataclass
class Gathered:
    """The rows of one document in the order of the file; `key` is what the file says of it, blank where it does not."""

    key: tuple[str, ...]
    rows: list[FileRow] = field(default_factory=list)

    @property
    def last_row(self) -> int:
        """The row with which it is complete."""
        return self.rows[-1].number


@dataclass
class Keys:
    """Tells which document a row is of.

    `heads` are the names of the cells that say something of a whole document, `key` those of them by which it is known.
    A row without any of them goes on with the document above it; one that lacks the key alone is a document by itself.
    """

    heads: tuple[str, ...]
    key: tuple[str, ...]

    def document_of(self, row: FileRow, above: Any) -> Any:
        """What is equal for the rows of one document."""
        if above is not None and not any(row.cells.get(name) for name in self.heads):
            return above
        key = tuple(row.cells.get(name, "") for name in self.key)
        return key if any(key) else row.number


def gathered(
    rows: Iterable[tuple[int, Row]], cells: Callable[[Row], dict[str, str]], keys: Keys, batch_rows: int
) -> Iterator[list[Gathered]]:
    """Documents in the order of their last rows, in batches of about so many rows."""
    with SpooledTemporaryFile(max_size=IN_MEMORY) as spool:
        last = spooled(spool, rows, cells, keys)
        spool.seek(0)
        waiting: dict[Any, Gathered] = {}
        batch: list[Gathered] = []
        held = 0
        for document, row in unspooled(spool):
            one = waiting.get(document)
            if one is None:
                key = document if isinstance(document, tuple) else ()
                one = waiting[document] = Gathered(key)
            one.rows.append(row)
            if last[document] == row.number:
                batch.append(waiting.pop(document))
                held += len(one.rows)
                if held >= batch_rows:
                    yield batch
                    batch, held = [], 0
        if batch:
            yield batch


def spooled(
    spool: IO[bytes], rows: Iterable[tuple[int, Row]], cells: Callable[[Row], dict[str, str]], keys: Keys
) -> dict[Any, int]:
    """Lay the rows aside with the document of each; the last row of every document."""
    last: dict[Any, int] = {}
    above: Any = None
    chunk: list[Any] = []
    for number, row in rows:
        read = FileRow(number, row, cells(row))
        above = keys.document_of(read, above)
        last[above] = number
        chunk.append((above, number, row, read.cells))
        if len(chunk) == SPOOLED_ROWS:
            pickle.dump(chunk, spool, pickle.HIGHEST_PROTOCOL)
            chunk = []
    pickle.dump(chunk, spool, pickle.HIGHEST_PROTOCOL)
    pickle.dump(None, spool)
    return last


def unspooled(spool: IO[bytes]) -> Iterator[tuple[Any, FileRow]]:
    """The rows again."""
    while (chunk := pickle.load(spool)) is not None:  # noqa: S301 (this process wrote it a moment ago)
        for document, number, row, cells in chunk:
            yield document, FileRow(number, row, cells)
