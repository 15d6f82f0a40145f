"""L5 for documents: what a posted document says is what the chain of the ledger covers."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from addons.erp_invoicing.models import Invoice, InvoiceLine, InvoiceTax
from addons.erp_invoicing.operations import digest_of_rows
from addons.erp_ledger.models import Entry
from core.db import Base, check, kernel_connection

PAGE = 500


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
