"""Pure values: amounts, texts and periods; nothing here knows a database."""

from core.values.amounts import EXACT, currency_digits, rounded, shares
from core.values.periods import month_key, months_after
from core.values.text import fold

__all__ = ["EXACT", "currency_digits", "fold", "month_key", "months_after", "rounded", "shares"]
