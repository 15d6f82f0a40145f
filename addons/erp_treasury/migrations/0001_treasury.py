"""Banks, cheques and their custody, receipts, payments, transfers, statements."""

from pathlib import Path

from alembic import op
from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Integer, String, Text, UniqueConstraint, text

from core.db.columns import Choice, Money
from core.db.migrate import (
    company_column,
    create_search,
    drop_search,
    drop_series,
    line_columns,
    model_columns,
    number_columns,
    run_sql,
    search_column,
)

revision = "0001"
down_revision = None

TABLES = (
    "erp_treasury_receipt_mean",
    "erp_treasury_receipt_allocation",
    "erp_treasury_payment_mean",
    "erp_treasury_payment_allocation",
    "erp_treasury_receipt",
    "erp_treasury_payment",
    "erp_treasury_cheque_custody",
    "erp_treasury_bank_transfer",
    "erp_treasury_chequebook",
    "erp_treasury_cheque",
    "erp_treasury_bank_account",
)
SEARCHED = (
    "erp_treasury_bank_account",
    "erp_treasury_cheque",
    "erp_treasury_bank_transfer",
    "erp_treasury_payment",
    "erp_treasury_receipt",
)
DUTIES = "agree follow follow_cheque from_a_book is_logged keep_cheque keep_document refuse"
FUNCTIONS = [f"erp_treasury_{duty}" for duty in DUTIES.split()]
STEPS = (
    ">portfolio",
    ">handed",
    "portfolio>clearing",
    "portfolio>credited",
    "portfolio>endorsed",
    "portfolio>rejected",
    "portfolio>returned",
    "portfolio>voided",
    "clearing>credited",
    "clearing>rejected",
    "clearing>portfolio",
    "credited>rejected",
    "endorsed>rejected",
    "endorsed>portfolio",
    "rejected>returned",
    "rejected>clearing",
    "handed>debited",
    "handed>rejected",
    "handed>voided",
)


def upgrade() -> None:
    """Make the tables and their guards."""
    op.create_table(
        "erp_treasury_bank_account",
        *model_columns(),
        Column("name", String, nullable=False),
        Column("name_folded", Text, nullable=False),
        Column("kind", Choice(), nullable=False),
        Column("bank", String),
        Column("number", String),
        Column("currency", String(3), nullable=False),
        Column("account_id", Integer, ForeignKey("erp_ledger_account.id"), nullable=False),
        Column("active", Boolean, nullable=False),
        company_column(),
        search_column(),
        UniqueConstraint("company_id", "account_id", name="uq_erp_treasury_bank_account_company_id_account_id"),
        UniqueConstraint("company_id", "name", name="uq_erp_treasury_bank_account_company_id_name"),
        sqlite_autoincrement=True,
    )
    create_search(op, "erp_treasury_bank_account")
    op.create_table(
        "erp_treasury_cheque",
        *model_columns(),
        Column("number", String, nullable=False),
        Column("kind", Choice(), nullable=False),
        Column("bank", String, nullable=False),
        Column("bank_folded", Text, nullable=False),
        Column("branch", String, nullable=False),
        Column("account_number", String, nullable=False),
        Column("drawer", String, nullable=False),
        Column("drawer_folded", Text, nullable=False),
        Column("drawer_tax_id", String),
        Column("amount", Money(), nullable=False),
        Column("currency", String(3), nullable=False),
        Column("issued_on", Date),
        Column("payable_on", Date, nullable=False),
        Column("received_from_id", Integer, ForeignKey("crm_contacts_contact.id"), index=True),
        Column("place", Choice(), nullable=False),
        Column("step", Integer, nullable=False),
        Column("holder_id", Integer, ForeignKey("crm_contacts_contact.id"), index=True),
        Column("bank_account_id", Integer, ForeignKey("erp_treasury_bank_account.id"), index=True),
        company_column(),
        search_column(),
        CheckConstraint("amount > 0", name="ck_erp_treasury_cheque_amount"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_erp_treasury_cheque_payable", "erp_treasury_cheque", ["company_id", "place", "payable_on"])
    op.create_index(
        "uq_erp_treasury_cheque_live",
        "erp_treasury_cheque",
        ["company_id", "kind", "bank_folded", "branch", "account_number", "number", "drawer_folded"],
        unique=True,
        sqlite_where=text("place NOT IN ('returned', 'voided')"),
        postgresql_where=text("place NOT IN ('returned', 'voided')"),
    )
    op.create_index(
        "uq_erp_treasury_cheque_own",
        "erp_treasury_cheque",
        ["bank_account_id", "number"],
        unique=True,
        sqlite_where=text("kind = 'own'"),
        postgresql_where=text("kind = 'own'"),
    )
    create_search(op, "erp_treasury_cheque")
    op.create_table(
        "erp_treasury_chequebook",
        *model_columns(),
        Column("name", String, nullable=False),
        Column("bank_account_id", Integer, ForeignKey("erp_treasury_bank_account.id"), nullable=False, index=True),
        Column("first_number", Integer, nullable=False),
        Column("last_number", Integer, nullable=False),
        Column("width", Integer, nullable=False),
        Column("active", Boolean, nullable=False),
        company_column(),
        CheckConstraint("first_number <= last_number", name="ck_erp_treasury_chequebook_in_order"),
        CheckConstraint("width BETWEEN 1 AND 18", name="ck_erp_treasury_chequebook_width"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "erp_treasury_bank_transfer",
        *model_columns(),
        Column("date", Date),
        Column("source_id", Integer, ForeignKey("erp_treasury_bank_account.id"), nullable=False, index=True),
        Column("destination_id", Integer, ForeignKey("erp_treasury_bank_account.id"), nullable=False, index=True),
        Column("amount", Money(), nullable=False),
        Column("fee", Money(), nullable=False),
        Column("reference", String),
        Column("entry_id", Integer, ForeignKey("erp_ledger_entry.id")),
        Column("state", Choice(), nullable=False, index=True),
        Column("note", String),
        *number_columns(),
        company_column(),
        search_column(),
        CheckConstraint("amount > 0", name="ck_erp_treasury_bank_transfer_amount"),
        CheckConstraint("fee >= 0", name="ck_erp_treasury_bank_transfer_fee"),
        CheckConstraint("source_id <> destination_id", name="ck_erp_treasury_bank_transfer_two_accounts"),
        UniqueConstraint("company_id", "number", name="uq_erp_treasury_bank_transfer_company_id_number"),
        sqlite_autoincrement=True,
    )
    create_search(op, "erp_treasury_bank_transfer")
    op.create_table(
        "erp_treasury_cheque_custody",
        *model_columns(),
        Column("cheque_id", Integer, ForeignKey("erp_treasury_cheque.id"), nullable=False, index=True),
        Column("step", Integer, nullable=False),
        Column("date", Date, nullable=False, index=True),
        Column("came_from", String, nullable=False),
        Column("place", Choice(), nullable=False),
        Column("contact_id", Integer, ForeignKey("crm_contacts_contact.id"), index=True),
        Column("bank_account_id", Integer, ForeignKey("erp_treasury_bank_account.id")),
        Column("document_model", String),
        Column("document_id", Integer),
        Column("document_number", String),
        Column("entry_id", Integer, ForeignKey("erp_ledger_entry.id")),
        Column("note", String),
        company_column(),
        CheckConstraint(f"came_from || '>' || place IN {STEPS!r}", name="ck_erp_treasury_cheque_custody_allowed"),
        CheckConstraint("(came_from = '') = (step = 1)", name="ck_erp_treasury_cheque_custody_first"),
        UniqueConstraint("cheque_id", "step", name="uq_erp_treasury_cheque_custody_cheque_id_step"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_erp_treasury_cheque_custody_document", "erp_treasury_cheque_custody", ["document_model", "document_id"]
    )
    op.create_table(
        "erp_treasury_payment",
        *model_columns(),
        Column("date", Date),
        Column("contact_id", Integer, ForeignKey("crm_contacts_contact.id"), nullable=False, index=True),
        Column("reference", String),
        Column("oldest_first", Boolean, nullable=False),
        Column("currency", String(3), nullable=False),
        Column("amount", Money(), nullable=False),
        Column("allocated", Money(), nullable=False),
        Column("unallocated", Money(), nullable=False),
        Column("entry_id", Integer, ForeignKey("erp_ledger_entry.id")),
        Column("state", Choice(), nullable=False, index=True),
        Column("note", String),
        *number_columns(),
        company_column(),
        search_column(),
        CheckConstraint("state = 'draft' OR amount = allocated + unallocated", name="ck_erp_treasury_payment_adds_up"),
        UniqueConstraint("company_id", "number", name="uq_erp_treasury_payment_company_id_number"),
        sqlite_autoincrement=True,
    )
    create_search(op, "erp_treasury_payment")
    op.create_table(
        "erp_treasury_receipt",
        *model_columns(),
        Column("date", Date),
        Column("contact_id", Integer, ForeignKey("crm_contacts_contact.id"), nullable=False, index=True),
        Column("reference", String),
        Column("oldest_first", Boolean, nullable=False),
        Column("currency", String(3), nullable=False),
        Column("amount", Money(), nullable=False),
        Column("allocated", Money(), nullable=False),
        Column("unallocated", Money(), nullable=False),
        Column("entry_id", Integer, ForeignKey("erp_ledger_entry.id")),
        Column("state", Choice(), nullable=False, index=True),
        Column("note", String),
        *number_columns(),
        company_column(),
        search_column(),
        CheckConstraint("state = 'draft' OR amount = allocated + unallocated", name="ck_erp_treasury_receipt_adds_up"),
        UniqueConstraint("company_id", "number", name="uq_erp_treasury_receipt_company_id_number"),
        sqlite_autoincrement=True,
    )
    create_search(op, "erp_treasury_receipt")
    op.create_table(
        "erp_treasury_payment_allocation",
        *line_columns(),
        Column("payment_id", Integer, ForeignKey("erp_treasury_payment.id", ondelete="CASCADE"), nullable=False, index=True),
        Column("item_id", Integer, ForeignKey("erp_ledger_entry_line.id"), nullable=False, index=True),
        Column("amount", Money(), nullable=False),
        CheckConstraint("amount > 0", name="ck_erp_treasury_payment_allocation_amount"),
    )
    op.create_table(
        "erp_treasury_payment_mean",
        *line_columns(),
        Column("payment_id", Integer, ForeignKey("erp_treasury_payment.id", ondelete="CASCADE"), nullable=False, index=True),
        Column("kind", Choice(), nullable=False),
        Column("amount", Money(), nullable=False),
        Column("bank_account_id", Integer, ForeignKey("erp_treasury_bank_account.id")),
        Column("account_id", Integer, ForeignKey("erp_ledger_account.id")),
        Column("cheque_id", Integer, ForeignKey("erp_treasury_cheque.id")),
        Column("number", String),
        Column("payable_on", Date),
        CheckConstraint("amount > 0", name="ck_erp_treasury_payment_mean_amount"),
    )
    op.create_table(
        "erp_treasury_receipt_allocation",
        *line_columns(),
        Column("receipt_id", Integer, ForeignKey("erp_treasury_receipt.id", ondelete="CASCADE"), nullable=False, index=True),
        Column("item_id", Integer, ForeignKey("erp_ledger_entry_line.id"), nullable=False, index=True),
        Column("amount", Money(), nullable=False),
        CheckConstraint("amount > 0", name="ck_erp_treasury_receipt_allocation_amount"),
    )
    op.create_table(
        "erp_treasury_receipt_mean",
        *line_columns(),
        Column("receipt_id", Integer, ForeignKey("erp_treasury_receipt.id", ondelete="CASCADE"), nullable=False, index=True),
        Column("kind", Choice(), nullable=False),
        Column("amount", Money(), nullable=False),
        Column("bank_account_id", Integer, ForeignKey("erp_treasury_bank_account.id")),
        Column("account_id", Integer, ForeignKey("erp_ledger_account.id")),
        Column("number", String),
        Column("bank", String),
        Column("branch", String),
        Column("account_number", String),
        Column("drawer", String),
        Column("drawer_tax_id", String),
        Column("issued_on", Date),
        Column("payable_on", Date),
        Column("cheque_id", Integer, ForeignKey("erp_treasury_cheque.id")),
        CheckConstraint("amount > 0", name="ck_erp_treasury_receipt_mean_amount"),
    )
    run_sql(op, Path(__file__).parent.parent / "guards")


def downgrade() -> None:
    """Remove them with all they hold."""
    for table in SEARCHED:
        drop_search(op, table)
    for table in TABLES:
        op.drop_table(table)
    drop_series(op, "RC", "PAY", "BT")
    if op.get_bind().dialect.name == "postgresql":
        for function in FUNCTIONS:
            op.execute(f"DROP FUNCTION {function}()")
