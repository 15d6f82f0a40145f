"""Templates are compiled once: for all app values of a process, and in the home folder for all its starts."""

from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from types import CodeType

from jinja2.bccache import Bucket, FileSystemBytecodeCache

#: the key of a template and what its source was → its code, which no app value and no thread changes
_compiled: dict[tuple[str, str], CodeType] = {}
_jinja = version("jinja2")


class CompiledTemplates(FileSystemBytecodeCache):
    """What Jinja makes of templates. Where the folder cannot be written to, it is kept for this process alone."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), "%s.compiled")
        self.folder = folder

    def get_source_checksum(self, source: str) -> str:
        """Another release of Jinja makes other code of the same source."""
        return super().get_source_checksum(f"{_jinja}\n{source}")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take it from this process, else from the folder."""
        key = (bucket.key, bucket.checksum)
        if key not in _compiled:
            with suppress(OSError):
                super().load_bytecode(bucket)
            if bucket.code is None:
                return
            _compiled[key] = bucket.code
        bucket.code = _compiled[key]

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it in both."""
        assert bucket.code is not None
        _compiled[bucket.key, bucket.checksum] = bucket.code
        with suppress(OSError):
            self.folder.mkdir(exist_ok=True)
            super().dump_bytecode(bucket)
