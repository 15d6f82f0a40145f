"""Raw SQL against posted documents is refused; with the guards off, every changed value is found at its document."""

from decimal import Decimal as D

import pytest
from sqlalchemy.exc import IntegrityError

from addons.erp_invoicing.health import changed_documents
from addons.erp_invoicing.models import Invoice, InvoiceLine, InvoiceTax
from addons.erp_invoicing.operations import (
    InvoiceDraft,
    InvoiceLineDraft,
    draft_credit,
    draft_invoice,
    post_invoice,
    posting,
)
from addons.erp_invoicing.tests.test_invoices import DAY, posted, story_draft
from addons.erp_ledger.tests.conftest import ROOT, Books
from addons.erp_ledger.tests.test_attacks import other_value, run
from core.db import kernel_connection, read_checks, run_checks
from core.testing.attacks import got_through

INVOICE = "erp_invoicing_invoice"
HEADS = {Invoice: "id = 2", InvoiceLine: "invoice_id = 2 AND position = 0", InvoiceTax: "invoice_id = 2"}
COLUMNS = (
    "kind, company_id, contact_id, date, state, currency, rate, prices_include_tax, cash, net, tax, rounding, total,"
    " version, created_at, updated_at, search_text"
)
ROW = "1, 1, '2026-03-13', 'draft', 'ARS', 1000000, false, false, 0, 0, 0, 0, 1, '2026-03-13', '2026-03-13', ''"
LINE_COLUMNS = (
    "invoice_id, company_id, position, description, quantity, price, discount, net, tax_rate, kind, contact_id, amount"
)


@pytest.fixture
def guarded(books: Books) -> Books:
    """Three posted documents and a draft (key 4) with a line."""
    with books.write() as session:
        for _ in range(3):
            posted(session, story_draft(session))
        draft = draft_invoice(session, InvoiceDraft(contact_id=1, date=DAY, lines=[InvoiceLineDraft(price=D(5))]))
        assert draft.id == 4
    return books


def changes() -> list[tuple[type, str, str]]:
    """(model, column, UPDATE) for every column of the three tables, of document 2."""
    return [
        (model, column.name, f"UPDATE {model.__table__.name} SET {column.name} = {other_value(column)} WHERE {rows}")
        for model, rows in HEADS.items()
        for column in model.__table__.columns
    ]


ATTACKS = [
    *(f"DELETE FROM {INVOICE}{part}" for part in ("", "_line", "_tax")),
    f"INSERT INTO {INVOICE} ({COLUMNS}) VALUES ('invoice', {ROW.replace('draft', 'posted')})",
    f"INSERT INTO {INVOICE} ({COLUMNS}, number) VALUES ('invoice', {ROW}, 'X-1')",
    f"INSERT INTO {INVOICE} ({COLUMNS}) VALUES ('invoice', {ROW.replace('0, 0, 0, 0, 1', '5, 5, 5, 5, 1')})",
    f"INSERT INTO {INVOICE}_line ({LINE_COLUMNS}) VALUES (2, 1, 9, 'x', 0, 0, 0, 0, 0, 'invoice', 1, 0)",
    f"INSERT INTO {INVOICE}_tax (invoice_id, position, tax_id, name, kind, rate, base, amount)"
    " VALUES (2, 9, 1, 'x', 'vat', 0, 0, 0)",
    f"UPDATE {INVOICE}_line SET invoice_id = 2 WHERE invoice_id = 4",
    f"UPDATE {INVOICE}_line SET invoice_id = 4 WHERE invoice_id = 2",
    f"UPDATE {INVOICE} SET state = 'posted' WHERE id = 4",
    f"UPDATE {INVOICE} SET number = 'A-0001-00000004' WHERE id = 4",
    f"UPDATE {INVOICE} SET state = 'posted', entry_id = 2, number = 'A-0001-00000002' WHERE id = 4",
    f"UPDATE {INVOICE} SET state = 'posted', entry_id = 4, number = 'A-0001-00000004' WHERE id = 4",
    f"UPDATE {INVOICE} SET state = 'open' WHERE id = 4",
    f"UPDATE {INVOICE} SET total = total + 1 WHERE id = 4",
    f"UPDATE {INVOICE} SET rate = 0 WHERE id = 4",
]
POSTGRESQL = [f"TRUNCATE {INVOICE}{part} CASCADE" for part in ("", "_line", "_tax")]
SQLITE = [
    f"REPLACE INTO {INVOICE} (id, {COLUMNS}) VALUES (2, 'invoice', {ROW})",
    f"REPLACE INTO {INVOICE} ({COLUMNS}, number, entry_id) VALUES ('invoice', {ROW}, 'A-0001-00000002', 2)",
    f"REPLACE INTO {INVOICE}_line (id, {LINE_COLUMNS}) VALUES (4, 4, 1, 9, 'x', 0, 0, 0, 0, 0, 'invoice', 1, 0)",
    f"REPLACE INTO {INVOICE}_tax (id, invoice_id, position, tax_id, name, kind, rate, base, amount)"
    " VALUES (2, 4, 9, 1, 'x', 'vat', 0, 0, 0)",
    f"UPDATE OR REPLACE {INVOICE} SET id = 2 WHERE id = 4",
    f"UPDATE OR REPLACE {INVOICE} SET number = 'A-0001-00000002' WHERE id = 4",
    f"UPDATE OR REPLACE {INVOICE} SET entry_id = 2 WHERE id = 4",
    f"UPDATE OR REPLACE {INVOICE}_line SET id = 4 WHERE invoice_id = 4",
]


def stored(books: Books) -> list[object]:
    """All documents as they are stored."""
    with books.read() as session:
        connection = kernel_connection(session)
        return [connection.exec_driver_sql(f"SELECT * FROM {INVOICE}{p} ORDER BY id").all() for p in ("", "_line", "_tax")]


def test_every_attack_is_refused(guarded: Books) -> None:
    own = SQLITE if guarded.database.dialect == "sqlite" else POSTGRESQL
    everything = [*ATTACKS, *own, *(script for _model, _column, script in changes())]
    before = stored(guarded)
    assert got_through(guarded.database, everything) == []
    assert stored(guarded) == before
    assert len(everything) > 80


def test_a_tax_that_is_not_its_rate_is_not_posted(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    """T2, where the program reckons wrongly: the database knows the rate as well."""

    def tamper(invoice: Invoice, _currency: str) -> None:
        invoice.taxes[0].amount += 50
        invoice.tax, invoice.total = invoice.tax + 50, invoice.total + 50

    monkeypatch.setattr(posting, "demand_sound", tamper)
    with pytest.raises(IntegrityError, match="not its rate"), books.write() as session:
        posted(session, story_draft(session))


def test_no_more_is_credited_than_there_was_whatever_the_program_says(
    guarded: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T5: of two credit notes over the whole document the database refuses the second."""
    monkeypatch.setattr(posting, "limit_credit", lambda session, credit: None)
    with guarded.write() as session:
        notes = [draft_credit(session, session.get_one(Invoice, 1)) for _ in range(2)]
        post_invoice(session, notes[0])
        keys = [note.id for note in notes]
    with pytest.raises(IntegrityError, match="more than there was"), guarded.write() as session:
        post_invoice(session, session.get_one(Invoice, keys[1]))


def test_every_covered_value_that_changes_is_found_at_its_document(guarded: Books) -> None:
    with guarded.database.engine.begin() as connection:
        disarm(connection)
    tried = [(column, script) for model, column, script in changes() if column in model.frozen]
    for column, script in tried:
        with guarded.database.open(writes=True) as session:
            connection = kernel_connection(session)
            if guarded.database.dialect == "sqlite":
                run(connection, "COMMIT;PRAGMA foreign_keys = off;PRAGMA ignore_check_constraints = on;BEGIN")
            run(connection, script)
            assert changed_documents.find(session) == ["A-0001-00000002"], column
            session.rollback()
    assert len(tried) >= 35


def disarm(connection) -> None:
    """Take triggers and checks off."""
    if connection.dialect.name == "postgresql":
        for part in ("", "_line", "_tax"):
            connection.exec_driver_sql(f"ALTER TABLE {INVOICE}{part} DISABLE TRIGGER ALL")
        named = "SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype IN ('c', 'f')"
        ours = f"{named} AND conrelid::regclass::text LIKE '{INVOICE}%%'"
        for table, name in connection.exec_driver_sql(ours).all():
            connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        return
    for (name,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
        connection.exec_driver_sql(f"DROP TRIGGER {name}")


def test_the_invariants_hold(guarded: Books) -> None:
    checks = [
        check
        for addon in ("erp_ledger", "erp_invoicing")
        for check in read_checks(ROOT / "addons" / addon / "health.sql", addon)
    ]
    assert len(checks) >= 27
    with guarded.read() as session:
        assert [str(finding) for finding in run_checks(session, [*checks, changed_documents])] == []
