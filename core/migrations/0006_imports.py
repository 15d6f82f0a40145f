"""Imports, the rows of theirs that somebody may want to see, and their saved mappings."""

import sqlalchemy as sa
from alembic import op

from core.db import Document, Moment

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """The tables of core/importing."""
    op.create_table(
        "core_import",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("user_id", sa.Integer),
        sa.Column("company_id", sa.Integer),
        *(
            sa.Column(name, sa.String, nullable=False)
            for name in ("model", "filename", "path", "encoding", "sheet", "language")
        ),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("mapping", Document(), nullable=False),
        sa.Column("about", Document(), nullable=False),
        sa.Column("done_rows", sa.Integer, nullable=False),
        sa.Column("counts", Document(), nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("job_id", sa.Integer),
    )
    op.create_index("ix_core_import_user", "core_import", ["user_id", "id"])
    op.create_table(
        "core_import_row",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("import_id", sa.Integer, sa.ForeignKey("core_import.id", ondelete="CASCADE"), nullable=False),
        sa.Column("row", sa.Integer, nullable=False),
        sa.Column("verdict", sa.String, nullable=False),
        sa.Column("record_id", sa.Integer),
        sa.Column("why", sa.Text, nullable=False),
        *(sa.Column(name, Document(), nullable=False) for name in ("cells", "file", "here")),
    )
    op.create_index("ix_core_import_row_verdict", "core_import_row", ["import_id", "verdict", "row"])
    op.create_table(
        "core_import_mapping",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("user_id", sa.Integer),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("heads", sa.String, nullable=False),
        sa.Column("columns", Document(), nullable=False),
        sa.UniqueConstraint("user_id", "model", "heads"),
    )


def downgrade() -> None:
    """The kernel itself is not uninstalled."""
    op.drop_table("core_import_mapping")
    op.drop_table("core_import_row")
    op.drop_table("core_import")
