"""Companies, the history of changes and the counters of numbers."""

import sqlalchemy as sa
from alembic import op

from core.db import Document, Moment
from core.db.migrate import model_columns

revision = "0001"
down_revision = None


def upgrade() -> None:
    """The tables of core/db."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_table(
        "core_company",
        *model_columns(),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("legal_name", sa.String),
        sa.Column("tax_id", sa.String),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("zone", sa.String, nullable=False),
        sa.Column("street", sa.String),
        sa.Column("city", sa.String),
        sa.Column("email", sa.String),
        sa.Column("phone", sa.String),
        sa.Column("active", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "core_series",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("company_id", sa.Integer, sa.ForeignKey("core_company.id"), nullable=False),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("last_number", sa.Integer, nullable=False),
        sa.UniqueConstraint("company_id", "code"),
    )
    op.create_table(
        "core_change",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("record_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by_id", sa.Integer),
        sa.Column("via", sa.String, nullable=False),
        sa.Column("import_id", sa.Integer),
        sa.Column("undone", sa.Boolean, nullable=False),
        sa.Column("values", Document(), nullable=False),
    )
    op.create_index("ix_core_change_record", "core_change", ["model", "record_id", "id"])
    imported = sa.text("import_id is not null and not undone")
    op.create_index(
        "ix_core_change_import", "core_change", ["import_id", "id"], postgresql_where=imported, sqlite_where=imported
    )


def downgrade() -> None:
    """The kernel itself is not uninstalled."""
    for table in ("core_change", "core_series", "core_company"):
        op.drop_table(table)
