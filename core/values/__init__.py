"""Pure values: amounts, texts and periods; nothing here knows a database."""

from core.values.amounts import EXACT, currency_digits, rounded, shares
from core.values.periods import month_key, months_after
from core.values.text import bare_number, digits_of, fold, initials, number_keys

__all__ = [
    "EXACT",
    "bare_number",
    "currency_digits",
    "digits_of",
    "fold",
    "initials",
    "month_key",
    "months_after",
    "number_keys",
    "rounded",
    "shares",
]
