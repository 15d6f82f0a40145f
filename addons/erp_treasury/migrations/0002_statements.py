"""Bank statements and what of the ledger they were matched with."""

from alembic import op
from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Integer, String, UniqueConstraint

from core.db.columns import Choice, Money
from core.db.migrate import company_column, line_columns, model_columns

revision = "0002"
down_revision = "0001"

TABLES = ("erp_treasury_statement_match", "erp_treasury_statement_line", "erp_treasury_statement")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "erp_treasury_statement",
        *model_columns(),
        Column("name", String, nullable=False),
        Column("bank_account_id", Integer, ForeignKey("erp_treasury_bank_account.id"), nullable=False, index=True),
        Column("first_day", Date, nullable=False),
        Column("last_day", Date, nullable=False),
        Column("opening", Money(), nullable=False),
        Column("closing", Money(), nullable=False),
        Column("state", Choice(), nullable=False, index=True),
        company_column(),
        CheckConstraint("first_day <= last_day", name="ck_erp_treasury_statement_days"),
        UniqueConstraint("bank_account_id", "name", name="uq_erp_treasury_statement_bank_account_id_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "erp_treasury_statement_line",
        *line_columns(),
        Column(
            "statement_id", Integer, ForeignKey("erp_treasury_statement.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        Column("date", Date, nullable=False),
        Column("text", String, nullable=False),
        Column("reference", String),
        Column("amount", Money(), nullable=False),
        Column("bank_reference", String),
        CheckConstraint("amount <> 0", name="ck_erp_treasury_statement_line_amount"),
    )
    op.create_index(
        "uq_erp_treasury_statement_line_bank_reference",
        "erp_treasury_statement_line",
        ["statement_id", "bank_reference"],
        unique=True,
    )
    op.create_table(
        "erp_treasury_statement_match",
        *model_columns(),
        Column(
            "statement_line_id",
            Integer,
            ForeignKey("erp_treasury_statement_line.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        Column("item_id", Integer, ForeignKey("erp_ledger_entry_line.id"), nullable=False),
        company_column(),
        UniqueConstraint("item_id", name="uq_erp_treasury_statement_match_item_id"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Remove them with all they hold."""
    for table in TABLES:
        op.drop_table(table)
