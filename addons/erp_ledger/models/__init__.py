"""The tables of the books: accounts, periods, series, entries and what settles what."""

from addons.erp_ledger.models.accounts import Account, Journal, Series
from addons.erp_ledger.models.entries import Allocation, Entry, EntryLine
from addons.erp_ledger.models.periods import FiscalYear, Period

__all__ = ["Account", "Allocation", "Entry", "EntryLine", "FiscalYear", "Journal", "Period", "Series"]
