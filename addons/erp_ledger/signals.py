"""What the ledger announces."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.signals import Signal


@dataclass(frozen=True, kw_only=True)
class EntryReversed(Signal):
    """An entry was undone by an opposite one."""

    entry_id: int
    reversal_id: int
    date: date


@dataclass(frozen=True, kw_only=True)
class PeriodClosed(Signal):
    """No more entries go into these days; `locked` for ever."""

    period_id: int
    first_day: date
    last_day: date
    locked: bool


@dataclass(frozen=True, kw_only=True)
class LinesAllocated(Signal):
    """So much of a debit was settled by a credit; `undone`: the link was taken back."""

    debit_line_id: int
    credit_line_id: int
    contact_id: int | None
    amount: Decimal
    date: date
    undone: bool
