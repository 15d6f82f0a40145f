"""Quotes and their lines."""

from alembic import op
from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Integer, String, Text, UniqueConstraint

from core.db.columns import Choice, Moment, Money, Percent, Quantity, UnitPrice
from core.db.migrate import (
    company_column,
    create_search,
    drop_search,
    drop_series,
    line_columns,
    model_columns,
    number_columns,
    search_column,
)

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "crm_quotes_quote",
        *model_columns(),
        *number_columns(),
        Column("contact_id", Integer, ForeignKey("crm_contacts_contact.id"), nullable=False, index=True),
        Column("subject", String),
        Column("date", Date, nullable=False),
        Column("month", Integer, nullable=False),
        Column("valid_until", Date),
        Column("state", Choice, nullable=False),
        Column("price_list_id", Integer, ForeignKey("base_catalog_price_list.id")),
        Column("currency", String(length=3), nullable=False),
        Column("prices_include_tax", Boolean, nullable=False),
        Column("reference", String),
        Column("assigned_to_id", Integer, ForeignKey("core_user.id", ondelete="SET NULL"), index=True),
        Column("probability", Percent, nullable=False),
        Column("expected_close", Date),
        Column("follow_up", Date),
        Column("net", Money, nullable=False),
        Column("tax", Money, nullable=False),
        Column("total", Money, nullable=False),
        Column("sent_at", Moment),
        Column("decided_on", Date),
        Column("order_number", String),
        Column("reject_reason", String),
        Column("competitor", String),
        Column("terms", Text),
        Column("notes", Text),
        company_column(),
        search_column(),
        CheckConstraint("(order_number IS NOT NULL) = (state = 'accepted')", name="ck_crm_quotes_quote_order_once_accepted"),
        CheckConstraint("net + tax = total", name="ck_crm_quotes_quote_total"),
        CheckConstraint("probability >= 0 AND probability <= 1000000", name="ck_crm_quotes_quote_probability"),
        UniqueConstraint("company_id", "number", name="uq_crm_quotes_quote_company_id_number"),
        UniqueConstraint("company_id", "order_number", name="uq_crm_quotes_quote_company_id_order_number"),
        sqlite_autoincrement=True,
    )
    create_search(op, "crm_quotes_quote")
    op.create_index("ix_crm_quotes_quote_board", "crm_quotes_quote", ["company_id", "state", "date"])
    op.create_index("ix_crm_quotes_quote_cube", "crm_quotes_quote", ["company_id", "month", "state", "net"])
    op.create_table(
        "crm_quotes_quote_line",
        *line_columns(),
        Column("quote_id", Integer, ForeignKey("crm_quotes_quote.id", ondelete="CASCADE"), nullable=False, index=True),
        Column("product_id", Integer, ForeignKey("base_catalog_product.id"), index=True),
        Column("description", String, nullable=False),
        Column("quantity", Quantity, nullable=False),
        Column("price", UnitPrice, nullable=False),
        Column("discount", Percent, nullable=False),
        Column("tax_rate", Percent),
        Column("net", Money, nullable=False),
        CheckConstraint("discount >= 0 AND discount <= 1000000", name="ck_crm_quotes_quote_line_discount"),
        CheckConstraint("tax_rate >= 0", name="ck_crm_quotes_quote_line_tax_rate"),
    )


def downgrade() -> None:
    """Remove them with all they hold."""
    op.drop_table("crm_quotes_quote_line")
    drop_search(op, "crm_quotes_quote")
    op.drop_table("crm_quotes_quote")
    drop_series(op, "Q", "SO")
