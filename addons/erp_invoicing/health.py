"""What SQL alone cannot say of documents: their digests in the chain of the ledger, and taxes to the last unit."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session

from addons.erp_invoicing.models import Invoice, InvoiceLine, InvoiceTax
from addons.erp_invoicing.operations import digest_of_rows
from addons.erp_ledger.models import Entry
from core.db import Base, Money, check, kernel_connection
from core.values import currency_digits

PAGE = 500
#: A tax that is off by more than its kind of document allows, which is less than a unit for every line (T2).
OFF = """
SELECT invoice.number, tax.name FROM erp_invoicing_invoice_tax AS tax
JOIN erp_invoicing_invoice AS invoice ON invoice.id = tax.invoice_id
WHERE invoice.state = 'posted' AND invoice.currency = :currency
  AND 2 * abs(tax.amount * 1000000 - tax.base * tax.rate) > :unit * CASE
    WHEN invoice.credits_id IS NULL AND NOT invoice.prices_include_tax THEN 1
    ELSE 2 + 2 * (SELECT count(*) FROM erp_invoicing_invoice_line AS line WHERE line.invoice_id = invoice.id)
       + 2 * (SELECT count(*) FROM erp_invoicing_invoice AS other WHERE other.credits_id = invoice.credits_id) END
"""


@check("T2 a tax is its rate of its base, to the last unit of its currency")
def wrong_taxes(session: Session) -> list[str]:
    """The taxes of posted documents that are not their rate of their base.

    Exactly, where prices exclude them; to less than a unit for each line where prices include them, and for each credit
    note of one document, whose last takes what the others left.
    """
    connection, found = kernel_connection(session), []
    currencies = connection.scalars(select(Invoice.currency).where(Invoice.state == "posted").distinct()).all()
    for currency in currencies:
        unit = 10 ** (Money.digits - currency_digits(currency)) * 1000000
        rows = connection.execute(text(OFF), {"currency": currency, "unit": unit})
        found += [f"{number}: {name}" for number, name in rows]
    return found


@check("L5 posted documents are what was posted")
def changed_documents(session: Session) -> list[str]:
    """The numbers of posted documents whose content is not what their entry's digest says."""
    return list(faults(kernel_connection(session)))


def faults(connection: Connection) -> Iterator[str]:
    """Walk the posted documents, a page at a time."""
    documents: Any = Invoice.__table__
    entries: Any = Entry.__table__
    last = 0
    while True:
        wanted = select(documents, entries.c.document_digest).join(entries, entries.c.id == documents.c.entry_id)
        wanted = wanted.where(documents.c.state == "posted", documents.c.id > last)
        page = connection.execute(wanted.order_by(documents.c.id).limit(PAGE)).mappings().all()
        if not page:
            return
        keys = [row["id"] for row in page]
        lines, taxes = parts(connection, InvoiceLine, keys), parts(connection, InvoiceTax, keys)
        for row in page:
            found = digest_of_rows(dict(row), lines.get(row["id"], []), taxes.get(row["id"], []))
            if found != row["document_digest"]:
                yield str(row["number"])
        last = keys[-1]


def parts(connection: Connection, model: type[Base], keys: list[int]) -> dict[int, list[dict[str, Any]]]:
    """The lines or taxes of some documents in order, by document."""
    table: Any = model.__table__
    wanted = select(table).where(table.c.invoice_id.in_(keys)).order_by(table.c.position, table.c.id)
    found: dict[int, list[dict[str, Any]]] = {}
    for row in connection.execute(wanted).mappings():
        found.setdefault(row["invoice_id"], []).append(dict(row))
    return found
