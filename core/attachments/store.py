"""Where the contents of files lie: a folder in which each is named by its SHA-256, so that the same file is kept once.

Everything else asks this one class; another place to keep them, such as an S3 bucket, would be another class like it.
"""

import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from core.errors import FieldError, Invalid
from core.i18n import _

FOLDER = "attachments"
CHUNK = 1 << 20
HEAD = 4096
TAIL = 256 << 10  # enough for the list of contents at the end of an office file


@dataclass(frozen=True)
class Blob:
    """A content in the store, with as much of it as tells what it is."""

    sha256: str
    size: int
    head: bytes
    tail: bytes


class BlobStore:
    """The contents of files in a folder of this machine."""

    def __init__(self, home: Path, limit: int) -> None:
        self.folder, self.limit = home / FOLDER, limit

    def put(self, stream: IO[bytes], limit: int | None = None) -> Blob:
        """Keep a content and answer its name; it is there whole or not at all. Invalid if it is larger than allowed."""
        most = self.limit if limit is None else limit
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(prefix=".part-", dir=self.folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                blob = _copied(stream, file, most)
                file.flush()
                os.fsync(file.fileno())
            path = self.path(blob.sha256)
            if path.exists():
                os.utime(path)  # it is wanted again: the sweeper leaves it for a day
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                os.replace(draft, path)
        finally:
            Path(draft).unlink(missing_ok=True)
        return blob

    def path(self, sha256: str) -> Path:
        """Where a content lies."""
        return self.folder / sha256[:2] / sha256

    def blob(self, sha256: str) -> Blob:
        """A content that is there, as `put` answered it."""
        path = self.path(sha256)
        with path.open("rb") as file:
            head, size = file.read(HEAD), path.stat().st_size
            file.seek(max(0, size - TAIL))
            return Blob(sha256, size, head, file.read())

    def open(self, sha256: str) -> IO[bytes]:
        """A content, to be read."""
        return self.path(sha256).open("rb")

    def damage(self, sha256: str, size: int) -> str:
        """What is wrong with a content: `missing`, `size` or `hash`; nothing if it is as it was put."""
        path = self.path(sha256)
        if not path.is_file():
            return "missing"
        if path.stat().st_size != size:
            return "size"
        with path.open("rb") as file:
            return "" if hashlib.file_digest(file, "sha256").hexdigest() == sha256 else "hash"

    def touch(self, sha256: str) -> None:
        """Count the age of a content from now on."""
        path = self.path(sha256)
        if path.exists():
            os.utime(path)

    def old(self, seconds: float) -> Iterator[str]:
        """The contents that nobody has put for so long."""
        limit = time.time() - seconds
        for path in self.folder.glob("??/*"):
            if path.stat().st_mtime < limit:
                yield path.name

    def remove(self, sha256: str) -> None:
        """Let a content go."""
        self.path(sha256).unlink(missing_ok=True)

    def clear_drafts(self, seconds: float) -> None:
        """Remove what uploads left behind that were cut off."""
        for path in self.folder.glob(".part-*"):
            if path.stat().st_mtime < time.time() - seconds:
                path.unlink(missing_ok=True)


def _copied(stream: IO[bytes], file: IO[bytes], most: int) -> Blob:
    known, size, head, tail = hashlib.sha256(), 0, b"", b""
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > most:
            sentence = _("The file is larger than {limit} MB: send a smaller one", limit=most >> 20)
            raise Invalid(sentence, [FieldError("file", sentence)])
        known.update(chunk)
        head = head or chunk[:HEAD]
        tail = (tail + chunk)[-TAIL:]
        file.write(chunk)
    return Blob(known.hexdigest(), size, head, tail)
