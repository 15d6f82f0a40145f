"""What one can do with money and cheques."""

from addons.erp_treasury.operations.accounts import open_account, usual_account
from addons.erp_treasury.operations.banking import TRANSFER, post_transfer, reverse_transfer
from addons.erp_treasury.operations.cheques import (
    CHEQUE,
    cash_cheque,
    clear,
    deposit,
    deposit_slip,
    endorse,
    return_cheque,
    void,
    withdraw,
)
from addons.erp_treasury.operations.collecting import RECEIPT, post_receipt, reverse_receipt
from addons.erp_treasury.operations.forecast import Expected, cash_forecast, cheques_at
from addons.erp_treasury.operations.paying import PAYMENT, post_payment, reverse_payment, split_cheques
from addons.erp_treasury.operations.reconciling import (
    ledger_balance,
    match_all,
    match_line,
    open_bank_lines,
    open_ledger_lines,
    reconcile_statement,
    unmatch_line,
)
from addons.erp_treasury.operations.rejecting import reject

__all__ = [
    "CHEQUE",
    "PAYMENT",
    "RECEIPT",
    "TRANSFER",
    "Expected",
    "cash_cheque",
    "cash_forecast",
    "cheques_at",
    "clear",
    "deposit",
    "deposit_slip",
    "endorse",
    "ledger_balance",
    "match_all",
    "match_line",
    "open_account",
    "open_bank_lines",
    "open_ledger_lines",
    "post_payment",
    "post_receipt",
    "post_transfer",
    "reconcile_statement",
    "reject",
    "return_cheque",
    "reverse_payment",
    "reverse_receipt",
    "reverse_transfer",
    "split_cheques",
    "unmatch_line",
    "usual_account",
    "void",
    "withdraw",
]
