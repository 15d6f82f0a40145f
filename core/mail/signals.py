"""What the kernel announces of letters."""

from dataclasses import dataclass

from core.signals import Signal


@dataclass(frozen=True, kw_only=True)
class LetterSent(Signal):
    """The mail server took a letter about a record; `holder` is the record whose address it went to."""

    letter_id: int
    model: str
    record_id: int
    holder_model: str
    holder_id: int
    address: str
    subject: str
    to_many: bool
