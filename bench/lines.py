"""A million invoice lines in seconds: the rows of posted invoices by bulk SQL, past the guards that freeze them.

Every fourth line begins an invoice; contacts and products come from the product's own rows. The entries of the ledger
have no lines, as nothing measured here reads them.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, text

from core.registry.kernel import Kernel

PER_INVOICE = 4
TABLES = ("erp_ledger_entry", "erp_invoicing_invoice", "erp_invoicing_invoice_line")
NUMBERS = {
    "sqlite": "(with recursive s(n) as (select 0 union all select n + 1 from s where n + 1 < {count}) select n from s) as s",
    "postgresql": "generate_series(0, {count} - 1) as s(n)",
}
DAY = {
    "sqlite": "date('2025-01-01', (s.n * 720 / {count}) || ' days')",
    "postgresql": "(date '2025-01-01' + (s.n::bigint * 720 / {count})::int)",
}
MONTH = {
    "sqlite": "cast(strftime('%Y%m', {day}) as integer)",
    "postgresql": "(extract(year from {day}) * 100 + extract(month from {day}))::int",
}
NOW = {"sqlite": "datetime('now')", "postgresql": "now()"}
STAMPS = "version, created_at, updated_at"
ENTRIES = """insert into erp_ledger_entry
 ({stamps}, code, date, text, journal_id, series_id, number, hash, posted, amount, source_model, source_id, company_id)
 select 1, {now}, {now}, 'M-' || s.n, {day}, 'Measured', :journal, :series, 1000000 + s.n, 'x' || s.n, true, 0,
 'erp_invoicing.invoice', s.n + 1, :company from {numbers}"""
INVOICES = """insert into erp_invoicing_invoice
 (id, {stamps}, kind, document_type_id, contact_id, date, number, state, currency, rate, prices_include_tax, cash,
  net, tax, rounding, total, entry_id, party_name, company_id, search_text)
 select s.n + 1, 1, {now}, {now}, 'invoice', :type, {contact}, {day}, 'M-' || s.n, 'posted', :currency, 1000000, false,
 false, 0, 0, 0, 0, :entry + s.n, 'Customer', :company, 'm-' || s.n from {numbers}"""
LINES = """insert into erp_invoicing_invoice_line
 (position, invoice_id, product_id, description, quantity, price, discount, net, tax_rate, kind, contact_id, category_id,
  date, month, amount, company_id)
 select s.n % 4, i.id, p.id, p.name, q.quantity * 1000000, p.price, 0, q.quantity * p.price / 100, 210000, 'invoice',
 i.contact_id, p.category_id, i.date, {month}, q.quantity * p.price / 100, :company
 from {numbers}
 join erp_invoicing_invoice i on i.id = s.n / 4 + 1
 join base_catalog_product p on p.id = :product + (s.n * 7 + s.n / 13) % :products
 join (select 1 as quantity, 0 as r union all select 2, 1 union all select 5, 2 union all select 9, 3) q on q.r = s.n % 4
 order by s.n"""


def build_lines(kernel: Kernel, count: int, contacts: list[int], tell: Callable[[str], None] = print) -> None:
    """So many lines of a quarter as many invoices; deterministic."""
    begun, kind = time.perf_counter(), kernel.database.dialect
    invoices = count // PER_INVOICE
    with unguarded(kernel) as connection:
        known = values(connection)
        known |= {"contact": min(contacts), "contacts": len(contacts)}
        numbers = NUMBERS[kind]
        words: dict[str, str] = {
            "stamps": STAMPS,
            "now": NOW[kind],
            "day": DAY[kind].format(count=invoices),
            "numbers": numbers.format(count=invoices),
            "contact": f"{known['contact']} + (s.n * 7919) % {known['contacts']}",
        }
        connection.execute(text(ENTRIES.format(**words)), known)
        known["entry"] = connection.scalar(text("select min(id) from erp_ledger_entry where text = 'Measured'"))
        connection.execute(text(INVOICES.format(**words)), known)
        month = MONTH[kind].format(day="i.date")
        connection.execute(text(LINES.format(numbers=numbers.format(count=count), month=month)), known)
    tell(f"{count:,} lines of {invoices:,} invoices in {time.perf_counter() - begun:,.0f} s")


def values(connection: Connection) -> dict[str, Any]:
    """The keys of what the rows lean on."""
    one = {
        "company": "select min(id) from core_company",
        "currency": "select currency from core_company order by id limit 1",
        "journal": "select min(id) from erp_ledger_journal",
        "series": "select min(id) from erp_ledger_series",
        "type": "select min(id) from erp_invoicing_document_type where kind = 'invoice'",
        "product": "select min(id) from base_catalog_product",
        "products": "select count(*) from base_catalog_product",
    }
    return {name: connection.scalar(text(sql)) for name, sql in one.items()}


@contextmanager
def unguarded(kernel: Kernel) -> Iterator[Connection]:
    """A transaction without the triggers of the tables that are filled; they are there again afterwards."""
    engine = kernel.database.writer
    if kernel.database.dialect == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("set local session_replication_role = replica"))
            yield connection
        return
    with engine.begin() as connection:
        named = ", ".join(f"'{table}'" for table in TABLES)
        found = connection.execute(
            text(f"select name, sql from sqlite_master where type = 'trigger' and tbl_name in ({named})")
        ).all()
        for name, _sql in found:
            connection.exec_driver_sql(f"drop trigger {name}")
        yield connection
        for _name, sql in found:
            connection.exec_driver_sql(sql)
