"""What breaks each check of the ledger and of invoices, as SQL. An amount of 100 is one cent."""

ENTRY, LINE, ALLOCATION = "erp_ledger_entry", "erp_ledger_entry_line", "erp_ledger_allocation"
INVOICE, INVOICE_LINE, TAX = "erp_invoicing_invoice", "erp_invoicing_invoice_line", "erp_invoicing_invoice_tax"
OWED = "select id from erp_ledger_account where purpose = 'receivable'"
REVERSAL = f"select id from {ENTRY} where reverses_id is not null"
POSTED = f"select min(id) from {ENTRY} where posted"
NEXT = f"select max(id) from {ENTRY} where posted"
FOREIGN = f"select id from {INVOICE} where currency = 'USD'"
CREDIT = f"select min(id) from {INVOICE} where credits_id is not null and currency = 'ARS'"
SALE = f"select id from {INVOICE} where number = 'A-0001-00000001'"
DAMAGE = {
    "L1 every posted entry balances": f"update {LINE} set debit = debit + 100 where debit > 0 and entry_id = ({POSTED})",
    "L1 every posted entry balances in each currency": (
        f"update {LINE} set amount_currency = amount_currency + 100 where currency = 'USD' and debit > 0"
    ),
    "L1 no posted entry is without lines": f"delete from {LINE} where entry_id = ({NEXT})",
    "L2 every line has one side": f"update {LINE} set credit = debit where entry_id = ({POSTED})",
    "L2 accounts are of the company of the entry, and no headings": (
        f"update {LINE} set account_id = (select id from erp_ledger_account where code = '1') where entry_id = ({POSTED})"
    ),
    "L2 no amount has more decimals than its currency": (
        f"update {LINE} set debit = debit + 1 where debit > 0 and entry_id = ({POSTED})"
    ),
    "L3 the trial balance of every company and month is zero": (
        f"update {LINE} set month = 202609 where debit > 0 and entry_id = ({POSTED})"
    ),
    "L4 lines carry the day of their entry": f"update {LINE} set date = '2026-09-09' where entry_id = ({POSTED})",
    "L5 the hash chain recomputes": f"update {ENTRY} set text = 'another' where id = ({POSTED})",
    "L5 posted documents are what was posted": f"update {INVOICE} set party_name = 'another' where id = ({SALE})",
    "L6 a reversal is the opposite of what it reverses, account by account": (
        f"update {LINE} set account_id = ({OWED}) where debit > 0 and entry_id = (select max(id) from ({REVERSAL}) as r)"
    ),
    "L6 a reversal is the opposite in every currency, and comes after what it reverses": (
        f"update {ENTRY} set date = '2026-03-31' where id in ({REVERSAL})"
    ),
    "L7 every posted entry is in exactly one period": (
        "update erp_ledger_period set last_day = '2026-03-02' where name = '2026-03'"
    ),
    "N1 numbers of a series are 1..n": f"update {ENTRY} set number = number + 1 where id = ({NEXT})",
    "N1 a posted document has the number of its entry": f"update {INVOICE} set number = 'X-1' where id = ({SALE})",
    "N2 the counter of a series shows its last entry": "update erp_ledger_series set last_hash = 'x' where last_number > 0",
    "N2 no entry has a number above its counter": f"update {ENTRY} set number = 1000 where id = ({NEXT})",
    "N3 drafts own no number": f"update {ENTRY} set number = 1000 where not posted",
    "N3 draft documents own no number": f"update {INVOICE} set state = 'draft' where id = ({SALE})",
    "O1 what is open of a contact is his balance, in every account of open items": (
        f"update {LINE} set contact_id = null where id = (select min(debit_line_id) from {ALLOCATION})"
    ),
    "O1 instalments make the total": f"update {INVOICE} set total = total + 100 where id = ({SALE})",
    "O2 no line is settled by more than its amount": f"update {ALLOCATION} set amount = amount * 1000",
    "O2 no line is settled by more than its amount in its own currency": (
        f"update {ALLOCATION} set amount_currency = amount_currency * 2 where amount_currency is not null"
    ),
    "O2 an allocation joins opposite sides of one account, contact and currency": (
        f"update {ALLOCATION} set credit_line_id = debit_line_id"
    ),
    "O4 what is settled in its own currency is settled in the company's": (
        f"update {ALLOCATION} set amount = amount - 100 where amount_currency is not null"
    ),
    "T1 net, taxes and rounding make the total": f"update {INVOICE} set rounding = 100 where id = ({SALE})",
    "T1 lines make the net of a posted document": f"update {INVOICE_LINE} set net = net + 100 where invoice_id = ({SALE})",
    "T1 taxes make the tax of a posted document": f"update {TAX} set amount = amount + 100 where invoice_id = ({SALE})",
    "T2 a tax is its rate of its base, to the last unit of its currency": (
        f"update {TAX} set amount = amount + 100 where invoice_id = ({SALE})"
    ),
    "T5 credits take back no more than there was": f"update {INVOICE} set total = total * 100 where id = ({CREDIT})",
    "T5 credits take back no more of a line than there was": (
        f"update {INVOICE_LINE} set quantity = quantity * 100 where invoice_id = ({CREDIT})"
    ),
    "T5 what is credited completely is credited exactly": (
        f"update {INVOICE} set tax = tax - 100, total = total - 100 where credits_id in ({FOREIGN})"
    ),
    "T7 instalments are due in order and none is negative": (
        f"update {LINE} set due = '2026-12-31' where position = 0"
        f" and entry_id = (select entry_id from {INVOICE} where id = ({SALE}))"
    ),
    "M3 the cube's amounts make the net in the company's currency": (
        f"update {INVOICE_LINE} set amount = amount + 100 where invoice_id = ({SALE})"
    ),
    "M5 no entry of a document without the document": (
        f"update {ENTRY} set source_id = 0 where source_model = 'erp_invoicing.invoice'"
    ),
}
