"""Places, moves, balances and the documents that move goods."""

from pathlib import Path

from alembic import op
from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Integer, String, Text, UniqueConstraint

from core.db.columns import Choice, Moment, Money, Quantity, UnitPrice
from core.db.migrate import (
    company_column,
    create_search,
    drop_search,
    drop_series,
    line_columns,
    model_columns,
    number_columns,
    origin_columns,
    run_sql,
    search_column,
)

revision = "0001"
down_revision = None

TABLES = (
    "erp_stock_reservation",
    "erp_stock_transfer_line",
    "erp_stock_receipt_line",
    "erp_stock_delivery_line",
    "erp_stock_count_line",
    "erp_stock_valuation",
    "erp_stock_transfer",
    "erp_stock_stock_policy",
    "erp_stock_stock_level",
    "erp_stock_receipt",
    "erp_stock_move",
    "erp_stock_delivery",
    "erp_stock_count",
    "erp_stock_location",
)
SEARCHED = (
    "erp_stock_location",
    "erp_stock_count",
    "erp_stock_delivery",
    "erp_stock_receipt",
    "erp_stock_transfer",
)
FUNCTIONS = ("erp_stock_follow", "erp_stock_has_moved", "erp_stock_refuse")


def upgrade() -> None:
    """Make the tables and their guards."""
    op.create_table(
        "erp_stock_location",
        *model_columns(),
        Column("name", String, nullable=False),
        Column("name_folded", Text, nullable=False),
        Column("kind", Choice(), nullable=False),
        Column("parent_id", Integer, ForeignKey("erp_stock_location.id"), index=True),
        Column("active", Boolean, nullable=False),
        company_column(),
        search_column(),
        UniqueConstraint("company_id", "name", name="uq_erp_stock_location_company_id_name"),
        sqlite_autoincrement=True,
    )
    create_search(op, "erp_stock_location")
    op.create_table(
        "erp_stock_count",
        *model_columns(),
        Column("date", Date),
        Column("planned_on", Date),
        Column("location_id", Integer, ForeignKey("erp_stock_location.id"), nullable=False, index=True),
        Column("blind", Boolean, nullable=False),
        Column("snapshot_at", Moment()),
        Column("snapshot_move_id", Integer),
        Column("state", Choice(), nullable=False, index=True),
        Column("note", String),
        *number_columns(),
        company_column(),
        search_column(),
        UniqueConstraint("company_id", "number", name="uq_erp_stock_count_company_id_number"),
        sqlite_autoincrement=True,
    )
    create_search(op, "erp_stock_count")
    op.create_table(
        "erp_stock_delivery",
        *model_columns(),
        Column("date", Date),
        Column("planned_on", Date),
        Column("kind", Choice(), nullable=False),
        Column("contact_id", Integer, ForeignKey("crm_contacts_contact.id"), nullable=False, index=True),
        Column("reference", String),
        Column("source_id", Integer, ForeignKey("erp_stock_location.id"), nullable=False, index=True),
        Column("moved_by_invoice_id", Integer),
        Column("state", Choice(), nullable=False, index=True),
        Column("note", String),
        *origin_columns(),
        *number_columns(),
        company_column(),
        search_column(),
        UniqueConstraint("company_id", "number", name="uq_erp_stock_delivery_company_id_number"),
        UniqueConstraint("moved_by_invoice_id", name="uq_erp_stock_delivery_moved_by_invoice_id"),
        sqlite_autoincrement=True,
    )
    create_search(op, "erp_stock_delivery")
    op.create_table(
        "erp_stock_move",
        *model_columns(),
        Column("date", Date, nullable=False, index=True),
        Column("month", Integer, nullable=False),
        Column("product_id", Integer, ForeignKey("base_catalog_product.id"), nullable=False, index=True),
        Column("quantity", Quantity(), nullable=False),
        Column("source_id", Integer, ForeignKey("erp_stock_location.id"), nullable=False, index=True),
        Column("destination_id", Integer, ForeignKey("erp_stock_location.id"), nullable=False, index=True),
        Column("value", Money(), nullable=False),
        Column("counterpart", Money(), nullable=False),
        Column("contact_id", Integer, ForeignKey("crm_contacts_contact.id"), index=True),
        Column("returns_id", Integer, ForeignKey("erp_stock_move.id"), index=True),
        Column("document_model", String, nullable=False),
        Column("document_id", Integer, nullable=False),
        Column("document_line_id", Integer, nullable=False),
        Column("document_number", String, nullable=False),
        Column("sale_model", String),
        Column("sale_line_id", Integer),
        company_column(),
        CheckConstraint("quantity > 0", name="ck_erp_stock_move_quantity"),
        CheckConstraint("source_id <> destination_id", name="ck_erp_stock_move_two_ends"),
        UniqueConstraint("document_model", "document_line_id", name="uq_erp_stock_move_document_model_document_line_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_erp_stock_move_document", "erp_stock_move", ["document_model", "document_id"])
    op.create_index("ix_erp_stock_move_product_day", "erp_stock_move", ["company_id", "product_id", "date"])
    op.create_index("ix_erp_stock_move_sale", "erp_stock_move", ["sale_model", "sale_line_id"])
    op.create_table(
        "erp_stock_receipt",
        *model_columns(),
        Column("date", Date),
        Column("planned_on", Date),
        Column("kind", Choice(), nullable=False),
        Column("contact_id", Integer, ForeignKey("crm_contacts_contact.id"), index=True),
        Column("reference", String),
        Column("destination_id", Integer, ForeignKey("erp_stock_location.id"), nullable=False, index=True),
        Column("state", Choice(), nullable=False, index=True),
        Column("note", String),
        *origin_columns(),
        *number_columns(),
        company_column(),
        search_column(),
        UniqueConstraint("company_id", "number", name="uq_erp_stock_receipt_company_id_number"),
        sqlite_autoincrement=True,
    )
    create_search(op, "erp_stock_receipt")
    op.create_table(
        "erp_stock_stock_level",
        *model_columns(),
        Column("product_id", Integer, ForeignKey("base_catalog_product.id"), nullable=False, index=True),
        Column("location_id", Integer, ForeignKey("erp_stock_location.id"), nullable=False, index=True),
        Column("quantity", Quantity(), nullable=False),
        Column("may_go_negative", Boolean, nullable=False),
        Column("last_on", Date),
        company_column(),
        CheckConstraint("quantity >= 0 OR may_go_negative", name="ck_erp_stock_stock_level_not_negative"),
        UniqueConstraint("location_id", "product_id", name="uq_erp_stock_stock_level_location_id_product_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "erp_stock_stock_policy",
        *model_columns(),
        Column("negative", Choice(), nullable=False),
        Column("was_negative", Boolean, nullable=False),
        Column("warehouse_id", Integer, ForeignKey("erp_stock_location.id")),
        company_column(),
        UniqueConstraint("company_id", name="uq_erp_stock_stock_policy_company_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "erp_stock_transfer",
        *model_columns(),
        Column("date", Date),
        Column("planned_on", Date),
        Column("source_id", Integer, ForeignKey("erp_stock_location.id"), nullable=False, index=True),
        Column("destination_id", Integer, ForeignKey("erp_stock_location.id"), nullable=False, index=True),
        Column("state", Choice(), nullable=False, index=True),
        Column("note", String),
        *number_columns(),
        company_column(),
        search_column(),
        UniqueConstraint("company_id", "number", name="uq_erp_stock_transfer_company_id_number"),
        sqlite_autoincrement=True,
    )
    create_search(op, "erp_stock_transfer")
    op.create_table(
        "erp_stock_valuation",
        *model_columns(),
        Column("product_id", Integer, ForeignKey("base_catalog_product.id"), nullable=False, index=True),
        Column("quantity", Quantity(), nullable=False),
        Column("value", Money(), nullable=False),
        Column("last_cost", UnitPrice()),
        company_column(),
        CheckConstraint("quantity <> 0 OR value = 0", name="ck_erp_stock_valuation_nothing_is_worth_nothing"),
        UniqueConstraint("company_id", "product_id", name="uq_erp_stock_valuation_company_id_product_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "erp_stock_count_line",
        *line_columns(),
        Column("count_id", Integer, ForeignKey("erp_stock_count.id", ondelete="CASCADE"), nullable=False, index=True),
        Column("product_id", Integer, ForeignKey("base_catalog_product.id"), nullable=False, index=True),
        Column("expected", Quantity()),
        Column("counted", Quantity()),
        Column("cost", UnitPrice()),
        UniqueConstraint("count_id", "product_id", name="uq_erp_stock_count_line_count_id_product_id"),
    )
    op.create_table(
        "erp_stock_delivery_line",
        *line_columns(),
        Column("delivery_id", Integer, ForeignKey("erp_stock_delivery.id", ondelete="CASCADE"), nullable=False, index=True),
        Column("product_id", Integer, ForeignKey("base_catalog_product.id"), nullable=False, index=True),
        Column("returns_move_id", Integer, ForeignKey("erp_stock_move.id")),
        Column("sale_model", String),
        Column("sale_line_id", Integer, index=True),
        Column("sold", Quantity()),
        Column("description", String),
        Column("quantity", Quantity(), nullable=False),
    )
    op.create_table(
        "erp_stock_receipt_line",
        *line_columns(),
        Column("receipt_id", Integer, ForeignKey("erp_stock_receipt.id", ondelete="CASCADE"), nullable=False, index=True),
        Column("product_id", Integer, ForeignKey("base_catalog_product.id"), nullable=False, index=True),
        Column("cost", UnitPrice()),
        Column("amount", Money()),
        Column("returns_move_id", Integer, ForeignKey("erp_stock_move.id")),
        Column("origin_line_id", Integer, index=True),
        Column("description", String),
        Column("quantity", Quantity(), nullable=False),
    )
    op.create_table(
        "erp_stock_transfer_line",
        *line_columns(),
        Column("transfer_id", Integer, ForeignKey("erp_stock_transfer.id", ondelete="CASCADE"), nullable=False, index=True),
        Column("product_id", Integer, ForeignKey("base_catalog_product.id"), nullable=False, index=True),
        Column("description", String),
        Column("quantity", Quantity(), nullable=False),
    )
    op.create_table(
        "erp_stock_reservation",
        *model_columns(),
        Column("delivery_line_id", Integer, ForeignKey("erp_stock_delivery_line.id", ondelete="CASCADE"), nullable=False),
        Column("delivery_id", Integer, ForeignKey("erp_stock_delivery.id", ondelete="CASCADE"), nullable=False, index=True),
        Column("product_id", Integer, ForeignKey("base_catalog_product.id"), nullable=False, index=True),
        Column("location_id", Integer, ForeignKey("erp_stock_location.id"), nullable=False, index=True),
        Column("quantity", Quantity(), nullable=False),
        company_column(),
        CheckConstraint("quantity > 0", name="ck_erp_stock_reservation_quantity"),
        UniqueConstraint("delivery_line_id", "location_id", name="uq_erp_stock_reservation_delivery_line_id_location_id"),
        sqlite_autoincrement=True,
    )
    run_sql(op, Path(__file__).parent.parent / "guards")


def downgrade() -> None:
    """Remove them with all they hold."""
    for table in SEARCHED:
        drop_search(op, table)
    for table in TABLES:
        op.drop_table(table)
    drop_series(op, "DN", "SR", "GR", "RET", "OB", "TR", "CT")
    if op.get_bind().dialect.name == "postgresql":
        for function in FUNCTIONS:
            op.execute(f"DROP FUNCTION {function}()")
