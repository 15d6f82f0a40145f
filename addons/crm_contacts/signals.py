"""What contacts announce."""

from dataclasses import dataclass
from datetime import date

from core.signals import Signal


@dataclass(frozen=True, kw_only=True)
class ContactCreated(Signal):
    """Contacts came in: one by hand, or many by an import."""

    contact_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ContactMerged(Signal):
    """Two cards became one; whoever keeps links to `gone_id` moves them with `relink`, so that it can be undone."""

    merge_id: int
    kept_id: int
    gone_id: int


@dataclass(frozen=True, kw_only=True)
class TalkLogged(Signal):
    """Somebody noted a talk; `follow_up` is the day on which to come back to it, if the note says one."""

    entry_id: int
    contact_id: int
    text: str
    follow_up: date | None = None
