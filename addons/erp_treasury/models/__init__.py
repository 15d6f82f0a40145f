"""Treasury: banks and cash, cheques and their custody, receipts, payments, transfers and statements."""

from addons.erp_treasury.models.banks import BankAccount, BankTransfer, Chequebook
from addons.erp_treasury.models.cheques import Cheque, ChequeCustody
from addons.erp_treasury.models.payments import Payment, PaymentAllocation, PaymentMean
from addons.erp_treasury.models.receipts import Receipt, ReceiptAllocation, ReceiptMean
from addons.erp_treasury.models.statements import Statement, StatementLine, StatementMatch

__all__ = [
    "BankAccount",
    "BankTransfer",
    "Cheque",
    "ChequeCustody",
    "Chequebook",
    "Payment",
    "PaymentAllocation",
    "PaymentMean",
    "Receipt",
    "ReceiptAllocation",
    "ReceiptMean",
    "Statement",
    "StatementLine",
    "StatementMatch",
]
