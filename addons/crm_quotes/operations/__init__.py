"""What one does with quotes: make, send, accept, reject, let expire, revise, duplicate."""

from addons.crm_quotes import freezing as freezing
from addons.crm_quotes.operations.daily import expire_quotes
from addons.crm_quotes.operations.deciding import accept_quote, expire_overdue, expire_quote, reject_quote
from addons.crm_quotes.operations.making import OfferLine, duplicate_quote, make_quote, revise_quote
from addons.crm_quotes.operations.sending import extend_quote, send_quote

__all__ = [
    "OfferLine",
    "accept_quote",
    "duplicate_quote",
    "expire_overdue",
    "expire_quote",
    "expire_quotes",
    "extend_quote",
    "make_quote",
    "reject_quote",
    "revise_quote",
    "send_quote",
]
