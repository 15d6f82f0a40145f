"""What files of sales need: the number that names a customer, the country of a document, documents found by reference."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

INVOICE, BILLING = "erp_invoicing_invoice", "erp_invoicing_contact_billing"


def upgrade() -> None:
    """Two columns and their indexes."""
    op.add_column(INVOICE, sa.Column("party_country", sa.String))
    op.create_index("ix_erp_invoicing_invoice_company_id_reference", INVOICE, ["company_id", "reference"])
    op.add_column(BILLING, sa.Column("customer_number", sa.String))
    op.create_index("ix_erp_invoicing_contact_billing_customer_number", BILLING, ["customer_number"], unique=True)


def downgrade() -> None:
    """Without them."""
    op.drop_index("ix_erp_invoicing_contact_billing_customer_number", BILLING)
    op.drop_column(BILLING, "customer_number")
    op.drop_index("ix_erp_invoicing_invoice_company_id_reference", INVOICE)
    op.drop_column(INVOICE, "party_country")
