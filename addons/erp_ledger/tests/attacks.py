"""Raw SQL against posted books: what a hostile or careless hand could send.

Ids: entries 1 to 4 are posted, 90 to 98 are drafts.
"""
# ruff: noqa: E501 (SQL reads better whole)

AUDIT = "version, created_at, updated_at, company_id"
STAMP = "1, '2026-03-13 00:00:00', '2026-03-13 00:00:00', 1"
ENTRY = f"erp_ledger_entry (id, journal_id, series_id, date, text, posted, amount, {AUDIT})"
LINE = "erp_ledger_entry_line (entry_id, position, account_id, debit, credit, date, month)"
MARCH = "'2026-03-14', 202603"


def draft(
    key: int, text: str, *lines: tuple[int, int], day: str = "2026-03-14", amount: int = 10000, series: int = 1
) -> str:
    """An unposted entry with lines (debit, credit)."""
    month = int(day[:7].replace("-", ""))
    made = [f"INSERT INTO {ENTRY} VALUES ({key}, 1, {series}, '{day}', '{text}', false, {amount}, {STAMP})"]
    for position, (debit, credit) in enumerate(lines):
        account = "(SELECT id FROM erp_ledger_account WHERE code = '{}')".format("1.1.01" if debit else "3.1.01")
        made.append(f"INSERT INTO {LINE} VALUES ({key}, {position}, {account}, {debit}, {credit}, '{day}', {month})")
    return ";".join(made)


BALANCED = ((10000, 0), (0, 10000))
DRAFTS = ";".join(
    (
        draft(90, "balanced", *BALANCED),
        draft(91, "not balanced", (10000, 0), (0, 9999)),
        draft(92, "closed", *BALANCED, day="2026-02-14"),
        draft(93, "empty"),
        draft(94, "wrong total", *BALANCED, amount=5),
        draft(95, "no year", *BALANCED, day="2090-02-14"),
        draft(96, "heading", *BALANCED),
        "UPDATE erp_ledger_entry_line SET account_id = (SELECT id FROM erp_ledger_account WHERE code = '1')"
        " WHERE entry_id = 96 AND debit > 0",
        draft(97, "other day", *BALANCED),
        "UPDATE erp_ledger_entry_line SET date = '2026-04-01' WHERE entry_id = 97 AND debit > 0",
        draft(98, "currencies", *BALANCED),
        "UPDATE erp_ledger_entry_line SET currency = 'USD', amount_currency = 5 WHERE entry_id = 98 AND debit > 0",
    )
)


def flip(number: object, key: int) -> str:
    """Post an entry."""
    return f"UPDATE erp_ledger_entry SET posted = true, code = 'SAL-4', hash = 'h', number = {number} WHERE id = {key}"


SERIES = "erp_ledger_series (id, journal_id, code, prefix, width, last_number, last_hash, " + AUDIT + ")"
PERIOD = f"erp_ledger_period (id, name, year_id, first_day, last_day, state, {AUDIT})"
ALLOCATION = f"erp_ledger_allocation (debit_line_id, credit_line_id, amount, date, {AUDIT})"
LINES_OF = "SELECT id FROM erp_ledger_entry_line WHERE entry_id = {} AND {} > 0"
OWED = LINES_OF.format(1, "debit")
SALES = LINES_OF.format(1, "credit")
PAID = LINES_OF.format(3, "credit")
ATTACKS = [
    *(flip(4, key) for key in (91, 92, 93, 94, 95, 96, 97, 98)),
    "UPDATE erp_ledger_entry SET reverses_id = 2 WHERE id = 90;" + flip(4, 90),
    "UPDATE erp_ledger_entry SET reverses_id = 97 WHERE id = 90;" + flip(4, 90),
    flip(5, 90),
    flip(3, 90),
    flip(0, 90),
    flip("NULL", 90),
    "UPDATE erp_ledger_entry SET number = 4 WHERE id = 90",
    "UPDATE erp_ledger_entry SET hash = 'h' WHERE id = 90",
    "UPDATE erp_ledger_entry SET series_id = NULL WHERE id = 90;" + flip(4, 90),
    "UPDATE erp_ledger_entry SET date = '2030-01-01', posted = true, number = 4, hash = 'h' WHERE id = 90",
    "INSERT INTO erp_ledger_entry (journal_id, series_id, date, text, posted, amount, number, hash, version, created_at,"
    f" updated_at, company_id) VALUES (1, 1, '2026-03-14', 'x', true, 0, 4, 'h', {STAMP})",
    "INSERT INTO erp_ledger_entry (journal_id, series_id, date, text, posted, amount, number, version, created_at,"
    f" updated_at, company_id) VALUES (1, 1, '2026-03-14', 'x', false, 0, 4, {STAMP})",
    f"INSERT INTO {LINE} VALUES (2, 9, 20, 1, 0, {MARCH})",
    f"INSERT INTO {LINE} VALUES (90, 9, 20, 0, 0, {MARCH})",
    f"INSERT INTO {LINE} VALUES (90, 9, 20, 1, 1, {MARCH})",
    f"INSERT INTO {LINE} VALUES (90, 9, 20, -1, 0, {MARCH})",
    "UPDATE erp_ledger_entry_line SET entry_id = 2 WHERE entry_id = 90",
    "UPDATE erp_ledger_entry_line SET entry_id = 90 WHERE entry_id = 2",
    "UPDATE erp_ledger_entry_line SET currency = 'USD' WHERE entry_id = 90",
    "UPDATE erp_ledger_entry_line SET currency = 'USD', amount_currency = -1 WHERE entry_id = 90 AND debit > 0",
    "UPDATE erp_ledger_series SET last_number = 9 WHERE id = 1",
    "UPDATE erp_ledger_series SET last_number = 2, last_hash = (SELECT hash FROM erp_ledger_entry WHERE id = 2) WHERE id = 1",
    "UPDATE erp_ledger_series SET last_hash = 'x' WHERE id = 1",
    "UPDATE erp_ledger_series SET last_number = 0, last_hash = '' WHERE id = 1",
    "UPDATE erp_ledger_series SET prefix = 'X-' WHERE id = 1",
    "UPDATE erp_ledger_series SET journal_id = 2 WHERE id = 1",
    "DELETE FROM erp_ledger_series WHERE id = 1",
    f"INSERT INTO {SERIES} VALUES (900, 1, 'NEW', 'NEW-', 1, 7, 'h', {STAMP})",
    f"INSERT INTO {PERIOD} VALUES (900, 'x', 1, '2026-03-10', '2026-03-20', 'open', {STAMP})",
    f"INSERT INTO {PERIOD} VALUES (900, 'x', 1, '2026-02-10', '2026-02-20', 'open', {STAMP})",
    "UPDATE erp_ledger_period SET first_day = '2026-03-20' WHERE name = '2026-03'",
    "UPDATE erp_ledger_period SET last_day = '2026-02-10' WHERE name = '2026-02'",
    "UPDATE erp_ledger_period SET state = 'open' WHERE name = '2026-01'",
    "UPDATE erp_ledger_period SET state = 'ajar' WHERE name = '2026-03'",
    "UPDATE erp_ledger_period SET last_day = '2026-05-02' WHERE name = '2026-04'",
    "DELETE FROM erp_ledger_period WHERE name = '2026-01'",
    "DELETE FROM erp_ledger_period WHERE name = '2026-02'",
    "DELETE FROM erp_ledger_period WHERE name = '2026-03'",
    "UPDATE erp_ledger_account SET kind = 'income' WHERE purpose = 'receivable'",
    "DELETE FROM erp_ledger_account WHERE purpose = 'receivable'",
    f"INSERT INTO {ALLOCATION} VALUES (({OWED}), ({PAID}), 10000000, '2026-03-13', {STAMP})",
    f"INSERT INTO {ALLOCATION} VALUES (({OWED}), ({SALES}), 1, '2026-03-13', {STAMP})",
    f"INSERT INTO {ALLOCATION} VALUES (({PAID}), ({OWED}), 1, '2026-03-13', {STAMP})",
    f"INSERT INTO {ALLOCATION} VALUES (({OWED}), ({PAID}), 0, '2026-03-13', {STAMP})",
    f"INSERT INTO {ALLOCATION} VALUES (({OWED}), ({PAID}), -5, '2026-03-13', {STAMP})",
    f"INSERT INTO {ALLOCATION} VALUES (({OWED}), ({PAID}), 5, '2026-03-12', {STAMP})",
    f"INSERT INTO {ALLOCATION} VALUES (({OWED}), ({LINES_OF.format(90, 'credit')}), 5, '2026-03-14', {STAMP})",
    "UPDATE erp_ledger_allocation SET amount = 2",
    "UPDATE erp_ledger_allocation SET date = '2030-01-01'",
    *(f"DELETE FROM {table}" for table in ("erp_ledger_entry", "erp_ledger_entry_line", "erp_ledger_period")),
]
POSTGRESQL_ATTACKS = [
    f"TRUNCATE {table} CASCADE"
    for table in ("erp_ledger_entry", "erp_ledger_entry_line", "erp_ledger_series", "erp_ledger_period")
]
REPLACED = "erp_ledger_entry_line (id, entry_id, position, account_id, debit, credit, date, month)"
SQLITE_ATTACKS = [
    f"REPLACE INTO {REPLACED} VALUES (2, 90, 0, 20, 1, 0, {MARCH})",
    f"REPLACE INTO {ENTRY} VALUES (2, 1, 1, '2026-03-14', 'x', false, 0, {STAMP})",
    f"REPLACE INTO {ENTRY.replace('amount,', 'amount, number,')} VALUES (9, 1, 1, '2026-03-14', 'x', false, 0, 2, {STAMP})",
    f"REPLACE INTO {SERIES} VALUES (1, 1, 'x', 'x', 1, 0, '', {STAMP})",
    f"REPLACE INTO {SERIES} VALUES (901, 1, 'SAL', 'SAL-', 1, 0, '', {STAMP})",
    f"REPLACE INTO {PERIOD} VALUES ((SELECT id FROM erp_ledger_period WHERE name = '2026-01'), 'x', 1, '2026-01-01',"
    f" '2026-01-31', 'open', {STAMP})",
    f"REPLACE INTO {PERIOD} VALUES (900, 'x', 1, '2026-01-01', '2026-01-31', 'open', {STAMP})",
    f"REPLACE INTO {PERIOD} VALUES ((SELECT id FROM erp_ledger_period WHERE name = '2026-01'), 'x', 1, '2070-01-01',"
    f" '2070-01-31', 'open', {STAMP})",
    "REPLACE INTO erp_ledger_account (id, code, name, kind, heading, reconcile, active, " + AUDIT + ") VALUES"
    f" ((SELECT id FROM erp_ledger_account WHERE purpose = 'receivable'), 'x', 'x', 'income', false, true, true, {STAMP})",
    "UPDATE OR REPLACE erp_ledger_entry SET posted = true, hash = 'h', number = 2 WHERE id = 90",
    "UPDATE OR REPLACE erp_ledger_entry SET id = 2 WHERE id = 90",
    "UPDATE OR REPLACE erp_ledger_entry_line SET id = 2 WHERE entry_id = 90 AND debit > 0",
    "UPDATE OR REPLACE erp_ledger_series SET id = 1 WHERE id = 2",
    "UPDATE OR REPLACE erp_ledger_series SET code = 'SAL' WHERE id = 2",
    "UPDATE OR REPLACE erp_ledger_period SET id = 900 WHERE name = '2026-03'",
    "UPDATE OR REPLACE erp_ledger_account SET id = (SELECT id FROM erp_ledger_account WHERE purpose = 'receivable')"
    " WHERE code = '6.1.08'",
    "UPDATE erp_ledger_entry_line SET debit = 10000.5 WHERE entry_id = 90 AND debit > 0;" + flip(4, 90),
    "UPDATE erp_ledger_entry_line SET debit = 9999.5 WHERE entry_id = 90 AND debit > 0; UPDATE erp_ledger_entry_line"
    " SET credit = 9999.5 WHERE entry_id = 90 AND credit > 0; UPDATE erp_ledger_entry SET amount = 9999.5 WHERE id = 90;"
    + flip(4, 90),
    f"INSERT INTO {ALLOCATION} VALUES (({OWED}), ({PAID}), 0.5, '2026-03-13', {STAMP})",
]
