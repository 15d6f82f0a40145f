"""What breaks each check of treasury, as SQL. An amount of 100 is one cent."""

CHEQUE, LOG, LINE = "erp_treasury_cheque", "erp_treasury_cheque_custody", "erp_ledger_entry_line"
REJECTED = f"select entry_id from {LOG} where place = 'rejected' and came_from = 'endorsed'"
RETURNED = f"select entry_id from {LOG} where place = 'returned'"
PORTFOLIO = "select id from erp_ledger_account where purpose = 'cheques_portfolio'"
DAMAGE = {
    "C1 a cheque is where the last row of its log says": f"update {CHEQUE} set place = 'credited' where place = 'portfolio'",
    "C1 the log of a cheque is a path without gaps, forward in time": f"update {LOG} set date = '2026-01-01' where step = 2",
    "C1 every step of a log is one that a cheque can take": f"update {LOG} set place = 'debited' where step = 2",
    "C2 at the end of every day the account of a place holds what the cheques in that place are worth": (
        f"update {LINE} set debit = debit + 100 where debit > 0 and account_id in ({PORTFOLIO})"
    ),
    "C3 a cheque is in one live payment at most": (
        "update erp_treasury_payment_mean set cheque_id = (select max(cheque_id) from erp_treasury_payment_mean)"
    ),
    "C3 the amount of a cheque is what its receipt or payment says": (
        f"update {CHEQUE} set amount = amount + 100 where place = 'portfolio'"
    ),
    "C3 an endorsed cheque is in the payment by which its holder has it": (
        f"update {CHEQUE} set holder_id = null where place = 'endorsed'"
    ),
    "C4 a cheque is in the house once while it lives": (
        f"update {CHEQUE} set number = '77', bank_folded = 'x', drawer_folded = 'x', place = 'portfolio'"
        " where kind = 'third'"
    ),
    "C4 a number of our own is used once": f"update {CHEQUE} set number = '7' where kind = 'own'",
    "C4 a number of our own is in a chequebook": "update erp_treasury_chequebook set last_number = first_number - 1",
    "C5 whoever a rejected cheque had paid is owed its amount again": (
        f"update {LINE} set credit = credit - 1 where credit > 0 and entry_id in ({REJECTED})"
    ),
    "C5 a returned cheque is owed again by whom it came from": (
        f"update {LINE} set debit = debit - 1 where debit > 0 and entry_id in ({RETURNED})"
    ),
    "C6 a line of the bank is matched with its own amount": "update erp_treasury_statement_line set amount = amount + 1",
    "C6 a reconciled statement closes where its lines lead": "update erp_treasury_statement set closing = closing + 1",
    "C9 the means of a receipt make its amount, which is allocated or an advance": (
        "update erp_treasury_receipt_mean set amount = amount + 1 where kind = 'transfer'"
    ),
    "C9 the means of a payment make its amount, which is allocated or an advance": (
        "update erp_treasury_payment set allocated = allocated + 1"
    ),
    "L8 a posted receipt, payment or transfer has its entry, and no entry is without its paper": (
        "update erp_treasury_bank_transfer set fee = fee + 100"
    ),
}
NUMBERED = {
    "receipts of money": "erp_treasury_receipt",
    "payments": "erp_treasury_payment",
    "transfers of money": "erp_treasury_bank_transfer",
}
DAMAGE |= {
    f"N1 numbers of {what} are 1..n, as far as the counter shows": f"update {table} set sequence = sequence + 1"
    for what, table in NUMBERED.items()
}
DAMAGE |= {
    f"N3 {what} own a number once they are posted, not before": f"update {table} set number = null"
    for what, table in NUMBERED.items()
}
