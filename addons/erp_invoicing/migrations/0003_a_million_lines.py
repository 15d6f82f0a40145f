"""A million lines: newest first is read from an index, and the cube's index covers quantities as well."""

from alembic import op

revision = "0003"
down_revision = "0002"

LINE = "erp_invoicing_invoice_line"
CUBE = ["company_id", "month", "kind", "contact_id", "category_id", "amount"]


def upgrade() -> None:
    """One more index, and one that holds more."""
    op.create_index(f"ix_{LINE}_date", LINE, ["date", "id"])
    op.drop_index(f"ix_{LINE}_cube", LINE)
    op.create_index(f"ix_{LINE}_cube", LINE, [*CUBE, "quantity"])


def downgrade() -> None:
    """As it was."""
    op.drop_index(f"ix_{LINE}_cube", LINE)
    op.create_index(f"ix_{LINE}_cube", LINE, CUBE)
    op.drop_index(f"ix_{LINE}_date", LINE)
