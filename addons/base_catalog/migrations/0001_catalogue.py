"""Categories, units, products and price lists."""

from alembic import op
from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Integer, String, Text, UniqueConstraint

from core.db.columns import Choice, Percent, Quantity, UnitPrice
from core.db.migrate import create_search, drop_search, line_columns, model_columns, search_column

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "base_catalog_category",
        *model_columns(),
        Column("name", String, nullable=False),
        Column("parent_id", Integer, ForeignKey("base_catalog_category.id"), index=True),
        Column("path", String, nullable=False),
        Column("path_folded", String, nullable=False, index=True),
        Column("active", Boolean, nullable=False),
        UniqueConstraint("path", name="uq_base_catalog_category_path"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "base_catalog_price_list",
        *model_columns(),
        Column("name", String, nullable=False),
        Column("currency", String(length=3)),
        Column("notes", Text),
        Column("active", Boolean, nullable=False),
        UniqueConstraint("name", name="uq_base_catalog_price_list_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "base_catalog_unit",
        *model_columns(),
        Column("name", String, nullable=False),
        Column("symbol", String, nullable=False),
        Column("dimension", Choice, nullable=False),
        Column("factor", Quantity, nullable=False),
        Column("active", Boolean, nullable=False),
        CheckConstraint("factor > 0", name="ck_base_catalog_unit_factor_positive"),
        UniqueConstraint("name", name="uq_base_catalog_unit_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "base_catalog_customer_prices",
        *model_columns(),
        Column("contact_id", Integer, nullable=False),
        Column("price_list_id", Integer, ForeignKey("base_catalog_price_list.id"), nullable=False, index=True),
        UniqueConstraint("contact_id", name="uq_base_catalog_customer_prices_contact_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "base_catalog_product",
        *model_columns(),
        Column("code", String, nullable=False),
        Column("code_key", Text, nullable=False),
        Column("name", String, nullable=False),
        Column("name_folded", Text, nullable=False, index=True),
        Column("kind", Choice, nullable=False),
        Column("category_id", Integer, ForeignKey("base_catalog_category.id"), index=True),
        Column("unit_id", Integer, ForeignKey("base_catalog_unit.id")),
        Column("price", UnitPrice, nullable=False),
        Column("cost", UnitPrice, nullable=False),
        Column("tax_rate", Percent),
        Column("barcode", String),
        Column("description", Text),
        Column("notes", Text),
        Column("active", Boolean, nullable=False),
        search_column(),
        CheckConstraint("cost >= 0", name="ck_base_catalog_product_cost_not_negative"),
        CheckConstraint("price >= 0", name="ck_base_catalog_product_price_not_negative"),
        CheckConstraint("tax_rate >= 0", name="ck_base_catalog_product_tax_rate_not_negative"),
        UniqueConstraint("barcode", name="uq_base_catalog_product_barcode"),
        UniqueConstraint("code_key", name="uq_base_catalog_product_code_key"),
        sqlite_autoincrement=True,
    )
    create_search(op, "base_catalog_product")
    op.create_table(
        "base_catalog_price_rule",
        *line_columns(),
        Column(
            "price_list_id",
            Integer,
            ForeignKey("base_catalog_price_list.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        Column("product_id", Integer, ForeignKey("base_catalog_product.id"), index=True),
        Column("category_id", Integer, ForeignKey("base_catalog_category.id"), index=True),
        Column("min_quantity", Quantity, nullable=False),
        Column("starts", Date),
        Column("ends", Date),
        Column("kind", Choice, nullable=False),
        Column("discount", Percent, nullable=False),
        Column("price", UnitPrice),
        CheckConstraint("kind <> 'fixed' OR price IS NOT NULL", name="ck_base_catalog_price_rule_fixed_has_price"),
        CheckConstraint(
            "kind <> 'fixed' OR product_id IS NOT NULL OR category_id IS NOT NULL",
            name="ck_base_catalog_price_rule_fixed_has_scope",
        ),
        CheckConstraint("discount <= 1000000", name="ck_base_catalog_price_rule_discount_at_most_100"),
        CheckConstraint("product_id IS NULL OR category_id IS NULL", name="ck_base_catalog_price_rule_one_scope"),
        CheckConstraint(
            "starts IS NULL OR ends IS NULL OR starts <= ends", name="ck_base_catalog_price_rule_dates_in_order"
        ),
    )


def downgrade() -> None:
    """Remove them with all they hold."""
    op.drop_table("base_catalog_price_rule")
    drop_search(op, "base_catalog_product")
    op.drop_table("base_catalog_product")
    op.drop_table("base_catalog_customer_prices")
    op.drop_table("base_catalog_unit")
    op.drop_table("base_catalog_price_list")
    op.drop_table("base_catalog_category")
