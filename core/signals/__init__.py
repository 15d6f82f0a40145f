"""Typed signals: in the transaction, or after its commit through a durable outbox."""

from core.signals.announcing import announces, became, is_new
from core.signals.outbox import CLOCK, Delivery, clock, put
from core.signals.signal import Hearing, Signal, decoded, encoded, hears
from core.signals.switchboard import Switchboard, send

__all__ = [
    "CLOCK",
    "Delivery",
    "Hearing",
    "Signal",
    "Switchboard",
    "announces",
    "became",
    "clock",
    "decoded",
    "encoded",
    "hears",
    "is_new",
    "put",
    "send",
]
