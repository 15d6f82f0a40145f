"""What imports announce."""

from dataclasses import dataclass

from core.signals import Signal


@dataclass(frozen=True, kw_only=True)
class RecordsImported(Signal):
    """A chunk of an import was written; one signal carries all its records."""

    model: str
    import_id: int
    created: list[int]
    updated: list[int]
