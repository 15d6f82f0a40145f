"""Taxes, terms, kinds of documents, invoices with lines and taxes, and the guards that freeze them."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

from core.db import Choice, Money, Percent, Quantity, UnitPrice
from core.db.migrate import (
    company_column,
    create_search,
    drop_search,
    line_columns,
    model_columns,
    origin_columns,
    run_sql,
    search_column,
)

revision = "0001"
down_revision = None

TABLES = (
    "erp_invoicing_invoice_tax",
    "erp_invoicing_invoice_line",
    "erp_invoicing_invoice",
    "erp_invoicing_tax_more",
    "erp_invoicing_document_type",
    "erp_invoicing_tax",
    "erp_invoicing_contact_billing",
    "erp_invoicing_payment_term_line",
    "erp_invoicing_payment_term",
)
FUNCTIONS = (
    "erp_invoicing_refuse",
    "erp_invoicing_follow",
    "erp_invoicing_agree",
)


def upgrade() -> None:
    """All tables and their guards."""
    op.create_table(
        "erp_invoicing_payment_term",
        *model_columns(),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.UniqueConstraint("name", name="uq_erp_invoicing_payment_term_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "erp_invoicing_payment_term_line",
        *line_columns(),
        sa.Column("term_id", sa.Integer, sa.ForeignKey("erp_invoicing_payment_term.id", ondelete="CASCADE"), nullable=False),
        sa.Column("percent", Percent(), nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.CheckConstraint("days >= 0", name="ck_erp_invoicing_payment_term_line_days"),
        sa.CheckConstraint("percent > 0 AND percent <= 1000000", name="ck_erp_invoicing_payment_term_line_percent"),
    )
    op.create_index("ix_erp_invoicing_payment_term_line_term_id", "erp_invoicing_payment_term_line", ["term_id"])
    op.create_table(
        "erp_invoicing_contact_billing",
        sa.Column("credit_limit", Money(), nullable=False),
        sa.Column("terms_id", sa.Integer, sa.ForeignKey("erp_invoicing_payment_term.id")),
        sa.Column("tax_condition", Choice()),
        sa.Column("id", sa.Integer, sa.ForeignKey("crm_contacts_contact.id", ondelete="CASCADE"), primary_key=True),
    )
    op.create_table(
        "erp_invoicing_tax",
        *model_columns(),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("rate", Percent(), nullable=False),
        sa.Column("kind", Choice(), nullable=False),
        sa.Column("included", sa.Boolean, nullable=False),
        sa.Column("sales_account_id", sa.Integer, sa.ForeignKey("erp_ledger_account.id")),
        sa.Column("purchase_account_id", sa.Integer, sa.ForeignKey("erp_ledger_account.id")),
        sa.Column("active", sa.Boolean, nullable=False),
        company_column(),
        sa.CheckConstraint("rate >= 0", name="ck_erp_invoicing_tax_rate"),
        sa.UniqueConstraint("company_id", "name", name="uq_erp_invoicing_tax_company_id_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "erp_invoicing_document_type",
        *model_columns(),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("kind", Choice(), nullable=False),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("point_of_sale", sa.String),
        sa.Column("moves_stock", Choice(), nullable=False),
        sa.Column("account", Choice(), nullable=False),
        sa.Column("prices_include_tax", sa.Boolean, nullable=False),
        sa.Column("cash_step", Money()),
        sa.Column("series_id", sa.Integer, sa.ForeignKey("erp_ledger_series.id")),
        sa.Column("active", sa.Boolean, nullable=False),
        company_column(),
        sa.CheckConstraint("cash_step > 0", name="ck_erp_invoicing_document_type_cash_step"),
        sa.UniqueConstraint(
            "company_id", "code", "point_of_sale", name="uq_erp_invoicing_document_type_company_id_code_point_of_sale"
        ),
        sa.UniqueConstraint("company_id", "name", name="uq_erp_invoicing_document_type_company_id_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "erp_invoicing_tax_more",
        sa.Column("tax_id", sa.Integer, sa.ForeignKey("erp_invoicing_tax.id", ondelete="CASCADE"), nullable=False),
        sa.Column("other_id", sa.Integer, sa.ForeignKey("erp_invoicing_tax.id", ondelete="CASCADE"), nullable=False),
    )
    op.create_index("ix_erp_invoicing_tax_more_other_id", "erp_invoicing_tax_more", ["other_id"])
    op.create_table(
        "erp_invoicing_invoice",
        *model_columns(),
        sa.Column("kind", Choice(), nullable=False),
        sa.Column("document_type_id", sa.Integer, sa.ForeignKey("erp_invoicing_document_type.id")),
        sa.Column("contact_id", sa.Integer, sa.ForeignKey("crm_contacts_contact.id"), nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("number", sa.String),
        sa.Column("state", Choice(), nullable=False),
        sa.Column("reference", sa.String),
        sa.Column("terms_id", sa.Integer, sa.ForeignKey("erp_invoicing_payment_term.id")),
        sa.Column("price_list_id", sa.Integer, sa.ForeignKey("base_catalog_price_list.id")),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("rate", UnitPrice(), nullable=False),
        sa.Column("prices_include_tax", sa.Boolean, nullable=False),
        sa.Column("cash", sa.Boolean, nullable=False),
        sa.Column("net", Money(), nullable=False),
        sa.Column("tax", Money(), nullable=False),
        sa.Column("rounding", Money(), nullable=False),
        sa.Column("total", Money(), nullable=False),
        sa.Column("note", sa.String),
        sa.Column("entry_id", sa.Integer, sa.ForeignKey("erp_ledger_entry.id")),
        sa.Column("credits_id", sa.Integer, sa.ForeignKey("erp_invoicing_invoice.id")),
        sa.Column("party_name", sa.String),
        sa.Column("party_tax_id", sa.String),
        sa.Column("party_address", sa.String),
        *origin_columns(),
        company_column(),
        search_column(),
        sa.CheckConstraint(
            "(number IS NULL) = (state = 'draft') AND (entry_id IS NULL) = (state = 'draft')",
            name="ck_erp_invoicing_invoice_posted",
        ),
        sa.CheckConstraint("state IN ('draft', 'posted')", name="ck_erp_invoicing_invoice_state"),
        sa.CheckConstraint("net + tax + rounding = total", name="ck_erp_invoicing_invoice_total"),
        sa.CheckConstraint("rate > 0", name="ck_erp_invoicing_invoice_rate"),
        sa.UniqueConstraint("company_id", "number", name="uq_erp_invoicing_invoice_company_id_number"),
        sa.UniqueConstraint("entry_id", name="uq_erp_invoicing_invoice_entry_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_erp_invoicing_invoice_company_id_date", "erp_invoicing_invoice", ["company_id", "date"])
    op.create_index("ix_erp_invoicing_invoice_contact_id_date", "erp_invoicing_invoice", ["contact_id", "date"])
    op.create_index("ix_erp_invoicing_invoice_credits_id", "erp_invoicing_invoice", ["credits_id"])
    op.create_index("ix_erp_invoicing_invoice_document_type_id", "erp_invoicing_invoice", ["document_type_id"])
    billed = sa.text("kind IN ('bill', 'bill_credit') AND reference IS NOT NULL")
    op.create_index(
        "uq_erp_invoicing_invoice_reference",
        "erp_invoicing_invoice",
        ["company_id", "contact_id", "kind", "reference"],
        unique=True,
        sqlite_where=billed,
        postgresql_where=billed,
    )
    create_search(op, "erp_invoicing_invoice")
    op.create_table(
        "erp_invoicing_invoice_line",
        *line_columns(),
        sa.Column("invoice_id", sa.Integer, sa.ForeignKey("erp_invoicing_invoice.id", ondelete="CASCADE"), nullable=False),
        sa.Column("product_id", sa.Integer, sa.ForeignKey("base_catalog_product.id")),
        sa.Column("description", sa.String, nullable=False),
        sa.Column("quantity", Quantity(), nullable=False),
        sa.Column("unit", sa.String),
        sa.Column("price", UnitPrice(), nullable=False),
        sa.Column("discount", Percent(), nullable=False),
        sa.Column("tax_id", sa.Integer, sa.ForeignKey("erp_invoicing_tax.id")),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("erp_ledger_account.id")),
        sa.Column("net", Money(), nullable=False),
        sa.Column("product_code", sa.String),
        sa.Column("tax_rate", Percent(), nullable=False),
        sa.Column("kind", Choice(), nullable=False),
        sa.Column("contact_id", sa.Integer, sa.ForeignKey("crm_contacts_contact.id"), nullable=False),
        sa.Column("category_id", sa.Integer, sa.ForeignKey("base_catalog_category.id")),
        sa.Column("date", sa.Date),
        sa.Column("month", sa.Integer),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("origin_line_id", sa.Integer),
        sa.Column("credits_line_id", sa.Integer, sa.ForeignKey("erp_invoicing_invoice_line.id")),
        sa.Column("company_id", sa.Integer, sa.ForeignKey("core_company.id"), nullable=False),
        sa.CheckConstraint("discount >= 0 AND discount <= 1000000", name="ck_erp_invoicing_invoice_line_discount"),
    )
    op.create_index("ix_erp_invoicing_invoice_line_contact_id", "erp_invoicing_invoice_line", ["contact_id"])
    op.create_index("ix_erp_invoicing_invoice_line_credits_line_id", "erp_invoicing_invoice_line", ["credits_line_id"])
    op.create_index("ix_erp_invoicing_invoice_line_invoice_id", "erp_invoicing_invoice_line", ["invoice_id"])
    op.create_index("ix_erp_invoicing_invoice_line_origin_line_id", "erp_invoicing_invoice_line", ["origin_line_id"])
    op.create_index("ix_erp_invoicing_invoice_line_product_id", "erp_invoicing_invoice_line", ["product_id"])
    op.create_index(
        "ix_erp_invoicing_invoice_line_cube",
        "erp_invoicing_invoice_line",
        ["company_id", "month", "kind", "contact_id", "category_id", "amount"],
    )
    op.create_table(
        "erp_invoicing_invoice_tax",
        *line_columns(),
        sa.Column("invoice_id", sa.Integer, sa.ForeignKey("erp_invoicing_invoice.id", ondelete="CASCADE"), nullable=False),
        sa.Column("tax_id", sa.Integer, sa.ForeignKey("erp_invoicing_tax.id"), nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("rate", Percent(), nullable=False),
        sa.Column("base", Money(), nullable=False),
        sa.Column("amount", Money(), nullable=False),
    )
    op.create_index("ix_erp_invoicing_invoice_tax_invoice_id", "erp_invoicing_invoice_tax", ["invoice_id"])
    op.create_index("ix_erp_invoicing_invoice_tax_tax_id", "erp_invoicing_invoice_tax", ["tax_id"])
    run_sql(op, Path(__file__).parent.parent / "guards")


def downgrade() -> None:
    """Remove them with all that is in them."""
    drop_search(op, "erp_invoicing_invoice")
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for function in FUNCTIONS:
            op.execute(f"DROP FUNCTION {function}()")
