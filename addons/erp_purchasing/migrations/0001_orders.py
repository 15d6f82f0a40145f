"""Orders to suppliers and what was billed of them."""

from alembic import op
from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Integer, String, UniqueConstraint

from core.db.columns import Choice, Money, Percent, Quantity, UnitPrice
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

TABLES = (
    "erp_purchasing_bill_match",
    "erp_purchasing_order_line",
    "erp_purchasing_order",
)
SEARCHED = ("erp_purchasing_order",)


def upgrade() -> None:
    """Make the tables and their guards."""
    op.create_table(
        "erp_purchasing_order",
        *model_columns(),
        Column("contact_id", Integer, ForeignKey("crm_contacts_contact.id"), nullable=False, index=True),
        Column("date", Date, nullable=False),
        Column("expected_on", Date),
        Column("reference", String),
        Column("currency", String(3), nullable=False),
        Column("state", Choice(), nullable=False, index=True),
        Column("net", Money(), nullable=False),
        Column("tax", Money(), nullable=False),
        Column("total", Money(), nullable=False),
        Column("note", String),
        *number_columns(),
        company_column(),
        search_column(),
        CheckConstraint("net + tax = total", name="ck_erp_purchasing_order_total"),
        UniqueConstraint("company_id", "number", name="uq_erp_purchasing_order_company_id_number"),
        sqlite_autoincrement=True,
    )
    create_search(op, "erp_purchasing_order")
    op.create_table(
        "erp_purchasing_order_line",
        *line_columns(),
        Column("order_id", Integer, ForeignKey("erp_purchasing_order.id", ondelete="CASCADE"), nullable=False, index=True),
        Column("product_id", Integer, ForeignKey("base_catalog_product.id"), index=True),
        Column("description", String, nullable=False),
        Column("quantity", Quantity(), nullable=False),
        Column("price", UnitPrice(), nullable=False),
        Column("discount", Percent(), nullable=False),
        Column("tax_id", Integer, ForeignKey("erp_invoicing_tax.id")),
        Column("expected_on", Date),
        Column("net", Money(), nullable=False),
        Column("received", Quantity(), nullable=False),
        Column("billed", Quantity(), nullable=False),
        CheckConstraint("discount >= 0 AND discount <= 1000000", name="ck_erp_purchasing_order_line_discount"),
        CheckConstraint("received >= 0", name="ck_erp_purchasing_order_line_received"),
    )
    op.create_table(
        "erp_purchasing_bill_match",
        *model_columns(),
        Column("order_line_id", Integer, ForeignKey("erp_purchasing_order_line.id"), nullable=False, index=True),
        Column("order_id", Integer, ForeignKey("erp_purchasing_order.id"), nullable=False, index=True),
        Column("invoice_line_id", Integer, ForeignKey("erp_invoicing_invoice_line.id"), nullable=False),
        Column("quantity", Quantity(), nullable=False),
        Column("agreed", Money(), nullable=False),
        Column("billed", Money(), nullable=False),
        Column("difference", Money(), nullable=False),
        company_column(),
        UniqueConstraint("invoice_line_id", name="uq_erp_purchasing_bill_match_invoice_line_id"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Remove them with all they hold."""
    for table in SEARCHED:
        drop_search(op, table)
    for table in TABLES:
        op.drop_table(table)
    drop_series(op, "PO")
