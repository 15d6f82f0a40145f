"""Notes and files of every record; the contents of files lie outside the database, each once, named by their hash."""

from core.attachments.keeping import (
    attach,
    count_of,
    file_of,
    files_of,
    move_papers,
    notes_of,
    remove,
    rename,
    store_of,
    write_note,
)
from core.attachments.kinds import PICTURES, SHOWN
from core.attachments.models import Attachment, Note, Paper
from core.attachments.store import Blob, BlobStore
from core.attachments.sweeping import contents
from core.registry.composition import Composition, composed

__all__ = [
    "PICTURES",
    "SHOWN",
    "Attachment",
    "Blob",
    "BlobStore",
    "Note",
    "Paper",
    "attach",
    "count_of",
    "file_of",
    "files_of",
    "move_papers",
    "notes_of",
    "remove",
    "rename",
    "store_of",
    "write_note",
]


@composed("attachments")
def compose_attachments(composition: Composition) -> None:
    """Every composition checks that the files are there."""
    composition.checks.append(contents)
