"""Accounts, periods, series, entries, allocations, and the guards that keep posted books as they are."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

from core.db import Choice, Money
from core.db.migrate import company_column, line_columns, model_columns, run_sql

revision = "0001"
down_revision = None

TABLES = (
    "erp_ledger_allocation",
    "erp_ledger_entry_line",
    "erp_ledger_entry",
    "erp_ledger_series",
    "erp_ledger_period",
    "erp_ledger_journal",
    "erp_ledger_fiscal_year",
    "erp_ledger_account",
)
FUNCTIONS = (
    "erp_ledger_refuse",
    "erp_ledger_follow_entry",
    "erp_ledger_seal_entry",
    "erp_ledger_follow_entries",
    "erp_ledger_keep_period",
    "erp_ledger_keep_account",
    "erp_ledger_fit_allocation",
)


def upgrade() -> None:
    """All tables and their guards."""
    op.create_table(
        "erp_ledger_account",
        *model_columns(),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("kind", Choice(), nullable=False),
        sa.Column("parent_id", sa.Integer, sa.ForeignKey("erp_ledger_account.id")),
        sa.Column("heading", sa.Boolean, nullable=False),
        sa.Column("purpose", sa.String),
        sa.Column("reconcile", sa.Boolean, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        company_column(),
        sa.UniqueConstraint("company_id", "code", name="uq_erp_ledger_account_company_id_code"),
        sa.UniqueConstraint("company_id", "purpose", name="uq_erp_ledger_account_company_id_purpose"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_erp_ledger_account_parent_id", "erp_ledger_account", ["parent_id"])
    op.create_table(
        "erp_ledger_fiscal_year",
        *model_columns(),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        company_column(),
        sa.CheckConstraint("first_day < last_day", name="ck_erp_ledger_fiscal_year_days"),
        sa.UniqueConstraint("company_id", "first_day", name="uq_erp_ledger_fiscal_year_company_id_first_day"),
        sa.UniqueConstraint("company_id", "name", name="uq_erp_ledger_fiscal_year_company_id_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "erp_ledger_journal",
        *model_columns(),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("kind", Choice(), nullable=False),
        company_column(),
        sa.UniqueConstraint("company_id", "code", name="uq_erp_ledger_journal_company_id_code"),
        sa.UniqueConstraint("company_id", "kind", name="uq_erp_ledger_journal_company_id_kind"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "erp_ledger_period",
        *model_columns(),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("year_id", sa.Integer, sa.ForeignKey("erp_ledger_fiscal_year.id"), nullable=False),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.Column("state", Choice(), nullable=False),
        company_column(),
        sa.CheckConstraint("state IN ('open', 'closed', 'locked')", name="ck_erp_ledger_period_state"),
        sa.CheckConstraint("first_day <= last_day", name="ck_erp_ledger_period_days"),
        sa.UniqueConstraint("company_id", "first_day", name="uq_erp_ledger_period_company_id_first_day"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_erp_ledger_period_year_id", "erp_ledger_period", ["year_id"])
    op.create_table(
        "erp_ledger_series",
        *model_columns(),
        sa.Column("journal_id", sa.Integer, sa.ForeignKey("erp_ledger_journal.id"), nullable=False),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("prefix", sa.String, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("last_number", sa.Integer, nullable=False),
        sa.Column("last_hash", sa.String, nullable=False),
        company_column(),
        sa.CheckConstraint("width BETWEEN 1 AND 12", name="ck_erp_ledger_series_width"),
        sa.UniqueConstraint("company_id", "code", name="uq_erp_ledger_series_company_id_code"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_erp_ledger_series_journal_id", "erp_ledger_series", ["journal_id"])
    op.create_table(
        "erp_ledger_entry",
        *model_columns(),
        sa.Column("code", sa.String),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("journal_id", sa.Integer, sa.ForeignKey("erp_ledger_journal.id"), nullable=False),
        sa.Column("series_id", sa.Integer, sa.ForeignKey("erp_ledger_series.id")),
        sa.Column("number", sa.Integer),
        sa.Column("hash", sa.String),
        sa.Column("posted", sa.Boolean, nullable=False),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("reverses_id", sa.Integer, sa.ForeignKey("erp_ledger_entry.id")),
        sa.Column("source_model", sa.String),
        sa.Column("source_id", sa.Integer),
        sa.Column("document_digest", sa.String),
        company_column(),
        sa.CheckConstraint("(hash IS NULL) = (NOT posted)", name="ck_erp_ledger_entry_hash"),
        sa.CheckConstraint("(number IS NULL) = (NOT posted)", name="ck_erp_ledger_entry_number"),
        sa.UniqueConstraint("reverses_id", name="uq_erp_ledger_entry_reverses_id"),
        sa.UniqueConstraint("series_id", "number", name="uq_erp_ledger_entry_series_id_number"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_erp_ledger_entry_company_id_date", "erp_ledger_entry", ["company_id", "date"])
    op.create_index("ix_erp_ledger_entry_journal_id", "erp_ledger_entry", ["journal_id"])
    op.create_index("ix_erp_ledger_entry_source_model_source_id", "erp_ledger_entry", ["source_model", "source_id"])
    op.create_table(
        "erp_ledger_entry_line",
        *line_columns(),
        sa.Column("entry_id", sa.Integer, sa.ForeignKey("erp_ledger_entry.id"), nullable=False),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("erp_ledger_account.id"), nullable=False),
        sa.Column("debit", Money(), nullable=False),
        sa.Column("credit", Money(), nullable=False),
        sa.Column("date", sa.Date),
        sa.Column("month", sa.Integer),
        sa.Column("contact_id", sa.Integer, sa.ForeignKey("crm_contacts_contact.id")),
        sa.Column("due", sa.Date),
        sa.Column("text", sa.String),
        sa.Column("currency", sa.String(3)),
        sa.Column("amount_currency", Money()),
        sa.CheckConstraint("(currency IS NULL) = (amount_currency IS NULL)", name="ck_erp_ledger_entry_line_currency"),
        sa.CheckConstraint(
            "amount_currency IS NULL OR (amount_currency >= 0 AND debit > 0) OR (amount_currency <= 0 AND credit > 0)",
            name="ck_erp_ledger_entry_line_currency_side",
        ),
        sa.CheckConstraint(
            "debit >= 0 AND credit >= 0 AND (debit = 0) <> (credit = 0)", name="ck_erp_ledger_entry_line_one_sided"
        ),
    )
    op.create_index("ix_erp_ledger_entry_line_entry_id", "erp_ledger_entry_line", ["entry_id"])
    op.create_index("ix_erp_ledger_entry_line_account", "erp_ledger_entry_line", ["account_id", "date", "debit", "credit"])
    op.create_index(
        "ix_erp_ledger_entry_line_statement",
        "erp_ledger_entry_line",
        ["contact_id", "account_id", "date", "debit", "credit"],
    )
    op.create_table(
        "erp_ledger_allocation",
        *model_columns(),
        sa.Column("debit_line_id", sa.Integer, sa.ForeignKey("erp_ledger_entry_line.id"), nullable=False),
        sa.Column("credit_line_id", sa.Integer, sa.ForeignKey("erp_ledger_entry_line.id"), nullable=False),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("amount_currency", Money()),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("difference_id", sa.Integer, sa.ForeignKey("erp_ledger_entry.id")),
        company_column(),
        sa.CheckConstraint(
            "amount > 0 OR (amount = 0 AND coalesce(amount_currency, 0) > 0)", name="ck_erp_ledger_allocation_positive"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_erp_ledger_allocation_credit_line_id", "erp_ledger_allocation", ["credit_line_id"])
    op.create_index("ix_erp_ledger_allocation_debit_line_id", "erp_ledger_allocation", ["debit_line_id"])
    op.create_index("ix_erp_ledger_allocation_difference_id", "erp_ledger_allocation", ["difference_id"])
    run_sql(op, Path(__file__).parent.parent / "guards")


def downgrade() -> None:
    """Remove them with all that is in them."""
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for function in FUNCTIONS:
            op.execute(f"DROP FUNCTION {function}()")
